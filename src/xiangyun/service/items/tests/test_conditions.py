"""Conditions that the account answers: whom the guide serves, ages and the like; what is not known refuses nobody."""

import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from xiangyun.foundation.accounts import api as accounts
from xiangyun.foundation.packs import api as packs
from xiangyun.service.items import api
from xiangyun.service.items.models import Guide, Implementation
from xiangyun.service.items.tests.factories import AT, SAMPLE_PACK, find_handling_item, load_sample_library

pytestmark = pytest.mark.django_db

OLD = "{when: age >= 80, text: 年满80周岁, next: 请在年满80周岁后申请。}"
ENDED = (
    "{when: sex == '1' and age >= 22 or sex == '2' and age >= 20, text: 达到年龄, next: 以后再来。, handling: ['02']}"
)
FIRM = "{when: applicant == 'org', text: 已取得营业执照, next: 请以单位的身份办理。, handling: ['01']}"


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    folder = Path(shutil.copytree(SAMPLE_PACK, tmp_path / "pack"))
    _write(folder, f"  allowance:\n    conditions: [{OLD}]\n", f"  food:\n    conditions: [{FIRM}, {ENDED}]\n")
    return folder


def _write(folder: Path, *entries: str) -> None:
    settings = folder / "guide_settings.yaml"
    text = settings.read_text()
    for entry in entries:
        text = text.replace(entry.partition("\n")[0] + "\n", entry)
    settings.write_text(text)


def _person(born: date | None, sex: str = "2") -> accounts.Profile:
    names = [field for field in accounts.Profile.__dataclass_fields__ if field not in ("birth_date", "sex")]
    plain: dict[str, Any] = dict.fromkeys(names, "")
    return accounts.Profile(**plain, birth_date=born, sex=sex)


def _judge(
    title: str, name: str, person: accounts.Profile, *, firm: bool = False
) -> list[tuple[str, str, bool | None]]:
    item = find_handling_item(title, name=name)
    found = api.judge_conditions(
        content=item.content, serial=item.serial, person=person, is_organisation=firm, on=date(2026, 11, 21)
    )
    return [(judged.text, judged.known, judged.is_met) for judged in found]


@pytest.mark.parametrize(
    ("born", "known", "is_met"),
    [
        (date(1946, 11, 21), "80周岁", True),
        (date(1946, 11, 22), "79周岁", False),
        (date(1989, 2, 28), "37周岁", False),
        (None, "", None),
    ],
)
def test_an_age_is_judged_to_the_day_and_an_unknown_one_refuses_nobody(
    pack: Path, born: date | None, known: str, is_met: bool | None
) -> None:
    load_sample_library(path=pack)
    judged = _judge("高龄津贴给付", "申请", _person(born))
    assert judged == [("由个人申请", "以个人身份办理", True), ("年满80周岁", known, is_met)]


@pytest.mark.parametrize(("sex", "is_met"), [("1", False), ("2", True), ("0", None)])
def test_a_condition_of_two_facts_needs_both_and_holds_for_its_handling_items_only(
    pack: Path, sex: str, is_met: bool | None
) -> None:
    load_sample_library(path=pack)
    person = _person(date(2006, 1, 1), sex)
    assert [judged[2] for judged in _judge("食品经营许可证核发", "注销", person)] == [is_met]
    assert _judge("食品经营许可证核发", "新办", person) == [("已取得营业执照", "以个人身份办理", False)]
    assert _judge("食品经营许可证核发", "新办", person, firm=True) == [("已取得营业执照", "以单位身份办理", True)]


def test_a_firm_is_told_that_an_item_is_personal_and_what_to_do(pack: Path) -> None:
    load_sample_library(path=pack)
    item = find_handling_item("高龄津贴给付", name="申请")
    served, old = api.judge_conditions(
        content=item.content, serial="", person=_person(None), is_organisation=True, on=date(2026, 11, 21)
    )
    assert served.refusal == "不符合办理条件“由个人申请”：申请人的情况是以单位身份办理。请以本人的身份办理。"
    assert (served.is_of_subject, old.is_of_subject, old.is_met) == (True, False, None)


def test_an_item_for_organisations_tells_a_person_what_to_do(pack: Path) -> None:
    for name in ("guides.yaml", "items.yaml"):
        text = (pack / name).read_text()
        (pack / name).write_text(text.replace("audience: [自然人, 企业]", "audience: [企业, 事业单位]"))
    load_sample_library(path=pack)
    judged = _judge("食品经营许可证核发", "新办", _person(None))
    assert judged[0] == ("由企业、事业单位申请", "以个人身份办理", False)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("age >= 80", "age >=", "表达式"),
        ("age >= 80", "age", "的结果不是“真/假”"),
        ("age >= 80", "income >= 80", "未知的信息“income”，可用 age、sex、applicant"),
        ("text: 年满80周岁, ", "", "缺少：text"),
        ("text: 年满80周岁, ", "text: 年满80周岁, handling: ['09'], ", "没有业务办理项“09”"),
        ("text: 年满80周岁, ", "text: 年满80周岁, colour: red, ", "未知的键“colour”"),
    ],
)
def test_a_condition_that_cannot_be_judged_is_refused_when_loaded(
    pack: Path, old: str, new: str, expected: str
) -> None:
    settings = pack / "guide_settings.yaml"
    assert old in settings.read_text()
    settings.write_text(settings.read_text().replace(old, new))
    with pytest.raises(packs.PackErrors) as caught:
        load_sample_library(path=pack)
    problems = [str(problem) for problem in caught.value.problems]
    assert any(problem.startswith("guide_settings.yaml:") and expected in problem for problem in problems), problems
    assert Implementation.objects.count() == 0


def test_a_changed_condition_makes_a_new_version(pack: Path) -> None:
    load_sample_library(path=pack)
    settings = pack / "guide_settings.yaml"
    settings.write_text(settings.read_text().replace("age >= 80", "age >= 70"))
    load_sample_library(path=pack)
    guides = Guide.objects.filter(is_current=True).values_list("catalog__key", "version")
    assert dict(guides) == {"food": 1, "allowance": 2}


def test_papers_of_several_people_are_not_replaced_by_the_certificate_of_one(pack: Path) -> None:
    guides = pack / "guides.yaml"
    guides.write_text(
        guides.read_text().replace("name: 居民身份证, kind: 1, form", "name: 父母居民身份证, kind: 1, form")
    )
    with pytest.raises(packs.PackErrors, match="“父母居民身份证”不只由申请人持有"):
        load_sample_library(path=pack)
    _write(pack, "  allowance:\n    materials: {M108: {certificate_types: []}}\n")
    load_sample_library(path=pack, at=AT)
    item = find_handling_item("高龄津贴给付", name="申请")
    asked = api.list_materials(handling_item_id=item.id, situation={"agent": "n"})
    assert [(m.name, m.is_exempt, m.exempt_text, m.is_required) for m in asked] == [("父母居民身份证", False, "", True)]
