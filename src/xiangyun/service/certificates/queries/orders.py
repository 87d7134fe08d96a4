"""A certificate about to be issued: what it says, as metadata, as a face and as an OFD document."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from django.utils import timezone

from xiangyun.foundation.organisations import api as organisations
from xiangyun.kit.guomi import sm3
from xiangyun.kit.ofd import Attachment, Document, Parts, Position, write_document
from xiangyun.kit.wording import chinese_day
from xiangyun.service.certificates.queries.faces import FaceFacts, compose_face
from xiangyun.service.certificates.queries.types import CertificateTypeRef, get_face_definition
from xiangyun.service.certificates.queries.values import (
    LONG_TERM,
    display,
    displayed,
    public_address,
    validity,
)

CITIZEN, USCC, OTHER_PERSON = "111", "001", "999"
HOLDER_CODE_TYPES = {USCC: "统一社会信用代码", CITIZEN: "公民身份号码", OTHER_PERSON: "其他自然人有效证件"}
DEMO_NOTICE = "演示证照 由演示密钥签章 不具有法律效力"
_ENDLESS = "99991231"


@dataclass(frozen=True, kw_only=True)
class Order:
    """What is to be issued, checked and numbered."""

    type: CertificateTypeRef
    department: organisations.DepartmentRef
    holder_name: str
    holder_code: str
    holder_code_type: str
    face: dict[str, Any]
    issued_on: date
    valid_from: date
    valid_to: date | None
    number: str
    identifier: str
    version: int
    related_item_code: str
    related_item_name: str


def write_parts(order: Order, *, is_demo: bool, at: datetime) -> tuple[Parts, Position]:
    """Return the unsealed package and where the issuer's seal goes."""
    metadata = list_metadata(order)
    face = compose_face(get_face_definition(order.type.key), list_facts(order, is_demo=is_demo))
    document = Document(
        document_id=sm3(order.identifier.encode()).hex()[:32],
        title=order.type.name,
        author=order.department.name,
        subject="电子证照",
        created_at=timezone.localtime(at),
        pages=[face.page],
        metadata=metadata,
        attachments=[Attachment("证照元数据.xml", render_metadata(metadata, order.type, order.face), is_visible=False)],
    )
    return write_document(document), face.seal


def list_facts(order: Order, *, is_demo: bool) -> FaceFacts:
    """Put together what the face shows."""
    return FaceFacts(
        type_name=order.type.name,
        texts={
            "number": order.number,
            "identifier": order.identifier,
            "issuer_name": order.department.name,
            "issued_on": chinese_day(order.issued_on),
            "validity": validity(order.valid_from, order.valid_to),
            "term": validity(order.valid_from, order.valid_to) if order.valid_to else LONG_TERM,
            "holder_name": order.holder_name,
            "demo_notice": DEMO_NOTICE if is_demo else "",
        },
        values=displayed({"valid_to": LONG_TERM, **order.face}),
        labels=tuple((entry.element, entry.label) for entry in order.type.face_fields if entry.is_printed),
        code_content=public_address(f"/verify/{order.identifier}/"),
    )


def complete_face(order: Order) -> dict[str, Any]:
    """Return the given data of the face with what the metadata say of the same elements; the metadata win.

    A marriage registered by this very certificate is of its day, a card without a bank's number has the certificate's.
    """
    is_firm = order.holder_code_type == USCC
    usual: dict[str, Any] = {"marriage_date": order.issued_on, "card_no": order.number}
    known: dict[str, Any] = {
        "holder_name": order.holder_name,
        "id_number": order.holder_code,
        "cert_no": order.number,
        "issue_dept": order.department.name,
        "reg_authority": order.department.name,
        "issue_date": order.issued_on,
        "valid_from": order.valid_from,
        "valid_to": order.valid_to,
        "org_name" if is_firm else "person_name": order.holder_name,
        "uscc" if is_firm else "citizen_id": order.holder_code,
    }
    wanted = {entry.element for entry in order.type.face_fields}
    return {
        element: value.isoformat() if isinstance(value, date) else value
        for element, value in {**usual, **order.face, **known}.items()
        if element in wanted and value not in (None, "", [])
    }


def list_metadata(order: Order) -> dict[str, str]:
    """Return the metadata of GB/T 36903 in its order; dates as yyyyMMdd, 长期 as 99991231."""
    return {
        "certificate_identifier": order.identifier,
        "certificate_name": order.type.name,
        "certificate_type_name": order.type.name,
        "certificate_type_code": order.type.type_code,
        "certificate_number": order.number,
        "certificate_issuing_authority_name": order.department.name,
        "certificate_issuing_authority_code": order.department.code,
        "certificate_issued_date": f"{order.issued_on:%Y%m%d}",
        "certificate_holder_name": order.holder_name,
        "certificate_holder_code": order.holder_code,
        "certificate_holder_type_name": HOLDER_CODE_TYPES[order.holder_code_type],
        "certificate_holder_type_code": order.holder_code_type,
        "certificate_effective_date": f"{order.valid_from:%Y%m%d}",
        "certificate_expiring_date": f"{order.valid_to:%Y%m%d}" if order.valid_to else _ENDLESS,
        "certificate_area_code": order.department.region_code,
        "related_item_name": order.related_item_name,
        "related_item_code": order.related_item_code,
        "certificate_version": f"{order.version:03d}",
        "file_format": "OFD",
    }


def render_metadata(metadata: Mapping[str, str], kind: CertificateTypeRef, face: Mapping[str, Any]) -> bytes:
    """Return the attachment: metadata, and the data of the face with element, label and printed value."""
    labels = {entry.element: entry.label for entry in kind.face_fields}
    rows = "".join(f"<item name={quoteattr(name)}>{escape(value)}</item>" for name, value in metadata.items())
    fields = "".join(
        f"<field element={quoteattr(element)} label={quoteattr(labels.get(element, element))}>"
        f"{escape(display(element, value))}</field>"
        for element, value in face.items()
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<certificate xmlns="urn:xiangyun:certificate:1.0">'
        f"<metadata>{rows}</metadata><face>{fields}</face></certificate>"
    ).encode()
