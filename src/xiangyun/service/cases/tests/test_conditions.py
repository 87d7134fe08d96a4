"""Who may not begin: the same conditions online, at the window and by REST, each refusal with the next step."""

import pytest
from django.contrib.auth import get_user_model

from xiangyun.foundation.accounts import api as accounts
from xiangyun.service.cases import api as cases
from xiangyun.service.cases import errors
from xiangyun.service.cases.models import Case
from xiangyun.service.cases.tests.factories import AT, BOSS, ELDER, FIRM, JOBLESS, citizen, draft, item_code, official

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("province")]

ALLOWANCE = ("mzj-220102", "220511004000")
HERS = {"age": "a80", "agent": "n"}


def test_a_young_person_cannot_begin_the_allowance_of_the_old():
    before = Case.objects.count()
    with pytest.raises(errors.ConditionNotMet) as refused:
        draft(citizen(BOSS), handle_item_code=item_code(*ALLOWANCE), situation=HERS)
    assert "“年满80周岁”：申请人的情况是38周岁。请在年满80周岁后申请" in refused.value.text
    assert "授权委托书到窗口代办" in refused.value.text
    assert Case.objects.count() == before


def test_ending_the_allowance_asks_no_age():
    assert draft(citizen(BOSS), handle_item_code=item_code(*ALLOWANCE, "03"), situation=HERS)


def test_an_account_without_birth_date_is_not_refused():
    person = citizen(BOSS)
    get_user_model().objects.filter(pk=person.user_id).update(birth_date=None)
    assert draft(person, handle_item_code=item_code(*ALLOWANCE), situation=HERS)


def test_a_food_licence_needs_a_firm():
    with pytest.raises(errors.WrongAudience, match="还没有营业执照的，先办理企业登记注册"):
        draft(citizen(BOSS))
    assert draft(citizen(BOSS, FIRM))


def test_the_window_refuses_the_same_and_takes_in_for_the_old():
    clerk = official("nanguan.clerk")
    wanted = {"handle_item_code": item_code(*ALLOWANCE), "situation": HERS, "at": AT}
    with pytest.raises(errors.ConditionNotMet):
        cases.open_window_case(actor=clerk, citizen_id=JOBLESS, request_id="young", **wanted)
    case = cases.open_window_case(
        actor=clerk, citizen_id=JOBLESS, principal=ELDER, has_letter=True, request_id="old", **wanted
    )
    assert case.applicant_user_id == accounts.find_user_by_citizen_id(ELDER)
    with pytest.raises(errors.WrongAudience):
        cases.open_window_case(
            actor=clerk, citizen_id=JOBLESS, handle_item_code=item_code(), situation={"biz": "sale", "auto": "n"},
            request_id="food", at=AT,
        )  # fmt: skip
