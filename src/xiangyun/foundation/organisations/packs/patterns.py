"""Departments below the province: the same pattern for every city and county, service centres in towns and villages."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from xiangyun.foundation.organisations.models import Department
from xiangyun.foundation.organisations.packs.bodies import Body, add_body, fill
from xiangyun.foundation.packs.api import PackFile, YamlList, YamlMap
from xiangyun.foundation.regions import api as regions
from xiangyun.kit.codes import USCC_KINDS

CITY, COUNTY, TOWN, VILLAGE = 2, 3, 4, 5
_LEVELS = {
    CITY: Department.Level.CITY.value,
    COUNTY: Department.Level.COUNTY.value,
    TOWN: Department.Level.TOWN.value,
    VILLAGE: Department.Level.VILLAGE.value,
}
_DIGITS = {CITY: 6, COUNTY: 6, TOWN: 9, VILLAGE: 12}
_DISTRICT, _STREET = "district", "street"
_RULE_KEYS = ["city_departments", "county_departments", "name_rule", "uscc_kinds", "exclude_kinds", "town", "village"]
_RULE_LISTS = ["city_departments", "county_departments", "exclude_kinds"]
_RULE_OPTIONAL = ["id_rule", "uscc_rule", "town_units", "village_units", "halls", "phone"]
_UNIT_OPTIONAL = ["street_rule", "short_rule", "kind", "note"]
_UNIT_LISTS = ("town", "town_units", "village", "village_units")
_COMMITTEES = ("居民委员会", "村民委员会", "居委会", "村委会")


@dataclass(frozen=True)
class _Rules:
    """What the section `instantiate` says, checked."""

    node: YamlMap
    patterns: dict[str, YamlMap]
    uscc_kinds: dict[str, str]
    excluded: frozenset[str]
    phone: str

    @cached_property
    def unit_parents(self) -> dict[str, str]:
        """The superior of each kind of unit in towns and villages."""
        return {str(unit["key"]): str(unit["parent"]) for name in _UNIT_LISTS for unit in _units(self, name)}


def make_local_bodies(file: PackFile, document: YamlMap, bodies: dict[str, Body]) -> None:
    """Make all bodies of cities, counties, towns and villages, upper ones first so that each finds its superior."""
    rules = _read_rules(file, document, bodies)
    file.stop_on_errors()
    for level, list_name in ((CITY, "city_departments"), (COUNTY, "county_departments")):
        patterns = [rules.patterns[key] for key in rules.node[list_name]]
        for region in _list_places(rules, level):
            for pattern in patterns:
                _add_pattern(file, rules, pattern, region, bodies)
    for level, names in ((TOWN, ("town", "town_units")), (VILLAGE, ("village", "village_units"))):
        units = [unit for name in names for unit in _units(rules, name)]
        for region in _list_places(rules, level):
            values = _place_names(region)
            for unit in units:
                _add_unit(file, rules, unit, region, values, bodies)


def _read_rules(file: PackFile, document: YamlMap, bodies: dict[str, Body]) -> _Rules:
    node = document["instantiate"]
    if not isinstance(node, YamlMap) or not file.check_keys(node, required=_RULE_KEYS, optional=_RULE_OPTIONAL):
        file.fail(document.line_of("instantiate"), "instantiate 应为键值且内容完整")
    for key, shape, word in (("uscc_kinds", YamlMap, "键值"), *((key, YamlList, "列表") for key in _RULE_LISTS)):
        if not isinstance(node[key], shape):
            file.error(node.line_of(key), f"{key} 应为{word}")
    file.stop_on_errors()
    kinds = {str(kind): str(code) for kind, code in node["uscc_kinds"].items()}
    for kind, code in kinds.items():
        if code not in USCC_KINDS:
            file.error(node["uscc_kinds"].line_of(kind), f"“{code}”不是统一社会信用代码的前两位")
    rules = _Rules(
        node=node,
        patterns=_read_patterns(file, document, kinds, bodies),
        uscc_kinds=kinds,
        excluded=frozenset(node["exclude_kinds"]),
        phone=str(node.get("phone") or ""),
    )
    _check_lists(file, rules)
    _check_units(file, rules)
    return rules


def _check_lists(file: PackFile, rules: _Rules) -> None:
    for level, list_name, suffix in (
        (3, "city_departments", "city_suffix"),
        (4, "county_departments", "county_suffix"),
    ):
        for key in rules.node[list_name]:
            pattern = rules.patterns.get(key)
            if pattern is None:
                file.error(rules.node.line_of(list_name), f"{list_name} 中的“{key}”不在 local_patterns 中")
            elif level not in pattern["levels"] or suffix not in pattern:
                file.error(pattern.line, f"“{key}”用于{list_name}，但缺少层级{level}或 {suffix}")


def _check_units(file: PackFile, rules: _Rules) -> None:
    known = set(rules.patterns)
    for name in _UNIT_LISTS:
        for unit in _units(rules, name):
            is_whole = file.check_keys(unit, required=["key", "name_rule", "parent"], optional=_UNIT_OPTIONAL)
            if not (is_whole and file.check_texts(unit, "key", "name_rule", "parent", *_UNIT_OPTIONAL)):
                continue
            if unit["parent"] not in known:
                file.error(unit.line_of("parent"), f"上级“{unit['parent']}”不在 local_patterns 或上级单位中")
            if unit.get("kind", "事业单位") not in rules.uscc_kinds:
                file.error(unit.line_of("kind"), f"性质“{unit['kind']}”不在 uscc_kinds 中")
            known.add(unit["key"])


def _read_patterns(
    file: PackFile, document: YamlMap, kinds: dict[str, str], bodies: dict[str, Body]
) -> dict[str, YamlMap]:
    found: dict[str, YamlMap] = {}
    for entry in file.entries_of(document, "local_patterns"):
        optional = ["city_suffix", "county_suffix", "prefix"]
        is_whole = file.check_keys(entry, required=["key", "parent", "levels", "kind"], optional=optional)
        if not (is_whole and file.check_texts(entry, "key", "parent", "kind", *optional)):
            continue
        if not isinstance(entry["levels"], list):
            file.error(entry.line_of("levels"), "levels 应为列表")
        if entry["key"] in found:
            file.error(entry.line, f"模式“{entry['key']}”重复（第一次在第{found[entry['key']].line}行）")
        if entry["parent"] not in bodies:
            file.error(entry.line_of("parent"), f"上级机构“{entry['parent']}”不存在")
        if entry["kind"] not in kinds:
            file.error(entry.line_of("kind"), f"性质“{entry['kind']}”不在 uscc_kinds 中")
        found[entry["key"]] = entry
    return found


def _units(rules: _Rules, name: str) -> list[YamlMap]:
    node = rules.node.get(name) or []
    return [node] if isinstance(node, YamlMap) else [unit for unit in node if isinstance(unit, YamlMap)]


def _list_places(rules: _Rules, level: int) -> Iterator[regions.RegionRef]:
    for region in regions.list_by_level(level=level):
        if region.kind not in rules.excluded:
            yield region


def _add_pattern(
    file: PackFile, rules: _Rules, pattern: YamlMap, region: regions.RegionRef, bodies: dict[str, Body]
) -> None:
    is_city = region.level == CITY
    suffix = str(pattern["city_suffix" if is_city else "county_suffix"])
    upper_key = None if is_city else f"{pattern['key']}-{region.parent_code[:6]}"
    body = Body(
        key=f"{pattern['key']}-{region.code[:6]}",
        name=f"{pattern.get('prefix') or ''}{_formal_name(region)}{suffix}",
        short_name=f"{region.name}{suffix}",
        kind=str(pattern["kind"]),
        uscc_kind=rules.uscc_kinds[pattern["kind"]],
        level=_LEVELS[region.level],
        region=region,
        parent_key=upper_key if upper_key in bodies else str(pattern["parent"]),
        line=pattern.line,
        lead_code=bodies[pattern["parent"]].lead_code,
        phone=rules.phone,
    )
    add_body(file, bodies, body)


def _add_unit(
    file: PackFile, rules: _Rules, unit: YamlMap, region: regions.RegionRef, values: dict[str, str],
    bodies: dict[str, Body],
) -> None:  # fmt: skip
    rule = str(unit["street_rule"] if region.kind == _STREET and "street_rule" in unit else unit["name_rule"])
    kind = str(unit.get("kind") or "事业单位")
    parent = _find_superior(rules, str(unit["parent"]), region, bodies)
    body = Body(
        key=f"{unit['key']}-{region.code[: _DIGITS[region.level]]}",
        name=fill(file, unit.line, rule, values),
        short_name=fill(file, unit.line, str(unit.get("short_rule") or rule), values | {"county": ""}),
        kind=kind,
        uscc_kind=rules.uscc_kinds[kind],
        level=_LEVELS[region.level],
        region=region,
        parent_key=parent,
        line=unit.line,
        lead_code=bodies[parent].lead_code,
        phone=rules.phone,
    )
    add_body(file, bodies, body)


def _find_superior(rules: _Rules, key: str, region: regions.RegionRef, bodies: dict[str, Body]) -> str:
    """Return the nearest body of the kind above: town, county, city (for a development zone), else the province's."""
    for code in reversed(region.path.rstrip("/").split("/")[1:-1]):
        for digits in (9, 6):
            candidate = f"{key}-{code[:digits]}"
            if candidate in bodies:
                return candidate
    if key in rules.patterns:
        return str(rules.patterns[key]["parent"])
    return _find_superior(rules, rules.unit_parents[key], region, bodies)  # no such unit in this town: one step up


def _formal_name(region: regions.RegionRef) -> str:
    """Return the name that bodies bear: a district's follows its city's, a county's or county city's stands alone."""
    if region.kind != _DISTRICT:
        return region.name
    return regions.get_region(code=region.parent_code).name + region.name


def _place_names(region: regions.RegionRef) -> dict[str, str]:
    """Return the words for name rules: county, town, street, village, village_short."""
    chain = {place.level: place for place in regions.list_path(code=region.code)}
    town = chain[TOWN].name
    values = {"county": _formal_name(chain[COUNTY]), "town": town, "street": town}
    if region.level == VILLAGE:
        short = region.name
        for word in _COMMITTEES:
            short = short.removesuffix(word)
        ending = "社区" if region.kind == "residents_committee" else "村"
        values |= {"village": region.name, "village_short": short if short.endswith(("村", "社区")) else short + ending}
    return values
