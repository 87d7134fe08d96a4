"""What every act on a case has in common: the record of who did what, the audit entry, the event."""

from datetime import datetime
from typing import Any

from xiangyun.foundation.audit import api as audit
from xiangyun.foundation.events import api as outbox
from xiangyun.foundation.workflow import api as workflow
from xiangyun.kit.actors import Actor
from xiangyun.kit.errors import ValidationError
from xiangyun.kit.rows import append_rows
from xiangyun.service.cases import events
from xiangyun.service.cases.errors import WrongStatus
from xiangyun.service.cases.models import Case, CaseAct

SUBJECT = "cases.case"
LONGEST_OPINION = 2000
# an instant item has one step for acceptance and decision, at which the clerk may as well ask for supplement or refuse
_STEPS = {"accept": ("accept", "accept_decide")}


def lock_case(*, key: str) -> Case:
    """Return the case with its row locked until the transaction ends.

    Raises: CaseNotFound.
    """
    from xiangyun.service.cases.queries.cases import get_case

    return get_case(key=key, lock=True)


def require_status(case: Case, *allowed: str) -> None:
    """Let pass only a case in one of the given states.

    Raises: WrongStatus.
    """
    if case.status not in allowed:
        raise WrongStatus(status=case.status, status_name=case.get_status_display())


def record_act(
    case: Case,
    *,
    actor: Actor,
    act: str,
    at: datetime,
    name: str = "",
    from_status: str = "",
    opinion: str = "",
    facts: dict[str, Any] | None = None,
) -> None:
    """Write the act on the case file, by a `name` that says more than the act's own where there is one, and in the audit.

    Raises: ValidationError for an opinion that fits no paper; it is never cut.
    """
    if len(opinion) > LONGEST_OPINION:
        raise ValidationError(f"意见最多{LONGEST_OPINION}字，现有{len(opinion)}字，请精简后再提交。")
    done = CaseAct(
        case=case,
        act=act,
        name=name or name_of(act),
        from_status=from_status,
        to_status=case.status,
        actor_user_id=actor.user_id,
        actor_name=actor.name,
        is_official=actor.is_official,
        opinion=opinion,
        facts=facts or {},
        at=at,
    )
    append_rows([done])
    audit.record(
        actor=actor,
        action=_action(act),
        subject_type=SUBJECT,
        subject_id=case.pk,
        label=str(case),
        reason=opinion,
        at=at,
    )


def name_of(act: str) -> str:
    """Return what an act is called on the case file and in the audit."""
    return audit.get_action_name(action=_action(act))


def _action(act: str) -> str:
    return f"cases.{act}"


def announce(kind: type[events.CaseEvent], case: Case, *, at: datetime, **more: Any) -> None:
    """Publish an event about the case."""
    outbox.publish(
        kind(
            case_id=case.pk,
            case_key=str(case.key),
            project_no=case.project_no or "",
            applicant_user_id=case.applicant_user_id,
            department_id=case.department_id,
            at=at,
            **more,
        )
    )


def complete_step(
    case: Case,
    *,
    actor: Actor,
    act: str,
    outcome: str,
    opinion: str,
    at: datetime,
) -> None:
    """Close the open work item of kind `act` and let the process move on.

    Raises: WrongStatus when the process offers no such step now; Conflict when another official was first.
    """
    done = workflow.complete_open_work_item(
        actor=actor,
        subject_type=SUBJECT,
        subject_id=case.pk,
        acts=_STEPS.get(act, (act,)),
        outcome=outcome,
        opinion=opinion,
        subject=case,
        at=at,
    )
    if done is None:
        raise WrongStatus(act=act, status=case.status)
