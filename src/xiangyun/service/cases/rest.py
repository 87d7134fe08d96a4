"""REST of one's own cases: open with an idempotency key, fill in, hand in, follow, withdraw."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from ninja import Header, Query, Router, Schema, Status
from pydantic import Field, StringConstraints

from xiangyun.kit.actors import Actor
from xiangyun.service.cases import api

router = Router()

Code = Annotated[str, StringConstraints(max_length=40)]
Text = Annotated[str, StringConstraints(max_length=200)]


class CaseRowOut(Schema):
    """One line of my list."""

    key: UUID
    project_no: str
    query_code: str
    item_name: str
    department_name: str
    status: str
    status_name: str
    created_at: datetime
    submitted_at: datetime | None
    due_on: date | None
    days_left: int | None


class CaseListOut(Schema):
    """A page of my list; `next_cursor` is null on the last."""

    rows: list[CaseRowOut]
    next_cursor: int | None


class CaseMaterialOut(Schema):
    """A material and how it came."""

    code: str
    name: str
    is_required: bool
    is_provided: bool
    can_commit: bool
    how: str
    source_note: str
    wanted_again: str


class CaseActOut(Schema):
    """A line of the case history."""

    name: str
    actor_name: str
    opinion: str
    at: datetime


class CaseOut(Schema):
    """A case of one's own; personal numbers are masked."""

    key: UUID
    project_no: str
    query_code: str
    item_name: str
    handle_item_code: str
    department_name: str
    applicant_name: str
    status: str
    status_name: str
    decision: str
    certificate_key: str
    situation: dict[str, str]
    created_at: datetime
    submitted_at: datetime | None
    accepted_at: datetime | None
    decided_at: datetime | None
    completed_at: datetime | None
    due_on: date | None
    supplement_until: date | None
    materials: list[CaseMaterialOut]
    acts: list[CaseActOut]


class OpenCase(Schema):
    """What to apply for."""

    handle_item_code: str = Field(min_length=1, max_length=40, description="业务办理项编码")
    situation: dict[Code, Text] = Field(default_factory=dict, max_length=20)


class Answers(Schema):
    """Answers by field name; those already prefilled may be left out."""

    answers: dict[Code, Any] = Field(default_factory=dict, max_length=200)


class Withdrawal(Schema):
    """Why the applicant withdraws."""

    reason: str = Field("", max_length=500)


def _actor(request: HttpRequest) -> Actor:
    return request.actor  # type: ignore[attr-defined]


def _page(request: HttpRequest, key: UUID) -> api.CasePage:
    return api.get_case_page(actor=_actor(request), case_key=str(key), at=timezone.now())


@router.get("", response=CaseListOut, summary="我的办件")
def list_cases(
    request: HttpRequest, after: int | None = Query(None, ge=1, le=2**62), limit: int = Query(20, ge=1, le=100)
) -> api.CaseList:
    """List the cases of the person, or of the firm they act for, newest first."""
    return api.list_my_cases(actor=_actor(request), at=timezone.now(), after=after, limit=limit)


@router.post("", response={201: CaseOut}, summary="开始办理")
def open_case(
    request: HttpRequest,
    payload: OpenCase,
    idempotency_key: str = Header(..., alias="Idempotency-Key", min_length=8, max_length=64),
) -> Status:
    """Open a draft filled with what government holds; the same key again gives the same draft."""
    case = api.start_case(
        actor=_actor(request),
        handle_item_code=payload.handle_item_code,
        situation=payload.situation,
        request_id=idempotency_key,
        at=timezone.now(),
    )
    return Status(201, _page(request, case.key))


@router.get("/{uuid:key}", response=CaseOut, summary="办件详情")
def get_case(request: HttpRequest, key: UUID) -> api.CasePage:
    """Return one case of one's own; 404 for any other."""
    return _page(request, key)


@router.post("/{uuid:key}/submission", response=CaseOut, summary="提交申请")
def submit(request: HttpRequest, key: UUID, payload: Answers) -> api.CasePage:
    """Hand the draft in; a second time is refused with 409."""
    api.submit_case(actor=_actor(request), case_key=str(key), answers=payload.answers, at=timezone.now())
    return _page(request, key)


@router.post("/{uuid:key}/withdrawal", response=CaseOut, summary="撤回申请")
def withdraw(request: HttpRequest, key: UUID, payload: Withdrawal) -> api.CasePage:
    """Withdraw a case before its decision."""
    api.withdraw_case(actor=_actor(request), case_key=str(key), reason=payload.reason, at=timezone.now())
    return _page(request, key)
