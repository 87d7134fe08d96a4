"""What is one's own under another name: a case of the firm for which one may act is not lost on one's private page."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone

from xiangyun.engagement.reviews.errors import NotInvited
from xiangyun.foundation.accounts import api as accounts
from xiangyun.portal.jishiban.views.inputs import visitor_of
from xiangyun.service.cases import api as cases
from xiangyun.service.cases.errors import CaseNotFound

View = Callable[..., HttpResponseBase]


def offers_switch(view: View) -> View:
    """Offer to switch the subject where a case belongs to another one of the visitor's; to others it does not exist."""

    @wraps(view)
    def shown(request: HttpRequest, key: UUID, *more: Any) -> HttpResponseBase:
        try:
            return view(request, key, *more)
        except (CaseNotFound, NotInvited):
            owner = _other_subject(request, key)
            if owner is None:
                raise
            context = {"owner": owner, "next": request.get_full_path() if request.method == "GET" else "/cases/"}
            return render(request, "jishiban/switch.html", context, status=404)

    return shown


def _other_subject(request: HttpRequest, key: UUID) -> accounts.Subject | None:
    """Return the subject of the visitor to whom a case belongs, if it is not the one acted for now."""
    actor = visitor_of(request)
    if actor is None or actor.user_id is None or actor.is_official:
        return None
    facts = cases.get_case_facts(case_key=str(key))
    if facts.applicant_firm_id is None and facts.applicant_user_id != actor.user_id:
        return None
    subjects = accounts.list_subjects(user_id=actor.user_id, on=timezone.localdate())
    return next((each for each in subjects if each.firm_id == facts.applicant_firm_id != actor.firm_id), None)
