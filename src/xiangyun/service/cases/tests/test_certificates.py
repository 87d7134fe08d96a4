"""What a case yields: a face that says all it has a label for, and the next version of what the holder has already."""

from typing import Any

import pytest

from xiangyun.foundation.forms import api as forms
from xiangyun.kit.actors import SYSTEM
from xiangyun.service.cases import api as cases
from xiangyun.service.cases.tests.factories import AT, BOSS, FIRM, citizen, draft, item_code, official
from xiangyun.service.certificates import api as certificates
from xiangyun.service.items import api as items

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("province")]

# photos of people are not held; the grade is found by the assessment, after the application
NOT_IN_THE_CASE = {"photo", "disability_cert.01:disability_grade"}


def test_no_face_has_a_label_without_a_value_that_case_or_certificate_know():
    empty, seen = [], set()
    for item in _worked_out_items():
        kind = certificates.get_type(key=item.certificate_type_key)
        face = _issue(item, kind).face_display
        seen.add(kind.key)
        empty += [
            f"{item.key}:{entry.element}"
            for entry in kind.face_fields
            if entry.is_printed
            and not face.get(entry.element)
            and (kind.validity_length or entry.element != "valid_to")
            if not {entry.element, f"{item.key}:{entry.element}"} & NOT_IN_THE_CASE
        ]
    assert empty == []
    assert len(seen) > 20


def _worked_out_items() -> list[items.HandlingItemRef]:
    """Every handling item seen from a district that yields a certificate."""
    found = []
    for card in items.list_services(region_code="220102000000", limit=500).rows:
        if card.task_code:
            content = items.get_guide_page(task_code=card.task_code, handle_item_code="", situation={}).content
            found += [items.get_handling_item(code=card.task_code + key[-2:]) for key in content.handling_keys]
    return [item for item in found if item.certificate_type_key]


def _issue(item: items.HandlingItemRef, kind: certificates.CertificateTypeRef) -> certificates.CertificateRef:
    fields = forms.get_form(key=item.form_key).fields.values()
    is_firm = kind.holder_category == "法人"
    return certificates.issue_certificate(
        actor=SYSTEM,
        type_key=kind.key,
        department_id=item.department_id,
        holder_kind="firm" if is_firm else "person",
        holder_name="长春示例餐饮管理有限公司" if is_firm else "韩示一六",
        holder_code=FIRM if is_firm else BOSS,
        face={field.name: _sample(field) for field in fields},
        issued_on=AT.date(),
        at=AT,
    )


def _sample(field: forms.Field) -> Any:
    if field.options:
        return [field.options[0][0]] if field.kind == "array" else field.options[0][0]
    if field.widget == "date":
        return "2026-01-02"
    return {"integer": 20, "number": 86543.21, "boolean": True}.get(field.kind, "示例")


def test_another_name_registered_makes_the_next_version_of_the_licence_in_that_name():
    boss = citizen(BOSS, FIRM)
    before = _licences(boss)
    code = item_code(catalog="220131001000", serial="02")
    key = draft(boss, handle_item_code=code, situation={})
    answers = {"org_name": "长春新名餐饮管理有限公司", "remark": "变更名称", "delivery_method": "1"}
    page = cases.get_case_page(actor=boss, case_key=key, at=AT)
    held = {field.name: field.value for field in forms.render_form(form_id=page.form_id).fields}
    assert held["org_type"] == before[0].face["org_type"]
    cases.submit_case(actor=boss, case_key=key, answers=answers, at=AT)
    cases.decide_at_once(actor=official("nanguan.clerk"), case_key=key, opinion="准予", at=AT)
    after = _licences(boss)
    assert len(before) == len(after) == 1
    assert (after[0].holder_name, after[0].face["org_name"]) == (answers["org_name"], answers["org_name"])
    assert (after[0].number, after[0].version) == (before[0].number, 2)
    assert (after[0].valid_from, after[0].valid_to) == (before[0].valid_from, before[0].valid_to)
    assert after[0].issued_on == AT.date()


def _licences(boss: Any) -> list[certificates.CertificateRef]:
    held = certificates.list_in_force(firm_id=boss.firm_id, at=AT)
    return [each for each in held if each.type_key == "biz_license"]
