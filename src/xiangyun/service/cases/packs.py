"""Demonstration cases: played through the same operations as real ones, so that no desk is empty."""

import io
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from PIL import Image, ImageDraw, ImageFont

from xiangyun.foundation.accounts import api as accounts
from xiangyun.foundation.calendars import api as calendars
from xiangyun.foundation.files import api as files
from xiangyun.foundation.forms import api as forms
from xiangyun.foundation.organisations import api as organisations
from xiangyun.foundation.packs import api as packs
from xiangyun.kit.actors import Actor
from xiangyun.kit.errors import DomainError
from xiangyun.kit.fonts import SANS
from xiangyun.service.cases import api as cases
from xiangyun.service.cases.errors import RequestReused

Step = dict[str, Any]
CASE = ("id", "person", "department", "catalog", "serial", "situation", "days_ago", "steps")

STEPS: dict[str, Callable[[Step], tuple[Callable[..., Any], dict[str, Any]]]] = {
    "receive": lambda s: (cases.receive_case, {}),
    "accept": lambda s: (cases.accept_case, {"opinion": s["text"]}),
    "supplement": lambda s: (cases.request_supplement, {"wanted": {s["material"]: s["text"]}}),
    "refuse": lambda s: (cases.refuse_case, {"reason": s["text"]}),
    "not_applicable": lambda s: (cases.declare_not_applicable, {"reason": s["text"]}),
    "review": lambda s: (cases.review_case, {"opinion": s["text"]}),
    "special": lambda s: (
        cases.start_special_procedure,
        {"kind": "现场核查", "days": s["days"], "reason": s["text"]},
    ),
    "check": lambda s: (cases.check_case, {"opinion": s["text"]}),
    "approve": lambda s: (cases.decide_case, {"approve": True, "reason": s["text"]}),
    "deny": lambda s: (cases.decide_case, {"approve": False, "reason": s["text"]}),
    "deliver": lambda s: (
        cases.deliver_case,
        {"method": s["text"], "receiver": s.get("receiver", ""), "title": s.get("title", "")},
    ),
    "decide_at_once": lambda s: (cases.decide_at_once, {}),
    "void": lambda s: (cases.void_case, {"reason": s["text"]}),
    "withdraw": lambda s: (cases.withdraw_case, {"reason": s["text"]}),
}


def load_demo_cases(file: packs.PackFile) -> int:
    """Play each case of `demo/cases.yaml`; one that was played before stays as people have left it since."""
    played = 0
    for node in file.read_entries("cases"):
        if not _is_readable(file, node):
            continue
        try:
            with transaction.atomic():
                played += _play(packs.plain(node), now=timezone.now())
        except DomainError as error:
            file.error(node.line, f"办件 {node['id']}：{error.text} {error.details or ''}")
        except KeyError as error:
            file.error(node.line, f"办件 {node['id']} 缺少 {error.args[0]}")
    return played


def _is_readable(file: packs.PackFile, node: packs.YamlMap) -> bool:
    known = file.check_keys(node, required=CASE, optional=["firm", "answers", "draft"])
    for step in file.entries_of(node, "steps") if known else []:
        file.check_keys(step, required=["act"], optional=["by", "text", "day", "days", "material", "receiver", "title"])
        if step.get("act") not in STEPS:
            file.error(step.line, f"办理动作“{step.get('act')}”应为 {'、'.join(STEPS)}")
            known = False
    return known


def _play(facts: dict[str, Any], *, now: datetime) -> int:
    start = _workday_morning(now, facts["days_ago"])
    applicant = _applicant(facts)
    department = organisations.get_department(key=facts["department"])
    try:
        case = cases.start_case(
            actor=applicant,
            handle_item_code=f"{department.code}{department.level}{facts['catalog']}{facts['serial']}",
            situation=facts["situation"],
            request_id=f"demo-{facts['id']}",
            at=start,
        )
    except RequestReused:  # played from an earlier edition of the pack, of another item or by another name
        return 0
    key = str(case.key)
    if case.status != cases.Status.DRAFT or facts.get("draft"):
        return 0
    page = cases.get_case_page(actor=applicant, case_key=key, at=start)
    for material in page.materials:
        if material.is_required and not material.is_provided:
            stored = files.store_file(
                actor=applicant,
                stream=_picture(material.name),
                name=f"{material.name}.png",
                purpose="cases.material",
                at=start,
            )
            cases.attach_material(actor=applicant, case_key=key, code=material.code, file_id=str(stored.id), at=start)
    cases.submit_case(actor=applicant, case_key=key, answers=_answers(page.form_id, facts["answers"]), at=start)
    at = start
    for number, step in enumerate(facts["steps"]):
        morning = _workday_morning(now, facts["days_ago"] - step.get("day", 0))
        at = max(at, morning + timedelta(minutes=number * 20))
        operation, arguments = STEPS[step["act"]]({"text": "", **step})
        actor = _official(step["by"]) if "by" in step else applicant
        operation(actor=actor, case_key=key, at=min(at, now), **arguments)
    return 1


def _answers(form_id: int, given: dict[str, Any]) -> dict[str, Any]:
    """Answer what is still open and required with the first choice or a plain word, as a demonstration may."""
    answers = dict(given)
    for field in forms.render_form(form_id=form_id).fields:
        if not field.spec.is_required or field.value is not None or field.name in answers or not field.is_visible:
            continue
        if field.options:
            first = field.options[0].value
            answers[field.name] = [first] if field.spec.kind == "array" else first
        elif field.spec.widget == "date":
            answers[field.name] = "2026-06-30"
        elif field.spec.kind in ("integer", "number"):
            answers[field.name] = 1
        else:
            answers[field.name] = "示例"
    return answers


def _applicant(facts: dict[str, Any]) -> Actor:
    profile = accounts.get_user_by_citizen_id(facts["person"])
    firm = accounts.get_firm_by_uscc(facts["firm"]) if "firm" in facts else None
    return Actor(
        user_id=profile.user_id,
        name=profile.real_name,
        trust_level=2,
        firm_id=firm.firm_id if firm else None,
        firm_name=firm.name if firm else "",
    )


def _official(username: str) -> Actor:
    user_id = accounts.find_user_by_username(username)
    if user_id is None:
        raise KeyError(username)
    return Actor(user_id=user_id, name=accounts.get_user_profile(user_id).real_name, is_official=True, trust_level=2)


def _workday_morning(now: datetime, days_ago: int) -> datetime:
    morning = timezone.localtime(now - timedelta(days=days_ago)).replace(hour=9, minute=30, second=0, microsecond=0)
    while not calendars.is_workday(day=morning.date()):  # no official signs on a Sunday
        morning -= timedelta(days=1)
    return min(morning, now)


def _picture(title: str) -> io.BytesIO:
    """Draw a page that says which demonstration material it stands for."""
    page = Image.new("RGB", (900, 1200), "white")
    draw = ImageDraw.Draw(page)
    draw.rectangle((40, 40, 860, 1160), outline="#1456b8", width=3)
    draw.text((450, 520), title, fill="#222222", font=ImageFont.truetype(str(SANS), 34), anchor="mm")
    draw.text((450, 600), "演示材料，内容虚构", fill="#666666", font=ImageFont.truetype(str(SANS), 26), anchor="mm")
    stream = io.BytesIO()
    page.save(stream, "PNG")
    stream.seek(0)
    return stream
