"""How data are written on a face: dates as papers write them, codes by name, lists joined."""

from calendar import monthrange
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.conf import settings

from xiangyun.data.standards import api as standards
from xiangyun.foundation.packs import api as packs
from xiangyun.kit.expressions import evaluate
from xiangyun.kit.wording import chinese_day
from xiangyun.service.certificates.models import CertificateType
from xiangyun.service.certificates.queries.types import CertificateTypeRef

LONG_TERM = "长期"
Validity = CertificateType.Validity
_names: packs.ContentCache[str, dict[str, str]] = packs.ContentCache(seconds=600)


def display(element: str, value: Any) -> str:
    """Return a value of a data element as printed."""
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, (list, tuple)):
        return "、".join(display(element, item) for item in value)
    if isinstance(value, date):
        return chinese_day(value)
    if isinstance(value, float):
        return f"{value:.10f}".rstrip("0").rstrip(".")
    text = str(value).strip()
    if len(text) == 10 and text[4:8:3] == "--":
        try:
            return chinese_day(date.fromisoformat(text))
        except ValueError:
            return text
    return _code_names(element).get(text, text)


def validity(valid_from: date, valid_to: date | None) -> str:
    """Return the span of validity as printed."""
    return f"{chinese_day(valid_from)}至{chinese_day(valid_to) if valid_to else LONG_TERM}"


def public_address(path: str) -> str:
    """Return the address at which a phone outside finds a path of this platform (`XIANGYUN_PUBLIC_URL`)."""
    return str(settings.XIANGYUN_PUBLIC_URL) + path


def end_of_validity(kind: CertificateTypeRef, start: date, face: Mapping[str, Any], birth: date | None) -> date | None:
    """Return the last day by the type's rule: the day before the same date years or months later; None for 长期.

    A rule of a type, an expression giving years or null, reads the face and the holder's `age`.
    """
    length = kind.validity_length
    if kind.validity_rule:
        age = start.year - birth.year - ((start.month, start.day) < (birth.month, birth.day)) if birth else None
        length = evaluate(kind.validity_rule, {**face, "age": age})
    if length is None:
        return None
    if kind.validity_kind == Validity.DAYS:
        return start + timedelta(days=length - 1)
    months = length if kind.validity_kind == Validity.MONTHS else length * 12
    years, month = divmod(start.month - 1 + months, 12)
    day = min(start.day, monthrange(start.year + years, month + 1)[1])
    return date(start.year + years, month + 1, day) - timedelta(days=1)


def _code_names(element: str) -> dict[str, str]:
    """Return the names of an element's codes; none where it is free text or unknown."""
    return _names.get(element, lambda: _read_names(element))


def _read_names(element: str) -> dict[str, str]:
    found = standards.find_element(code=element)
    if found is None or not found.code_table:
        return {}
    # certificates outlive the codes that people may still choose
    return {value.code: value.name for value in standards.list_code_values(table=found.code_table, offered_only=False)}


def displayed(face: Mapping[str, Any]) -> dict[str, str]:
    """Return all data of a face as printed."""
    return {element: display(element, value) for element, value in face.items()}
