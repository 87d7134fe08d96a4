"""The demonstration cases: every state has one, nobody decides on a Sunday, loading again plays nothing twice."""

from pathlib import Path

import pytest
from django.utils import timezone

from xiangyun.foundation.calendars import api as calendars
from xiangyun.foundation.packs import api as packs
from xiangyun.service.cases.models import Case, CaseAct
from xiangyun.service.cases.packs import load_demo_cases

PACK = Path(__file__).resolve().parents[5] / "packs" / "jilin"


@pytest.mark.django_db
@pytest.mark.usefixtures("province")
def test_demonstration_cases_stand_in_every_state_and_were_worked_on_working_days() -> None:
    file = packs.PackFile(root=PACK, name="demo/cases.yaml", at=timezone.now(), demo=True)
    played = load_demo_cases(file)
    assert (played, list(file.problems)) == (len(file.read_yaml()["cases"]) - 1, [])  # one is left a draft
    states = set(Case.objects.values_list("status", flat=True))
    assert states >= {"draft", "submitted", "received", "supplement_pending", "in_review", "special_procedure"}
    assert states >= {"delivering", "completed", "refused", "not_applicable", "withdrawn"}
    days = {timezone.localdate(at) for at in CaseAct.objects.filter(is_official=True).values_list("at", flat=True)}
    assert [day for day in days if not calendars.is_workday(day=day)] == []
    assert load_demo_cases(file) == 0
