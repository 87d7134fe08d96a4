"""One whole case through the operations, as people on the pages would do it; imported after Django is set up."""

import io
from datetime import datetime
from typing import Any
from uuid import uuid4

from django.db import connection
from django.utils import timezone
from PIL import Image

from xiangyun.engagement.reviews import api as reviews
from xiangyun.foundation.access import api as access
from xiangyun.foundation.accounts import api as accounts
from xiangyun.foundation.events import api as events
from xiangyun.foundation.files import api as files
from xiangyun.foundation.organisations import api as organisations
from xiangyun.kit.actors import SYSTEM, Actor
from xiangyun.kit.codes import make_uscc
from xiangyun.service.cases import api as cases
from xiangyun.service.certificates import api as certificates

BOSS, FIRM = "22000019880229933X", "91220000DM900001XT"
ANSWERS = {
    "premises_area": 120,
    "food_business_form": "1",
    "food_items": ["1"],
    "food_safety_manager": "韩示一六",
    "delivery_method": "3",
}


class Bench:
    """The people of one case, looked up once as a login does, and the same case again and again."""

    def __init__(self) -> None:
        """Log everybody in and draw the picture to upload."""
        self.profile = accounts.get_user_by_citizen_id(BOSS)
        self.model = accounts.get_firm_by_uscc(FIRM)
        names = ("clerk", "scjg.handler", "scjg.checker", "scjg.approver", "scjg.issuer")
        self.clerk, self.handler, self.checker, self.approver, self.issuer = map(_official, names)
        self.registrar = organisations.get_department(key="scjg-220100")
        body = organisations.get_department(key="scjg-220102")
        self.item = f"{body.code}{body.level}22013100500001"
        stream = io.BytesIO()
        Image.new("RGB", (400, 300), "white").save(stream, "PNG")
        self.picture = stream.getvalue()
        self.materials: list[tuple[str, str]] = []
        self.owners: list[Actor] = []

    def register_firms(self, n: int) -> None:
        """Make a firm for each case, with its business licence in the certificate store: every applicant is another."""
        held = certificates.list_in_force(firm_id=self.model.id, at=timezone.now())
        [licence] = [one for one in held if one.type_key == "biz_license"]
        for _ in range(n):
            self.owners.append(self._register_firm(licence))

    def run(self, n: int) -> None:
        """Run whole cases one after the other."""
        for _ in range(n):
            self.run_case(self.owners.pop())

    def run_case(self, owner: Actor) -> None:
        """From the draft to the stars."""
        at = timezone.now()
        with access.remember_grants():  # each act is a request of its own: what it read of rights ends with it
            case = cases.start_case(
                actor=owner,
                handle_item_code=self.item,
                situation={"biz": "sale", "auto": "n"},
                request_id=uuid4().hex,
                at=at,
            )
        key = str(case.key)
        for code, how in self.materials or self._look_up_materials(owner, key):
            self._provide(owner, key, code, how, at)
        acts = (
            lambda: cases.submit_case(actor=owner, case_key=key, answers=ANSWERS, at=at),
            lambda: cases.accept_case(actor=self.clerk, case_key=key, opinion="材料齐全，符合法定形式", at=at),
            lambda: cases.review_case(actor=self.handler, case_key=key, opinion="材料真实有效，拟同意", at=at),
            lambda: cases.check_case(actor=self.checker, case_key=key, opinion="同意", at=at),
            lambda: cases.decide_case(actor=self.approver, case_key=key, approve=True, reason="符合法定条件", at=at),
            lambda: cases.deliver_case(actor=self.issuer, case_key=key, method="电子送达", at=at),
        )
        for act in acts:
            with access.remember_grants():
                done = act()
        if done.status != "completed" or not done.certificate_key:
            raise RuntimeError(f"a case ended as {done.status} with certificate {done.certificate_key!r}")
        self._rate(owner, done.pk, key, at)

    def drain(self) -> int:
        """Render and seal the papers, send the messages, open the ratings; return the number of deliveries."""
        return events.run_pending(at=timezone.now())

    def count_queries(self) -> tuple[int, int]:
        """Return the statements of one case's operations and of its outbox."""
        statements: list[str] = []

        def count(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
            statements.append(sql)
            return execute(sql, params, many, context)

        with connection.execute_wrapper(count):
            self.run_case(self.owners.pop())
            of_operations = len(statements)
            self.drain()
        return of_operations, len(statements) - of_operations

    def _register_firm(self, licence: certificates.CertificateRef) -> Actor:
        now, model = timezone.now(), self.model
        serial = f"{uuid4().int % 10**8:08d}"
        uscc, name = make_uscc("91", "220102", serial), f"长春市示例饮食{serial}有限公司"
        firm_id = accounts.create_firm(
            actor=SYSTEM, uscc=uscc, name=name, kind=model.kind, legal_rep_id=model.legal_rep_id, address=model.address,
            region_id=model.region_id, industry=model.industry, reg_capital=model.reg_capital,
            set_up_date=model.set_up_date, staff_count=model.staff_count, phone=model.phone, at=now,
        )  # fmt: skip
        certificates.issue_certificate(
            actor=SYSTEM, type_key="biz_license", department_id=self.registrar.id, holder_kind="firm", holder_name=name,
            holder_code=uscc, holder_firm_id=firm_id, face=licence.face, issued_on=timezone.localdate(now), at=now,
        )  # fmt: skip
        profile = self.profile
        return Actor(user_id=profile.user_id, name=profile.real_name, trust_level=2, firm_id=firm_id, firm_name=name)

    def _look_up_materials(self, owner: Actor, key: str) -> list[tuple[str, str]]:
        page = cases.get_case_page(actor=owner, case_key=key, at=timezone.now())
        wanted = [material for material in page.materials if material.is_required and not material.is_provided]
        self.materials = [(material.code, "commit" if material.can_commit else "upload") for material in wanted]
        return self.materials

    def _provide(self, owner: Actor, key: str, code: str, how: str, at: datetime) -> None:
        if how == "commit":
            cases.commit_material(actor=owner, case_key=key, code=code, at=at)
            return
        stored = files.store_file(
            actor=owner, stream=io.BytesIO(self.picture), name="平面图.png", purpose="cases.material", at=at
        )
        cases.attach_material(actor=owner, case_key=key, code=code, file_id=str(stored.id), at=at)

    def _rate(self, owner: Actor, case_id: int, key: str, at: datetime) -> None:
        # the outbox invites when it comes to it; here the rating does not wait for it
        reviews.invite_review(case_id=case_id, stage=reviews.Stage.COMPLETION, at=at)
        reviews.submit_review(
            actor=owner, case_key=key, stage=reviews.Stage.COMPLETION, grade=5, reason_codes=[], text="", anonymous=False,
            channel=reviews.Channel.PC, at=at,
        )  # fmt: skip


def _official(name: str) -> Actor:
    user_id = accounts.find_user_by_username(f"nanguan.{name}")
    if user_id is None:
        raise LookupError(name)
    return Actor(user_id=user_id, name=accounts.get_user_profile(user_id).real_name, is_official=True, trust_level=2)
