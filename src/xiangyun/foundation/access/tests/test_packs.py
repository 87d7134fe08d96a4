"""Loading the catalogue of roles."""

from datetime import UTC, datetime

import pytest

from xiangyun.foundation.access import api as access
from xiangyun.foundation.access.packs import load_roles
from xiangyun.foundation.access.tests.factories import actor_for, give, make_holder
from xiangyun.foundation.packs.api import PackFile
from xiangyun.foundation.packs.errors import FileStopped
from xiangyun.foundation.regions.tests.factories import make_jilin

pytestmark = pytest.mark.django_db
ROLES = """rights:
- {code: cases.accept_case, name: 受理}
- {code: cases.decide_case, name: 决定}
roles:
- {code: window_clerk, name: 综窗受理员, rights: [cases.accept_case]}
- {code: approver, name: 审批人, rights: [cases.decide_case]}
"""


def pack_file(tmp_path, text) -> PackFile:
    (tmp_path / "roles.yaml").write_text(text, "utf-8")
    return PackFile(root=tmp_path, name="roles.yaml", at=datetime(2026, 3, 2, tzinfo=UTC))


def test_roles_follow_the_file(tmp_path) -> None:
    for _ in range(2):
        assert load_roles(pack_file(tmp_path, ROLES)) == 2
    assert [role.code for role in access.list_roles()] == ["approver", "window_clerk"]
    official = make_holder()
    give(official, "approver", make_jilin()["22"])
    assert access.can(actor_for(official), "cases.decide_case")
    load_roles(pack_file(tmp_path, ROLES[: ROLES.index("- {code: approver")]))
    assert [role.code for role in access.list_roles()] == ["window_clerk"]
    assert not access.can(actor_for(official), "cases.decide_case")
    assert [role.rights for role in access.list_roles()] == [("cases.accept_case",)]


@pytest.mark.parametrize(
    ("old", "new", "line", "reason"),
    [
        ("rights: [cases.accept_case]", "rights: [cases.fly]", 5, "不在 rights 目录中"),
        ("rights: [cases.accept_case]", "rights: cases.accept_case", 5, "应为列表"),
        ("code: approver", "code: window_clerk", 6, "重复"),
        ("code: approver", "code: 审批", 6, "小写字母"),
        ("name: 审批人", "name: 审批人, duty_group: royal", 6, "职责类别"),
        ("code: cases.decide_case", "code: decide", 3, "应写作"),
        ("name: 审批人, ", "", 6, "缺少：name"),
    ],
)
def test_mistakes_name_their_line(tmp_path, old, new, line, reason) -> None:
    file = pack_file(tmp_path, ROLES.replace(old, new, 1))
    with pytest.raises(FileStopped):
        load_roles(file)
    assert (file.problems[0].line, reason in file.problems[0].reason) == (line, True)
    assert access.list_roles() == []
