"""Loader of `guides.yaml`: material library, guides with their forms, and the bodies that carry them out."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils import timezone

from xiangyun.data.standards import api as standards
from xiangyun.foundation.forms import api as forms
from xiangyun.foundation.packs.api import PackFile, YamlMap, plain
from xiangyun.service.items.models import CatalogEntry, MaterialStandard
from xiangyun.service.items.operations.guides import store_guide
from xiangyun.service.items.operations.rollout import roll_out_guide, withdraw_other_guides
from xiangyun.service.items.packs.bodies import BodyFinder
from xiangyun.service.items.packs.catalog import read_audience, read_limit
from xiangyun.service.items.packs.conditions import check_judged
from xiangyun.service.items.packs.forms import (
    FormSettings,
    build_schema,
    check_conditions,
    list_questions_in,
    read_form_settings,
)
from xiangyun.service.items.queries.checks import list_problems
from xiangyun.service.items.queries.content import get_content

REQUIRED = [
    "id", "item", "title", "item_name", "handling_items", "audience", "case_type", "promise_limit", "fee",
    "accept_conditions", "situations", "materials", "form_sections", "steps", "result", "delivery", "online_depth",
    "onsite_visits", "consult", "complaint", "remedy", "faq",
]  # fmt: skip
OPTIONAL = ["legal_limit", "onsite_reason"]
MATERIAL_KEYS = [
    "material", "name", "kind", "form", "necessity", "source", "source_explain", "originals", "copies", "exempt_mode",
    "form_generated", "deferrable", "commitment_allowed", "order",
]  # fmt: skip
MATERIAL_OPTIONAL = ["certificate_types", "data_resources", "condition", "note", "situation"]
EXEMPT_MODES = ("certificate", "data_check", "data_fetch", "commitment", "internal", "form_fill", "none")
GUIDE_SETTINGS = (
    "process",
    "fields",
    "situations",
    "materials",
    "special_procedures",
    "certificates",
    "sections",
    "conditions",
)
MATERIAL_SETTINGS = ("necessity", "exempt_mode", "certificate_types", "commitment_allowed", "note")


@dataclass(frozen=True)
class _Pack:
    """All that the guides of one file need."""

    file: PackFile
    settings: YamlMap
    forms: FormSettings
    elements: Mapping[str, standards.ElementRef]
    catalog: Mapping[str, CatalogEntry]
    library: Mapping[str, MaterialStandard]
    finder: BodyFinder


def load_guides(file: PackFile) -> int:
    """Write the library, and put each guide into force at every body that carries it out."""
    document = file.read_mapping(required=["material_library", "guides"])
    library = _load_library(file, file.entries_of(document, "material_library"))
    entries = file.entries_of(document, "guides")
    nodes = [node for node in entries if file.check_keys(node, required=REQUIRED, optional=OPTIONAL)]
    file.stop_on_errors()
    pack = _open(file, nodes, library)
    file.stop_on_errors()
    rows = len(library) + sum(_load_guide(pack, node) for node in nodes)
    withdraw_other_guides(kept=[pack.catalog[key].id for node in nodes if (key := node["item"]) in pack.catalog])
    return rows


def _open(file: PackFile, nodes: list[YamlMap], library: dict[str, MaterialStandard]) -> _Pack:
    settings_file = file.sibling("guide_settings.yaml")
    settings = settings_file.read_mapping(
        required=["hours", "window", "processes"], optional=["options", "fields", "guides"]
    )
    prefill = file.sibling("prefill.yaml").read_mapping(required=["sources"], optional=["editable"])
    known = {node["item"]: node for node in nodes}
    catalog = {entry.key: entry for entry in CatalogEntry.objects.all()}
    for key, guide in (settings.get("guides") or {}).items():
        settings_file.check_keys(guide, optional=GUIDE_SETTINGS)
        if key in known:
            check_conditions(settings_file, guide, known[key])
        if key in catalog:
            check_judged(settings_file, guide, [handling["serial"] for handling in catalog[key].handling])
        for material in (guide.get("materials") or {}).values():
            settings_file.check_keys(material, optional=MATERIAL_SETTINGS)
        if key not in known:
            settings_file.error(guide.line, f"没有事项“{key}”的办事指南")
    codes = {field["element"] for node in nodes for section in node["form_sections"] for field in section["fields"]}
    return _Pack(
        file=file,
        settings=settings,
        forms=read_form_settings(settings_file, settings, prefill),
        elements={element.code: element for element in standards.list_elements(codes=codes)},
        catalog=catalog,
        library=library,
        finder=BodyFinder(hours=settings["hours"], window=settings["window"]),
    )


def _load_library(file: PackFile, nodes: list[YamlMap]) -> dict[str, MaterialStandard]:
    rows = []
    file.check_unique(nodes, "id")
    for node in nodes:
        if file.check_keys(node, required=["id", "name", "kind"], optional=["certificate_types", "data_resources"]):
            rows.append(
                MaterialStandard(
                    code=node["id"],
                    name=node["name"],
                    kind=node["kind"],
                    certificate_types=plain(node.get("certificate_types") or []),
                    data_resources=plain(node.get("data_resources") or []),
                )
            )
    file.stop_on_errors()
    MaterialStandard.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=["name", "kind", "certificate_types", "data_resources"],
    )
    return {row.code: row for row in MaterialStandard.objects.all()}


def _load_guide(pack: _Pack, node: YamlMap) -> int:
    file, catalog = pack.file, pack.catalog.get(node["item"])
    if catalog is None:
        file.error(node.line_of("item"), f"基本目录中没有事项“{node['item']}”")
        return 0
    own: Mapping[str, Any] = plain((pack.settings.get("guides") or {}).get(node["item"]) or {})
    before = len(file.problems)
    schemas = {
        handling["serial"]: build_schema(file, node, pack.elements, pack.forms, own, handling)
        for handling in catalog.handling
    }
    facts = _read_facts(pack, node, catalog, own, schemas)
    materials = [_read_material(pack, entry, own) for entry in node["materials"]]
    if len(file.problems) > before:
        return 0
    with file.line(node.line):
        for serial, schema in schemas.items():
            forms.load_form(key=f"{node['item']}.{serial}", schema=schema, source=f"{file.name}:{node.line}")
        guide = store_guide(catalog=catalog, facts=facts, materials=[m for m in materials if m], at=file.at)
        levels = {body.level for body in pack.finder.list_bodies(catalog)}
        for problem in _check(guide.id, levels, timezone.localdate(file.at)):
            file.error(node.line_of(problem[0]), f"{node['title']}: {problem[1]}")
        roll_out_guide(guide=guide, bodies=pack.finder.list_bodies(catalog), at=file.at)
        if not levels:
            file.error(node.line_of("item"), f"{node['title']}：没有找到实施机构（{catalog.exercise}）")
    return 1


def _check(guide_id: int, levels: set[str], on: date) -> list[tuple[str, str]]:
    """List the fatal findings over all levels at which the guide is to be in force, each once."""
    content = get_content(guide_id)
    found = [problem for level in sorted(levels) for problem in list_problems(content, level=level, on=on)]
    return list(dict.fromkeys((problem.field, problem.text) for problem in found if problem.is_fatal))


def _read_facts(
    pack: _Pack, node: YamlMap, catalog: CatalogEntry, own: Mapping[str, Any], schemas: Mapping[str, dict[str, Any]]
) -> dict[str, Any]:
    file = pack.file
    legal, legal_unit, legal_note = read_limit(file, node, "legal_limit")
    promise, promise_unit, _ = read_limit(file, node, "promise_limit")
    if promise_unit == CatalogEntry.Unit.MONTH:  # the steps that make it up are counted in days
        file.error(node.line_of("promise_limit"), "承诺时限应按工作日或自然日填写，不能按月")
    special = [step["name"] for step in node["steps"] if step.get("is_special")]
    return {
        "title": node["title"],
        "case_type": str(node["case_type"]),
        "legal_limit": legal,
        "legal_unit": legal_unit,
        "legal_note": legal_note,
        "promise_limit": promise or 0,
        "promise_unit": promise_unit,
        "audience": read_audience(file, node),
        "accept_conditions": plain(node["accept_conditions"]),
        **({"conditions": plain(own["conditions"])} if own.get("conditions") else {}),
        "situations": _read_situations(pack, node, catalog, own, schemas),
        "steps": plain(node["steps"]),
        "special_procedures": own.get("special_procedures", special),
        "fee": node["fee"],
        "faq": plain(node["faq"]),
        "result_name": node["result"]["name"],
        "certificate_types": plain(node["result"].get("certificates") or []),
        "certificates": {f"{node['item']}.{serial}": key for serial, key in (own.get("certificates") or {}).items()},
        "delivery": plain(node["delivery"]),
        "online_depth": node["online_depth"],
        "onsite_visits": node["onsite_visits"],
        "onsite_reason": node.get("onsite_reason") or "",
        "consult": node["consult"],
        "complaint": node["complaint"],
        "remedy": node["remedy"],
        "form_key": node["item"],
        "process_key": _process_key(pack.settings["processes"], str(node["case_type"]), special, own),
    }


def _process_key(processes: Mapping[str, str], case_type: str, special: list[str], own: Mapping[str, Any]) -> str:
    """Return the process: the guide's own choice, else by case type and whether something is looked at on site."""
    if own.get("process"):
        return str(own["process"])
    if case_type == CatalogEntry.CaseType.INSTANT:
        return processes["instant"]
    return processes["inspection"] if special else processes["standard"]


def _read_situations(
    pack: _Pack, node: YamlMap, catalog: CatalogEntry, own: Mapping[str, Any], schemas: Mapping[str, dict[str, Any]]
) -> list[dict[str, Any]]:
    known = {entry["id"] for entry in catalog.handling}
    defaults = own.get("situations") or {}
    questions = []
    for question in node["situations"]:
        values = [option["value"] for option in question["options"]]
        for option in question["options"]:
            if option.get("handling_item") and option["handling_item"] not in known:
                pack.file.error(option.line, f"业务办理项“{option['handling_item']}”不在基本目录中")
        default = defaults.get(question["var"])
        if default is not None and default not in values:
            pack.file.error(question.line, f"guide_settings.yaml 给“{question['var']}”的默认选项“{default}”不存在")
        forms_of = [
            f"{node['item']}.{s}" for s, schema in schemas.items() if question["var"] in list_questions_in(schema)
        ]
        questions.append({**plain(question), **({"default": default} if default else {}), "forms": forms_of})
    return questions


def _read_material(pack: _Pack, node: YamlMap, own: Mapping[str, Any]) -> dict[str, Any] | None:
    file = pack.file
    if not file.check_keys(node, required=MATERIAL_KEYS, optional=MATERIAL_OPTIONAL):
        return None
    standard = pack.library.get(node["material"])
    if standard is None:
        file.error(node.line_of("material"), f"材料库中没有“{node['material']}”")
        return None
    if node["exempt_mode"] not in EXEMPT_MODES:
        file.error(node.line_of("exempt_mode"), f"免提交方式“{node['exempt_mode']}”应为 {'、'.join(EXEMPT_MODES)}")
    changes: Mapping[str, Any] = (own.get("materials") or {}).get(node["material"], {})
    return {
        "material_id": standard.id,
        "order": node["order"],
        "name": node["name"],
        "kind": node["kind"],
        "form": node["form"],
        "necessity": changes.get("necessity", node["necessity"]),
        "source": node["source"],
        "source_note": node["source_explain"] or "",
        "originals": node["originals"],
        "copies": node["copies"],
        "exempt_mode": changes.get("exempt_mode", node["exempt_mode"]),
        "certificate_types": changes.get(
            "certificate_types", plain(node.get("certificate_types") or standard.certificate_types)
        ),
        "data_resources": plain(node.get("data_resources") or []),
        "is_deferrable": node["deferrable"],
        "can_commit": changes.get("commitment_allowed", node["commitment_allowed"]),
        "conditions": plain((node.get("condition") or {}).get("all") or []),
        "note": changes.get("note", node.get("note") or ""),
    }
