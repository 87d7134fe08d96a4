"""The demonstration cases: every state has one, nobody decides on a Sunday, loading again plays nothing twice."""

from pathlib import Path

import pytest
from django.utils import timezone

from xiangyun.foundation.accounts import api as accounts
from xiangyun.foundation.calendars import api as calendars
from xiangyun.foundation.packs import api as packs
from xiangyun.foundation.workflow import api as workflow
from xiangyun.kit.actors import Actor
from xiangyun.service.cases.models import Case, CaseAct
from xiangyun.service.cases.packs import load_demo_cases

AT_A_DESK = {"window_clerk", "handler", "inspector", "checker", "approver", "chief_representative", "issuer"}
PACK = Path(__file__).resolve().parents[5] / "packs" / "jilin"


@pytest.mark.django_db
@pytest.mark.usefixtures("province")
def test_demonstration_cases_stand_in_every_state_and_were_worked_on_working_days() -> None:
    file = packs.PackFile(root=PACK, name="demo/cases.yaml", at=timezone.now(), demo=True)
    played = load_demo_cases(file)
    assert (played, list(file.problems)) == (len(file.read_yaml()["cases"]) - 1, [])  # one is left a draft
    states = set(Case.objects.values_list("status", flat=True))
    assert states >= {"draft", "submitted", "received", "supplement_pending", "in_review", "special_procedure"}
    assert states >= {"delivering", "completed", "refused", "not_applicable", "withdrawn", "voided"}
    days = {timezone.localdate(at) for at in CaseAct.objects.filter(is_official=True).values_list("at", flat=True)}
    assert [day for day in days if not calendars.is_workday(day=day)] == []
    Case.objects.filter(status="completed").update(item_name="前一版内容包里的名称")
    assert (load_demo_cases(file), list(file.problems)) == (0, [])
    assert _empty_desks() == []
    village = Case.objects.filter(department__level="6", handling_item__full_name__startswith="失业登记")
    assert sorted(village.values_list("status", flat=True)) == ["completed", "submitted"]
    assert village.get(status="completed").acts.filter(actor_name="孔示受", is_official=True).exists()


def _empty_desks() -> list[str]:
    """Name the demonstration officials whose role works on cases and who find none."""
    file = packs.PackFile(root=PACK, name="demo/officials.yaml", at=timezone.now(), demo=True)
    people = file.read_entries("officials", beside=["password"])
    desks = [one for one in people if AT_A_DESK & {grant["role"] for grant in one["grants"]}]
    assert {grant["role"] for one in desks for grant in one["grants"]} >= AT_A_DESK
    return [one["username"] for one in desks if not workflow.count_work_for(actor=_actor(one["username"]))]


def _actor(username: str) -> Actor:
    user_id = accounts.find_user_by_username(username)
    assert user_id is not None
    return Actor(user_id=user_id, name=username, is_official=True, trust_level=2)
