"""The loaders of certificate_types.yaml, certificate_faces.yaml and demo/certificates.yaml."""

import re
from datetime import date
from typing import Any

from xiangyun.data.standards import api as standards
from xiangyun.foundation.accounts import api as accounts
from xiangyun.foundation.organisations import api as organisations
from xiangyun.foundation.packs.api import PackFile, YamlMap, plain
from xiangyun.kit.actors import SYSTEM
from xiangyun.kit.codes import is_uscc
from xiangyun.kit.errors import NotFound
from xiangyun.kit.expressions import compile_expression
from xiangyun.service.certificates.api import issue_certificate
from xiangyun.service.certificates.models import Certificate, CertificateType, FaceTemplate
from xiangyun.service.certificates.queries.faces import FaceFacts, FaceProblem, compose_face
from xiangyun.service.certificates.queries.types import GENERIC_FACE, CertificateTypeRef, get_type, ref_of

FACES = "certificate_faces.yaml"
_LENGTH = re.compile(r"^(\d{1,2})(年|月|日)$")
_TYPE_KEYS = (
    "id",
    "name",
    "defining_body",
    "holder_category",
    "category",
    "validity_kind",
    "issue_levels",
    "dept",
    "face_fields",
)
_TYPE_OPTIONAL = ("validity_note", "validity_rule", "type_code", "type_code_verified")
_SETTINGS = ("present_level", "extra_fields", "numbers", "defining_bodies", "type_codes")
_SAMPLE_TEXTS = ("number", "identifier", "issuer_name", "issued_on", "validity", "term", "holder_name", "demo_notice")


def load_types(file: PackFile) -> int:
    """Write the directory of types; codes that the catalogue lacks are the demonstration codes of the faces file."""
    settings = file.sibling(FACES)
    codes = settings.read_mapping(optional=["faces", *_SETTINGS]) if settings.exists() else YamlMap(0)
    if codes.get("present_level", 3) not in (2, 3, 4):
        file.error(codes.line_of("present_level"), f"{FACES} 的 present_level 应为2、3或4")
    known = {element.code: element.name for element in standards.list_elements()}
    rows: dict[str, CertificateType] = {}
    for entry in file.read_entries("certificate_types"):
        if file.check_keys(entry, required=_TYPE_KEYS, optional=_TYPE_OPTIONAL):
            row = _type_of(file, entry, codes, known)
            if row.key in rows:
                file.error(entry.line, f"证照类型“{row.key}”重复")
            rows[row.key] = row
    file.stop_on_errors()
    fields = [f.name for f in CertificateType._meta.concrete_fields if f.name not in ("id", "key", "face")]
    CertificateType.objects.bulk_create(
        rows.values(), update_conflicts=True, unique_fields=["key"], update_fields=fields
    )
    CertificateType.objects.exclude(key__in=rows).update(is_published=False)
    return len(rows)


def _type_of(file: PackFile, entry: YamlMap, settings: Any, known: dict[str, str]) -> CertificateType:
    key = str(entry["id"])
    own = entry.get("type_code")
    code = str(own or settings.get("type_codes", {}).get(key, ""))
    if len(code) != 21 or not is_uscc(code[:18]) or not code[18:].isdigit():
        file.error(entry.line_of("type_code"), f"“{entry['name']}”没有有效的21位证照类型代码")
    if entry["holder_category"] not in CertificateType.HolderCategory.values:
        file.error(entry.line_of("holder_category"), "持证主体类别应为自然人、法人、混合或其他")
    if entry["validity_kind"] not in CertificateType.Validity.values:
        file.error(entry.line_of("validity_kind"), "有效期类型应为1至5")
    fields = []
    for given in entry["face_fields"]:
        element = str(given.get("element", ""))
        if element not in known:
            file.error(given.line, f"照面字段引用了不存在的数据元“{element}”")
        fields.append({"element": element, "label": given.get("label") or known.get(element, element)})
    for element in settings.get("extra_fields", {}).get(key, []):
        fields.append({"element": element, "label": known.get(element, element), "printed": False})
    note = str(entry.get("validity_note") or "")
    rule = str(entry.get("validity_rule") or "")
    if rule:
        with file.line(entry.line_of("validity_rule")):
            compile_expression(rule)
    length = _LENGTH.match(note)
    return CertificateType(
        key=key,
        name=entry["name"],
        type_code=code,
        is_demo_code=not own,
        defining_body=entry["defining_body"],
        holder_category=entry["holder_category"],
        category=entry["category"],
        validity_kind=entry["validity_kind"],
        validity_length=int(length.group(1)) if length and entry["validity_kind"] <= 3 else None,
        validity_rule=rule,
        validity_note=note,
        issue_levels=plain(entry["issue_levels"]),
        lead_department_key=entry["dept"],
        face_fields=fields,
        number_format=settings.get("numbers", {}).get(key, CertificateType._meta.get_field("number_format").default),
        present_level=settings.get("present_level", CertificateType._meta.get_field("present_level").default),
    )


def load_faces(file: PackFile) -> int:
    """Write the designs and give each type its own or the generic one; every design is drawn once with sample data."""
    types = {row.key: row for row in CertificateType.objects.all()}
    of_type: dict[str, str] = {}
    designs: dict[str, dict[str, Any]] = {}
    entries = file.read_entries("faces", beside=_SETTINGS)
    file.check_unique(entries, "id")
    for entry in entries:
        if not file.check_keys(entry, required=["id", "page", "seal", "items"], optional=["types"]):
            continue
        design = plain(entry)
        designs[entry["id"]] = design
        keys = design.get("types", [])
        for key in keys:
            if key not in types:
                file.error(entry.line_of("types"), f"没有证照类型“{key}”")
            of_type[key] = entry["id"]
        _try(
            file,
            entry,
            design,
            [ref_of(types[key]) for key in keys if key in types] or [ref_of(t) for t in types.values()],
        )
    if GENERIC_FACE not in designs:
        file.error(0, f"缺少通用模板“{GENERIC_FACE}”")
    file.stop_on_errors()
    ids = {}
    for key, design in designs.items():
        row, made = FaceTemplate.objects.get_or_create(key=key, defaults={"definition": design})
        if not made and row.definition != design:
            row.definition, row.version = design, row.version + 1
            row.save(update_fields=["definition", "version"])
        ids[key] = row.pk
    for key in designs:
        wanted = [t for t in types if of_type.get(t, GENERIC_FACE) == key]
        CertificateType.objects.filter(key__in=wanted).exclude(face_id=ids[key]).update(face_id=ids[key])
    return len(designs)


def _try(file: PackFile, entry: YamlMap, design: dict[str, Any], types: list[CertificateTypeRef]) -> None:
    """Draw a design for the type with most fields, so that a mistake shows now and not at the first issue."""
    if not types:
        return
    kind = max(types, key=lambda t: len(t.face_fields))
    facts = FaceFacts(
        type_name=kind.name,
        texts=dict.fromkeys(_SAMPLE_TEXTS, "示例"),
        values={item.element: "示例" for item in kind.face_fields},
        labels=tuple((item.element, item.label) for item in kind.face_fields),
        code_content="https://example.invalid/verify/",
    )
    try:
        compose_face({**design, "id": f"check:{design['id']}"}, facts)
    except (FaceProblem, KeyError, TypeError, ValueError) as error:
        file.error(entry.line_of("items"), f"模板“{design['id']}”：{error}")


def load_demo(file: PackFile) -> int:
    """Issue the demonstration certificates of persons and firms; those already issued stay."""
    made = 0
    for entry in file.read_entries("certificates"):
        needed = ["type", "department", "holder", "issued_on", "face"]
        if not file.check_keys(entry, required=needed, optional=["valid_from", "valid_to", "key"]):
            continue
        with file.line(entry.line):
            made += _issue_demo(file, entry)
    return made


def _issue_demo(file: PackFile, entry: YamlMap) -> int:
    kind = get_type(key=entry["type"])
    holder = entry["holder"]
    user_id = accounts.find_user_by_citizen_id(citizen_id=holder["citizen_id"]) if "citizen_id" in holder else None
    person = accounts.get_user_profile(user_id=user_id) if user_id is not None else None
    firm = accounts.find_firm_by_uscc(uscc=holder["uscc"]) if "uscc" in holder else None
    if person is None and firm is None:
        file.error(entry.line_of("holder"), "没有这个演示主体，请先加载 demo/subjects.yaml")
        return 0
    try:
        department = organisations.get_department(key=entry["department"])
    except NotFound:
        file.error(entry.line_of("department"), f"没有机构“{entry['department']}”")
        return 0
    firm_id = firm.firm_id if firm else None
    known = Certificate.objects.filter(
        certificate_type_id=kind.id, holder_user_id=user_id, holder_firm_id=firm_id, source=Certificate.Source.DEMO
    )
    if known.exists():
        return 1
    issued_on = file.date_of(entry["issued_on"], entry.line_of("issued_on")) or file.at.date()
    options: dict[str, date | None] = {}
    for name in ("valid_from", "valid_to"):
        if name in entry:
            options[name] = file.date_of(entry[name], entry.line_of(name))
    issue_certificate(
        actor=SYSTEM,
        type_key=kind.key,
        department_id=department.id,
        holder_kind="firm" if firm else "person",
        holder_user_id=user_id,
        holder_firm_id=firm_id,
        holder_name=firm.name if firm else person.real_name if person else "",
        holder_code=firm.uscc if firm else person.citizen_id if person else "",
        face=plain(entry["face"]),
        issued_on=issued_on,
        source=Certificate.Source.DEMO,
        at=file.at,
        **options,  # type: ignore[arg-type]
    )
    return 1
