"""Public REST of the item library: list and search, guide page, materials of a situation, bodies."""

from typing import Any

from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field

from xiangyun.service.items import api

router = Router()


class ServiceOut(Schema):
    catalog_code: str
    title: str
    item_type_name: str
    task_code: str
    level: str
    department_name: str
    region_name: str
    is_instant: bool
    promise_text: str
    legal_text: str
    fee: str
    online_depth: int
    onsite_visits: int
    material_count: int
    exempt_count: int
    handling_names: list[str]


class FacetOut(Schema):
    code: str
    name: str
    count: int


class ServicePageOut(Schema):
    rows: list[ServiceOut]
    total: int
    next_after: str
    is_loose: bool
    themes: list[FacetOut]
    departments: list[FacetOut]


class ServiceQuery(Schema):
    region_code: str = Field("220000000000", max_length=12)
    question: str = Field("", max_length=100)
    audience: str = Field("", pattern="^(person|org|)$")
    theme: str = Field("", max_length=3)
    department_id: int | None = Field(None, ge=1, le=2**62)
    fully_online: bool = False
    instant: bool = False
    after: str = Field("", max_length=12)
    limit: int = Field(20, ge=1, le=100)


class MaterialOut(Schema):
    code: str
    name: str
    kind: str
    form: str
    source: str
    originals: int
    copies: int
    is_required: bool
    exempt_mode: str
    exempt_text: str
    certificate_types: list[str]
    can_commit: bool
    is_deferrable: bool
    note: str


class QuestionOut(Schema):
    var: str
    text: str
    options: list[tuple[str, str]]
    answer: str


class HandlingOut(Schema):
    code: str
    name: str
    full_name: str
    kind: str


class BodyOut(Schema):
    task_code: str
    department_name: str
    region_code: str
    region_name: str
    level: str
    level_name: str
    address: str
    phone: str


class GuideOut(Schema):
    task_code: str
    version: int
    is_open: bool
    status_reason: str
    title: str
    catalog_code: str
    catalog_name: str
    item_type_name: str
    legal_basis: list[dict[str, Any]]
    audience_names: list[str]
    legal_text: str
    promise_text: str
    fee: str
    accept_conditions: list[str]
    steps: list[dict[str, Any]]
    faq: list[dict[str, Any]]
    result_name: str
    delivery: list[str]
    online_depth: int
    onsite_visits: int
    onsite_reason: str
    consult: str
    complaint: str
    remedy: str
    hours: str
    window: str
    body: BodyOut
    handling_items: list[HandlingOut]
    questions: list[QuestionOut]
    materials: list[MaterialOut]
    other_bodies: list[BodyOut]


@router.get("/services", response=ServicePageOut, auth=None, summary="事项列表与检索")
def services(request: HttpRequest, query: Query[ServiceQuery]) -> api.ServicePage:
    """List what can be applied for, seen from a division."""
    return api.list_services(**query.dict())


@router.get("/services/{task_code}", response=GuideOut, auth=None, summary="办事指南")
def guide(request: HttpRequest, task_code: str, handle_item_code: str = "") -> dict[str, Any]:
    """Return one body's service guide."""
    page = api.get_guide_page(task_code=task_code, handle_item_code=handle_item_code)
    local = (
        "task_code",
        "version",
        "is_open",
        "status_reason",
        "hours",
        "window",
        "body",
        "handling_items",
        "questions",
    )
    own = {name: getattr(page, name) for name in (*local, "materials", "other_bodies")}
    return {**{name: getattr(page.content, name) for name in GuideOut.model_fields if name not in own}, **own}


@router.get("/services/{task_code}/bodies", response=list[BodyOut], auth=None, summary="办理该事项的其他机构")
def bodies(request: HttpRequest, task_code: str, region_code: str, after: str = "") -> list[api.BodyRef]:
    """List the bodies below a division that carry the same item out."""
    return api.list_bodies(catalog_code=task_code[-12:], region_code=region_code, after=after)


@router.get("/handling-items/{code}/materials", response=list[MaterialOut], auth=None, summary="情形对应的材料")
def materials(request: HttpRequest, code: str, answers: str = Query("", max_length=500)) -> list[api.MaterialRef]:
    """List the materials of a handling item; `answers` is `var:value` pairs parted by commas."""
    item = api.get_handling_item(code=code)
    pairs = (pair.partition(":") for pair in answers.split(",") if pair)
    return api.list_materials(handling_item_id=item.id, situation={var: value for var, _, value in pairs})
