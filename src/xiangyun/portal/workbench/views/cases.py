"""The case desk: everything about one case on one page, and each act on it."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from xiangyun.foundation.access import api as access
from xiangyun.foundation.documents import api as documents
from xiangyun.foundation.files import api as files
from xiangyun.foundation.forms import api as forms
from xiangyun.foundation.workflow import api as workflow
from xiangyun.kit.errors import DomainError, NotFound
from xiangyun.portal.workbench.permissions import actor_of, officials_only
from xiangyun.portal.workbench.queries import intake as window
from xiangyun.portal.workbench.queries import panel
from xiangyun.service.cases import api as cases

Input = dict[str, Any]

# what each button of the decision panel does; every operation takes the actor, the case and the moment
ACTS: dict[str, tuple[str, Callable[..., Any], Callable[[Input], Input]]] = {
    "pre_review": ("已开始预审", cases.begin_pre_review, lambda data: {}),
    "receive": ("已收件", cases.receive_case, lambda data: {}),
    "accept": ("已受理", cases.accept_case, lambda data: {"opinion": data["opinion"]}),
    "supplement": ("已发出补正告知书", cases.request_supplement, lambda data: {"wanted": data["wanted"], "opinion": data["opinion"]}),
    "refuse": ("已作出不予受理决定", cases.refuse_case, lambda data: {"reason": data["opinion"], "competent_body": data["competent_body"]}),
    "not_applicable": ("已告知不受理", cases.declare_not_applicable, lambda data: {"reason": data["opinion"]}),
    "review": ("审查意见已提交", cases.review_case, lambda data: {"opinion": data["opinion"]}),
    "special": ("特别程序已启动，时限暂停计算", cases.start_special_procedure, lambda data: {"kind": data["kind"], "days": data["days"], "reason": data["opinion"]}),
    "inspect": ("核查结论已提交，时限恢复计算", cases.inspect_case, lambda data: {"finding": data["opinion"], "photos": data["photos"]}),
    "check": ("审核通过", cases.check_case, lambda data: {"opinion": data["opinion"]}),
    "check_back": ("已退回审查", cases.check_case, lambda data: {"opinion": data["opinion"], "send_back": True}),
    "approve": ("已准予", cases.decide_case, lambda data: {"approve": True, "reason": data["opinion"]}),
    "deny": ("已作出不予决定", cases.decide_case, lambda data: {"approve": False, "reason": data["opinion"]}),
    "decide_back": ("已退回审查", cases.send_back_case, lambda data: {"reason": data["opinion"]}),
    "decide_at_once": ("已受理并办结", cases.decide_at_once, lambda data: {"opinion": data["opinion"]}),
    "deliver": ("已送达，办件办结", cases.deliver_case, lambda data: {name: data[name] for name in ("method", "receiver", "title")}),
    "void": ("已作废", cases.void_case, lambda data: {"reason": data["opinion"]}),
}  # fmt: skip
_OPEN = (
    cases.Status.SUBMITTED, cases.Status.PRE_REVIEW, cases.Status.RECEIVED, cases.Status.SUPPLEMENT_PENDING,
    cases.Status.IN_REVIEW, cases.Status.SPECIAL_PROCEDURE,
)  # fmt: skip


@officials_only
@require_safe
def desk(request: HttpRequest, key: UUID) -> HttpResponse:
    """Show the case with facts and clock, answers and materials, and the decision panel."""
    return _desk(request, str(key))


@officials_only
@require_POST
def act(request: HttpRequest, key: UUID) -> HttpResponse:
    """Carry out one act, then open the next case of the same queue."""
    chosen = request.POST.get("act", "")
    if chosen not in ACTS:
        raise NotFound("没有这种操作，请刷新页面。")
    done, operation, arguments = ACTS[chosen]
    actor, at, queue = actor_of(request), timezone.now(), _queue(request)
    try:
        operation(actor=actor, case_key=str(key), at=at, **arguments(_input(request)))
    except DomainError as error:
        if isinstance(error, NotFound):
            raise
        return _desk(request, str(key), error=error)
    is_signed_here = chosen == "deliver" and request.POST.get("method") == cases.AT_WINDOW
    if not queue or chosen in ("pre_review", "receive") or is_signed_here:
        messages.success(request, f"{done}。请打印送达回证，交领取人签收。" if is_signed_here else f"{done}。")
        return redirect(f"{request.path.removesuffix('act/')}{f'?queue={queue}' if queue else ''}")
    waiting = cases.list_desk(actor=actor, act="" if queue == "all" else queue, limit=2, at=at).rows
    following = next((row.key for row in waiting if row.key != str(key)), None)
    if following is None:
        messages.success(request, f"{done}。这一队列已全部办完。")
        return redirect("workbench:todo")
    messages.success(request, f"{done}。已打开下一件。")
    return redirect(f"{request.path.removesuffix(f'{key}/act/')}{following}/?queue={queue}")


@officials_only
@require_safe
def skip(request: HttpRequest, key: UUID) -> HttpResponse:
    """Leave the case as it is and open the one that waits behind it in the same queue."""
    actor, at, queue = actor_of(request), timezone.now(), _queue(request)
    page = cases.get_case_page(actor=actor, case_key=str(key), at=at)
    here = page.my_steps[0].id if page.my_steps else None
    act = "" if queue == "all" else queue
    behind = cases.list_desk(actor=actor, act=act, after=here, limit=1, at=at).rows if here else []
    if behind:
        return redirect(f"{reverse('workbench:case', args=[behind[0].key])}?queue={queue or 'all'}")
    messages.info(request, "后面没有等您办理的办件了。")
    return redirect(f"{reverse('workbench:todo')}{f'?act={act}' if act else ''}")


@officials_only
@require_POST
def unmask(request: HttpRequest, key: UUID) -> HttpResponse:
    """Show the applicant's number and phone in full, with a reason, on the record."""
    reason = request.POST.get("reason", "").strip()[:200]
    try:
        shown = cases.unmask_applicant(actor=actor_of(request), case_key=str(key), reason=reason, at=timezone.now())
    except DomainError as error:
        if error.status != 422:
            raise
        return _desk(request, str(key), error=error)
    return _desk(request, str(key), shown=shown)


@officials_only
@require_safe
def process(request: HttpRequest, key: UUID) -> HttpResponse:
    """Show the process with its token and times."""
    facts = cases.get_case_facts(case_key=str(key))
    scope = access.Scope(facts.region_path, facts.department_path)
    if not access.can(actor_of(request), "cases.view_case", scope):
        raise NotFound
    running = workflow.list_processes(subject_type="cases.case", subject_id=facts.id)
    if not running:
        raise NotFound("该办件尚未提交，还没有办理流程。")
    context = {
        "case": facts,
        "status_name": cases.Status(facts.status).label,
        "view": workflow.get_process_view(process_id=running[-1].id),
    }
    return render(request, "workbench/process.html", context)


@officials_only
@require_safe
def paper(request: HttpRequest, key: UUID, document_id: int) -> HttpResponse:
    """Send a paper as its sealed PDF, sealing it now if the outbox has not come to it yet."""
    document = cases.get_case_paper(actor=actor_of(request), case_key=str(key), document_id=document_id)
    if document.needs_seal and not document.is_sealed:
        cases.seal_paper(document_id=document.id, at=timezone.now())
    return HttpResponse(documents.read_pdf(document_id=document.id), content_type="application/pdf")


@officials_only
@require_safe
def file(request: HttpRequest, key: UUID, code: str) -> HttpResponseBase:
    """Send the file of a material."""
    found = cases.get_case_file(actor=actor_of(request), case_key=str(key), code=code)
    return FileResponse(files.open_file(file_id=found.id), **found.response_options())


@officials_only
@require_safe
def photo(request: HttpRequest, key: UUID, file_id: UUID) -> HttpResponseBase:
    """Send a photo of an inspection."""
    found = cases.get_case_photo(actor=actor_of(request), case_key=str(key), file_id=str(file_id))
    return FileResponse(files.open_file(file_id=found.id), **found.response_options())


def _queue(request: HttpRequest) -> str:
    queue = request.POST.get("queue") or request.GET.get("queue", "")
    return queue if queue == "all" or queue in panel.ACT_NAMES else ""


def _input(request: HttpRequest) -> Input:
    data = request.POST
    days = data.get("days", "")
    ticked = data.getlist("wanted")
    return {
        "opinion": data.get("opinion", "").replace("\r\n", "\n").strip(),
        "wanted": {code: data.get(f"wanted.{code}", "").strip() or "请重新提供" for code in ticked},
        "competent_body": data.get("competent_body", "").strip()[:100],
        "kind": data.get("kind", ""),
        "days": int(days) if days.isdecimal() and len(days) < 4 else 0,
        "photos": [(photo.name or "", photo) for photo in request.FILES.getlist("photos")],
        "receiver": data.get("receiver", "").strip()[:50],
        "title": data.get("title", ""),
        "method": data.get("method") if data.get("method") in cases.DELIVERY_METHODS else cases.DELIVERY_METHODS[0],
    }


def _desk(
    request: HttpRequest, key: str, *, error: DomainError | None = None, shown: dict[str, str] | None = None
) -> HttpResponse:
    actor, at = actor_of(request), timezone.now()
    page = cases.get_case_page(actor=actor, case_key=key, at=at)
    if page.status == cases.Status.DRAFT:
        raise NotFound("该申请尚未提交，提交后才能在工作台办理。")
    choices = panel.list_choices(page)
    # typed in vain just now, or when the login had ended
    typed: QueryDict = request.POST or request.take_unsent() or QueryDict()  # type: ignore[attr-defined]
    tried, step = typed.get("act", ""), next(iter(page.my_steps), None)
    rights = access.list_rights(actor)
    form = forms.render_form(form_id=page.form_id, readonly=True) if page.form_id else None
    context = {
        "page": page,
        "form": form,
        "step": step,
        "said": panel.last_opinion(page),
        "is_step_late": step is not None and step.due_at is not None and step.due_at < at,
        "choices": choices,
        "chosen": tried if any(choice.code == tried for choice in choices) else (choices[0].code if choices else ""),
        "methods": cases.DELIVERY_METHODS,
        "wished": panel.wished_method(form),
        "at_window": cases.AT_WINDOW,
        "wanted": {f"{name}": text for name, text in typed.items() if name.startswith("wanted.")},
        "ticked": typed.getlist("wanted"),
        "refusal": panel.explain(error, page) if error else "",
        "typed": typed,
        "shown": shown or {},
        "queue": _queue(request),
        "menu_at": reverse("workbench:todo") if _queue(request) else "",
        "can_unmask": "accounts.unmask_person" in rights and not shown,
        "can_supplement": window.can_supplement(actor=actor, page=page),
        "can_void": "cases.void_case" in rights and page.status in _OPEN,
        "history": [
            {
                "at": each.at,
                "title": each.name,
                "who": each.actor_name,
                "text": each.said,
                "files": [
                    {"name": taken["name"], "url": reverse("workbench:photo", args=[page.key, taken["id"]])}
                    for taken in each.facts.get("photos", [])
                ],
            }
            for each in reversed(page.acts)
        ],
    }
    return render(request, "workbench/case.html", context, status=error.status if error else 200)
