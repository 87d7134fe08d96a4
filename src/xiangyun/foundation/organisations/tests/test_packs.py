"""Loading departments: the whole province, the same again, and broken files."""

import shutil
from pathlib import Path

import pytest
import yaml
from django.conf import settings
from hypothesis import HealthCheck, given
from hypothesis import settings as settings_of_hypothesis
from hypothesis import strategies as st

from xiangyun.foundation.organisations import api
from xiangyun.foundation.organisations.models import Department, Hall, Window
from xiangyun.foundation.packs import api as packs
from xiangyun.foundation.packs.tests.factories import disfigured, is_loaded_or_refused, keep_loaders, load
from xiangyun.foundation.regions.tests.factories import make_jilin, make_region
from xiangyun.kit.codes import is_uscc

pytestmark = pytest.mark.django_db


@pytest.fixture
def pack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    keep_loaders(monkeypatch, "regions", "organisations")
    for name in ("pack.yaml", "departments.yaml"):
        shutil.copy(settings.XIANGYUN_PACK / name, tmp_path)
    return tmp_path


def change(pack: Path, old: str, new: str) -> int:
    """Replace a piece of departments.yaml and return the line where it stood."""
    path = pack / "departments.yaml"
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))
    return text[: text.index(old)].count("\n") + 1


def problems(pack: Path) -> list[str]:
    with pytest.raises(packs.PackErrors) as caught:
        load(pack)
    assert not Department.objects.exists()
    return [str(problem) for problem in caught.value.problems]


def test_the_whole_province_loads_fast_and_the_same_twice(pack: Path) -> None:
    for name in ("regions.csv", "regions_history.csv"):
        shutil.copy(settings.XIANGYUN_PACK / name, pack)
    report = load(pack)
    assert report.seconds < 15
    counts = [Department.objects.filter(level=level).count() for level in "23456"]
    assert counts == [53, 9 * 55, 60 * 53, 971 * 6, 11_592 * 2]
    assert Hall.objects.count() == 1 + 9 + 60 + 971
    assert Window.objects.filter(hall__key="hall-bmzx-220102001").count() == 4
    codes = list(Department.objects.values_list("code", flat=True))
    assert all(is_uscc(code) for code in codes)
    assert not Department.objects.filter(parent=None).exclude(level="2").exists()
    before = list(Department.objects.order_by("id").values_list())
    windows = list(Window.objects.order_by("id").values_list())
    change(pack, "version:", "# again\nversion:")
    assert [file.skipped for file in load(pack).files] == [True, True, False]
    assert list(Department.objects.order_by("id").values_list()) == before
    assert list(Window.objects.order_by("id").values_list()) == windows


def test_names_and_superiors_follow_the_rules(pack: Path) -> None:
    regions = make_jilin()
    zone = make_region("220171", "长春经济技术开发区", parent=regions["2201"], kind="statistical_zone")
    make_region("220171001", "临河街道", parent=zone, kind="street")
    load(pack)
    names = {department.key: department.name for department in api.list_departments()}
    assert names["scjg-220102"] == "长春市南关区市场监督管理局"
    assert names["scjg-220184"] == "公主岭市市场监督管理局"
    assert names["bb-2201".ljust(9, "0")] == "中共长春市委机构编制委员会办公室"
    assert names["swju-222400"] == "国家税务总局延边朝鲜族自治州税务局"
    assert names["xzf-220102001"] == "长春市南关区南岭街道办事处"
    assert names["bmz-220102001001"] == "长春市南关区南岭街道曙光社区便民服务站"
    assert "scjg-220171" not in names
    line = ["zsj", "zsj-220100", "zsj-220102", "bmzx-220102001", "bmz-220102001001"]
    path = api.get_department(key=line[-1]).path
    assert path == "".join(f"{api.get_department(key=key).code}/" for key in line)
    zone_centre = api.get_department(key="bmzx-220171001")
    assert zone_centre.parent_id == api.get_department(key="zsj-220100").id
    assert zone_centre.path.startswith(api.get_department(key="zsj").path)
    assert api.get_department(key="scjgs-220102001").short_name == "南岭街道市场监督管理所"


def test_a_code_once_given_stays(pack: Path) -> None:
    make_jilin()
    load(pack)
    before = dict(Department.objects.values_list("key", "code"))
    text = (pack / "departments.yaml").read_text()
    document = yaml.safe_load(text)
    listed = document["instantiate"]["county_departments"]
    (pack / "departments.yaml").write_text(
        text.replace("county_departments: [zfbgs, fgw,", "county_departments: [fgw, zfbgs,")
    )
    load(pack)
    assert listed[:2] == ["zfbgs", "fgw"]
    assert dict(Department.objects.values_list("key", "code")) == before


@pytest.mark.parametrize(
    ("old", "new", "offset", "expected"),
    [
        ("uscc_demo: 11220000DM0000021M", "uscc_demo: 11220000DM0000021N", 0,
         "统一社会信用代码的校验位不正确，请核对是否有输错的字符。"),
        ("uscc_demo: 11220000DM0000021M", "uscc_demo: 11220000DM0000013T", 0,
         "统一社会信用代码11220000DM0000013T重复（第一次在第8行）"),
        ("- id: fgw", "- id: zfbgt", 0, "机构标识“zfbgt”重复（第一次在第8行）"),
        ("lead_code: '04'", "lead_code: '4'", 0, "牵头部门码“4”应为2位数字"),
        ("  parent: fgw\n  uscc_demo", "  parent: nobody\n  uscc_demo", -6, "上级机构“nobody”不存在"),
        ("- key: cgj", "- key: kjj", 0, "模式“kjj”重复"),
        ("city_departments: [zfbgs,", "city_departments: [nobody,", 0, "city_departments 中的“nobody”不在 local_patterns 中"),
        ("  kind: 公用事业", "  kind: 企业", 0, "性质“企业”不在 uscc_kinds 中"),
        ("    name_rule: '{county}{town}便民服务中心'", "    name_rule: '{city}便民服务中心'", -1, "名称规则“{city}便民服务中心”有误"),
        ("    parent: bmzx", "    parent: nobody", 0, "上级“nobody”不在 local_patterns 或上级单位中"),
        ("  short_name: 省发展改革委", "  shortname: 省发展改革委", -2, "缺少：short_name"),
        ("      department: bmzx", "      body: bmzx", 0, "缺少：department"),
        ("      department: bmzx", "      body: bmzx", 0, "未知的键“body”"),
        ("version: '2026-01'\n", "version: '2026-01'\nextra: 1\n", 1, "未知的键“extra”"),
    ],
)  # fmt: skip
def test_a_mistake_is_named_and_nothing_is_written(pack: Path, old: str, new: str, offset: int, expected: str) -> None:
    make_jilin()
    line = change(pack, old, new)
    assert any(found.startswith(f"departments.yaml:{line + offset} {expected}") for found in problems(pack))


def test_departments_need_regions(pack: Path) -> None:
    assert problems(pack) == ["departments.yaml 尚未加载行政区划 regions.csv"]


def test_a_circle_of_superiors_is_refused(pack: Path) -> None:
    make_jilin()
    change(pack, "category: 政府组成部门\n  parent: szf\n  uscc_demo: 11220000DM0000021M",
           "category: 政府组成部门\n  parent: lsj\n  uscc_demo: 11220000DM0000021M")  # fmt: skip
    assert any("上级关系成环" in found for found in problems(pack))


def test_half_a_file_is_refused(pack: Path) -> None:
    make_jilin()
    path = pack / "departments.yaml"
    text = path.read_text()
    path.write_text(text[: text.index("local_patterns:")])
    assert problems(pack) == ["departments.yaml:6 缺少：local_patterns、instantiate"]


@settings_of_hypothesis(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_strange_content_is_refused_not_half_loaded(pack: Path, data: st.DataObject) -> None:
    make_jilin()
    document = data.draw(disfigured(yaml.safe_load((settings.XIANGYUN_PACK / "departments.yaml").read_text())))
    if not is_loaded_or_refused(pack, "departments.yaml", document):
        assert not Department.objects.exists()
        assert not Hall.objects.exists()
