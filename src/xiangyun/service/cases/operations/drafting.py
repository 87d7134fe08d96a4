"""Drafts: opened with everything the government already holds, saved as one types, thrown away at will."""

from dataclasses import replace
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from xiangyun.foundation.audit import api as audit
from xiangyun.foundation.forms import api as forms
from xiangyun.foundation.organisations import api as organisations
from xiangyun.kit.actors import Actor
from xiangyun.kit.privacy import fingerprint
from xiangyun.kit.rows import find_row, insert_rows
from xiangyun.kit.transactions import in_one_transaction
from xiangyun.service.cases import permissions
from xiangyun.service.cases.errors import ConditionNotMet, RealNameNeeded, RequestReused, WrongAudience
from xiangyun.service.cases.models import Case, CaseMaterial
from xiangyun.service.cases.operations import acts
from xiangyun.service.cases.operations.materials import discard_files, lay_out_materials, require_letter
from xiangyun.service.cases.queries.prefill import Applicant, Situation, prefill_form
from xiangyun.service.cases.queries.presence import Presence
from xiangyun.service.items import api as items

APPLICANT_LEVEL = 2  # real-name level that an application online needs (实名认证)


@in_one_transaction
def start_case(
    *,
    actor: Actor,
    handle_item_code: str,
    situation: dict[str, str],
    request_id: str,
    at: datetime,
    source: str = Case.Source.PC,
) -> Case:
    """Open a draft for the subject the actor acts for; the same request twice gives the same draft.

    Raises: ItemNotPublished, RealNameNeeded, WrongAudience, ConditionNotMet, NotAllowed.
    """
    if actor.user_id is None or actor.is_official:
        raise WrongAudience("工作人员账号不能申请事项，请使用个人账号登录。")
    if actor.trust_level < APPLICANT_LEVEL:
        raise RealNameNeeded
    applicant = Applicant.of(actor, at)
    return open_draft(
        actor=actor,
        applicant=applicant,
        handle_item_code=handle_item_code,
        situation=situation,
        request_id=request_id,
        source=source,
        at=at,
    )


def open_draft(
    *,
    actor: Actor,
    applicant: Applicant,
    handle_item_code: str,
    situation: dict[str, str],
    request_id: str,
    source: str,
    at: datetime,
    presence: Presence | None = None,
) -> Case:
    """Write the draft with its prefilled form and its list of materials; `presence` is who came to the window."""
    item = items.get_handling_item(code=handle_item_code, must_be_published=True)
    if earlier := _find_earlier(applicant, item, request_id):
        return earlier
    _require_conditions(item, applicant, timezone.localdate(at))
    department = organisations.get_department(id=item.department_id)
    try:
        with transaction.atomic():  # the form goes with the case, where the same request was first elsewhere
            form = forms.open_form(
                actor=replace(actor, user_id=applicant.user_id, firm_id=applicant.firm_id),
                key=item.form_key,
                prefilled=prefill_form(
                    applicant=applicant,
                    form_key=item.form_key,
                    situation=Situation(content=item.content, answers=situation, on=timezone.localdate(at)),
                ),
                at=at,
            )
            case = Case(
                request_id=request_id,
                handling_item_id=item.id,
                item_name=item.full_name,
                task_version=item.task_version,
                department_id=department.id,
                region_path=department.region_path,
                department_path=department.path,
                applicant_kind=Case.ApplicantKind.ORGANISATION if applicant.firm_id else Case.ApplicantKind.PERSON,
                applicant_user_id=applicant.user_id,
                applicant_firm_id=applicant.firm_id,
                applicant_name=applicant.name,
                applicant_code=applicant.code,
                applicant_code_index=fingerprint("case_applicant", applicant.code),
                contact_mobile=applicant.mobile,
                source=source,
                situation=situation,
                form_id=form.id,
                created_at=at,
            )
            insert_rows([case])
    except IntegrityError:
        if earlier := _find_earlier(applicant, item, request_id):
            return earlier
        raise
    lay_out_materials(case=case, item=item, applicant=applicant, at=at)
    if presence and presence.letter:
        require_letter(case, presence.letter)
    acts.record_act(case, actor=actor, act="start_case", facts=presence.as_facts() if presence else None, at=at)
    return case


def _require_conditions(item: items.HandlingItemRef, applicant: Applicant, on: date) -> None:
    """Let pass only whom the guide serves and who meets what is known of its conditions.

    Raises: WrongAudience, ConditionNotMet.
    """
    judged = items.judge_conditions(
        content=item.content,
        serial=item.serial,
        person=applicant.profile,
        is_organisation=applicant.firm is not None,
        on=on,
    )
    for condition in judged:
        if condition.is_met is False:
            raise (WrongAudience if condition.is_of_subject else ConditionNotMet)(condition.refusal)


def _find_earlier(applicant: Applicant, item: items.HandlingItemRef, request_id: str) -> Case | None:
    """Return the case that the same request opened before; a number used for something else is refused.

    Raises: RequestReused.
    """
    earlier = find_row(Case, applicant_user_id=applicant.user_id, request_id=request_id)
    wanted = (applicant.firm_id, item.department_id, item.full_name)
    if earlier is not None and (earlier.applicant_firm_id, earlier.department_id, earlier.item_name) != wanted:
        raise RequestReused
    return earlier


@in_one_transaction
def save_draft(
    *, actor: Actor, case_key: str, answers: dict[str, Any], revision: int, at: datetime
) -> forms.SavedDraft:
    """Save what has been typed so far.

    Raises: CaseNotFound, NotAllowed, WrongStatus, Conflict when another tab saved later.
    """
    case = acts.lock_case(key=case_key)
    permissions.require_filer(actor, case)
    acts.require_status(case, Case.Status.DRAFT, Case.Status.SUPPLEMENT_PENDING)
    return forms.save_draft(
        actor=form_owner(case, actor), form_id=case.form_id or 0, answers=answers, revision=revision, at=at
    )


@in_one_transaction
def discard_draft(*, actor: Actor, case_key: str, at: datetime) -> None:
    """Throw a draft away, one's own or one begun at the window; everything received stays on file.

    Raises: CaseNotFound, NotAllowed, WrongStatus.
    """
    case = acts.lock_case(key=case_key)
    permissions.require_filer(actor, case)
    acts.require_status(case, Case.Status.DRAFT)
    audit.record(
        actor=actor, action="cases.discard_draft", subject_type=acts.SUBJECT, subject_id=case.pk, label=str(case), at=at
    )
    form_id, uploads = case.form_id, [material.file_id for material in case.materials.all()]
    CaseMaterial.objects.filter(case=case).delete()
    discard_files(case, uploads, actor=actor, at=at)
    case.acts.all().delete()
    case.delete()
    if form_id is not None:
        forms.discard_draft(actor=form_owner(case, actor), form_id=form_id)


def refresh_contact(case: Case, answers: dict[str, Any]) -> None:
    """Take the phone number the applicant gave on the form as the case's contact."""
    mobile = answers.get("mobile") or answers.get("proxy_mobile")
    if mobile and mobile != case.contact_mobile:
        case.contact_mobile = str(mobile)


def form_owner(case: Case, actor: Actor) -> Actor:
    """Return the actor in the applicant's name: the form is the applicant's, also where a clerk types for them."""
    return replace(actor, user_id=case.applicant_user_id, firm_id=case.applicant_firm_id)
