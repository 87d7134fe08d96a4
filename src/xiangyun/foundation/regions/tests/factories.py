"""Divisions for tests: `make_region` builds one, `make_jilin` the chain 吉林省 › 长春市 › 南关区 and more."""

from xiangyun.foundation.packs.api import clear_content_caches
from xiangyun.foundation.regions.models import Region

_LEVELS = {2: 1, 4: 2, 6: 3, 9: 4, 12: 5}
_JILIN = [
    ("22", "吉林省", "province"), ("2201", "长春市", "prefecture"), ("220102", "南关区", "district"),
    ("220102001", "南岭街道", "street"), ("220102001001", "曙光社区居委会", "residents_committee"),
    ("220103", "宽城区", "district"), ("220184", "公主岭市", "county_city"), ("2203", "四平市", "prefecture"),
    ("2224", "延边朝鲜族自治州", "autonomous_prefecture"), ("222401", "延吉市", "county_city"),
]  # fmt: skip


def make_region(code: str, name: str, *, parent: Region | None = None, kind: str = "county") -> Region:
    """Create (or return) the current division of a code given with 2, 4, 6, 9 or 12 digits."""
    clear_content_caches()
    full = code.ljust(12, "0")
    level = next(level for digits, level in _LEVELS.items() if not full[digits:].strip("0"))
    region, _ = Region.objects.get_or_create(
        code=full,
        valid_to=None,
        defaults={
            "name": name,
            "full_name": (parent.full_name if parent else "") + name,
            "level": level,
            "kind": kind,
            "parent": parent,
            "path": f"{parent.path if parent else ''}{full}/",
        },
    )
    return region


def make_jilin() -> dict[str, Region]:
    """Create a small province; keys are the short codes: `["220102"]` is 南关区."""
    made: dict[str, Region] = {}
    for code, name, kind in _JILIN:
        parent = next((made[upper] for upper in (code[:9], code[:6], code[:4], code[:2]) if upper in made), None)
        made[code] = make_region(code, name, parent=parent, kind=kind)
    return made
