"""Certificates for the tests of this and upper apps."""

from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings

from xiangyun.foundation.accounts.models import Firm, User
from xiangyun.kit.actors import SYSTEM, Actor
from xiangyun.kit.privacy import fingerprint
from xiangyun.service.certificates import api as certificates
from xiangyun.service.certificates.models import CertificateType, FaceTemplate
from xiangyun.service.seals.tests.factories import AT, make_department, make_scheme

CITIZEN_ID = "220000198503129031"
FIRM_USCC = "91220000DM900001XT"
FOOD_FACE = {
    "legal_rep": "韩示一六",
    "org_address": "吉林省长春市南关区示例大街1号",
    "practice_place": "吉林省长春市南关区示例大街1号",
    "food_business_form": "餐饮服务经营者",
    "food_items": "热食类食品制售,自制饮品制售",
}


@cache
def _pack(name: str) -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load((Path(settings.XIANGYUN_PACK) / name).read_text(encoding="utf-8"))
    return content


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
            "validity_note": note,
            "issue_levels": entry["issue_levels"],
            "face_fields": entry["face_fields"],
            "number_format": faces["numbers"].get(key, "{region}{year}{serial:06}"),
            "face": face,
        },
    )[0]


def make_user(name: str = "赵示一", citizen_id: str = CITIZEN_ID) -> User:
    """Return a person with an account."""
    return User.objects.create(
        username=citizen_id,
        real_name=name,
        citizen_id=citizen_id,
        citizen_id_index=fingerprint("citizen_id", citizen_id),
        real_name_level=3,
    )


def make_firm(uscc: str = FIRM_USCC, name: str = "长春示例餐饮管理有限公司", legal_rep: User | None = None) -> Firm:
    """Return a firm."""
    return Firm.objects.create(uscc=uscc, name=name, legal_rep=legal_rep, updated_on=date(2026, 1, 1))


def actor_of(user: User, firm: Firm | None = None, trust_level: int = 3) -> Actor:
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


def issue_to_firm(department_id: int, firm: Firm, at: datetime = AT, **given: Any) -> certificates.CertificateRef:
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
    department_id: int, user: User, key: str = "id_card", at: datetime = AT, **given: Any
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
            "holder_code": CITIZEN_ID,
            "face": {"sex": "1", "ethnicity": "01", "birth_date": "1985-03-12", "household_address": "吉林省长春市"},
            "issued_on": date(2024, 3, 15),
            "valid_to": None,
            "at": at,
            **given,
        }
    )
