"""Cases on the small province: who acts, and a case brought to any step through the real operations."""

import io
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from django.utils import timezone
from PIL import Image

from xiangyun.foundation.accounts import api as accounts
from xiangyun.foundation.files import api as files
from xiangyun.foundation.organisations import api as organisations
from xiangyun.kit.actors import Actor
from xiangyun.service.cases import api as cases

BOSS, FIRM = "22000019880229933X", "91220000DM900001XT"
AGENT = "220000199311119554"  # has a mandate of the firm
ELDER = "220000194408209545"
JOBLESS = "220000199210309121"
AT = timezone.make_aware(datetime(2026, 11, 9, 10, 0))  # a Monday
FOOD = {
    "premises_area": 120,
    "food_business_form": "1",
    "food_items": ["1"],
    "food_safety_manager": "韩示一六",
    "delivery_method": "3",
}


def official(username: str) -> Actor:
    """Return a demonstration official by login name, such as nanguan.clerk."""
    user_id = accounts.find_user_by_username(username)
    assert user_id is not None, username
    return Actor(user_id=user_id, name=accounts.get_user_profile(user_id).real_name, is_official=True, trust_level=2)


def citizen(citizen_id: str = BOSS, uscc: str = "") -> Actor:
    """Return a demonstration person, acting for a firm if named."""
    profile = accounts.get_user_by_citizen_id(citizen_id)
    firm = accounts.get_firm_by_uscc(uscc) if uscc else None
    return Actor(
        user_id=profile.user_id,
        name=profile.real_name,
        trust_level=2,
        firm_id=firm.firm_id if firm else None,
        firm_name=firm.name if firm else "",
    )


def item_code(department: str = "scjg-220102", catalog: str = "220131005000", serial: str = "01") -> str:
    """Return a 33-character handling item code of a body of the pack."""
    body = organisations.get_department(key=department)
    return f"{body.code}{body.level}{catalog}{serial}"


def picture() -> io.BytesIO:
    """Return a small PNG to upload."""
    stream = io.BytesIO()
    Image.new("RGB", (60, 40), "white").save(stream, "PNG")
    stream.seek(0)
    return stream


def draft(actor: Actor | None = None, at: datetime = AT, **more: Any) -> str:
    """Open a food licence draft and give it all its materials; return its key."""
    actor = actor or citizen(BOSS, FIRM)
    arguments = {"handle_item_code": item_code(), "situation": {"biz": "sale", "auto": "n"}, "request_id": uuid4().hex}
    case = cases.start_case(actor=actor, at=at, **{**arguments, **more})
    for material in cases.get_case_page(actor=actor, case_key=str(case.key), at=at).materials:
        if material.is_required and not material.is_provided:
            upload(str(case.key), material.code, actor, at)
    return str(case.key)


def upload(key: str, code: str, actor: Actor, at: datetime = AT) -> None:
    """Upload a picture to a material."""
    stored = files.store_file(actor=actor, stream=picture(), name="材料.png", purpose="cases.material", at=at)
    cases.attach_material(actor=actor, case_key=key, code=code, file_id=str(stored.id), at=at)


def bring_to(step: str, at: datetime = AT) -> str:
    """Bring a food licence case to a step: submitted, received, review, special, check, decide, deliver or completed."""
    owner = citizen(BOSS, FIRM)
    key = draft(owner, at)
    clerk, handler, inspector, checker, approver, issuer = (
        official(f"nanguan.{name}")
        for name in ("clerk", "scjg.handler", "scjg.inspector", "scjg.checker", "scjg.approver", "scjg.issuer")
    )
    later = at + timedelta(days=2)
    acts = {
        "submitted": lambda: cases.submit_case(actor=owner, case_key=key, answers=FOOD, at=at),
        "received": lambda: cases.receive_case(actor=clerk, case_key=key, at=at),
        "review": lambda: cases.accept_case(actor=clerk, case_key=key, opinion="材料齐全", at=at),
        "special": lambda: cases.start_special_procedure(
            actor=handler, case_key=key, kind="现场核查", days=5, reason="核查后厨", at=at
        ),
        "check": lambda: cases.inspect_case(actor=inspector, case_key=key, finding="符合要求", at=later),
        "decide": lambda: cases.check_case(actor=checker, case_key=key, opinion="同意", at=later),
        "deliver": lambda: cases.decide_case(actor=approver, case_key=key, approve=True, reason="符合条件", at=later),
        "completed": lambda: cases.deliver_case(actor=issuer, case_key=key, method="电子送达", at=later),
    }
    for name, act in acts.items():
        act()
        if name == step:
            return key
    raise AssertionError(step)
