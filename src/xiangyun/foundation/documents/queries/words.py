"""The word of a department (机关代字) in the number of its papers: 长市监, 南关人社."""

from xiangyun.foundation.documents.models import DepartmentWord
from xiangyun.foundation.organisations import api as organisations
from xiangyun.foundation.packs import api as packs
from xiangyun.foundation.regions import api as regions

_PROVINCE = 1
_REGION_TAILS = ("自治州", "自治县", "街道", "新区", "省", "市", "州", "县", "区", "镇", "乡")
_BODY_TAILS = ("管理局", "委员会", "办公室", "局", "厅", "委", "办")
_cache: packs.ContentCache[str, dict[tuple[str, str], str]] = packs.ContentCache()


def department_word(department: organisations.DepartmentRef) -> str:
    """Return the word of a department: the pack's, or one made of the division's and the body's short names."""
    words = _cache.get("all", _read)
    region = regions.get_region(code=department.region_code)
    place = words.get((DepartmentWord.Scope.REGION, region.short_code)) if region.level <= 2 else None
    line = department.key.split("-")[0]
    scope = DepartmentWord.Scope.PROVINCIAL if region.level == _PROVINCE else DepartmentWord.Scope.LOCAL
    return (place or _short(region.name, _REGION_TAILS)) + (words.get((scope, line)) or _body(department, region.name))


def _read() -> dict[tuple[str, str], str]:
    return {(row.scope, row.key): row.word for row in DepartmentWord.objects.all()}


def _body(department: organisations.DepartmentRef, region_name: str) -> str:
    name = (department.short_name or department.name).removeprefix(region_name)
    return _short(name.removeprefix("省").removeprefix("市").removeprefix("县"), _BODY_TAILS)


def _short(name: str, tails: tuple[str, ...]) -> str:
    for tail in tails:
        if name.endswith(tail) and len(name) > len(tail) + 1:
            return name.removesuffix(tail)
    return name
