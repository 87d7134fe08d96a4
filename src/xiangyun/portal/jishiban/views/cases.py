"""My cases: list, track page, papers and files, supplement, withdrawal, public status query."""

from uuid import UUID

from allauth.core import ratelimit
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from xiangyun.foundation.documents import api as documents
from xiangyun.foundation.files import api as files
from xiangyun.foundation.forms import api as forms
from xiangyun.foundation.workflow import api as workflow
from xiangyun.portal.jishiban.queries import journey, track
from xiangyun.portal.jishiban.views.inputs import actor_of, number, typed
from xiangyun.portal.jishiban.views.own import offers_switch
from xiangyun.service.cases import api as cases

Status = cases.Status

_TABS = [("全部", ""), ("草稿", Status.DRAFT), ("待补正", Status.SUPPLEMENT_PENDING), ("审查中", Status.IN_REVIEW)]
_TABS += [("已办结", Status.COMPLETED)]


@require_safe
def list_cases(request: HttpRequest) -> HttpResponse:
    """List the cases of the subject the visitor acts for."""
    status = request.GET.get("status", "")
    known = dict(Status.choices)
    page = cases.list_my_cases(
        actor=actor_of(request),
        at=timezone.now(),
        after=number(request.GET.get("after")),
        status=status if status in known else "",
    )
    base = reverse("jishiban:cases")
    tabs = [
        {"label": label, "url": f"{base}?status={value}" if value else base, "count": None, "active": value == status}
        for label, value in _TABS
    ]
    return render(request, "jishiban/cases.html", {"page": page, "tabs": tabs})


@require_safe
@offers_switch
def show(request: HttpRequest, key: UUID) -> HttpResponse:
    """Show where a case stands."""
    page = cases.get_case_page(actor=actor_of(request), case_key=str(key), at=timezone.now())
    if page.status == Status.DRAFT:
        return redirect("jishiban:fill", key)
    context = {
        "page": page,
        "tone": track.tone_of(page.status),
        "next": track.next_act(page),
        "steps": track.step_line(page, open_steps=_open_steps(page)),
        "history": track.history(page),
        "form": forms.render_form(form_id=page.form_id, readonly=True) if page.form_id else None,
        "can_withdraw": page.status in track.WITHDRAWABLE,
    }
    return render(request, "jishiban/track.html", context)


def _open_steps(page: cases.CasePage) -> list[str]:
    if page.process_id is None or not page.is_open:
        return []
    waiting = workflow.list_open_work_items(subject_type="cases.case", subject_id=page.id)
    return list(dict.fromkeys(item.name for item in waiting))


@require_safe
def paper(request: HttpRequest, key: UUID, paper_id: int) -> HttpResponse:
    """Send a sealed paper of the case; seal it first where the reader is faster than the outbox."""
    cases.get_case_paper(actor=actor_of(request), case_key=str(key), document_id=paper_id)
    cases.seal_paper(document_id=paper_id, at=timezone.now())
    response = HttpResponse(documents.read_pdf(document_id=paper_id), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="paper-{paper_id}.pdf"'
    return response


@require_safe
def material_file(request: HttpRequest, key: UUID, code: str) -> FileResponse:
    """Send a file of the applicant's own case back."""
    ref = cases.get_case_file(actor=actor_of(request), case_key=str(key), code=code)
    return FileResponse(files.open_file(file_id=ref.id), **ref.response_options())


@require_http_methods(["GET", "POST"])
@offers_switch
def withdraw(request: HttpRequest, key: UUID) -> HttpResponse:
    """Ask once more, then withdraw the application."""
    actor, at = actor_of(request), timezone.now()
    if request.method == "POST":
        reason = request.POST.get("reason", "").strip()[:300]
        cases.withdraw_case(actor=actor, case_key=str(key), reason=reason, at=at)
        messages.success(request, "申请已撤回。")
        return redirect("jishiban:track", key)
    page = cases.get_case_page(actor=actor, case_key=str(key), at=at)
    if page.status not in track.WITHDRAWABLE:
        return redirect("jishiban:track", key)
    return render(request, "jishiban/withdraw.html", {"page": page, "reason": typed(request).get("reason", "")})


@require_http_methods(["GET", "POST"])
@offers_switch
def supplement(request: HttpRequest, key: UUID) -> HttpResponse:
    """Show what the notice asks for and take it; the case goes back to acceptance."""
    actor, at = actor_of(request), timezone.now()
    page = cases.get_case_page(actor=actor, case_key=str(key), at=at)
    if page.status != Status.SUPPLEMENT_PENDING:
        return redirect("jishiban:track", key)
    missing = journey.missing(page)
    if request.method == "POST" and not missing:
        answers = forms.get_answers(form_id=page.form_id)
        cases.supplement_case(actor=actor, case_key=page.key, answers=answers, at=at)
        messages.success(request, "补正材料已提交，办理继续进行。")
        return redirect("jishiban:track", key)
    notice = next((act for act in reversed(page.acts) if act.act == "request_supplement"), None)
    given = [m for m in page.materials if m not in missing and not m.is_exempt]
    context = {"page": page, "missing": missing, "notice": notice, "given": given}
    return render(request, "jishiban/supplement.html", context)


@login_not_required
@require_http_methods(["GET", "POST"])
def progress(request: HttpRequest) -> HttpResponse:
    """Tell the state of a case to whoever holds its query code and the end of the applicant's number.

    Misses are counted by code and by address: four characters are soon tried out.
    """
    found, text, status = None, "", 200
    code = request.POST.get("query_code", "").strip()
    if request.method == "POST":
        if ratelimit.consume(request, action="progress", key=code, dry_run=True):
            found = cases.find_progress(query_code=code, code_tail=request.POST.get("tail", "").strip())
        else:
            text, status = "查询过于频繁，请一小时后再试，或登录后在“我的办件”中查看", 429
        if found is None and not text:
            ratelimit.consume(request, action="progress", key=code)
            text = "查询码和证件号码后四位对不上，请核对后再试"
    errors = [{"field": "query_code", "label": "", "text": text}] if text else []
    context = {"found": found, "errors": errors, "query_code": code}
    return render(request, "jishiban/progress.html", context, status=status)
