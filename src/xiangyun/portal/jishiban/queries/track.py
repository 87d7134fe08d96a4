"""The track page: where a case stands, what happens next and what is expected of the applicant."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from xiangyun.service.cases import api as cases

Status = cases.Status

_BEFORE_ACCEPTANCE = {Status.SUBMITTED, Status.PRE_REVIEW, Status.RECEIVED, Status.SUPPLEMENT_PENDING}
_ENDED_EARLY = {Status.REFUSED, Status.NOT_APPLICABLE, Status.RETURNED, Status.WITHDRAWN, Status.VOIDED}
_IN_HAND = {Status.IN_REVIEW, Status.SPECIAL_PROCEDURE}
WITHDRAWABLE = _BEFORE_ACCEPTANCE | _IN_HAND

TONES: dict[str, str] = {
    Status.DRAFT: "neutral",
    Status.SUPPLEMENT_PENDING: "warning",
    Status.SPECIAL_PROCEDURE: "warning",
    Status.COMPLETED: "success",
    Status.DELIVERING: "success",
    Status.ARCHIVED: "success",
    Status.REFUSED: "danger",
    Status.NOT_APPLICABLE: "danger",
    Status.RETURNED: "danger",
    Status.WITHDRAWN: "neutral",
    Status.VOIDED: "neutral",
}


@dataclass(frozen=True)
class Step:
    """One step of the step line."""

    name: str
    state: str
    at: datetime | None = None
    who: str = ""
    note: str = ""


@dataclass(frozen=True)
class NextAct:
    """What happens next: a sentence, and a button where the applicant is to act."""

    tone: str
    title: str
    text: str
    button: str = ""
    target: str = ""


def tone_of(status: str) -> str:
    """Return the colour of a status; every colour comes with the word."""
    return TONES.get(status, "info")


def step_line(page: cases.CasePage, *, open_steps: list[str]) -> list[Step]:
    """Return the steps of a case from handing in to completion; `open_steps` names the official's step now."""
    if page.status in _ENDED_EARLY:
        return _ended_steps(page)
    review_state = _state(page.decided_at, page.accepted_at is not None)
    steps = [
        Step("提交申请", "done" if page.submitted_at else "current", page.submitted_at),
        _acceptance(page),
        Step(
            "审查",
            review_state,
            None,
            page.department_name if review_state == "current" else "",
            "、".join(open_steps) if review_state == "current" else "",
        ),
        Step("决定", "done" if page.decided_at else "todo", page.decided_at, "", page.decision_name),
        Step("办结", "done" if page.completed_at else _state(None, page.decided_at is not None), page.completed_at),
    ]
    if page.status == Status.SPECIAL_PROCEDURE:
        steps[2] = Step("审查", "paused", None, page.department_name, "特别程序，暂停计时")
    if page.certificate_key or page.status in (Status.CERTIFYING, Status.DELIVERING):
        made = page.completed_at is not None or page.status == Status.DELIVERING
        steps.insert(
            4, Step("制证送达", "done" if page.completed_at else "current", None, "", "证照已生成" if made else "")
        )
        if not page.completed_at:
            steps[5] = Step("办结", "todo")
    return steps


def _acceptance(page: cases.CasePage) -> Step:
    if page.accepted_at:
        return Step("受理", "done", page.accepted_at)
    if page.status == Status.SUPPLEMENT_PENDING:
        return Step("受理", "problem", None, "", "需要您补正材料")
    return Step("受理", "current" if page.submitted_at else "todo", None, page.department_name)


def _state(done_at: datetime | None, has_begun: bool) -> str:
    return "done" if done_at else "current" if has_begun else "todo"


def _ended_steps(page: cases.CasePage) -> list[Step]:
    steps = [Step("提交申请", "done", page.submitted_at)]
    if page.accepted_at:
        steps.append(Step("受理", "done", page.accepted_at))
    return [*steps, Step(page.status_name, "problem", page.completed_at)]


def next_act(page: cases.CasePage) -> NextAct:
    """Say what happens next, in one sentence a citizen understands."""
    who = page.department_name
    match page.status:
        case Status.DRAFT:
            return NextAct("info", "申请还没有提交", "草稿已为您保存，可以随时继续填写。", "继续填写", "jishiban:fill")
        case Status.SUPPLEMENT_PENDING:
            limit = f"请在 {page.supplement_until:%Y-%m-%d} 前补齐" if page.supplement_until else "请尽快补齐"
            return NextAct("warning", "请补正材料", f"{limit}，逾期将作退件处理。", "去补正", "jishiban:supplement")
        case Status.SUBMITTED | Status.PRE_REVIEW | Status.RECEIVED:
            return NextAct(
                "info", "等待受理", f"{who}将在 5 个工作日内告知是否受理；到期没有告知的，自收到申请之日起即为受理。"
            )
        case Status.SPECIAL_PROCEDURE:
            return NextAct("warning", "正在进行特别程序", f"{who}会与您联系。这段时间不计入办理时限。")
        case Status.IN_REVIEW:
            due = f"，承诺 {page.due_on:%Y-%m-%d} 前办结" if page.due_on else ""
            return NextAct("info", "正在审查", f"由{who}办理{due}。您不需要做什么，有进展会通知您。")
        case Status.CERTIFYING:
            return NextAct("success", "已准予，正在制证", "证照生成后会自动进入“我的证照”。")
        case Status.DELIVERING if page.certificate_key:
            return NextAct(
                "success", "证照已生成", "电子证照与纸质证照效力相同，可随时出示。", "查看证照", "jishiban:wallet"
            )
        case Status.DELIVERING:
            return NextAct("success", "已准予", "结果正在送达，请留意消息通知。")
        case Status.COMPLETED | Status.ARCHIVED:
            return _completed(page)
        case Status.WITHDRAWN:
            return NextAct("info", "申请已撤回", "如仍需办理，可以重新申请。")
        case Status.VOIDED:  # no paper is issued for it
            return NextAct("danger", page.status_name, "理由见下方办理过程；如仍需办理，可以重新申请。")
        case _:
            return NextAct("danger", page.status_name, "理由和救济途径见下方文书；有疑问请拨打 12345。")


def _completed(page: cases.CasePage) -> NextAct:
    if page.decision == "denied":
        return NextAct("danger", "未获准予", "理由、行政复议和行政诉讼的期限见下方决定书。")
    return NextAct("success", "已办结", "请为本次办理打分，帮助我们改进。", "去评价", "jishiban:rate")


def history(page: cases.CasePage) -> list[dict[str, Any]]:
    """Return the acts for the history component, newest first."""
    return [
        {"at": act.at, "title": act.name, "who": act.actor_name if act.is_official else "", "text": act.said}
        for act in reversed(page.acts)
    ]
