"""Rendering: what a browser would post back equals what was bound; nothing hostile gets out as markup."""

from html.parser import HTMLParser
from typing import Any

import pytest
from django.http import QueryDict
from django.template import Context, Template
from hypothesis import given, settings
from hypothesis import strategies as st

from xiangyun.foundation.forms import api as forms
from xiangyun.foundation.forms.queries.answers import parse_post
from xiangyun.foundation.forms.queries.definitions import read_definition
from xiangyun.foundation.forms.tests.factories import (
    AT,
    make_actor,
    make_answers,
    make_prefill,
    make_schema,
    open_filled,
)
from xiangyun.kit.errors import ValidationError

FIELDS = Template("{% load xiangyun_forms %}{% form_fields form %}")
ANSWERS = Template("{% load xiangyun_forms %}{% form_answers form %}")


def show(form: forms.BoundForm, template: Template = FIELDS) -> str:
    return template.render(Context({"form": form}))


class Browser(HTMLParser):
    """Collects what a browser without script would post."""

    def __init__(self) -> None:
        super().__init__()
        self.posted = QueryDict(mutable=True)
        self.ids: set[str] = set()
        self.described: set[str] = set()
        self.tags: set[str] = set()
        self._textarea = self._select = ""
        self._text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.tags.add(tag)
        self.ids.add(given.get("id", ""))
        self.described.update(given.get("aria-describedby", "").split())
        if tag == "input" and (given.get("type") not in ("radio", "checkbox") or "checked" in given):
            self.posted.appendlist(given["name"], given.get("value", "on"))
        elif tag == "select":
            self._select = given["name"]
        elif tag == "option" and "selected" in given:
            self.posted.appendlist(self._select, given["value"])
        elif tag == "textarea":
            self._textarea, self._text = given["name"], ""

    def handle_data(self, data: str) -> None:
        if self._textarea:
            self._text += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            # a browser drops the first line end and sends CRLF
            self.posted.appendlist(self._textarea, self._text.removeprefix("\n").replace("\n", "\r\n"))
            self._textarea = ""


def browse(html: str) -> Browser:
    browser = Browser()
    browser.feed(html)
    return browser


plain = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zl", "Zp", "Cf"]), max_size=60).map(
    str.strip
)
right_answers = st.fixed_dictionaries(
    {},
    optional={
        "org_name": plain.filter(bool),
        "premises_area": st.decimals(min_value="0.01", max_value=100000, places=2).map(float),
        "capital": st.integers(0, 10**12) | st.decimals(0, 10**9, places=2).map(float),
        "staff_count": st.integers(1, 10**14),
        "food_items": st.lists(st.sampled_from(["packed", "bulk", "hot"]), unique=True, min_size=1).map(
            lambda values: [each for each in ("packed", "bulk", "hot") if each in values]
        ),
        "biz_form": st.sampled_from(["sale", "cater"]),
        "kitchen": st.booleans(),
        "kitchen_note": st.lists(plain, max_size=3).map("\n".join).map(str.strip).filter(bool),
        "opened_on": st.dates().map(lambda day: day.isoformat()),
        "promise": st.just(True),
    },
)


@settings(max_examples=150, deadline=None)
@given(right_answers)
def test_any_answers_round_trip_through_the_page(answers: dict[str, Any]) -> None:
    html = show(forms.preview_form(schema=make_schema(), answers=answers))
    read = parse_post(read_definition(make_schema()), browse(html).posted)
    expected = {"promise": False} | {name: round_number(value) for name, value in answers.items()}
    assert {name: value for name, value in read.items() if value is not None} == expected


def round_number(value: Any) -> Any:
    return int(value) if isinstance(value, float) and value.is_integer() else value


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", '" onfocus="alert(1)', "𠮷㛃", "</textarea><img src=x>"])
def test_hostile_text_is_escaped(text: str) -> None:
    answers = {"org_name": text, "biz_form": "cater", "kitchen": True, "kitchen_note": text}
    html = show(forms.preview_form(schema=make_schema(), answers=answers))
    browser = browse(html)
    assert browser.posted["org_name"] == browser.posted["kitchen_note"] == text
    assert "img" not in browser.tags
    assert html.count("<script") == 1


def test_labels_and_descriptions_are_bound() -> None:
    browser = browse(show(forms.preview_form(schema=make_schema())))
    assert browser.described <= browser.ids
    assert {"id_org_name", "id_food_items", "id_food_items-1", "id_kitchen_note"} <= browser.ids


def test_hidden_question_is_in_the_page_but_not_shown() -> None:
    form = forms.preview_form(schema=make_schema(), answers={"biz_form": "sale"})
    shown = {field.name: field.is_visible for field in form.fields}
    assert (shown["biz_form"], shown["kitchen"], shown["kitchen_note"]) == (True, False, False)
    assert '<div class="field" data-field="kitchen" hidden>' in show(form)


@pytest.mark.django_db
def test_prefilled_value_shows_source_and_day() -> None:
    form = open_filled(make_actor(), {"org_name": make_prefill("真名公司"), "mobile": make_prefill("13904310001")})
    html = show(forms.render_form(form_id=form.id))
    assert html.count("来自营业执照") == 2
    assert "2025-03-01" in html
    browser = browse(html)
    assert "org_name" not in browser.posted, "an authoritative value is not an input"
    assert browser.posted["mobile"] == "13904310001"
    assert "139****0001" in html
    assert "org_name" not in browser.posted["xy-fields"]


@pytest.mark.django_db
def test_refused_post_is_shown_again_with_its_errors() -> None:
    actor = make_actor()
    form = open_filled(actor)
    data = QueryDict(mutable=True)
    data.update({"org_name": "甲公司", "premises_area": "很大", "mobile": "1"})
    answers = forms.parse_post(form_id=form.id, data=data)
    with pytest.raises(ValidationError) as refusal:
        forms.submit_form(actor=actor, form_id=form.id, answers=answers, at=AT)
    bound = forms.render_form(form_id=form.id, answers=answers, errors=refusal.value.details)
    html = show(bound)
    assert 'value="很大"' in html
    assert 'value="甲公司"' in html
    assert [anchor for anchor, _ in bound.error_list] == [
        "id_uscc",
        "id_mobile",
        "id_premises_area",
        "id_food_items",
    ]
    assert "还有 4 处需要修改" in html
    assert browse(html).posted["premises_area"] == "很大"


@pytest.mark.django_db
def test_answers_for_reading_are_masked() -> None:
    actor = make_actor()
    form = open_filled(actor, {"mobile": make_prefill("13904310001", "实名账户")})
    answers = make_answers(mobile="13804310002", biz_form="sale", capital=1000000)
    forms.submit_form(actor=actor, form_id=form.id, answers=answers, at=AT)
    html = show(forms.render_form(form_id=form.id, readonly=True), ANSWERS)
    assert "138****0002" in html
    assert "13804310002" not in html
    assert "申请人已修改，实名账户（2025-03-01）为：139****0001" in html
    assert "预包装食品销售、热食类食品制售" in html
    assert "1,000,000.00 元" in html
    full = show(forms.render_form(form_id=form.id, readonly=True, masked=False), ANSWERS)
    assert "13804310002" in full


@pytest.mark.django_db
def test_box_left_unticked_reads_no() -> None:
    form = open_filled(make_actor())
    read, asked = (forms.render_form(form_id=form.id, readonly=readonly) for readonly in (True, False))
    promise = [next(each for each in bound.fields if each.name == "promise").display for bound in (read, asked)]
    assert promise == ["否", ""]


def test_whole_number_is_shown_without_a_fraction() -> None:
    bound = forms.preview_form(schema=make_schema(), answers={"premises_area": 800.0})
    area = next(field for field in bound.fields if field.name == "premises_area")
    assert (area.display, area.text) == ("800 平方米", "800")
