"""Drafts and submission: whose, which revision, what is fixed, what is kept."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.db import connection, connections
from django.utils import timezone

from xiangyun.foundation.accounts.tests.factories import make_firm
from xiangyun.foundation.audit import api as audit
from xiangyun.foundation.forms import api as forms
from xiangyun.foundation.forms.errors import AlreadySubmitted, DraftOvertaken, UnknownFilledForm
from xiangyun.foundation.forms.models import FilledForm
from xiangyun.foundation.forms.tests.factories import (
    AT,
    make_actor,
    make_answers,
    make_prefill,
    make_schema,
    open_filled,
)
from xiangyun.kit.actors import SYSTEM
from xiangyun.kit.errors import NotAllowed, ValidationError

pytestmark = pytest.mark.django_db


def test_open_form_holds_prefilled_values() -> None:
    form = open_filled(make_actor(), {"org_name": make_prefill("长春市𠮷食餐饮有限公司"), "uscc": make_prefill("bad")})
    assert forms.get_answers(form_id=form.id) == {"org_name": "长春市𠮷食餐饮有限公司"}
    assert (form.is_draft, form.revision, form.version) == (True, 1, 1)


def test_open_form_by_system() -> None:
    with pytest.raises(NotAllowed):
        open_filled(SYSTEM)


def test_form_of_a_firm_is_filled_in_by_whoever_acts_for_it_now() -> None:
    boss, agent = make_actor(), make_actor()
    firm = make_firm(get_user_model().objects.get(pk=boss.user_id))
    form = open_filled(replace(agent, firm_id=firm.pk))
    save = partial(forms.save_draft, form_id=form.id, answers={"staff_count": 3}, revision=1, at=AT)
    for former in (agent, boss, make_actor()):
        with pytest.raises(UnknownFilledForm):
            save(actor=former)
    assert save(actor=replace(boss, firm_id=firm.pk)).revision == 2


def test_answers_are_encrypted_at_rest() -> None:
    actor = make_actor()
    form = open_filled(actor, {"org_name": make_prefill("秘密公司")})
    with connection.cursor() as cursor:
        cursor.execute("select answers, prefilled from forms_filledform where id = %s", [form.id])
        stored = b"".join(bytes(value) for value in cursor.fetchone())
    assert "秘密".encode() not in stored
    assert b"org_name" not in stored


def test_save_draft_keeps_partial_answers() -> None:
    actor = make_actor()
    form = open_filled(actor)
    later = AT + timedelta(minutes=1)
    answers = {"mobile": "139", "staff_count": 3, "premises_area": "大"}
    saved = forms.save_draft(actor=actor, form_id=form.id, answers=answers, revision=1, at=later)
    assert forms.get_answers(form_id=form.id) == {"mobile": "139", "staff_count": 3}
    assert (saved.revision, saved.saved_at) == (2, later)
    assert sorted(saved.problems) == ["mobile", "premises_area"]
    assert "kitchen" not in saved.visible


def test_save_draft_empties_a_field() -> None:
    actor = make_actor()
    form = open_filled(actor)
    forms.save_draft(actor=actor, form_id=form.id, answers={"staff_count": 3}, revision=1, at=AT)
    forms.save_draft(actor=actor, form_id=form.id, answers={"staff_count": None}, revision=2, at=AT)
    assert forms.get_answers(form_id=form.id) == {}


def test_save_draft_keeps_hidden_answers_until_submission() -> None:
    actor = make_actor()
    form = open_filled(actor)
    answers = make_answers(biz_form="cater", kitchen=True, kitchen_note="统一配送")
    forms.save_draft(actor=actor, form_id=form.id, answers=answers, revision=1, at=AT)
    forms.save_draft(actor=actor, form_id=form.id, answers={"biz_form": "sale"}, revision=2, at=AT)
    assert forms.get_answers(form_id=form.id)["kitchen_note"] == "统一配送"
    forms.submit_form(actor=actor, form_id=form.id, answers={}, at=AT)
    assert forms.get_answers(form_id=form.id) == make_answers(biz_form="sale")


def test_save_draft_without_change_keeps_revision() -> None:
    actor = make_actor()
    form = open_filled(actor)
    forms.save_draft(actor=actor, form_id=form.id, answers={"staff_count": 3}, revision=1, at=AT)
    saved = forms.save_draft(actor=actor, form_id=form.id, answers={"staff_count": 3}, revision=1, at=AT)
    assert saved.revision == 2


def test_save_draft_from_older_tab() -> None:
    actor = make_actor()
    form = open_filled(actor)
    forms.save_draft(actor=actor, form_id=form.id, answers={"mobile": "13904310001"}, revision=1, at=AT)
    with pytest.raises(DraftOvertaken) as refusal:
        forms.save_draft(actor=actor, form_id=form.id, answers={"mobile": "13804310002"}, revision=1, at=AT)
    assert refusal.value.details["differences"] == {
        "mobile": {"title": "手机号码", "saved": "139****0001", "yours": "138****0002"}
    }
    assert forms.get_answers(form_id=form.id) == {"mobile": "13904310001"}


def test_submit_form_fixes_answers_and_is_audited() -> None:
    actor = make_actor()
    form = open_filled(actor)
    submitted = forms.submit_form(actor=actor, form_id=form.id, answers=make_answers(), at=AT)
    assert (submitted.is_draft, submitted.submitted_at) == (False, AT)
    assert forms.get_answers(form_id=form.id) == make_answers()
    entries = audit.list_records(subject_type="forms.filledform", subject_id=form.id)
    assert [entry.action for entry in entries] == ["forms.submit_form"]


def test_submit_form_invalid_leaves_draft() -> None:
    actor = make_actor()
    form = open_filled(actor)
    with pytest.raises(ValidationError) as refusal:
        forms.submit_form(actor=actor, form_id=form.id, answers=make_answers(mobile="1"), at=AT)
    assert list(refusal.value.details) == ["mobile"]
    assert FilledForm.objects.get().is_draft
    assert forms.get_answers(form_id=form.id) == {}


@pytest.mark.parametrize("act", ["save", "submit", "discard"])
def test_submitted_form_does_not_change(act: str) -> None:
    actor = make_actor()
    form = open_filled(actor)
    forms.submit_form(actor=actor, form_id=form.id, answers=make_answers(), at=AT)
    with pytest.raises(AlreadySubmitted):
        run(act, actor, form.id)


@pytest.mark.parametrize("act", ["save", "submit", "discard"])
def test_foreign_form_does_not_exist(act: str) -> None:
    form = open_filled(make_actor())
    with pytest.raises(UnknownFilledForm):
        run(act, make_actor(), form.id)


def run(act: str, actor: Any, form_id: int) -> None:
    if act == "save":
        forms.save_draft(actor=actor, form_id=form_id, answers={"staff_count": 1}, revision=1, at=AT)
    elif act == "submit":
        forms.submit_form(actor=actor, form_id=form_id, answers=make_answers(), at=AT)
    else:
        forms.discard_draft(actor=actor, form_id=form_id)


def test_readonly_prefilled_value_cannot_be_changed() -> None:
    actor = make_actor()
    form = open_filled(actor, {"org_name": make_prefill("真名公司")})
    forms.save_draft(actor=actor, form_id=form.id, answers={"org_name": "假名"}, revision=1, at=AT)
    forms.submit_form(actor=actor, form_id=form.id, answers=make_answers(org_name="假名公司"), at=AT)
    assert forms.get_answers(form_id=form.id)["org_name"] == "真名公司"


def test_reopen_form_keeps_what_was_handed_in() -> None:
    actor = make_actor()
    form = open_filled(actor)
    forms.submit_form(actor=actor, form_id=form.id, answers=make_answers(), at=AT)
    later = AT + timedelta(days=3)
    forms.reopen_form(actor=actor, form_id=form.id, at=later)
    corrected = make_answers(premises_area=90)
    forms.submit_form(actor=actor, form_id=form.id, answers=corrected, at=later)
    assert forms.list_submissions(form_id=form.id) == [(AT, make_answers()), (later, corrected)]
    assert forms.get_answers(form_id=form.id) == corrected


def test_reopened_form_cannot_be_discarded() -> None:
    actor = make_actor()
    form = open_filled(actor)
    forms.submit_form(actor=actor, form_id=form.id, answers=make_answers(), at=AT)
    forms.reopen_form(actor=actor, form_id=form.id, at=AT)
    with pytest.raises(AlreadySubmitted):
        forms.discard_draft(actor=actor, form_id=form.id)


def test_discard_draft_deletes_it() -> None:
    actor = make_actor()
    form = open_filled(actor)
    forms.discard_draft(actor=actor, form_id=form.id)
    assert not FilledForm.objects.exists()


def test_draft_stays_with_its_version() -> None:
    actor = make_actor()
    form = open_filled(actor)
    newer = open_filled(actor, required=["email"])
    assert (form.version, newer.version) == (1, 2)
    forms.submit_form(actor=actor, form_id=form.id, answers=make_answers(), at=AT)
    with pytest.raises(ValidationError):
        forms.submit_form(actor=actor, form_id=newer.id, answers=make_answers(), at=AT)


@pytest.mark.django_db(transaction=True)
def test_save_draft_two_tabs_at_once() -> None:
    actor = make_actor()
    form = open_filled(actor)

    def save(number: int) -> bool:
        try:
            forms.save_draft(
                actor=actor, form_id=form.id, answers={"staff_count": number}, revision=1, at=timezone.now()
            )
        except DraftOvertaken:
            return False
        finally:
            connections.close_all()
        return True

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(save, range(1, 5))) == 1
    assert FilledForm.objects.get().revision == 2


KNOWN: dict[str, Any] = {"type": "string", "title": "业态", "x-widget": "hidden", "x-readonly-when-prefilled": True}


def _schema_with_known() -> dict[str, Any]:
    """What the situation already says decides which choices and questions are left."""
    properties = dict(make_schema()["properties"]) | {"s_biz": KNOWN}
    properties["food_items"] = {
        "type": "array",
        "title": "经营项目",
        "x-options": [
            {"value": "packed", "label": "预包装食品销售", "visible-if": "s_biz == 'sale'"},
            {"value": "hot", "label": "热食类食品制售", "visible-if": "s_biz in ['cater']"},
        ],
    }
    properties["biz_form"] = dict(properties["biz_form"], default="cater")
    properties["kitchen"] = {"type": "boolean", "title": "中央厨房", "x-visible-if": "s_biz == 'cater'"}
    return properties


def test_what_is_known_decides_and_is_neither_shown_nor_overwritten() -> None:
    actor = make_actor()
    held = {"s_biz": make_prefill("cater"), "food_items": make_prefill(["packed"])}  # what does not fit is not taken
    form = open_filled(actor, held, properties=_schema_with_known())
    shown = {field.name: field for field in forms.render_form(form_id=form.id).fields}
    assert "s_biz" not in shown and shown["kitchen"].is_visible
    assert [option.value for option in shown["food_items"].options] == ["hot"]
    assert forms.get_answers(form_id=form.id)["food_items"] == ["hot"]  # nothing else is left
    with pytest.raises(ValidationError) as refusal:
        forms.submit_form(
            actor=actor, form_id=form.id, answers=make_answers(food_items=["packed"], s_biz="sale"), at=AT
        )
    assert refusal.value.details == {"food_items": "“经营项目”请从所列选项中选择。"}
    forms.submit_form(actor=actor, form_id=form.id, answers=make_answers(food_items=["hot"], s_biz="sale"), at=AT)
    answers = forms.get_answers(form_id=form.id)
    assert (answers["s_biz"], answers["food_items"]) == ("cater", ["hot"])
    assert "业态" not in [field.spec.title for field in forms.render_form(form_id=form.id, readonly=True).fields]


def test_a_draft_begins_with_the_proposals_of_its_form() -> None:
    actor = make_actor()
    form = open_filled(actor, properties=_schema_with_known())
    assert forms.get_answers(form_id=form.id) == {"biz_form": "cater"}
    forms.save_draft(actor=actor, form_id=form.id, answers={"biz_form": "sale"}, revision=1, at=AT)
    assert forms.get_answers(form_id=form.id)["biz_form"] == "sale"
