"""Certificates for the tests of this and upper apps."""

from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings

from xiangyun.foundation.accounts.tests.factories import make_firm as create_firm
from xiangyun.foundation.accounts.tests.factories import make_person
from xiangyun.foundation.packs.api import load_pack
from xiangyun.kit.actors import SYSTEM, Actor
from xiangyun.service.certificates import api as certificates
from xiangyun.service.certificates.models import CertificateType, FaceTemplate
from xiangyun.service.seals.tests.factories import AT, make_department, make_scheme

CITIZEN_ID = "220000198503129031"
FOOD_FACE = {
    "legal_rep": "韩示一六",
    "org_address": "吉林省长春市南关区示例大街1号",
    "practice_place": "吉林省长春市南关区示例大街1号",
    "food_business_form": "餐饮服务经营者",
    "food_items": "热食类食品制售，自制饮品制售",
}


@cache
def _pack(name: str) -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load((Path(settings.XIANGYUN_PACK) / name).read_text(encoding="utf-8"))
    return content


def load_standards(folder: Path) -> None:
    """Load the pack's data elements and code tables, without the departments they come from."""
    elements = [{k: v for k, v in e.items() if k != "source_dept"} for e in _pack("elements.yaml")["elements"]]
    files = {
        "pack.yaml": {"name": "test", "title": "测试", "version": "1", "province": "220000"},
        "code_tables.yaml": _pack("code_tables.yaml"),
        "elements.yaml": {"elements": elements},
    }
    for name, content in files.items():
        (folder / name).write_text(yaml.safe_dump(content, allow_unicode=True, sort_keys=False), encoding="utf-8")
    load_pack(path=folder, demo=False, check=False, at=AT)


def make_type(key: str = "food_business_license") -> CertificateType:
    """Return a type of the pack with its face."""
    faces = _pack("certificate_faces.yaml")
    entry = next(t for t in _pack("certificate_types.yaml")["certificate_types"] if t["id"] == key)
    own = next((f for f in faces["faces"] if key in f.get("types", [])), faces["faces"][0])
    face, _ = FaceTemplate.objects.get_or_create(key=own["id"], defaults={"definition": own})
    note = str(entry.get("validity_note", ""))
    return CertificateType.objects.get_or_create(
        key=key,
        defaults={
            "name": entry["name"],
            "type_code": entry["type_code"] or faces["type_codes"][key],
            "is_demo_code": not entry["type_code"],
            "defining_body": entry["defining_body"],
            "holder_category": entry["holder_category"],
            "category": entry["category"],
            "validity_kind": entry["validity_kind"],
            "validity_length": int(note[:-1]) if note[:-1].isdigit() else None,
            "validity_rule": entry.get("validity_rule", ""),
            "validity_note": note,
            "issue_levels": entry["issue_levels"],
            "face_fields": entry["face_fields"],
            "number_format": faces["numbers"].get(key, "{region}{year}{serial:06}"),
            "face": face,
        },
    )[0]


def make_user(name: str = "赵示一", citizen_id: str = CITIZEN_ID) -> Any:
    """Return a person with a known number."""
    return make_person(name, citizen_id=citizen_id, real_name_level=3)


def make_firm(name: str = "长春示例餐饮管理有限公司", legal_rep: Any = None) -> Any:
    """Return a firm."""
    return create_firm(legal_rep, name)


def actor_of(user: Any, firm: Any = None, trust_level: int = 3) -> Actor:
    """Return the person as an actor, for a firm if named."""
    return Actor(
        user_id=user.pk,
        name=user.real_name,
        firm_id=firm.pk if firm else None,
        firm_name=firm.name if firm else "",
        trust_level=trust_level,
    )


def ready(key: str = "food_business_license") -> int:
    """Set up authority, department and type; return the department's id."""
    make_scheme()
    make_type(key)
    return make_department().pk


def issue_to_firm(department_id: int, firm: Any, at: datetime = AT, **given: Any) -> certificates.CertificateRef:
    """Issue a food licence."""
    return certificates.issue_certificate(
        **{
            "actor": SYSTEM,
            "type_key": "food_business_license",
            "department_id": department_id,
            "holder_kind": "firm",
            "holder_firm_id": firm.pk,
            "holder_name": firm.name,
            "holder_code": firm.uscc,
            "face": FOOD_FACE,
            "issued_on": date(2026, 11, 20),
            "at": at,
            **given,
        }
    )


def issue_to_person(
    department_id: int, user: Any, key: str = "id_card", at: datetime = AT, **given: Any
) -> certificates.CertificateRef:
    """Issue a person's certificate."""
    make_type(key)
    return certificates.issue_certificate(
        **{
            "actor": SYSTEM,
            "type_key": key,
            "department_id": department_id,
            "holder_kind": "person",
            "holder_user_id": user.pk,
            "holder_name": user.real_name,
            "holder_code": user.citizen_id,
            "face": {"sex": "1", "ethnicity": "01", "birth_date": "1985-03-12", "household_address": "吉林省长春市"},
            "issued_on": date(2024, 3, 15),
            "valid_to": None,
            "at": at,
            **given,
        }
    )
