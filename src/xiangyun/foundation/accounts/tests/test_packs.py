"""Loading demonstration people and officials from a pack."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml
from django.conf import settings

from xiangyun.foundation.access import api as access
from xiangyun.foundation.access.tests.factories import make_role
from xiangyun.foundation.accounts import api as accounts
from xiangyun.foundation.accounts.models import Firm, Mandate, Resident, User
from xiangyun.foundation.accounts.packs import load_officials, load_subjects
from xiangyun.foundation.organisations import api as organisations
from xiangyun.foundation.organisations.tests.factories import make_department
from xiangyun.foundation.packs.api import PackFile
from xiangyun.foundation.packs.errors import FileStopped
from xiangyun.foundation.regions.tests.factories import make_jilin, make_region

pytestmark = pytest.mark.django_db
AT = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
JILIN = Path(settings.XIANGYUN_PACK)

SUBJECTS = """
password: Xiangyun@2026
persons:
- {id: p1, name: 赵示一, username: zhaoshiyi, citizen_id: '220000198503129031', mobile: '19900000001',
   household_region: '220102000000'}
- {id: p2, name: 钱示二, username: qianshier, citizen_id: '220000198707219047', mobile: '19900000002', login: false}
- {id: p3, name: 赵示小, citizen_id: '220000202511059079', account: false}
firms:
- {id: f1, name: 示例公司, kind: company, uscc: 91220000DM900001XT, legal_rep: p1,
   region: '220102000000', reg_capital: 8.5}
mandates:
- {firm: f1, person: p2, scope: 全部, valid_from: 2026-01-01, valid_to: 2028-12-31}
"""
OFFICIALS = """
password: Xiangyun@2026
officials:
- username: nanguan.clerk
  name: 马示受
  citizen_id: '220000198503129031'
  mobile: '19900010000'
  post: {department: zwdt-220102, name: 综合窗口受理员}
  grants:
  - {role: window_clerk, region: '220102000000'}
"""


def pack_file(tmp_path, text, name="file.yaml") -> PackFile:
    (tmp_path / name).write_text(text, "utf-8")
    return PackFile(root=tmp_path, name=name, at=AT, demo=True)


def counts():
    return [model.objects.count() for model in (User, Resident, Firm, Mandate)]


def test_subjects_twice_leave_the_same_rows(tmp_path) -> None:
    regions = make_jilin()
    for _ in range(2):
        assert load_subjects(pack_file(tmp_path, SUBJECTS)) == 5
        assert counts() == [2, 3, 1, 1]
    boss, agent = User.objects.order_by("username")[1], User.objects.get(username="qianshier")
    assert (boss.check_password("Xiangyun@2026"), boss.household_region) == (True, regions["220102"])
    assert not agent.has_usable_password()
    firm = accounts.get_firm_by_uscc("91220000DM900001XT")
    assert (firm.legal_rep_id, float(firm.reg_capital)) == (boss.pk, 8.5)
    assert len(accounts.list_subjects(user_id=agent.pk, on=AT.date())) == 2
    changed = SUBJECTS.replace("赵示一", "赵示改").replace("login: false", "bank_name: 示例银行")
    load_subjects(pack_file(tmp_path, changed))
    boss.refresh_from_db()
    assert (boss.real_name, User.objects.get(username="qianshier").has_usable_password()) == ("赵示改", True)


def test_officials_get_their_roles_once(tmp_path) -> None:
    hall = make_department("zwdt-220102", make_jilin()["220102"])
    make_role("window_clerk", "cases.accept_case")
    for _ in range(2):
        assert load_officials(pack_file(tmp_path, OFFICIALS)) == 1
    official = User.objects.get()
    assert official.is_official
    posts = organisations.list_posts(user_id=official.pk, on=AT.date())
    assert [(post.department_id, post.name) for post in posts] == [(hall.pk, "综合窗口受理员")]
    assert [g.role for g in access.list_grants(user_id=official.pk, at=AT)] == ["window_clerk"]


@pytest.mark.parametrize(
    ("old", "new", "line", "reason"),
    [
        ("220000198503129031", "220000198503129030", 4, "校验位不正确"),
        ("'19900000002'", "'19900000001'", 6, "与第4行重复"),
        ("legal_rep: p1", "legal_rep: p3", 9, "没有账号"),
        ("kind: company", "kind: guild", 9, "主体类别"),
        ("91220000DM900001XT", "91220000DM900001XA", 9, "校验位不正确"),
        ("reg_capital: 8.5", "reg_capital: 很多", 10, "数字"),
        ("valid_to: 2028-12-31", "valid_to: 2025-12-31", 12, "早于起始日期"),
        ("person: p2", "person: p9", 12, "不在本文件中"),
        ("username: qianshier", "username: '13900000000'", 6, "用户名"),
        ("username: qianshier, ", "", 6, "缺少 username"),
        ("login: false", "birth_date: 1999-01-01", 6, "与身份证号码不一致"),
        ("password: Xiangyun@2026", "version: 1", 2, "password"),
    ],
)
def test_subject_mistakes_name_their_line(tmp_path, old, new, line, reason) -> None:
    make_jilin()
    file = pack_file(tmp_path, SUBJECTS.replace(old, new, 1))
    with pytest.raises(FileStopped):
        load_subjects(file)
    assert (file.problems[0].line, reason in file.problems[0].reason) == (line, True)
    assert counts() == [0] * 4


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("role: window_clerk", "role: emperor", "不在 roles.yaml 中"),
        ("region: '220102000000'", "region: '229999000000'", "授权范围不存在"),
        ("region: '220102000000'}", "region: '220102000000', department: none}", "授权范围不存在"),
        ("mobile: '19900010000'", "mobile: '1'", "手机号码"),
        ("department: zwdt-220102", "department: none", "机构“none”不存在"),
        ("post: {department: zwdt-220102, name: 综合窗口受理员}", "post: 受理员", "post 应写明"),
    ],
)
def test_official_mistakes(tmp_path, old, new, reason) -> None:
    make_department("zwdt-220102", make_jilin()["220102"])
    make_role("window_clerk")
    file = pack_file(tmp_path, OFFICIALS.replace(old, new, 1))
    with pytest.raises(FileStopped):
        load_officials(file)
    assert [reason in problem.reason for problem in file.problems] == [True]


def test_the_pack_of_jilin_loads() -> None:
    """The province's own files: every number right, every role given to somebody."""
    make_jilin()
    subjects = yaml.safe_load((JILIN / "demo/subjects.yaml").read_text("utf-8"))
    for firm in subjects["firms"]:
        make_region(str(firm["region"]), firm["name"])
    file = PackFile(root=JILIN, name="demo/subjects.yaml", at=AT, demo=True)
    load_subjects(file)
    assert file.problems == []
    with_account = [person for person in subjects["persons"] if person.get("account", True)]
    assert counts() == [len(with_account), len(subjects["persons"]), 10, len(subjects["mandates"])]
    roles = yaml.safe_load((JILIN / "roles.yaml").read_text("utf-8"))["roles"]
    officials = yaml.safe_load((JILIN / "demo/officials.yaml").read_text("utf-8"))["officials"]
    granted = {grant["role"] for official in officials for grant in official["grants"]}
    assert granted == {role["code"] for role in roles}


def test_demo_numbers_of_the_pack_are_in_the_demo_ranges() -> None:
    """No real person's number may slip in: provincial region code in ids, 1990000/1990001 in mobiles."""
    people = yaml.safe_load((JILIN / "demo/subjects.yaml").read_text("utf-8"))["persons"]
    people += yaml.safe_load((JILIN / "demo/officials.yaml").read_text("utf-8"))["officials"]
    assert {str(person["citizen_id"])[:6] for person in people} == {"220000"}
    assert {str(person["mobile"])[:6] for person in people} == {"199000"}
