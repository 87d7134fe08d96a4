"""The Journey: situation, what we hold and what is left, materials, check, hand in, receipt."""

from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from xiangyun.foundation.files import api as files
from xiangyun.foundation.forms import api as forms
from xiangyun.foundation.forms.errors import DraftOvertaken
from xiangyun.kit.errors import DomainError, ValidationError
from xiangyun.portal.jishiban.queries import guides, journey
from xiangyun.portal.jishiban.views.inputs import actor_of, is_phone, number, request_id, typed
from xiangyun.portal.jishiban.views.own import offers_switch
from xiangyun.service.cases import api as cases
from xiangyun.service.cases.errors import MaterialsMissing
from xiangyun.service.items import api as items


@require_http_methods(["GET", "POST"])
def start(request: HttpRequest, code: str) -> HttpResponse:
    """Ask the situation questions; open the draft with everything the government holds."""
    actor, at = actor_of(request), timezone.now()
    if not actor.is_official and actor.trust_level < cases.APPLICANT_LEVEL:
        messages.warning(request, "办理事项需要先完成实名认证，认证后将回到本事项继续。")
        return redirect(f"{reverse('accounts:real_name')}?{urlencode({'next': request.path})}")
    offer, questions = guides.offer_of(code=code)
    errors: list[dict[str, str]] = []
    sent = typed(request)
    given = {question.var: sent.get(question.var, "") for question in questions}
    standing = guides.standing_of(
        actor=actor, content=offer.content, serial=offer.serial, names={}, on=timezone.localdate(at)
    )
    is_barred = bool(standing and standing.unmet)
    if request.method == "POST" and not is_barred:
        errors = guides.unanswered(questions=questions, given=given)
        if not errors:
            case = cases.start_case(
                actor=actor,
                handle_item_code=code,
                situation=given,
                request_id=request_id(request),
                source="2" if is_phone(request) else "1",
                at=at,
            )
            return redirect("jishiban:fill", case.key)
    if sent:
        questions = guides.with_answers(questions=questions, given=given)
    context = {
        "offer": offer,
        "questions": questions,
        "standing": standing,
        "errors": errors,
        "request_id": uuid4(),
        "drafts": guides.open_drafts(actor=actor, item_name=offer.full_name, at=at),
        "journey": journey.plan(page=None, has_questions=bool(questions), current=journey.SITUATION),
    }
    is_refused = errors or (is_barred and request.method == "POST")
    return render(request, "jishiban/start.html", context, status=422 if is_refused else 200)


@require_http_methods(["GET", "POST"])
@offers_switch
def fill(request: HttpRequest, key: UUID) -> HttpResponse:
    """Show what is held and ask what is left; on one screen also hand in."""
    actor, page = actor_of(request), _draft(request, key)
    if page.status != cases.Status.DRAFT:
        return redirect("jishiban:track", key)
    answers, errors, sent = None, {}, typed(request)
    if sent or request.method == "POST":
        answers = forms.parse_post(form_id=page.form_id, data=sent)
        revision = number(sent.get("xy-revision")) or 0
        try:
            cases.save_draft(actor=actor, case_key=page.key, answers=answers, revision=revision, at=timezone.now())
        except DraftOvertaken:
            return _filling(request, page, answers=answers, is_overtaken=True)
    if request.method == "POST":
        if request.POST.get("later"):
            messages.success(request, "草稿已保存，可在“我的办件”中继续填写。")
            return redirect("jishiban:cases")
        errors = journey.find_mistakes(
            form_key=page.form_key, answers=forms.get_answers(form_id=page.form_id) | (answers or {})
        )
        steps = _plan(page, journey.FILL)
        if not errors and not steps.is_one_screen:
            return redirect("jishiban:materials" if journey.to_provide(page) else "jishiban:check", key)
        if not errors and request.POST.get("promise"):
            return _hand_in(request, page)
        if not errors:
            errors = {"promise": "请阅读并勾选承诺"}
    return _filling(request, page, answers=answers, errors=errors)


def _filling(
    request: HttpRequest,
    page: cases.CasePage,
    *,
    answers: dict[str, Any] | None,
    errors: dict[str, str] | None = None,
    is_overtaken: bool = False,
) -> HttpResponse:
    form = forms.render_form(form_id=page.form_id, answers=answers, errors=errors or {})
    context = {
        "page": page,
        "form": form,
        "held": journey.count_held(form),
        "left": form.to_answer,
        "journey": _plan(page, journey.FILL),
        "overtaken": journey.compare(form_id=page.form_id, typed=form) if is_overtaken else [],
    }
    return render(request, "jishiban/fill.html", context, status=409 if is_overtaken else 422 if errors else 200)


@require_safe
@offers_switch
def materials(request: HttpRequest, key: UUID) -> HttpResponse:
    """Show the materials: what need not be brought, what is there, what is missing."""
    page = _draft(request, key)
    if page.status != cases.Status.DRAFT:
        return redirect("jishiban:track", key)
    context = {
        "page": page,
        "missing": journey.missing(page),
        "to_provide": journey.to_provide(page),
        "journey": _plan(page, journey.MATERIALS),
    }
    return render(request, "jishiban/materials.html", context)


@require_POST
def provide(request: HttpRequest, key: UUID, code: str) -> HttpResponse:
    """Take a file for a material, a promise instead of it, or take the file off again; back on the page it says what."""
    actor, at = actor_of(request), timezone.now()
    page = _draft(request, key)
    try:
        if request.POST.get("promise"):
            cases.commit_material(actor=actor, case_key=page.key, code=code, at=at)
        elif request.POST.get("remove"):
            cases.remove_file(actor=actor, case_key=page.key, code=code, at=at)
        else:
            _take_file(request, page, code)
    except DomainError as refusal:
        if request.get_preferred_type(["text/html", "application/json"]) == "application/json":
            raise
        messages.error(request, refusal.text)
    place = "jishiban:materials" if page.status == cases.Status.DRAFT else "jishiban:supplement"
    return redirect(place, key)


def _take_file(request: HttpRequest, page: cases.CasePage, code: str) -> None:
    actor, at = actor_of(request), timezone.now()
    upload = request.FILES.get("file") or request.POST.get("file")
    stored = files.store_upload(actor=actor, upload=upload, purpose=f"办件材料：{page.item_name}", at=at)
    cases.attach_material(actor=actor, case_key=page.key, code=code, file_id=str(stored.id), at=at)


@require_http_methods(["GET", "POST"])
@offers_switch
def check(request: HttpRequest, key: UUID) -> HttpResponse:
    """Show the whole application once more; hand it in when the applicant promises that it is true."""
    page = _draft(request, key)
    if page.status != cases.Status.DRAFT:
        return redirect("jishiban:receipt", key)
    errors = []
    if request.method == "POST":
        if request.POST.get("promise"):
            return _hand_in(request, page)
        errors = [{"field": "promise", "label": "", "text": "请阅读并勾选承诺"}]
    context = {
        "page": page,
        "form": forms.render_form(form_id=page.form_id, readonly=True, masked=False),
        "missing": journey.missing(page),
        "errors": errors,
        "journey": _plan(page, journey.CHECK),
    }
    return render(request, "jishiban/check.html", context, status=422 if errors else 200)


def _hand_in(request: HttpRequest, page: cases.CasePage) -> HttpResponse:
    answers = forms.get_answers(form_id=page.form_id)
    try:
        cases.submit_case(actor=actor_of(request), case_key=page.key, answers=answers, at=timezone.now())
    except MaterialsMissing as refusal:
        messages.error(request, refusal.text)
        return redirect("jishiban:materials", page.key)
    except ValidationError as refusal:
        messages.error(request, refusal.text)
        return redirect("jishiban:fill", page.key)
    except items.ItemNotPublished as refusal:
        messages.error(request, refusal.text)
        return redirect("jishiban:guide", page.task_code)
    return redirect("jishiban:receipt", page.key)


@require_safe
@offers_switch
def receipt(request: HttpRequest, key: UUID) -> HttpResponse:
    """Confirm that the application has come in, with its query code."""
    page = _draft(request, key)
    if page.status == cases.Status.DRAFT:
        return redirect("jishiban:check", key)
    track_url = request.build_absolute_uri(f"/cases/{page.key}/")
    return render(request, "jishiban/receipt.html", {"page": page, "track_url": track_url})


@require_POST
def discard(request: HttpRequest, key: UUID) -> HttpResponse:
    """Throw a draft away."""
    cases.discard_draft(actor=actor_of(request), case_key=str(key), at=timezone.now())
    messages.success(request, "草稿已删除。")
    return redirect("jishiban:cases")


def _draft(request: HttpRequest, key: UUID) -> cases.CasePage:
    return cases.get_case_page(actor=actor_of(request), case_key=str(key), at=timezone.now())


def _plan(page: cases.CasePage, current: str) -> journey.Journey:
    return journey.plan(page=page, has_questions=bool(page.situation), current=current)
