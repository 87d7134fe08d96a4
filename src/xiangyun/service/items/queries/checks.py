"""Checks before publishing (items.md §6): what keeps an item from being published, and what should be looked at."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from xiangyun.foundation.forms import api as forms
from xiangyun.foundation.workflow import api as workflow
from xiangyun.kit.errors import NotFound
from xiangyun.service.certificates import api as certificates
from xiangyun.service.items.models import CatalogEntry
from xiangyun.service.items.queries.content import GuideContent
from xiangyun.service.powers import api as powers

CATCH_ALL = re.compile(r"其[他它]材料|有关材料|相关材料|等材料|法律法规规定的其他")
_SEVERAL = re.compile(r"双方|父母|夫妻|配偶|股东|投资人员")
_SURVEY = re.compile(r"现场|实地|勘验|踏勘")
_PHONE = re.compile(r"\d{5,}|\d{3,4}-\d{7,8}|1\d{10}")
_STAGES = (("受理", r"受理"), ("审核", r"审[查核]"), ("决定", r"决定|审批"), ("办结", r"办结"), ("送达", r"送达"))
_WORKDAYS_A_DAY = 5 / 7
_DAYS_A_MONTH = 30
_SHORT_PROMISE = 5
_FULLY_ONLINE = 4
_FREE = ("不收费", "免费")


@dataclass(frozen=True)
class Problem:
    """One finding: the field it is about, a sentence, and whether it keeps the item from being published."""

    field: str
    text: str
    is_fatal: bool = True


def list_problems(content: GuideContent, *, level: str, on: date) -> list[Problem]:
    """List all that is wrong with a guide that bodies of a level are to follow from a day on."""
    return [
        *_power(content, level, on),
        *_limits(content),
        *_flow(content),
        *_materials(content),
        *_situations(content),
        *_place(content),
        *_texts(content),
        *_results(content),
        *_bindings(content),
    ]


def _power(content: GuideContent, level: str, on: date) -> Iterator[Problem]:
    """权责清单之外无审批: types 01–10 need an entry of the power list."""
    if content.item_type == CatalogEntry.Type.PUBLIC_SERVICE:
        return
    if powers.find_power_entry(catalog_code=content.catalog_code, level=level, on=on) is None:
        yield Problem("power", f"权责清单中没有对应的已公布权力（行使层级{level}），不能发布")


def _limits(content: GuideContent) -> Iterator[Problem]:
    promise = _in_workdays(content.promise_limit, content.promise_unit)
    if content.legal_limit is not None and promise > _in_workdays(content.legal_limit, content.legal_unit):
        yield Problem("promise_limit", f"承诺时限{content.promise_text}超过法定时限{content.legal_text}")
    if content.is_instant and promise > 1:
        yield Problem("promise_limit", "即办件的承诺时限不得超过1个工作日")
    counted = sum(step["days"] for step in content.steps if not step.get("is_special"))
    if counted != content.promise_limit:
        yield Problem("steps", f"各步骤天数之和{counted}与承诺时限{content.promise_limit}不一致")


def _flow(content: GuideContent) -> Iterator[Problem]:
    names = [step["name"] for step in content.steps]
    for stage, pattern in _STAGES:
        if not any(re.search(pattern, name) for name in names):
            yield Problem("steps", f"办理流程缺少“{stage}”环节")
    if any(_SURVEY.search(name) for name in names) and 0 < content.promise_limit < _SHORT_PROMISE:
        yield Problem("steps", "有现场环节而承诺时限不足5个工作日，请核对", is_fatal=False)


def _materials(content: GuideContent) -> Iterator[Problem]:
    for material in content.materials:
        if CATCH_ALL.search(material.name):
            yield Problem("materials", f"材料“{material.name}”是兜底条款，请写明具体材料")
        if _SEVERAL.search(material.name) and material.certificate_types:
            yield Problem(
                "materials", f"材料“{material.name}”不只由申请人持有，申请人的证照不能代替它，certificate_types 应为空"
            )
        if material.necessity == 2 and not material.conditions and not material.note:
            yield Problem("materials", f"材料“{material.name}”为非必要，须写明在何种情形下提供")
    proofs = "".join(material.name for material in content.materials)
    for condition in content.accept_conditions:
        for named in re.findall(r"《([^》]+证[明书]?)》", condition):
            if named not in proofs:
                yield Problem("accept_conditions", f"受理条件提到《{named}》，但申请材料中没有", is_fatal=False)


def _situations(content: GuideContent) -> Iterator[Problem]:
    for question in content.situations:
        named = {option.get("handling_item") for option in question["options"]} - {None}
        for key in content.handling_keys:
            if named and key not in named:
                yield Problem(
                    "situations", f"“{question['question']}”没有业务办理项“{key}”的选项，办理它时材料无从确定"
                )
    offered = {q["var"]: {option["value"] for option in q["options"]} for q in content.situations}
    for material in content.materials:
        for condition in material.conditions:
            unknown = set(condition["in"]) - offered.get(condition["q"], set())
            if unknown:
                yield Problem(
                    "situations",
                    f"材料“{material.name}”的适用情形引用了不存在的选项：{condition['q']}={'、'.join(sorted(unknown))}",
                )


def _place(content: GuideContent) -> Iterator[Problem]:
    if content.onsite_visits > 0 and not content.onsite_reason:
        yield Problem("onsite_reason", "到现场次数大于0，须说明原因")
    if content.online_depth == _FULLY_ONLINE and content.onsite_visits > 0:
        yield Problem("online_depth", "网办深度为四级时到现场次数应为0")
    for field, text in (("consult", content.consult), ("complaint", content.complaint)):
        if not _PHONE.search(text):
            yield Problem(field, "须写明电话号码")


def _texts(content: GuideContent) -> Iterator[Problem]:
    if not content.accept_conditions:
        yield Problem("accept_conditions", "须写明受理条件")
    if not content.remedy:
        yield Problem("remedy", "须写明行政复议和行政诉讼渠道")
    if not content.legal_basis:
        yield Problem("legal_basis", "须写明设定依据")
    for basis in content.legal_basis:
        if not basis.get("law"):
            yield Problem("legal_basis", "设定依据须写明文件名称")
        elif not basis.get("article"):
            yield Problem("legal_basis", f"设定依据“{basis['law']}”没有条款号，请核对", is_fatal=False)
    if not content.fee.startswith(_FREE) and not content.fee_basis:
        yield Problem("fee", "收费事项须写明收费标准和依据")


def _results(content: GuideContent) -> Iterator[Problem]:
    """A certificate can only be issued to a kind of holder that may have it; the decision would fail otherwise."""
    person = str(CatalogEntry.Audience.PERSON)
    served = {"自然人" if code == person else "法人" for code in content.audience}
    for key in sorted({*content.certificate_types, *content.certificates.values()} - {""}):
        try:
            kind = certificates.get_type(key=key)
        except NotFound:
            yield Problem("result", f"没有证照类型“{key}”", is_fatal=False)
            continue
        for category in sorted(served - {kind.holder_category}):
            if kind.holder_category != "混合":
                yield Problem("audience", f"服务对象有{category}，而“{kind.name}”的持证主体应为{kind.holder_category}")


def _bindings(content: GuideContent) -> Iterator[Problem]:
    """The form and the process must be there, or the first applicant would find out."""
    form_keys = [f"{content.form_key}.{key[-2:]}" for key in content.handling_keys]
    if missing := [key for key in form_keys if not _is_loaded(key)]:
        yield Problem("form_key", f"申请表单“{'、'.join(missing)}”没有装载")
    if workflow.find_definition(key=content.process_key) is None:
        yield Problem("process_key", f"办理流程“{content.process_key}”没有装载")


def _is_loaded(form_key: str) -> bool:
    try:
        forms.get_form(key=form_key)
    except NotFound:
        return False
    return True


def _in_workdays(limit: int, unit: str) -> float:
    if unit == CatalogEntry.Unit.WORKDAY:
        return limit
    days = limit * _DAYS_A_MONTH if unit == CatalogEntry.Unit.MONTH else limit
    return days * _WORKDAYS_A_DAY
