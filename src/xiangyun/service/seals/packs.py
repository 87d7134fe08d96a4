"""The loader of demo/seals.yaml: demonstration authority, and how demonstration seals are made."""

from datetime import datetime, time

from django.utils import timezone

from xiangyun.foundation.organisations import api as organisations
from xiangyun.foundation.packs.api import PackFile, YamlList, YamlMap, plain
from xiangyun.kit.actors import SYSTEM
from xiangyun.kit.errors import NotFound
from xiangyun.service.seals.api import find_seal, make_demo_authority, make_seal
from xiangyun.service.seals.models import SealScheme


def load_seals(file: PackFile) -> int:
    """Set up the demonstration authority and scheme; make the seals that are listed, the others when first needed."""
    info = file.read_mapping(
        required=["authority", "center_text", "valid_years", "diameters"], optional=["made_at_once", "since"]
    )
    years = info["valid_years"]
    if not isinstance(years, int) or not 1 <= years <= 10:
        file.fail(info.line_of("valid_years"), "valid_years 应为1至10的整数")
    diameters = plain(info["diameters"])
    for level, diameter in diameters.items() if isinstance(diameters, dict) else [("", 0)]:
        if level not in "123456" or not isinstance(diameter, int) or not 30 <= diameter <= 60:
            file.error(info.line_of("diameters"), "diameters 应为 层级：直径（30至60毫米）")
    file.stop_on_errors()
    since = _since(file, info)
    make_demo_authority(actor=SYSTEM, organization=info["authority"], at=since)
    SealScheme.objects.update_or_create(
        name="demo",
        defaults={
            "center_text": info["center_text"],
            "valid_years": years,
            "diameters": diameters,
            "since": since,
            "on_demand": True,
            "is_demo": True,
        },
    )
    return 1 + _make_listed(file, info, since)


def _since(file: PackFile, info: YamlMap) -> datetime:
    """Return the moment from which authority and seals hold: demonstration papers of the past are sealed too."""
    line = info.line_of("since")
    day = file.date_of(info.get("since"), line)
    file.stop_on_errors()
    since = timezone.make_aware(datetime.combine(day, time.min)) if day else file.at
    if since > file.at:
        file.fail(line, "since 不能晚于加载之日")
    return since


def _make_listed(file: PackFile, info: YamlMap, at: datetime) -> int:
    made = 0
    keys = info.get("made_at_once")
    if not isinstance(keys, YamlList):
        return 0
    for index, key in enumerate(keys):
        try:
            department = organisations.get_department(key=key)
        except NotFound:
            file.error(keys.line_of(index), f"没有机构“{key}”")
            continue
        if find_seal(department_id=department.id) is None:
            make_seal(actor=SYSTEM, department_id=department.id, at=at)
        made += 1
    return made
