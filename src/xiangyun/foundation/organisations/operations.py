"""Posts and who holds them.

Whether the actor may do so is checked by the operation above that calls: rights are granted on departments, so they are
known only higher up.
"""

from datetime import date, datetime

from django.db import IntegrityError, transaction

from xiangyun.foundation.audit import api as audit
from xiangyun.foundation.organisations.errors import AlreadyHolds, PostExists, UnknownPost
from xiangyun.foundation.organisations.models import Post, PostHolding
from xiangyun.foundation.organisations.queries import PostRef, get_department, make_post_ref
from xiangyun.kit.actors import Actor
from xiangyun.kit.errors import ValidationError
from xiangyun.kit.transactions import in_one_transaction


@in_one_transaction
def create_post(*, actor: Actor, department_id: int, name: str, duties: str = "", at: datetime) -> int:
    """Set up a post in a department and return its id.

    Raises: UnknownDepartment, PostExists, ValidationError.
    """
    department = get_department(id=department_id)
    name = name.strip()
    if not 0 < len(name) <= 60:
        raise ValidationError(name="请填写岗位名称，不超过60个字")
    try:
        with transaction.atomic():
            post = Post.objects.create(department_id=department_id, name=name, duties=duties)
    except IntegrityError as error:
        raise PostExists(name=name) from error
    audit.record(
        actor=actor,
        action="organisations.create_post",
        subject_type="organisations.post",
        subject_id=post.id,
        label=f"{department.name} {name}",
        at=at,
    )
    return post.id


@in_one_transaction
def appoint(*, actor: Actor, post_id: int, user_id: int, since: date, at: datetime) -> PostRef:
    """Let a person hold a post from a day on.

    Raises: UnknownPost, AlreadyHolds.
    """
    post = Post.objects.select_for_update().select_related("department").filter(id=post_id).first()
    if post is None:
        raise UnknownPost(post_id=post_id)
    held = PostHolding.objects.filter(post=post, user_id=user_id)
    if held.filter(until=None).exists() or held.filter(until__gte=since).exists():
        raise AlreadyHolds(post_id=post_id, user_id=user_id)
    holding = PostHolding.objects.create(post=post, user_id=user_id, since=since)
    _record(actor, "organisations.appoint", holding, at)
    return make_post_ref(holding)


@in_one_transaction
def end_holding(*, actor: Actor, holding_id: int, until: date, reason: str = "", at: datetime) -> PostRef:
    """Let a person leave a post; `until` is the last day.

    Raises: UnknownPost, ValidationError.
    """
    rows = PostHolding.objects.select_for_update(of=("self",)).select_related("post__department")
    holding = rows.filter(id=holding_id, until=None).first()
    if holding is None:
        raise UnknownPost(holding_id=holding_id)
    if until < holding.since:
        raise ValidationError(until="离任日期不能早于任职日期，请重新填写")
    holding.until = until
    holding.save(update_fields=["until"])
    _record(actor, "organisations.end_holding", holding, at, reason)
    return make_post_ref(holding)


def _record(actor: Actor, action: str, holding: PostHolding, at: datetime, reason: str = "") -> None:
    audit.record(
        actor=actor,
        action=action,
        subject_type="organisations.post",
        subject_id=holding.post_id,
        label=f"{holding.post.department.name} {holding.post.name}",
        details={"user_id": holding.user_id, "since": holding.since, "until": holding.until},
        reason=reason,
        at=at,
    )
