"""Issue: number, identifier, sealed file, register, what is refused."""

from datetime import date, timedelta
from pathlib import Path

import ofdkit
import pytest

from xiangyun.foundation.audit import api as audit
from xiangyun.foundation.organisations.tests.factories import make_department as create_department
from xiangyun.foundation.regions.tests.factories import make_region
from xiangyun.kit.actors import SYSTEM, Actor
from xiangyun.kit.codes import parse_certificate_identifier
from xiangyun.kit.errors import NotAllowed, ValidationError
from xiangyun.kit.ofd import read_document
from xiangyun.service.certificates import api as certificates
from xiangyun.service.certificates.errors import AlreadyIssued, TypeNotFound, WrongStatus
from xiangyun.service.certificates.models import Certificate
from xiangyun.service.certificates.queries.files import read_file
from xiangyun.service.certificates.tests.factories import (
    CITIZEN_ID,
    issue_to_firm,
    issue_to_person,
    load_standards,
    make_firm,
    make_type,
    make_user,
    ready,
)
from xiangyun.service.seals.tests.factories import AT, USCC, make_scheme

pytestmark = pytest.mark.django_db


def test_issued_certificate_is_sealed_registered_and_readable() -> None:
    department_id, firm = ready(), make_firm(name="长春𬭎𪚥餐饮有限公司")
    made = issue_to_firm(department_id, firm, case_no="C1", related_item_code="X", related_item_name="食品经营许可")
    assert made.number == "JY22201040000001"
    parsed = parse_certificate_identifier(made.identifier)
    assert parsed.is_check_right
    assert (parsed.issuer_code, parsed.serial, parsed.version) == (USCC, "22010420260000000001", "001")
    assert (made.valid_from, made.valid_to) == (date(2026, 11, 20), date(2031, 11, 19))
    assert made.in_force
    data = read_file(certificate_id=made.id)
    checked = certificates.verify_file(data=data, at=AT)
    assert checked.is_valid, [s for s in checked.steps if s.status != "pass"]
    assert [step.name for step in checked.steps][-2:] == ["register", "state"]
    assert checked.is_demo
    with ofdkit.open(data) as opened:
        text = opened.pages[0].text()
        assert "食品经营许可证" in text
        assert "长春𬭎𪚥餐饮有限公司" in text
        assert "2031年11月19日" in text
        assert "演示证照" in text
        assert opened.info.custom_data["certificate_holder_code"] == firm.uscc
        assert opened.info.custom_data["certificate_expiring_date"] == "20311119"
    content = read_document(data)
    assert content.fields["org_name"] == "长春𬭎𪚥餐饮有限公司"
    assert '<field element="food_items"' in content.attachments["证照元数据.xml"].decode()
    assert (
        audit.list_records(subject_type="certificates.certificate", subject_id=made.id)[0].action
        == "certificates.issue_certificate"
    )


def test_numbers_follow_without_gaps_and_identifiers_differ() -> None:
    department_id, firm = ready(), make_firm()
    made = [issue_to_firm(department_id, firm) for _ in range(3)]
    assert [item.number[-3:] for item in made] == ["001", "002", "003"]
    assert len({item.identifier for item in made}) == 3


@pytest.mark.parametrize(
    ("division", "start"),
    [("220104", "2201042024"), ("220104001", "2201040012024"), ("220104001002", "2201040010022024")],
)
def test_offices_below_the_county_have_numbers_of_their_own(division: str, start: str) -> None:
    make_scheme()
    office = create_department("bmzx", make_region(division, "街道"), code=USCC, name="街道办", short_name="街道办")
    assert issue_to_person(office.pk, make_user(), "disability_cert").number.startswith(start)


def test_new_version_keeps_number_and_ends_the_old_one() -> None:
    department_id, firm = ready(), make_firm()
    first = issue_to_firm(department_id, firm)
    second = issue_to_firm(department_id, firm, replaces_id=first.id, at=AT + timedelta(days=1))
    assert (second.number, second.version) == (first.number, 2)
    assert parse_certificate_identifier(second.identifier).version == "002"
    assert (
        parse_certificate_identifier(second.identifier).serial == parse_certificate_identifier(first.identifier).serial
    )
    now = AT + timedelta(days=1)
    assert not certificates.verify_identifier(identifier=first.identifier, at=now).in_force
    assert [c.id for c in certificates.list_in_force(firm_id=firm.pk, at=now)] == [second.id]
    with pytest.raises(WrongStatus):
        certificates.change_status(actor=SYSTEM, certificate_id=first.id, act="withhold", reason="x", at=now)


def test_same_case_gets_one_certificate_of_a_type() -> None:
    department_id, firm = ready(), make_firm()
    issue_to_firm(department_id, firm, case_no="C1")
    with pytest.raises(AlreadyIssued):
        issue_to_firm(department_id, firm, case_no="C1")
    assert Certificate.objects.count() == 1
    assert issue_to_firm(department_id, firm, case_no="C2").number.endswith("0000002")


def test_what_is_wrong_is_refused_and_nothing_is_written() -> None:
    department_id, firm = ready(), make_firm()
    with pytest.raises(ValidationError):
        issue_to_firm(department_id, firm, holder_code="91220000DM900001XX")
    with pytest.raises(ValidationError):
        issue_to_firm(department_id, firm, valid_to=date(2026, 1, 1))
    with pytest.raises(TypeNotFound):
        issue_to_firm(department_id, firm, type_key="no_such_type")
    make_type("id_card")
    with pytest.raises(ValidationError):
        issue_to_firm(department_id, firm, type_key="id_card")
    with pytest.raises(NotAllowed):
        issue_to_firm(department_id, firm, actor=Actor(user_id=1, name="张三", is_official=True))
    assert Certificate.objects.count() == 0


def test_face_keeps_only_the_types_data_and_shows_codes_by_name(tmp_path: Path) -> None:
    load_standards(tmp_path)
    department_id, user = ready(), make_user()
    made = issue_to_person(
        department_id, user, face={"sex": "1", "ethnicity": "01", "applicant_phone": "139", "photo": ""}
    )
    assert made.face == {
        "person_name": "赵示一", "sex": "1", "ethnicity": "01", "citizen_id": CITIZEN_ID,
        "issue_dept": "长春市朝阳区市场监督管理局", "valid_from": "2024-03-15",
    }  # fmt: skip
    assert (made.face_display["sex"], made.face_display["ethnicity"]) == ("男", "汉族")
    assert made.face_display["valid_from"] == "2024年3月15日"
    assert made.valid_to is None
    with ofdkit.open(read_file(certificate_id=made.id)) as opened:
        assert "长期" in opened.pages[0].text()
        assert "220000198503129031" in opened.pages[0].text()


def test_face_cannot_contradict_the_metadata() -> None:
    department_id, firm = ready(), make_firm()
    made = issue_to_firm(department_id, firm, face={"org_name": "别家公司", "cert_no": "1", "valid_to": "2099-01-01"})
    assert (made.face["org_name"], made.face["cert_no"], made.face["valid_to"]) == (
        firm.name,
        made.number,
        "2031-11-19",
    )


def test_holder_is_found_by_citizen_id() -> None:
    department_id, user = ready(), make_user()
    assert issue_to_person(department_id, user, holder_user_id=None).holder_user_id == user.pk


def test_personal_data_are_encrypted_in_the_row() -> None:
    from django.db import connection

    issue_to_person(ready(), make_user())
    with connection.cursor() as cursor:
        cursor.execute("select row_to_json(c)::text from certificates_certificate c")
        text = cursor.fetchone()[0]
    assert "220000198503129031" not in text
    assert "吉林省长春市" not in text


def test_issue_costs_a_constant_number_of_queries(django_assert_max_num_queries: object) -> None:
    department_id, firm = ready(), make_firm()
    issue_to_firm(department_id, firm)
    with django_assert_max_num_queries(12):
        issue_to_firm(department_id, firm)


@pytest.mark.parametrize(
    ("key", "start", "end"),
    [
        ("food_business_license", date(2026, 11, 20), date(2031, 11, 19)),
        ("id_card", date(2000, 5, 19), date(2005, 5, 18)),
        ("id_card", date(2000, 5, 20), date(2010, 5, 19)),
        ("id_card", date(2029, 1, 1), date(2048, 12, 31)),
        ("id_card", date(2030, 5, 20), None),
        ("medical_license", date(2026, 11, 20), date(2031, 11, 19)),
        ("household_move_cert", date(2026, 11, 20), date(2026, 12, 19)),
        ("temp_id_card", date(2026, 11, 30), date(2027, 2, 27)),
        ("biz_license", date(2026, 11, 20), None),
        ("social_card", date(2024, 2, 29), date(2034, 2, 27)),
    ],
)
def test_validity_follows_the_type(key: str, start: date, end: date | None) -> None:
    from xiangyun.service.certificates.queries.values import end_of_validity

    make_type(key)
    assert end_of_validity(certificates.get_type(key=key), start, {"bed_count": 20}, date(1984, 5, 20)) == end
