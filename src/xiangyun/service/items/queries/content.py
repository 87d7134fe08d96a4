"""The content of a guide version: frozen, therefore kept in memory."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from xiangyun.foundation.packs import api as packs
from xiangyun.service.items.models import CatalogEntry, Guide, GuideMaterial

REQUIRED, ON_CONDITION, DEFERRABLE = 1, 2, 3
_EXEMPT_TEXTS = {
    "certificate": "电子证照免提交",
    "data_check": "数据核验免提交",
    "data_fetch": "数据自动调取",
    "commitment": "可告知承诺",
    "internal": "部门内部流转",
    "form_fill": "由申请表单生成",
    "none": "",
}
_DATA_MODES = ("data_check", "data_fetch")
_KIND_TEXTS = {1: "证件证书证明", 2: "申请表格文书", 3: "其他"}
_FORM_TEXTS = {1: "纸质", 2: "电子", 3: "纸质或电子"}
_SOURCE_TEXTS = {10: "申请人自备", 20: "政府部门核发", 99: "其他"}


@dataclass(frozen=True, kw_only=True)
class MaterialRef:
    """A material as asked for in one situation; `conditions` (`{q, in}`) say in which."""

    code: str
    name: str
    order: int
    kind: str
    form: str
    source: str
    originals: int
    copies: int
    necessity: int
    exempt_mode: str
    exempt_text: str
    certificate_types: tuple[str, ...]
    data_resources: tuple[str, ...]
    can_commit: bool
    is_deferrable: bool
    note: str
    conditions: tuple[Mapping[str, Any], ...]

    @property
    def is_internal(self) -> bool:
        """Made, passed on or looked up by the offices themselves: nobody is asked for it."""
        is_looked_up = self.exempt_mode in _DATA_MODES and not self.originals and not self.copies
        return self.exempt_mode == "internal" or is_looked_up

    @property
    def is_generated(self) -> bool:
        """Made from the application form: nobody uploads it."""
        return self.exempt_mode == "form_fill"

    @property
    def is_required(self) -> bool:
        """Must be there when the application is handed in; what a note limits to some cases only the applicant knows."""
        if self.is_deferrable or self.is_internal:
            return False
        return self.necessity == REQUIRED or (self.necessity == ON_CONDITION and not self.note)

    @property
    def is_exempt(self) -> bool:
        """Need not be brought: it comes from the form, another desk, or the certificate store where that holds it."""
        return bool(self.certificate_types) or self.is_generated or self.is_internal


@dataclass(frozen=True, kw_only=True)
class GuideContent:
    """A guide version with its materials and the facts of its catalog entry."""

    id: int
    version: int
    title: str
    catalog_id: int
    catalog_code: str
    catalog_name: str
    item_type: str
    item_type_name: str
    legal_basis: tuple[Mapping[str, Any], ...]
    case_type: str
    legal_limit: int | None
    legal_unit: str
    legal_note: str
    promise_limit: int
    promise_unit: str
    audience: tuple[str, ...]
    accept_conditions: tuple[str, ...]
    conditions: tuple[Mapping[str, Any], ...]
    situations: tuple[Mapping[str, Any], ...]
    steps: tuple[Mapping[str, Any], ...]
    special_procedures: tuple[str, ...]
    fee: str
    fee_basis: str
    faq: tuple[Mapping[str, str], ...]
    result_name: str
    certificate_types: tuple[str, ...]
    certificates: Mapping[str, str]
    handling_keys: tuple[str, ...]
    delivery: tuple[str, ...]
    online_depth: int
    onsite_visits: int
    onsite_reason: str
    consult: str
    complaint: str
    remedy: str
    form_key: str
    process_key: str
    materials: tuple[MaterialRef, ...] = field(repr=False)

    @property
    def is_instant(self) -> bool:
        """即办件."""
        return self.case_type == CatalogEntry.CaseType.INSTANT

    @property
    def audience_names(self) -> list[str]:
        """服务对象 in words."""
        return [CatalogEntry.Audience(code).label for code in self.audience]

    @property
    def promise_text(self) -> str:
        """承诺办结时限 in words."""
        return limit_text(self.promise_limit, self.promise_unit)

    @property
    def legal_text(self) -> str:
        """法定办结时限 in words."""
        return limit_text(self.legal_limit, self.legal_unit) if self.legal_limit is not None else "法律未规定"


_contents: packs.ContentCache[int, GuideContent] = packs.ContentCache(seconds=3600, limit=3000)


def get_content(guide_id: int) -> GuideContent:
    """Return the content of a guide version, from memory where it was read before."""
    return _contents.get(guide_id, lambda: _read(guide_id))


def limit_text(limit: int, unit: str) -> str:
    """Return a limit in words: 10个工作日, 当场办结."""
    if limit == 0:
        return "当场办结"
    return f"{limit}{CatalogEntry.Unit(unit).label}"


def _read(guide_id: int) -> GuideContent:
    guide = Guide.objects.select_related("catalog").get(id=guide_id)
    rows = GuideMaterial.objects.filter(guide_id=guide_id).select_related("material").order_by("order")
    catalog = guide.catalog
    return GuideContent(
        id=guide.id,
        version=guide.version,
        title=guide.title,
        catalog_id=catalog.id,
        catalog_code=catalog.catalog_code,
        catalog_name=catalog.name,
        item_type=catalog.item_type,
        item_type_name=catalog.get_item_type_display(),
        legal_basis=tuple(catalog.legal_basis),
        case_type=guide.case_type,
        legal_limit=guide.legal_limit,
        legal_unit=guide.legal_unit,
        legal_note=guide.legal_note,
        promise_limit=guide.promise_limit,
        promise_unit=guide.promise_unit,
        audience=tuple(guide.audience),
        accept_conditions=tuple(guide.accept_conditions),
        conditions=tuple(guide.conditions),
        situations=tuple(guide.situations),
        steps=tuple(guide.steps),
        special_procedures=tuple(guide.special_procedures),
        fee=guide.fee,
        fee_basis=catalog.fee_basis,
        faq=tuple(guide.faq),
        result_name=guide.result_name,
        certificate_types=tuple(guide.certificate_types),
        certificates=guide.certificates,
        handling_keys=tuple(entry["id"] for entry in catalog.handling),
        delivery=tuple(guide.delivery),
        online_depth=guide.online_depth,
        onsite_visits=guide.onsite_visits,
        onsite_reason=guide.onsite_reason,
        consult=guide.consult,
        complaint=guide.complaint,
        remedy=guide.remedy,
        form_key=guide.form_key,
        process_key=guide.process_key,
        materials=tuple(_material(row) for row in rows),
    )


def _material(row: GuideMaterial) -> MaterialRef:
    return MaterialRef(
        code=row.material.code,
        name=row.name,
        order=row.order,
        kind=_KIND_TEXTS[row.kind],
        form=_FORM_TEXTS[row.form],
        source=row.source_note or _SOURCE_TEXTS[row.source],
        originals=row.originals,
        copies=row.copies,
        necessity=row.necessity,
        exempt_mode=row.exempt_mode,
        exempt_text=_exempt_text(row),
        certificate_types=tuple(row.certificate_types),
        data_resources=tuple(row.data_resources),
        can_commit=row.can_commit,
        is_deferrable=row.is_deferrable,
        note=row.note,
        conditions=tuple(row.conditions),
    )


def _exempt_text(row: GuideMaterial) -> str:
    """Say how it is got without the applicant; data that no certificate stands for cannot be got and is asked for."""
    if row.exempt_mode in _DATA_MODES and not row.originals and not row.copies:
        return "由办理部门核验，不需要提供"
    is_asked = row.exempt_mode in (*_DATA_MODES, "certificate") and not row.certificate_types
    return "" if is_asked else _EXEMPT_TEXTS[row.exempt_mode]
