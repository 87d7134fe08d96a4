"""Issue a certificate: number, identifier, face, seal, register entry (GB/T 36903—36905)."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from enum import Enum
from typing import Any

from django.db import connection
from django.utils import timezone

from xiangyun.foundation.access import api as access
from xiangyun.foundation.accounts import api as accounts
from xiangyun.foundation.audit import api as audit
from xiangyun.foundation.events import api as events
from xiangyun.foundation.files import api as files
from xiangyun.foundation.organisations import api as organisations
from xiangyun.kit.actors import Actor
from xiangyun.kit.codes import birth_of, build_certificate_identifier, check_citizen_id, check_uscc
from xiangyun.kit.errors import ValidationError
from xiangyun.kit.guomi import sm3
from xiangyun.kit.privacy import fingerprint
from xiangyun.kit.rows import find_row, insert_rows
from xiangyun.kit.transactions import in_one_transaction
from xiangyun.service.certificates.errors import AlreadyIssued, CertificateNotFound, WrongStatus
from xiangyun.service.certificates.events import CertificateIssued, CertificateStatusChanged
from xiangyun.service.certificates.models import Certificate, CertificateType
from xiangyun.service.certificates.queries import certificates as queries
from xiangyun.service.certificates.queries.certificates import CertificateRef
from xiangyun.service.certificates.queries.orders import CITIZEN, OTHER_PERSON, USCC, Order, complete_face, write_parts
from xiangyun.service.certificates.queries.types import CertificateTypeRef, get_type
from xiangyun.service.certificates.queries.values import end_of_validity
from xiangyun.service.seals import api as seals

PERSON, FIRM = "person", "firm"
HOLDER_CODE = "holder_code"
_NEXT_SERIAL = """
INSERT INTO certificates_numberseries (certificate_type_id, issuer_id, last) VALUES (%s, %s, 1)
ON CONFLICT (certificate_type_id, issuer_id) DO UPDATE SET last = certificates_numberseries.last + 1 RETURNING last
"""


class ByType(Enum):
    """The end of validity follows from the type."""

    BY_TYPE = "by_type"


BY_TYPE = ByType.BY_TYPE


@in_one_transaction
def issue_certificate(
    *,
    actor: Actor,
    type_key: str,
    department_id: int,
    holder_kind: str,
    holder_name: str,
    holder_code: str,
    face: Mapping[str, Any],
    issued_on: date,
    at: datetime,
    valid_from: date | None = None,
    valid_to: date | ByType | None = BY_TYPE,
    holder_user_id: int | None = None,
    holder_firm_id: int | None = None,
    related_item_code: str = "",
    related_item_name: str = "",
    case_no: str = "",
    replaces_id: int | None = None,
    source: str = Certificate.Source.ISSUED,
) -> CertificateRef:
    """Issue and seal a certificate; `face` holds values by data element, others than the type's are left out.

    Validity begins on the day of issue and ends by the type's rule unless told otherwise; `valid_to` None means 长期.
    With `replaces_id` it is the next version of that certificate (变更, 延续, 补发): it says what that one
    said where `face` says nothing, and the validity of that one ends.

    Raises: NotAllowed, TypeNotFound, ValidationError, AlreadyIssued, WrongStatus, NoSeal.
    """
    department = organisations.get_department(id=department_id)
    access.require(actor, "certificates.issue_certificate", access.Scope.of(department))
    kind = get_type(key=type_key)
    code, code_type = _check_holder(kind, holder_kind, holder_code)
    valid_from = valid_from or issued_on
    birth = birth_of(code) if code_type == CITIZEN else None
    end = end_of_validity(kind, valid_from, face, birth) if isinstance(valid_to, ByType) else valid_to
    if end is not None and end < valid_from:
        raise ValidationError("证照有效期的截止日期早于起始日期。", valid_to="早于起始日期")
    if code_type == CITIZEN and holder_user_id is None:
        holder_user_id = accounts.find_user_by_citizen_id(citizen_id=code)
    if case_no and find_row(Certificate, certificate_type_id=kind.id, case_no=case_no):
        raise AlreadyIssued(case_no=case_no)
    previous = _supersede(replaces_id, kind, at) if replaces_id is not None else None
    number, identifier, version = _take_number(kind, department, code, issued_on, previous)
    order = Order(
        type=kind,
        department=department,
        holder_name=holder_name.strip(),
        holder_code=code,
        holder_code_type=code_type,
        face={**(previous.face if previous else {}), **face},
        issued_on=issued_on,
        valid_from=valid_from,
        valid_to=end,
        number=number,
        identifier=identifier,
        version=version,
        related_item_code=related_item_code,
        related_item_name=related_item_name,
    )
    order = replace(order, face=complete_face(order))
    data = _seal(actor, order, at)
    row = _row_of(order, data, at)
    row.holder_user_id, row.holder_firm_id = holder_user_id, holder_firm_id
    row.case_no, row.source, row.replaces = case_no, source, previous
    _store(row, data)
    _announce(actor, row, kind, at)
    return queries.ref_of(row, at)


def _check_holder(kind: CertificateTypeRef, holder_kind: str, code: str) -> tuple[str, str]:
    categories = CertificateType.HolderCategory
    if holder_kind not in (PERSON, FIRM):
        raise ValueError("holder_kind is person or firm")
    if kind.holder_category == {PERSON: categories.FIRM, FIRM: categories.PERSON}[holder_kind]:
        raise ValidationError(f"{kind.name}的持证主体应为{kind.holder_category}。", holder_kind=kind.holder_category)
    if holder_kind == FIRM:
        return check_uscc(code), USCC
    text = code.strip().upper()
    # passports and residence permits have no check that we know
    return (check_citizen_id(text), CITIZEN) if len(text) == 18 and text[:17].isdigit() else (text, OTHER_PERSON)


def _supersede(certificate_id: int, kind: CertificateTypeRef, at: datetime) -> Certificate:
    """End the version that is being replaced; it keeps its file and its place in the register."""
    row = Certificate.objects.select_for_update().filter(pk=certificate_id, certificate_type_id=kind.id).first()
    if row is None:
        raise CertificateNotFound(certificate_id=certificate_id)
    if row.status not in (Certificate.Status.VALID, Certificate.Status.EXPIRED):
        raise WrongStatus(status=row.status)
    before, row.status, row.status_at = row.status, Certificate.Status.EXPIRED.value, at
    row.status_reason = "已换发新版本"
    row.save(update_fields=["status", "status_at", "status_reason"])
    events.publish(
        CertificateStatusChanged(
            certificate_id=row.pk, type_key=kind.key, identifier=row.identifier, before=before, status=row.status, at=at
        )
    )
    return row


def _take_number(
    kind: CertificateTypeRef,
    department: organisations.DepartmentRef,
    holder_code: str,
    day: date,
    previous: Certificate | None,
) -> tuple[str, str, int]:
    """Return certificate number, identifier and version; a new version keeps number and serial."""
    code = department.region_code  # a street's own number, where its offices issue: the county's series is not theirs
    region = next(code[:size] for size in (6, 9, 12) if not code[size:].strip("0"))
    if previous is not None:
        serial = previous.identifier.split(".")[-3]
        number, version = previous.number, previous.version + 1
    else:
        with connection.cursor() as cursor:
            cursor.execute(_NEXT_SERIAL, [kind.id, department.id])
            last = int(cursor.fetchone()[0])
        serial, version = f"{region}{day.year}{last:010d}", 1
        number = kind.number_format.format(region=region, year=day.year, serial=last, holder_code=holder_code)
    return number, str(build_certificate_identifier(kind.type_code, department.code, serial, version)), version


def _seal(actor: Actor, order: Order, at: datetime) -> bytes:
    parts, position = write_parts(order, is_demo=seals.uses_demonstration_keys(), at=at)
    return seals.seal_ofd(
        actor=actor,
        department_id=order.department.id,
        parts=parts,
        position=position,
        label=f"{order.type.name} {order.number}",
        subject_type="certificate",
        subject_id=sm3(order.identifier.encode()).hex(),
        at=at,
    )


def _row_of(order: Order, data: bytes, at: datetime) -> Certificate:
    day = timezone.localtime(at)
    return Certificate(
        identifier=order.identifier,
        certificate_type_id=order.type.id,
        number=order.number,
        issuer_id=order.department.id,
        issuer_name=order.department.name,
        issuer_code=order.department.code,
        holder_name=order.holder_name,
        holder_code=order.holder_code,
        holder_code_index=fingerprint(HOLDER_CODE, order.holder_code),
        holder_code_type=order.holder_code_type,
        issued_on=order.issued_on,
        valid_from=order.valid_from,
        valid_to=order.valid_to,
        area_code=order.department.region_code,
        related_item_code=order.related_item_code,
        related_item_name=order.related_item_name,
        face=order.face,
        status_at=at,
        version=order.version,
        location=f"certificates/{day:%Y/%m/%d}/{sm3(order.identifier.encode()).hex()[:32]}.ofd",
        file_digest=sm3(data).hex(),
        file_size=len(data),
        created_at=at,
    )


def _store(row: Certificate, data: bytes) -> None:
    insert_rows([row])
    # after the row: a transaction that fails later leaves at worst a file nobody refers to
    stored = files.write_content(location=row.location, content=data, digest=row.file_digest)
    if stored != row.location:
        Certificate.objects.filter(pk=row.pk).update(location=stored)


def _announce(actor: Actor, row: Certificate, kind: CertificateTypeRef, at: datetime) -> None:
    audit.record(
        actor=actor,
        action="certificates.issue_certificate",
        subject_type="certificates.certificate",
        subject_id=row.pk,
        label=f"{kind.name} {row.number}",
        details={"identifier": row.identifier, "case_no": row.case_no},
        at=at,
    )
    events.publish(
        CertificateIssued(
            certificate_id=row.pk,
            type_key=kind.key,
            identifier=row.identifier,
            holder_user_id=row.holder_user_id,
            holder_firm_id=row.holder_firm_id,
            case_no=row.case_no,
            at=at,
        )
    )
