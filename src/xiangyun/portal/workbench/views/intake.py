"""Window intake: card → item → situation and materials → receipt, by keyboard, under a minute for an instant item."""

import json
from contextlib import suppress
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from xiangyun.foundation.access import api as access
from xiangyun.foundation.accounts import api as accounts
from xiangyun.foundation.accounts.errors import PersonNotFound
from xiangyun.foundation.files import api as files
from xiangyun.foundation.forms import api as forms
from xiangyun.foundation.forms.errors import AlreadySubmitted, DraftOvertaken
from xiangyun.kit.errors import DomainError, NotAllowed, NotFound, ValidationError
from xiangyun.portal.workbench.permissions import actor_of, officials_only
from xiangyun.portal.workbench.queries import intake as window
from xiangyun.service.cases import api as cases
from xiangyun.service.items import api as items

_LONGEST_QUESTION = 60
_SCANNED = "3"  # get_type 扫描
_REVISION = "xy-revision"
_OPEN = (cases.Status.DRAFT, cases.Status.SUPPLEMENT_PENDING)


@officials_only
@require_http_methods(["GET", "POST"])
def identify(request: HttpRequest) -> HttpResponse:
    """Read the card of the person at the window and see for whom they may act; open an account for who has none."""
    actor = actor_of(request)
    context: dict[str, Any] = {"places": window.list_places(actor=actor), "typed": request.POST}
    if request.method == "GET":
        context |= window.list_unfinished(actor=actor, at=timezone.now())
        return render(request, "workbench/intake_identify.html", context)
    citizen_id, principal = (request.POST.get(name, "").strip().upper() for name in ("citizen_id", "principal"))
    has_letter, unknown = request.POST.get("has_letter") == "1", request.POST.get("unknown", "")
    try:
        if unknown and unknown == window.first_unknown(citizen_id, principal):
            _create_person(request, unknown)
        visit = cases.read_visit(
            citizen_id=citizen_id, principal=principal, has_letter=has_letter, on=timezone.localdate()
        )
    except DomainError as error:
        is_new = isinstance(error, PersonNotFound)
        unknown = window.first_unknown(citizen_id, principal) if is_new or unknown else ""
        context |= {"unknown": unknown, "error": None if is_new else error}
        return render(request, "workbench/intake_identify.html", context, status=404 if is_new else 422)
    return redirect("workbench:intake_items", window.write_ticket(actor=actor, visit=visit))


@officials_only
@require_safe
def choose_item(request: HttpRequest, ticket: str) -> HttpResponse:
    """Show who stands here and find the item; any window takes any item in its scope (无差别受理)."""
    actor = actor_of(request)
    visitor = window.read_ticket(actor=actor, ticket=ticket, on=timezone.localdate())
    places = window.list_places(actor=actor)
    here = window.choose_place(places, request.GET.get("region", ""))
    question = request.GET.get("q", "").strip()[:_LONGEST_QUESTION]
    offers, total = window.list_offers(actor=actor, region_code=here.code, audience=visitor.audience, question=question)
    context = {
        "visitor": visitor, "places": places, "here": here, "question": question, "offers": offers, "total": total,
        "unfinished": window.list_unfinished_of(actor=actor, visitor=visitor, at=timezone.now()),
        "pending": window.list_pending_of(actor=actor, visitor=visitor, at=timezone.now()),
    }  # fmt: skip
    return render(request, "workbench/intake_items.html", context)


@officials_only
@require_http_methods(["GET", "POST"])
def open_case(request: HttpRequest, ticket: str, task_code: str) -> HttpResponse:
    """Ask the situation and open the case for the chosen item; the same form sent twice opens one case."""
    actor, data = actor_of(request), request.POST
    visitor = window.read_ticket(actor=actor, ticket=ticket, on=timezone.localdate())
    item = (data if request.method == "POST" else request.GET).get("item", "")
    situation = {name.removeprefix("s-"): str(value) for name, value in data.items() if name.startswith("s-")}
    guide = items.get_guide_page(task_code=task_code, handle_item_code=item, situation=situation)
    error = None
    if request.method == "POST" and guide.chosen:
        try:
            case = cases.open_window_case(
                actor=actor,
                citizen_id=visitor.visit.present.citizen_id,
                principal=visitor.principal,
                has_letter=bool(visitor.visit.presence.letter),
                handle_item_code=guide.chosen.code,
                situation=situation,
                request_id=data.get("request_id", "")[:64] or uuid4().hex,
                at=timezone.now(),
            )
            return redirect("workbench:intake_case", case.key)
        except DomainError as refused:
            if refused.status != 422:
                raise
            error = refused
    request_id = data.get("request_id") or uuid4().hex
    unmet = window.list_unmet(visitor=visitor, guide=guide, on=timezone.localdate())
    context = {"visitor": visitor, "guide": guide, "unmet": unmet, "error": error, "request_id": request_id}
    return render(request, "workbench/intake_open.html", context, status=error.status if error else 200)


@officials_only
@require_http_methods(["GET", "POST"])
def take_in(request: HttpRequest, key: UUID) -> HttpResponse:
    """Tick the materials, complete the form, and take in: receive, accept, decide at once, or keep it for later.

    A case that waits for a supplement is taken in the same way: what the notice asked for is shown above.
    """
    page, error, answers = _draft(request, key), None, None
    if page.status not in _OPEN:
        return redirect("workbench:intake_done", key)
    if request.method == "POST":
        answers = forms.parse_post(form_id=page.form_id, data=request.POST)
        try:
            _take_materials(request, page)
            if request.POST.get("then") == "later":
                return _keep(request, page, answers)
            _hand_in(request, page, answers)
            return _go_on(request, page)
        except DomainError as refused:
            if refused.status != 422:
                raise
            error, page = refused, _draft(request, key)
            with suppress(DraftOvertaken):  # what was typed is shown again in any case
                _save(request, page, answers)
    elif kept := request.take_unsent():  # type: ignore[attr-defined] # typed when the login had ended
        answers = forms.parse_post(form_id=page.form_id, data=kept)
    wrong = error.details if error and error.code == ValidationError.code else None
    form = forms.render_form(form_id=page.form_id, answers=answers, errors=wrong)
    context = {
        "page": page,
        "form": form,
        "to_answer": form.to_answer,
        "missing": window.missing(page),
        "notice": _notice(page),
        "bearer": _bearer(request, page),
        "error": None if wrong else error,
    }
    return render(request, "workbench/intake_case.html", context, status=error.status if error else 200)


@officials_only
@require_POST
def save(request: HttpRequest, key: UUID) -> HttpResponse:
    """Save what has been typed so far; the page learns which questions that leaves and what is wrong."""
    page = _draft(request, key)
    answers = forms.parse_post(form_id=page.form_id, data=request.POST)
    try:
        saved = _save(request, page, answers)
    except (DraftOvertaken, AlreadySubmitted) as error:
        context = {"error": error, "differences": error.details.get("differences", {})}
        return render(request, "forms/overtaken.html", context, status=error.status)
    response = render(request, "forms/saved.html", {"saved": saved})
    right = [name for name in answers if name not in saved.problems]
    state = {"form": saved.form_id, "visible": saved.visible, "problems": saved.problems, "right": right}
    response["HX-Trigger"] = json.dumps({"forms:state": state})
    return response


@officials_only
@require_POST
def scan(request: HttpRequest, key: UUID, code: str) -> HttpResponse:
    """Keep a scan of a material whose original the window has seen; only its own line of the page changes."""
    actor, at, page = actor_of(request), timezone.now(), _draft(request, key)
    upload = request.FILES.get("file")
    stored = files.store_upload(actor=actor, upload=upload, purpose=f"窗口扫描：{page.item_name}", at=at)
    cases.attach_material(actor=actor, case_key=page.key, code=code, file_id=str(stored.id), get_type=_SCANNED, at=at)
    if not request.headers.get("HX-Request"):
        return redirect("workbench:intake_case", key)
    page = _draft(request, key)
    material = next(each for each in page.materials if each.code == code)
    context = {"page": page, "material": material, "missing": window.missing(page), "is_part": True}
    return render(request, "workbench/intake_material.html", context)


@officials_only
@require_POST
def discard(request: HttpRequest, key: UUID) -> HttpResponse:
    """Throw away what was begun here and not handed in."""
    page = _draft(request, key)
    cases.discard_draft(actor=actor_of(request), case_key=page.key, at=timezone.now())
    messages.success(request, f"已删除{page.applicant_name}未提交的“{page.item_name}”。")
    return redirect("workbench:intake")


@officials_only
@require_safe
def done(request: HttpRequest, key: UUID) -> HttpResponse:
    """Show the receipt with its papers, ready to print, and lead to the next person."""
    page = _draft(request, key)
    if page.status in _OPEN:
        return redirect("workbench:intake_case", key)
    return render(request, "workbench/intake_done.html", {"page": page})


def _create_person(request: HttpRequest, citizen_id: str) -> None:
    accounts.create_person(
        actor=actor_of(request),
        username=f"w{uuid4().hex[:16]}",
        name=request.POST["name"],
        citizen_id=citizen_id,
        mobile=request.POST.get("mobile", "").strip() or None,
        at=timezone.now(),
    )


def _draft(request: HttpRequest, key: UUID) -> cases.CasePage:
    actor = actor_of(request)
    page = cases.get_case_page(actor=actor, case_key=str(key), at=timezone.now())
    if window.RIGHT not in access.list_rights(actor):
        raise NotFound
    if page.status == cases.Status.DRAFT and not window.is_from_window(page):
        raise NotFound("这份申请由申请人在网上填写，尚未提交，窗口不能代为修改。")
    if page.status == cases.Status.SUPPLEMENT_PENDING and not window.can_supplement(actor=actor, page=page):
        raise NotAllowed("这件办件不在您的收件范围，请由受理它的大厅代收补正材料。")
    return page


def _notice(page: cases.CasePage) -> dict[str, Any] | None:
    """Return what the applicant was told to bring, in the words of the last notice."""
    if page.status != cases.Status.SUPPLEMENT_PENDING:
        return None
    asked = next(act for act in reversed(page.acts) if act.act == "request_supplement")
    paper = next(paper for paper in reversed(page.papers) if paper.kind == "supplement")
    return {"opinion": asked.opinion, "until": page.supplement_until, "paper": paper}


def _bearer(request: HttpRequest, page: cases.CasePage) -> dict[str, str]:
    """Return who brings a supplement: as the clerk typed, else whose card was read, else who came to apply."""
    data = request.POST
    if "bearer" in data:
        return {"name": data["bearer"].strip()[:50], "title": data.get("title", "")}
    if ticket := request.GET.get("by"):
        presence = window.read_ticket(actor=actor_of(request), ticket=ticket, on=timezone.localdate()).visit.presence
        return {"name": presence.name, "title": presence.title}
    return {"name": page.receiver, "title": page.present.get("title", "")}


def _hand_in(request: HttpRequest, page: cases.CasePage, answers: dict[str, Any]) -> None:
    actor, at = actor_of(request), timezone.now()
    if page.status == cases.Status.DRAFT:
        cases.submit_window_case(actor=actor, case_key=page.key, answers=answers, at=at)
        return
    by = _bearer(request, page)
    cases.supplement_case(actor=actor, case_key=page.key, answers=answers, bearer=by["name"], title=by["title"], at=at)


def _save(request: HttpRequest, page: cases.CasePage, answers: dict[str, Any]) -> forms.SavedDraft:
    revision = request.POST.get(_REVISION, "")
    return cases.save_draft(
        actor=actor_of(request),
        case_key=page.key,
        answers=answers,
        revision=int(revision) if revision.isdecimal() and len(revision) < 10 else 0,
        at=timezone.now(),
    )


def _keep(request: HttpRequest, page: cases.CasePage, answers: dict[str, Any]) -> HttpResponse:
    _save(request, page, answers)
    messages.success(request, f"{page.applicant_name}的“{page.item_name}”已保存，读取证件后可继续。")
    return redirect("workbench:intake")


def _take_materials(request: HttpRequest, page: cases.CasePage) -> None:
    actor, at, data = actor_of(request), timezone.now(), request.POST
    promised = [material.code for material in page.materials if material.code in data.getlist("promise")]
    for code in promised:
        cases.commit_material(actor=actor, case_key=page.key, code=code, at=at)
    taken = [code for code in data.getlist("paper") if code not in promised]
    cases.take_paper_materials(actor=actor, case_key=page.key, codes=taken, at=at)


def _go_on(request: HttpRequest, page: cases.CasePage) -> HttpResponse:
    """Do in the same click what the clerk asked for: decide at once (即办), accept (收件即受理), or just receive.

    A supplement belongs to a case received before.
    """
    actor, at = actor_of(request), timezone.now()
    then = request.POST.get("then") or ("decide" if page.is_instant else "accept")
    try:
        if then == "decide":
            cases.decide_at_once(actor=actor, case_key=page.key, at=at)
        elif then == "accept":
            cases.accept_case(actor=actor, case_key=page.key, at=at)
        elif page.status == cases.Status.DRAFT:
            cases.receive_case(actor=actor, case_key=page.key, at=at)
    except DomainError as error:
        messages.warning(request, f"申请已提交，但未能继续：{error.text}")
    return redirect("workbench:intake_done", page.key)
