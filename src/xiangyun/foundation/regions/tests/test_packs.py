"""Loading the divisions: all of Jilin, the same again, moved divisions, and broken files."""

import shutil
from datetime import date
from pathlib import Path

import pytest
from django.conf import settings

from xiangyun.foundation.packs import api as packs
from xiangyun.foundation.packs.tests.factories import keep_loaders, load
from xiangyun.foundation.regions import api
from xiangyun.foundation.regions.models import Region

HEAD = "code,name,level,parent,kind,pinyin_initials,virtual,maps_to,note\n"
PROVINCE = "220000000000,吉林省,1,,province,JLS,N,,\n"
CITY = "220100000000,长春市,2,220000000000,prefecture,CCS,N,,\n"
SIPING = "220300000000,四平市,2,220000000000,prefecture,SPS,N,,\n"
OLD = "220381000000,公主岭市,3,220300000000,county_city,GZLS,N,,\n"
NEW = "220184000000,公主岭市,3,220100000000,county_city,GZLS,N,,\n"
HISTORY_HEAD = "code,name,level,parent,kind,pinyin_initials,valid_from,valid_to,replaced_by,note\n"
MOVED = "220381000000,公主岭市,3,220300000000,county_city,GZLS,,2020-06-19,220184000000,\n"

pytestmark = pytest.mark.django_db


@pytest.fixture
def pack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty pack of which only the divisions are loaded."""
    keep_loaders(monkeypatch, "regions")
    shutil.copy(settings.XIANGYUN_PACK / "pack.yaml", tmp_path)
    return tmp_path


def load_rows(pack: Path, *rows: str, history: str | None = None) -> None:
    (pack / "regions.csv").write_text(HEAD + "".join(rows))
    if history is not None:
        (pack / "regions_history.csv").write_text(HISTORY_HEAD + history)
    load(pack)


def test_all_of_jilin_loads_fast_and_the_same_twice(pack: Path) -> None:
    for name in ("regions.csv", "regions_history.csv"):
        shutil.copy(settings.XIANGYUN_PACK / name, pack)
    report = load(pack)
    assert report.unknown == []
    assert report.seconds < 10
    assert Region.objects.count() == 13_018 + 3
    counts = [Region.objects.filter(level=level, is_virtual=False, valid_to=None).count() for level in range(1, 6)]
    assert counts == [1, 9, 60 + 9, 971 + 104, 11_592 + 268]
    before = list(Region.objects.order_by("id").values_list())
    (pack / "regions.csv").write_text((pack / "regions.csv").read_text() + "# again\n")
    assert [file.skipped for file in load(pack).files] == [True, False]
    assert list(Region.objects.order_by("id").values_list()) == before


def test_a_division_knows_its_path_and_names(pack: Path) -> None:
    for name in ("regions.csv", "regions_history.csv"):
        shutil.copy(settings.XIANGYUN_PACK / name, pack)
    load(pack)
    nanguan = api.get_region(code="220102")
    assert nanguan.path == "220000000000/220100000000/220102000000/"
    assert nanguan.full_name == "吉林省长春市南关区"
    assert nanguan.parent_code == "220100000000"
    assert [region.name for region in api.list_path(code="220102")] == ["吉林省", "长春市", "南关区"]
    assert len(api.list_by_level(level=2)) == 11, "nine prefectures and two virtual nodes"
    assert len(api.list_children(code="2224")) == 8
    assert api.get_region(code="229904").maps_to == "220581000000"


def test_a_moved_division_keeps_its_history(pack: Path) -> None:
    load_rows(pack, PROVINCE, CITY, SIPING, OLD)
    old = Region.objects.get(code="220381000000")
    load_rows(pack, PROVINCE, CITY, SIPING, NEW, history=MOVED)
    moved = Region.objects.get(id=old.id)
    assert (moved.valid_to, moved.replaced_by, moved.full_name) == (
        date(2020, 6, 19),
        "220184000000",
        "吉林省四平市公主岭市",
    )
    assert api.find_region(code="220381") is None
    assert api.get_region_on(code="220381", on=date(2020, 6, 18)).id == old.id
    successor = api.find_successor(code="220381")
    assert successor is not None
    assert successor.full_name == "吉林省长春市公主岭市"
    assert Region.objects.get(code="220184000000").valid_from == date(2020, 6, 19)
    assert Region.objects.filter(code="220381000000").count() == 1


def test_a_vanished_division_must_be_explained(pack: Path) -> None:
    load_rows(pack, PROVINCE, CITY, SIPING, OLD)
    with pytest.raises(packs.PackErrors) as caught:
        load_rows(pack, PROVINCE, CITY, SIPING)
    assert [str(problem) for problem in caught.value.problems] == [
        "regions.csv 已加载的区划220381000000公主岭市不在本文件中；如已撤并，请在 regions_history.csv 写明失效日期"
    ]
    assert Region.objects.filter(valid_to=None).count() == 4


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ("22010200000,南关区,3,220100000000,district,NGQ,N,,\n", "regions.csv:4 区划代码“22010200000”应为12位数字"),
        ("220102000000,南关区,6,220100000000,district,NGQ,N,,\n", "regions.csv:4 层级“6”应为1至5"),
        ("220102000000,,3,220100000000,district,NGQ,N,,\n", "regions.csv:4 缺少名称"),
        (CITY, "regions.csv:4 区划代码220100000000重复（第一次在第3行）"),
        ("220202000000,南关区,3,220200000000,district,NGQ,N,,\n", "regions.csv:4 上级区划“220200000000”不存在"),
        ("220302000000,铁西区,3,220100000000,district,TXQ,N,,\n",
         "regions.csv:4 区划代码220302000000与上级220100000000的前4位不一致"),
        ("220102001000,南岭街道,3,220100000000,district,NGQ,N,,\n",
         "regions.csv:4 3级区划代码220102001000的后6位应为0"),
        ("229901000000,长白山,2,220100000000,virtual,CBS,Y,,\n", "regions.csv:4 上级区划220100000000的层级不高于本级"),
        ("229901000000,长白山,2,220000000000,virtual,CBS,X,,\n", "regions.csv:4 virtual 应为 Y 或 N"),
        ("229901000000,长白山,2,220000000000,virtual,CBS,Y,220999000000,\n",
         "regions.csv:4 maps_to 指向的区划220999000000不存在"),
        ("210000000000,辽宁省,1,220000000000,province,LNS,N,,\n", "regions.csv:4 省级区划没有上级"),
        ("220102000000,南关区,3,2201000", "regions.csv:4 应有9列，实有4列"),
        ("220102000000,南关区,3,220100000000,district,NGQ,N,,", "regions.csv:4 文件末尾没有换行，可能不完整"),
    ],
)  # fmt: skip
def test_a_mistake_is_named_and_nothing_is_written(pack: Path, row: str, expected: str) -> None:
    with pytest.raises(packs.PackErrors) as caught:
        load_rows(pack, PROVINCE, CITY, row)
    assert expected in [str(problem) for problem in caught.value.problems]
    assert not Region.objects.exists()


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (MOVED.replace("2020-06-19", "2020年"), "日期“2020年”应写作 年-月-日，如 2026-09-03"),
        (MOVED.replace("2020-06-19", ""), "缺少失效日期 valid_to"),
        (MOVED.replace("220300000000", "220900000000"), "当时的上级区划“220900000000”不存在"),
        (MOVED.replace("220184000000", "220199000000"), "变更后代码220199000000不存在"),
        (MOVED + MOVED, "区划代码220381000000在同一失效日期重复"),
    ],
)
def test_a_mistake_in_the_history_names_the_history_file(pack: Path, row: str, expected: str) -> None:
    with pytest.raises(packs.PackErrors) as caught:
        load_rows(pack, PROVINCE, CITY, SIPING, NEW, history=row)
    line = 3 if row.count("\n") > 1 else 2
    assert [str(problem) for problem in caught.value.problems] == [f"regions_history.csv:{line} {expected}"]
    assert not Region.objects.exists()
