"""The decision panel: what this official may do now, in which words, and what happens next."""

from dataclasses import dataclass

from django.utils.timezone import localtime

from xiangyun.foundation.forms import api as forms
from xiangyun.kit.actors import SYSTEM
from xiangyun.kit.errors import Conflict, DomainError
from xiangyun.service.cases import api as cases

ACT_NAMES = {
    "accept": "受理",
    "accept_decide": "受理即办",
    "review": "审查",
    "special": "现场核查",
    "check": "审核",
    "decide": "决定",
    "deliver": "送达",
}
_BEFORE_RECEIPT = (cases.Status.SUBMITTED, cases.Status.PRE_REVIEW)


@dataclass(frozen=True, kw_only=True)
class Choice:
    """One thing the official may do: `fields` are asked besides the opinion, `question` is confirmed before sending."""

    code: str
    label: str
    next_step: str
    opinion: str = "意见"
    is_opinion_needed: bool = False
    phrases: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    question: str = ""
    is_adverse: bool = False
    outcome: str = ""


_RECEIVE = Choice(
    code="receive", label="收件", opinion="", next_step="生成办件编号和收件凭证，办件仍在受理环节，由您继续预审。"
)
_PRE_REVIEW = Choice(
    code="pre_review", label="开始预审", opinion="", next_step="申请人会看到您正在预审；预审后再收件、受理或告知补正。"
)
_SUPPLEMENT = Choice(
    code="supplement",
    label="告知补正",
    opinion="补充说明",
    fields=("wanted",),
    outcome="supplement",
    question="确定发出补正告知书？补正要求须一次性告知，发出后申请人即收到通知。",
    phrases=("请在30日内补齐，逾期未补正的按退件处理。", "补正材料可在“吉事办”在线提交，无需到现场。"),
    next_step="出具补正告知书并一次性告知申请人，转申请人补正；30日内未补正的自动退件。",
)
_REFUSE = Choice(
    code="refuse",
    label="不予受理",
    opinion="理由和依据",
    is_opinion_needed=True,
    fields=("competent_body",),
    is_adverse=True,
    outcome="refuse",
    phrases=("申请事项依法不属于本机关职权范围，请向有权机关申请。", "申请人隐瞒有关情况或者提供虚假材料。"),
    question="确定不予受理这件申请？将出具加盖印章的不予受理决定书。",
    next_step="出具不予受理决定书（载明理由和救济途径），办件结束。",
)
_PANEL: dict[str, tuple[Choice, ...]] = {
    "accept": (
        Choice(
            code="accept",
            label="受理",
            outcome="accept",
            phrases=("材料齐全，符合法定形式，予以受理。", "申请人已按要求补正，予以受理。"),
            next_step="出具受理通知书，法定时限和承诺时限自今日起算，转承办人审查。",
        ),
        _RECEIVE,
        _SUPPLEMENT,
        _REFUSE,
        Choice(
            code="not_applicable",
            label="不受理",
            opinion="理由",
            is_opinion_needed=True,
            is_adverse=True,
            outcome="not_applicable",
            phrases=("申请事项依法不需要取得行政许可。",),
            question="确定告知申请人该事项不需要办理？",
            next_step="出具不受理告知书，办件结束。",
        ),
        _PRE_REVIEW,
    ),
    "accept_decide": (
        Choice(
            code="decide_at_once",
            label="当场办结",
            outcome="approve",
            phrases=("材料齐全，符合条件，当场办结。",),
            question="确定当场办结？受理和准予一次完成，结果将立即加盖电子印章。",
            next_step="受理、准予一次完成，生成结果和办结通知，办件办结。",
        ),
        _RECEIVE,
        _SUPPLEMENT,
        _REFUSE,
    ),
    "review": (
        Choice(
            code="review",
            label="审查通过",
            opinion="审查意见",
            outcome="pass",
            phrases=(
                "申请材料真实、完整，符合法定条件，拟准予。",
                "经审查，不符合法定条件，拟不予许可。",
                "材料与系统核验一致。",
            ),
            next_step="转审核人复核。",
        ),
        Choice(
            code="special",
            label="启动特别程序",
            opinion="启动理由",
            is_opinion_needed=True,
            fields=("kind", "days"),
            outcome="special",
            question="确定启动特别程序？将出具加盖印章的告知书，两个时限暂停计算。",
            phrases=("需对经营场所布局和设施设备进行现场核查。", "材料中的关键事实需要实地核实。"),
            next_step="出具特别程序告知书，两个时限暂停计算（行政许可法第四十五条），转现场核查员。",
        ),
    ),
    "special": (
        Choice(
            code="inspect",
            label="提交核查结论",
            opinion="核查结论",
            is_opinion_needed=True,
            fields=("photos",),
            outcome="pass",
            phrases=(
                "经现场核查，场所、设施与申请材料一致，符合要求。",
                "经现场核查，存在不符合项，已拍照留存，拟不予通过。",
            ),
            next_step="时限恢复计算，转审核人复核。",
        ),
    ),
    "check": (
        Choice(
            code="check",
            label="审核通过",
            opinion="审核意见",
            outcome="pass",
            phrases=("同意承办意见。", "程序合法，同意报批。"),
            next_step="转审批人决定。",
        ),
        Choice(
            code="check_back",
            label="退回审查",
            opinion="退回原因",
            is_opinion_needed=True,
            outcome="back",
            phrases=("审查意见依据不足，请补充。", "现场情况未核实清楚，请重新审查。"),
            next_step="退回承办人重新审查，时限继续计算。",
        ),
    ),
    "decide": (
        Choice(
            code="approve",
            label="准予",
            opinion="决定意见",
            outcome="approve",
            phrases=("符合法定条件、标准，准予许可。", "同意。"),
            question="确定作出准予决定？决定书和结果证照将立即加盖电子印章。",
            next_step="出具准予决定书，同时制发电子证照，转制证出件员送达。",
        ),
        Choice(
            code="deny",
            label="不予",
            opinion="理由和依据",
            is_opinion_needed=True,
            is_adverse=True,
            outcome="deny",
            phrases=("不符合法定条件，依据：",),
            question="确定作出不予决定？决定书将载明理由和行政复议、行政诉讼途径。",
            next_step="出具不予决定书（载明理由和救济途径），转送达。",
        ),
        Choice(
            code="decide_back",
            label="退回审查",
            opinion="退回原因",
            is_opinion_needed=True,
            outcome="back",
            phrases=("请补充核实后再报。",),
            next_step="退回承办人重新审查，时限继续计算。",
        ),
    ),
    "deliver": (
        Choice(
            code="deliver",
            label="确认送达",
            opinion="",
            fields=("method",),
            outcome="done",
            next_step="出具送达回证和办结通知，办件办结，邀请申请人评价。窗口领取的，请打印送达回证交领取人签收。",
        ),
    ),
}


def last_opinion(page: cases.CasePage) -> cases.ActView | None:
    """Return the latest act with an opinion: what the official before wrote is what the next one reads first."""
    return next((act for act in reversed(page.acts) if act.opinion), None)


def wished_method(form: forms.BoundForm | None) -> str:
    """Return the way of delivery the applicant chose, empty where the form did not ask; papers say it in full."""
    said = next((field.display for field in form.fields if field.name == "delivery_method"), "") if form else ""
    return next((method for method in cases.DELIVERY_METHODS if said and method.startswith(said)), "")


def explain(error: DomainError, page: cases.CasePage) -> str:
    """Return why nothing was done: where somebody was faster, who, with what, and how the case stands now."""
    first = next((act for act in reversed(page.acts) if act.actor_name != SYSTEM.name), None)
    if error.status != Conflict.status or error.text != type(error).message or first is None:
        return error.text
    when = f"{localtime(first.at):%m月%d日 %H:%M}"
    return f"{first.actor_name}已于{when}办理“{first.name}”，办件现为“{page.status_name}”，您的操作没有生效。"


def list_choices(page: cases.CasePage) -> list[Choice]:
    """List what the official may do at the step that waits for them; nothing where none does."""
    step = next(iter(page.my_steps), None)
    if step is None:
        return []
    offered = {code for code, _ in step.outcomes}
    return [choice for choice in _PANEL.get(step.act, ()) if _is_open(choice, page, offered)]


def _is_open(choice: Choice, page: cases.CasePage, offered: set[str]) -> bool:
    if choice.code == "receive":
        return page.status in _BEFORE_RECEIPT
    if choice.code == "pre_review":
        return page.status == cases.Status.SUBMITTED
    if choice.code == "special" and not page.special_procedures:
        return False
    return choice.outcome in offered
