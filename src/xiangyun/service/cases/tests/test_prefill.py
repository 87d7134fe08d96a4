"""Forms filled from what is known: the situation chosen fills the fields that ask for the same again."""

from datetime import date

import pytest
from django.utils import timezone

from xiangyun.foundation.accounts import api as accounts
from xiangyun.foundation.forms import api as forms
from xiangyun.service.cases.queries.prefill import SITUATION_SOURCE, Applicant, Situation, prefill_form
from xiangyun.service.cases.tests.factories import AGENT, BOSS, FIRM, citizen, item_code
from xiangyun.service.items import api as items

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("province")]

TODAY = date(2026, 11, 9)


def _filled(answers: dict[str, str]) -> dict[str, forms.Prefill]:
    item = items.get_handling_item(code=item_code())
    return prefill_form(
        applicant=Applicant.of(citizen(BOSS, FIRM), timezone.now()),
        form_key=item.form_key,
        situation=Situation(content=item.content, answers=answers, on=TODAY),
    )


@pytest.mark.parametrize(("answer", "code"), [("sale", "1"), ("cater", "2"), ("canteen", "3")])
def test_answer_of_the_situation_fills_the_field_that_reads_the_same(answer: str, code: str):
    held = _filled({"biz": answer, "auto": "n"})["food_business_form"]
    assert held == forms.Prefill(value=code, source=SITUATION_SOURCE, on=TODAY)


@pytest.mark.parametrize("answers", [{}, {"auto": "n"}])
def test_question_without_a_known_answer_fills_nothing(answers: dict[str, str]):
    filled = _filled(answers)
    assert "food_business_form" not in filled
    assert "org_name" in filled


def test_answers_are_carried_along_for_what_depends_on_them():
    filled = _filled({"biz": "cater", "auto": "n"})
    assert filled["s_biz"] == forms.Prefill(value="cater", source=SITUATION_SOURCE, on=TODAY)
    fields = forms.get_form(key=items.get_handling_item(code=item_code()).form_key).fields
    assert fields["food_business_form"].is_readonly_when_prefilled  # the choices of 经营项目 hang on it


def test_who_acts_for_the_subject_is_known_and_nobody_acts_for_who_came():
    def known(applicant: Applicant, form_key: str) -> dict[str, object]:
        filled = prefill_form(applicant=applicant, form_key=form_key)
        return {name: filled[name].value for name in ("has_proxy", "proxy_name", "proxy_id") if name in filled}

    boss, agent = (accounts.get_user_by_citizen_id(number) for number in (BOSS, AGENT))
    firm, at, form_key = (
        accounts.get_firm_by_uscc(FIRM),
        timezone.now(),
        items.get_handling_item(code=item_code()).form_key,
    )
    assert known(Applicant(boss, firm, at), form_key) == {}
    expected = {"has_proxy": True, "proxy_name": agent.real_name, "proxy_id": AGENT}
    assert known(Applicant(agent, firm, at), form_key) == expected
    assert known(Applicant(boss, None, at), "elder_allowance.01") == {}
    del expected["has_proxy"]
    assert known(Applicant(boss, None, at, present=agent), "elder_allowance.01") == expected


def test_the_identity_card_of_a_firm_is_that_of_its_legal_representative():
    boss, agent = (accounts.get_user_by_citizen_id(number) for number in (BOSS, AGENT))
    held = Applicant(agent, accounts.get_firm_by_uscc(FIRM), timezone.now()).certificates
    cards = [each.holder_user_id for each in held if each.type_key == "id_card"]
    assert cards == [boss.user_id, agent.user_id]


def test_every_source_in_a_situation_names_a_question_with_an_answer_of_the_field():
    asked = 0
    for card in items.list_services(region_code="220102000000", limit=500).rows:
        if not card.task_code:
            continue
        content = items.get_guide_page(task_code=card.task_code, handle_item_code="", situation={}).content
        for field in [f for key in content.handling_keys for f in forms.get_form(key=key).fields.values()]:
            for path in field.prefill:
                if path.startswith("situation.") and field.widget != "hidden":
                    asked += 1
                    words = {
                        option["label"] for q in content.situations if q["var"] == path[10:] for option in q["options"]
                    }
                    assert words & {label for _, label in field.options}, (card.title, field.name)
    assert asked


def test_who_has_the_certificate_is_not_asked_for_what_stands_on_it():
    fields = forms.get_form(key="water_take.03").fields
    assert fields["intake_place"].prefill == ("certificate.water_take_license.intake_place",)
    assert not fields["intake_place"].is_readonly_when_prefilled
    assert forms.get_form(key="water_take.01").fields["intake_place"].prefill == ()
    hints = {key: forms.get_form(key=f"water_take.{key}").fields["remark"].hint for key in ("02", "04")}
    assert hints == {"02": "写明变更前后的内容", "04": "写明停业、终止或者注销的原因"}
