"""The pack becomes a published library; broken rows are named with file, line and reason, and leave nothing."""

import shutil
from pathlib import Path

import pytest

from xiangyun.foundation.events import api as events
from xiangyun.foundation.forms import api as forms
from xiangyun.foundation.packs import api as packs
from xiangyun.kit.codes import is_handle_item_code, is_task_code
from xiangyun.service.items import api as items
from xiangyun.service.items.events import GuidePublished
from xiangyun.service.items.models import CatalogEntry, Guide, HandlingItem, Implementation, MaterialStandard
from xiangyun.service.items.tests.factories import AT, SAMPLE_PACK, find_handling_item, load_sample_library

pytestmark = pytest.mark.django_db


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SAMPLE_PACK, tmp_path / "pack"))


def _edit(pack: Path, name: str, old: str, new: str, count: int = 1) -> None:
    text = (pack / name).read_text()
    assert old in text
    (pack / name).write_text(text.replace(old, new, count))


def _problems(pack: Path) -> list[str]:
    with pytest.raises(packs.PackErrors) as caught:
        load_sample_library(path=pack)
    return [str(problem) for problem in caught.value.problems]


def _published() -> dict[str, int]:
    rows = Implementation.objects.filter(status="published").select_related("catalog")
    found: dict[str, int] = {}
    for row in rows:
        found[row.catalog.key] = found.get(row.catalog.key, 0) + 1
    return found


def test_load_publishes_every_body_with_right_codes() -> None:
    load_sample_library()
    assert _published() == {"food": 4, "allowance": 3}  # 2 cities + 2 districts; 2 districts + 1 street
    tasks = list(Implementation.objects.values_list("task_code", "level", "catalog__catalog_code", "department__code"))
    assert all(is_task_code(t) and t == f"{uscc}{level}{catalog}" for t, level, catalog, uscc in tasks)
    items = list(HandlingItem.objects.values_list("code", "implementation__task_code", "serial"))
    assert len(items) == 4 * 2 + 3
    assert all(is_handle_item_code(code) and code == task + serial for code, task, serial in items)
    guide = Guide.objects.get(catalog__key="food")
    assert (guide.version, guide.process_key, guide.special_procedures) == (1, "inspection", ["现场核查"])
    assert Guide.objects.get(catalog__key="allowance").process_key == "standard"


def test_load_announces_each_guide_once(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[GuidePublished] = []

    def note(event: GuidePublished, *, at: object) -> None:
        seen.append(event)

    events.subscribe(GuidePublished, note, key="tests.guides")
    try:
        load_sample_library()
        events.run_pending(at=AT)
    finally:
        events.unsubscribe(GuidePublished, key="tests.guides")
    assert [(e.catalog_code, e.bodies) for e in seen] == [("220131005000", 4), ("220511004000", 3)]


def test_form_asks_the_fields_and_names_sources() -> None:
    load_sample_library()
    form = forms.get_form(key="food.01")
    assert form.title == "食品经营许可（新办）申请表"
    assert [s.title for s in form.sections] == ["主体信息", "经营信息", "经办与送达"]
    assert "photo" not in form.fields
    area = form.fields["premises_area"]
    assert (area.title, area.unit, area.widget, area.is_required) == ("经营场所面积", "平方米", "number", True)
    assert form.fields["org_name"].prefill == ("subject.org_name",)
    assert form.fields["org_name"].is_readonly_when_prefilled
    assert not form.fields["mobile"].is_readonly_when_prefilled
    assert form.fields["mobile"].check == "mobile"
    assert form.fields["proxy_name"].visible_if == "has_proxy == true"
    assert not form.fields["food_items"].is_required
    assert form.fields["food_items"].hint == "按实际填写"
    assert form.fields["food_items"].kind == "array"
    assert form.fields["delivery_method"].options == (("1", "窗口领取"), ("2", "邮寄"))
    assert form.fields["online_business"].kind == "boolean"


def test_second_load_changes_nothing(pack: Path) -> None:
    load_sample_library(path=pack)
    before = list(Implementation.objects.order_by("id").values())
    _edit(pack, "guide_settings.yaml", "hours: 法定工作日", "hours: 每个工作日")
    load_sample_library(path=pack)
    assert list(Implementation.objects.order_by("id").values()) == before
    assert Guide.objects.count() == 2


def test_changed_guide_is_a_new_version_and_the_old_one_stays_for_its_cases(pack: Path) -> None:
    load_sample_library(path=pack)
    Implementation.objects.filter(level="3").update(phone="0431-1234567")
    old = HandlingItem.objects.filter(key="food.01", implementation__level="3").order_by("id").first()
    assert old is not None
    _edit(pack, "guides.yaml", "已取得主体资格", "已取得市场主体资格")
    load_sample_library(path=pack)
    assert _published() == {"food": 4, "allowance": 3}
    versions = Guide.objects.filter(catalog__key="food").values_list("version", "is_current")
    assert sorted(versions) == [(1, False), (2, True)]
    old.refresh_from_db()
    assert old.implementation.status == "past"
    assert old.implementation.guide.version == 1
    newer = HandlingItem.objects.get(code=old.code, implementation__status="published")
    assert (newer.implementation.version, newer.implementation.guide.version) == (2, 2)
    assert newer.implementation.phone == "0431-1234567"
    assert Implementation.objects.filter(catalog__key="allowance", status="past").count() == 0


def test_suspended_body_stays_suspended_under_a_new_guide(pack: Path) -> None:
    load_sample_library(path=pack)
    Implementation.objects.filter(catalog__key="food", level="3").update(status="suspended", status_reason="系统升级")
    _edit(pack, "guides.yaml", "已取得主体资格", "已取得市场主体资格")
    load_sample_library(path=pack)
    rows = Implementation.objects.filter(catalog__key="food", level="3", guide__version=2)
    assert set(rows.values_list("status", "status_reason")) == {("suspended", "系统升级")}


def test_item_that_left_the_catalog_is_cancelled(pack: Path) -> None:
    load_sample_library(path=pack)
    text = (pack / "items.yaml").read_text()
    (pack / "items.yaml").write_text(text[: text.index("- id: allowance")])
    (pack / "guides.yaml").write_text((pack / "guides.yaml").read_text().partition("- id: g_allowance")[0])
    settings = (pack / "guide_settings.yaml").read_text()
    (pack / "guide_settings.yaml").write_text(settings.replace("  allowance:\n    situations: {agent: n}\n", ""))
    load_sample_library(path=pack)
    assert CatalogEntry.objects.get(key="allowance").status == "3"
    assert _published() == {"food": 4}


@pytest.mark.parametrize(
    ("name", "old", "new", "expected"),
    [
        ("items.yaml", "'220131005000'", "'22013100500'", "items.yaml:21 基本编码应为12位数字，请核对。"),
        ("items.yaml", "'220131005000'", "'220731005000'", "items.yaml:21 基本编码中的类型07与事项类型01不一致"),
        ("items.yaml", "lead_dept: scjg", "lead_dept: nobody", "items.yaml:5 没有标识为“nobody”的省级部门"),
        ("items.yaml", "audience: [自然人, 企业]", "audience: [外星人]", "服务对象“外星人”"),
        ("items.yaml", "kind: CANCEL", "kind: DANCE", "业务办理项类别“DANCE”"),
        ("items.yaml", "org_themes: ['010']", "org_themes: ['777']", "主题编码“777”不在 themes.yaml 中"),
        ("items.yaml", "value: 20", "value: 二十", "legal_limit 应写明 value（整数）和 unit（工作日、"),
        ("guides.yaml", "material: M006", "material: M999", "材料库中没有“M999”"),
        ("guides.yaml", "element: org_name", "element: nothing", "数据元“nothing”不存在"),
        ("guides.yaml", "handling_item: food.02", "handling_item: food.09", "业务办理项“food.09”不在基本目录中"),
        ("guides.yaml", "item: food\n", "item: foo\n", "没有事项“food”的办事指南"),
        ("guides.yaml", "name: 布局图, kind: 3, form", "name: 其他材料, kind: 3, form", "“其他材料”是兜底条款"),
        ("guides.yaml", "value: 10", "value: 30", "承诺时限30个工作日超过法定时限20个工作日"),
        ("guides.yaml", "value: 10, unit: 工作日", "value: 1, unit: 月", "承诺时限应按工作日或自然日填写，不能按月"),
        ("guides.yaml", "days: 9", "days: 8", "各步骤天数之和9与承诺时限10不一致"),
        ("guides.yaml", "name: 送达, role", "name: 归档, role", "办理流程缺少“送达”环节"),
        ("guides.yaml", "onsite_visits: 0", "onsite_visits: 1", "到现场次数大于0，须说明原因"),
        ("guides.yaml", "consult: 12345政务服务便民热线", "consult: 来电咨询", "须写明电话号码"),
        ("guides.yaml", "in: [y]", "in: [maybe]", "auto=maybe"),
        ("guides.yaml", "fee: 不收费", "fee: 每件80元", "收费事项须写明收费标准和依据"),
        ("guides.yaml", "exempt_mode: certificate", "exempt_mode: magic", "免提交方式“magic”"),
        ("guide_settings.yaml", "agent: n", "agent: maybe", "默认选项“maybe”不存在"),
        ("guide_settings.yaml", "hint: 按实际填写", "colour: red", "guide_settings.yaml:14 未知的键“colour”"),
        ("guide_settings.yaml", "standard: standard", "standard: nowhere", "办理流程“nowhere”没有装载"),
        ("guides.yaml", "label: 注销, handling_item: food.02", "label: 注销", "没有业务办理项“food.02”的选项"),
        ("guide_settings.yaml", "hint: 按实际填写", "when: {size: [xl]}", "when 引用了不存在的情形：size=xl"),
        (
            "guide_settings.yaml",
            "    fields:\n",
            "    sections: {没有的: {when: {size: [s]}}}\n    fields:\n",
            "没有分组“没有的”",
        ),
        ("powers.yaml", "'2025-12-31'", "'去年'", "日期“去年”"),
    ],
)
def test_broken_rows_are_named_and_leave_nothing(pack: Path, name: str, old: str, new: str, expected: str) -> None:
    _edit(pack, name, old, new)
    assert any(expected in problem for problem in _problems(pack)), _problems(pack)
    assert Implementation.objects.count() == 0
    assert MaterialStandard.objects.count() == 0


def test_power_types_need_an_entry_of_the_power_list(pack: Path) -> None:
    _edit(pack, "powers.yaml", "'2025-12-31'", "'2099-12-31'")
    assert any("权责清单中没有对应的已公布权力" in problem for problem in _problems(pack))


def test_each_handling_item_has_the_form_it_needs_and_asks_what_the_form_hangs_on(pack: Path) -> None:
    _edit(
        pack,
        "guide_settings.yaml",
        "    fields:\n      food_items: {required: false, multiple: true, hint: 按实际填写}",
        """    certificates: {'01': other_licence, '02': ''}
    sections: {经营信息: {when: {h: [new]}}}
    fields:
      premises_area: {when: {size: [l]}, default: 5}
      food_items: {multiple: true, options_when: {size: {s: ['1'], l: ['1', '2']}}}
      delivery_method: {only: ['2', '1'], default: '2'}
      org_name: {prefill_when: {h: [cancel]}}""",
    )
    load_sample_library(path=pack)
    new, cancel = forms.get_form(key="food.01"), forms.get_form(key="food.02")
    assert "经营信息" not in [section.title for section in cancel.sections]
    held = "certificate.food_business_license.org_name"  # who cancels has the certificate
    assert (cancel.fields["org_name"].prefill, new.fields["org_name"].prefill) == (("subject.org_name", held), ())
    assert new.fields["s_size"].prefill == ("situation.size",)
    assert new.fields["premises_area"].visible_if == "s_size in ['l']"
    rules = new.fields["food_items"].option_rules
    assert (rules["1"], rules["2"], rules["3"]) == ("s_size in ['s', 'l']", "s_size in ['l']", "s_size in []")
    assert new.fields["delivery_method"].options == (("2", "邮寄"), ("1", "窗口领取"))
    assert "s_size" not in cancel.fields
    item = find_handling_item("食品经营许可证核发", name="新办")
    ended = find_handling_item("食品经营许可证核发", name="注销")
    asked = [q.var for q in items.list_situation_questions(handling_item_id=item.id, situation={})]
    assert asked == ["auto", "size"]
    assert items.list_situation_questions(handling_item_id=ended.id, situation={}) == []
    assert (item.certificate_type_key, ended.certificate_type_key) == ("other_licence", "")


def test_a_handling_item_with_two_options_is_asked_which(pack: Path) -> None:
    _edit(
        pack,
        "guides.yaml",
        "    - {value: cancel, label: 注销, handling_item: food.02}\n",
        "    - {value: cancel, label: 注销, handling_item: food.02}\n"
        "    - {value: partly, label: 部分注销, handling_item: food.02}\n",
    )
    _edit(
        pack,
        "guides.yaml",
        "order: 3, condition: {all: [{q: h, in: [new]}]}",
        "order: 3, condition: {all: [{q: h, in: [new, partly]}]}",
    )
    load_sample_library(path=pack)
    item = find_handling_item("食品经营许可证核发", name="注销")
    question = items.list_situation_questions(handling_item_id=item.id, situation={})[0]
    assert (question.var, question.options) == ("h", (("cancel", "注销"), ("partly", "部分注销")))
    names = [m.name for m in items.list_materials(handling_item_id=item.id, situation={"h": "partly"})]
    assert names == ["食品经营许可申请书", "布局图"]


def test_what_the_offices_make_themselves_is_not_asked_for_and_a_note_leaves_it_to_the_applicant(pack: Path) -> None:
    _edit(
        pack,
        "guide_settings.yaml",
        "    fields:\n",
        "    materials: {M008: {exempt_mode: internal}, M013: {exempt_mode: data_check}, M010: {note: 有自动设备的提供}, M006: {certificate_types: []}}\n    fields:\n",
    )
    _edit(
        pack,
        "guides.yaml",
        "originals: 0, copies: 1, exempt_mode: commitment",
        "originals: 0, copies: 0, exempt_mode: commitment",
    )
    load_sample_library(path=pack)
    item = find_handling_item("食品经营许可证核发", name="新办")
    rows = {m.name: m for m in items.list_materials(handling_item_id=item.id, situation={"auto": "y"})}
    assert "布局图" not in rows
    assert "健康证明" not in rows  # neither an original nor a copy: the office looks it up
    assert (rows["自动设备清单"].is_required, rows["营业执照"].is_exempt) == (False, False)
    assert rows["营业执照"].exempt_text == ""  # the holder is somebody else
    shown = items.get_guide_page(task_code=item.task_code, handle_item_code=item.code, situation={}).materials
    assert "布局图" in [m.name for m in shown]  # the guide says who makes it
