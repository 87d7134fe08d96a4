"""For whom a person acts: switching between oneself and a firm."""

from datetime import datetime

from django.utils import timezone

from xiangyun.foundation.accounts.errors import NotYourSubject
from xiangyun.foundation.accounts.events import SubjectSwitched
from xiangyun.foundation.accounts.models import User
from xiangyun.foundation.accounts.queries.firms import Subject, find_subject
from xiangyun.foundation.audit import api as audit
from xiangyun.foundation.events import api as events
from xiangyun.kit.actors import Actor
from xiangyun.kit.transactions import in_one_transaction


@in_one_transaction
def switch_subject(*, actor: Actor, firm_id: int | None, at: datetime) -> Subject:
    """Begin to act for a firm, or (None) for oneself again; the caller keeps the answer in the session.

    The account remembers it as well, so that a lost session can be taken up where it ended.

    Raises: NotYourSubject.
    """
    if actor.user_id is None:
        raise NotYourSubject
    subject = Subject(firm_id=None, name=actor.name, code="", title="本人")
    if firm_id is not None:
        found = find_subject(user_id=actor.user_id, firm_id=firm_id, on=timezone.localdate(at))
        if found is None:
            raise NotYourSubject(firm_id=firm_id)
        subject = found
    User.objects.filter(pk=actor.user_id).update(acts_for_id=firm_id)
    audit.record(
        actor=actor,
        action="accounts.switch_subject",
        subject_type="accounts.firm" if firm_id else "accounts.user",
        subject_id=firm_id or actor.user_id,
        label=subject.name if firm_id else "本人",
        at=at,
    )
    events.publish(SubjectSwitched(user_id=actor.user_id, firm_id=firm_id, at=at))
    return subject
