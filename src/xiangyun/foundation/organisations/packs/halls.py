"""Service halls and their windows, made from the patterns of departments.yaml."""

from dataclasses import dataclass

from xiangyun.foundation.organisations.models import Department, Hall, Window
from xiangyun.foundation.packs.api import PackFile, YamlMap

_PLACES = {"province": "2", "city": "3", "county": "4", "town": "5"}


@dataclass(frozen=True)
class _Kind:
    """One kind of hall: the key of the body that runs it, the name (empty: the body's own) and the windows."""

    level: str
    body_key: str
    name: str
    hours: str
    windows: list[str]


def write_halls(file: PackFile, rules: YamlMap) -> int:
    """Give every body that runs a hall its hall and windows; return how many halls there are."""
    node = rules.get("halls")
    if node is None:
        return 0
    kinds = [_read_kind(file, node, place, level) for place, level in _PLACES.items() if place in node]
    file.stop_on_errors()
    wanted: dict[str, tuple[Hall, list[str]]] = {}
    for kind in kinds:
        for body in _list_bodies(kind):
            hall = Hall(
                key=f"hall-{body.key}",
                name=kind.name or body.name,
                region_id=body.region_id,
                department=body,
                phone=body.phone,
                hours=kind.hours,
            )
            wanted[hall.key] = (hall, kind.windows)
    Hall.objects.bulk_create(
        [hall for hall, _ in wanted.values()],
        update_conflicts=True,
        unique_fields=["key"],
        update_fields=["name", "region", "department", "phone", "hours"],
    )
    _write_windows(wanted)
    return len(wanted)


def _read_kind(file: PackFile, node: YamlMap, place: str, level: str) -> _Kind:
    entry = node[place]
    if not isinstance(entry, YamlMap):
        file.fail(node.line_of(place), f"halls.{place} 应为键值")
    if not file.check_keys(entry, required=["department", "windows"], optional=["name", "hours"]):
        file.stop_on_errors()
    if not isinstance(entry["windows"], list):
        file.fail(entry.line_of("windows"), "windows 应为列表")
    windows = [str(name) for name in entry["windows"]]
    return _Kind(level, str(entry["department"]), str(entry.get("name") or ""), str(entry.get("hours") or ""), windows)


def _list_bodies(kind: _Kind) -> list[Department]:
    rows = Department.objects.filter(level=kind.level)
    if kind.level == _PLACES["province"]:
        return list(rows.filter(key=kind.body_key))
    return list(rows.filter(key__startswith=f"{kind.body_key}-").order_by("id"))


def _write_windows(wanted: dict[str, tuple[Hall, list[str]]]) -> None:
    ids = dict(Hall.objects.filter(key__in=wanted).values_list("key", "id"))
    windows = [
        Window(hall_id=ids[key], number=number, name=name)
        for key, (_, names) in wanted.items()
        for number, name in enumerate(names, start=1)
    ]
    Window.objects.bulk_create(
        windows, update_conflicts=True, unique_fields=["hall", "number"], update_fields=["name"], batch_size=5_000
    )
