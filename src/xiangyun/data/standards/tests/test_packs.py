"""Loading data elements and code tables, and broken files."""

import shutil
from pathlib import Path

import pytest
import yaml
from django.conf import settings
from django.db import transaction
from hypothesis import HealthCheck, given
from hypothesis import settings as settings_of_hypothesis
from hypothesis import strategies as st

from xiangyun.data.standards import api
from xiangyun.data.standards.models import CodeTable, CodeValue, DataElement
from xiangyun.foundation.organisations.tests.factories import make_department
from xiangyun.foundation.packs.tests.factories import disfigured, is_loaded_or_refused, keep_loaders, load, problems
from xiangyun.foundation.regions.tests.factories import make_jilin

pytestmark = pytest.mark.django_db


@pytest.fixture
def pack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    keep_loaders(monkeypatch, "standards")
    for name in ("pack.yaml", "elements.yaml", "code_tables.yaml"):
        shutil.copy(settings.XIANGYUN_PACK / name, tmp_path)
    return tmp_path


@pytest.fixture
def departments() -> None:
    province = make_jilin()["22"]
    text = (settings.XIANGYUN_PACK / "elements.yaml").read_text()
    named = {line.split(": ")[1] for line in text.splitlines() if line.startswith("  source_dept: ")}
    for key in sorted(named):
        make_department(key, province)


@pytest.mark.usefixtures("departments")
def test_the_elements_of_jilin(pack: Path, django_assert_num_queries) -> None:
    assert load(pack).seconds < 5
    assert DataElement.objects.count() == 228
    assert CodeValue.objects.filter(table__code="GB/T 3304", is_offered=True).count() == 56
    with django_assert_num_queries(1):
        elements = api.list_elements()
        assert len(elements) == 228
        assert [element.name for element in api.list_elements(codes=["sex", "nobody", "ethnicity"])] == ["性别", "民族"]
    assert api.find_element(code="household_region").code_table == "region"
    assert api.list_code_values(table="region") == []
    assert [(value.code, value.name) for value in api.list_code_values(table="GB/T 2261.1")] == [
        ("1", "男"),
        ("2", "女"),
    ]
    assert len(api.list_code_values(table="GB/T 2261.1", offered_only=False)) == 4
    assert "初婚" in [value.name for value in api.list_code_values(table="GB/T 2261.2", offered_only=False)]
    for element in elements:
        if element.code_table and element.code_table != "region":
            values = api.list_code_values(table=element.code_table)
            assert values, element.code
            longest = max(
                len(value.code) for value in api.list_code_values(table=element.code_table, offered_only=False)
            )
            assert longest <= int(element.length.split(",")[0]), element.code


@pytest.mark.usefixtures("departments")
def test_loading_again_keeps_ids_and_drops_what_is_gone(pack: Path) -> None:
    load(pack)
    before = dict(DataElement.objects.values_list("code", "id"))
    path = pack / "elements.yaml"
    text = path.read_text()
    path.write_text(text[: text.rindex("- id: ")])
    load(pack)
    after = dict(DataElement.objects.values_list("code", "id"))
    assert len(after) == 227
    assert after == {code: before[code] for code in after}


@pytest.mark.parametrize(
    ("name", "old", "new", "expected"),
    [
        ("elements.yaml", "code_table: GB/T 3304", "code_table: GB/T 3305", "代码表“GB/T 3305”不在 code_tables.yaml 中"),
        ("elements.yaml", "mask: citizen_id", "mask: secret", "mask “secret”应为 none、name"),
        ("elements.yaml", "level: L3", "level: L9", "level “L9”应为 L1、L2、L3、L4"),
        ("elements.yaml", "data_type: D", "data_type: X", "data_type “X”应为 C、N"),
        ("elements.yaml", "source_dept: gat", "source_dept: nobody", "来源部门“nobody”不在 departments.yaml 中"),
        ("elements.yaml", "- id: citizen_id", "- id: person_name", "数据元“person_name”重复（第一次在第8行）"),
        ("elements.yaml", "- id: citizen_id", "- id: Citizen", "标识“Citizen”应为小写字母、数字和下划线"),
        ("elements.yaml", "length: '50'", "length: long", "长度“long”应为数字，小数写作 12,2"),
        ("elements.yaml", "- id: citizen_id", "- id: citizen_id\n  colour: red", "未知的键“colour”"),
        ("code_tables.yaml", "    '2': 女", "    '1': 女", "键“1”重复"),
        ("code_tables.yaml", "    '2': 女", "    '2': 男", "名称“男”与代码“1”重复"),
        ("code_tables.yaml", "    '2': 女", "    '2':", "代码“2”的名称应为文字"),
        ("code_tables.yaml", "not_offered: ['0', '9']", "not_offered: ['0', '8']", "not_offered 应为 values 中代码的列表"),
        ("code_tables.yaml", "- id: yes_no", "- id: region", "代码表“region”重复或为保留名"),
    ],
)  # fmt: skip
@pytest.mark.usefixtures("departments")
def test_a_mistake_is_named_and_nothing_is_written(pack: Path, name: str, old: str, new: str, expected: str) -> None:
    path = pack / name
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))
    assert any(found.startswith(f"{name}:") and expected in found for found in problems(pack))
    assert not DataElement.objects.exists()
    assert CodeTable.objects.exists() == (name == "elements.yaml")


@pytest.mark.parametrize("name", ["code_tables.yaml", "elements.yaml"])
@pytest.mark.usefixtures("departments")
@settings_of_hypothesis(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_strange_content_is_refused_not_half_loaded(pack: Path, name: str, data: st.DataObject) -> None:
    document = data.draw(disfigured(yaml.safe_load((settings.XIANGYUN_PACK / name).read_text())))
    with transaction.atomic():
        if not is_loaded_or_refused(pack, name, document):
            assert not DataElement.objects.exists()
        transaction.set_rollback(True)
