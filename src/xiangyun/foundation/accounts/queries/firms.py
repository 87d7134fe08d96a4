"""Reads of firms, mandates, and for whom a person may act."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Case, OuterRef, Q, Subquery, When

from xiangyun.foundation.accounts.errors import FirmNotFound, PersonNotFound
from xiangyun.foundation.accounts.models import Firm, Mandate, User
from xiangyun.kit.codes import check_uscc

LEADS, ACTS = "法定代表人（负责人）", "经办人"


@dataclass(frozen=True, kw_only=True)
class FirmProfile:
    """A firm; `legal_rep_name` and `phone` are personal data of its representative."""

    firm_id: int
    uscc: str
    name: str
    kind: str
    kind_name: str
    status: str
    legal_rep_id: int | None
    legal_rep_name: str
    address: str
    region_id: int | None
    region_code: str
    region_name: str
    industry: str
    reg_capital: Decimal | None
    staff_count: int | None
    firm_size: str
    set_up_date: date | None
    phone: str
    legal_rep_citizen_id: str
    updated_on: date

    @property
    def id(self) -> int:
        """The id of the firm."""
        return self.firm_id

    @property
    def is_active(self) -> bool:
        """Say whether the firm may act at all."""
        return self.status == Firm.Status.ACTIVE

    def as_prefill(self) -> dict[str, Any]:
        """Return the known values by data element (一数一源), plain."""
        values: dict[str, Any] = {
            "uscc": self.uscc,
            "org_name": self.name,
            "org_type": self.kind_name,
            "org_status": self.status,
            "org_address": self.address,
            "org_region": self.region_code,
            "legal_rep": self.legal_rep_name,
            "legal_rep_id": self.legal_rep_citizen_id,
            "industry": self.industry,
            "reg_capital": None if self.reg_capital is None else float(self.reg_capital),
            "staff_count": self.staff_count,
            "firm_size": self.firm_size,
            "set_up_date": self.set_up_date.isoformat() if self.set_up_date else None,
            "phone": self.phone,
        }
        return {element: value for element, value in values.items() if value not in (None, "")}


@dataclass(frozen=True, kw_only=True)
class Subject:
    """For whom a person may act: themselves (`firm_id` None) or a firm, and by what title."""

    firm_id: int | None
    name: str
    code: str
    title: str
    mandate_id: int | None = None
    scope: str = ""


@dataclass(frozen=True, kw_only=True)
class MandateInfo:
    """A mandate as both sides see it."""

    mandate_id: int
    firm_id: int
    firm_name: str
    person_id: int
    person_name: str
    scope: str
    valid_from: date
    valid_to: date | None
    given_at: datetime
    revoked_at: datetime | None

    def is_live(self, on: date) -> bool:
        """Say whether it is in force on a day."""
        return self.revoked_at is None and self.valid_from <= on and (self.valid_to is None or on <= self.valid_to)


def get_firm(firm_id: int) -> FirmProfile:
    """Return a firm.

    Raises: FirmNotFound.
    """
    firm = Firm.objects.select_related("legal_rep", "region").filter(pk=firm_id).first()
    if firm is None:
        raise FirmNotFound(firm_id=firm_id)
    return _firm_profile(firm)


def find_firm_by_uscc(uscc: str) -> FirmProfile | None:
    """Return the firm of a unified social credit code."""
    firm = Firm.objects.select_related("legal_rep", "region").filter(uscc=uscc.strip().upper()).first()
    return None if firm is None else _firm_profile(firm)


def get_firm_by_uscc(uscc: str) -> FirmProfile:
    """Return the firm of a unified social credit code.

    Raises: FirmNotFound, ValidationError for a code that cannot be one.
    """
    firm = find_firm_by_uscc(check_uscc(uscc))
    if firm is None:
        raise FirmNotFound
    return firm


def list_firm_ids(*, part: str, limit: int = 200) -> list[int]:
    """List firms whose name contains the words, at most `limit`; from three characters on an index of trigrams helps."""
    return list(Firm.objects.filter(name__contains=part).order_by("pk").values_list("pk", flat=True)[:limit])


def _firm_profile(firm: Firm) -> FirmProfile:
    return FirmProfile(
        firm_id=firm.pk,
        uscc=firm.uscc,
        name=firm.name,
        kind=firm.kind,
        kind_name=firm.get_kind_display(),
        status=firm.status,
        legal_rep_id=firm.legal_rep_id,
        legal_rep_name=firm.legal_rep.real_name if firm.legal_rep else "",
        address=firm.address,
        region_id=firm.region_id,
        region_code=firm.region.code if firm.region else "",
        region_name=firm.region.full_name if firm.region else "",
        industry=firm.industry,
        reg_capital=firm.reg_capital,
        staff_count=firm.staff_count,
        firm_size=firm.firm_size,
        set_up_date=firm.set_up_date,
        phone=firm.phone,
        legal_rep_citizen_id=(firm.legal_rep.citizen_id or "") if firm.legal_rep else "",
        updated_on=firm.updated_on,
    )


def _live(on: date) -> Q:
    return Q(revoked_at__isnull=True, valid_from__lte=on) & (Q(valid_to__isnull=True) | Q(valid_to__gte=on))


def list_subjects(*, user_id: int, on: date) -> list[Subject]:
    """Return for whom a person may act on a day: themselves first, then firms they lead, then firms by mandate."""
    name = User.objects.filter(pk=user_id).values_list("real_name", flat=True).first()
    if name is None:
        raise PersonNotFound(user_id=user_id)
    mandate = Mandate.objects.filter(_live(on), person_id=user_id, firm=OuterRef("pk")).order_by("pk")
    firms = (
        Firm.objects.filter(status=Firm.Status.ACTIVE)
        .annotate(mandate_id=Subquery(mandate.values("pk")[:1]), mandate_scope=Subquery(mandate.values("scope")[:1]))
        .filter(Q(legal_rep_id=user_id) | Q(mandate_id__isnull=False))
        .annotate(is_led=Case(When(legal_rep_id=user_id, then=0), default=1))
        .order_by("is_led", "pk")
    )
    return [Subject(firm_id=None, name=name, code="", title="本人")] + [
        Subject(firm_id=firm.pk, name=firm.name, code=firm.uscc, title=LEADS)
        if firm.legal_rep_id == user_id
        else Subject(
            firm_id=firm.pk,
            name=firm.name,
            code=firm.uscc,
            title=ACTS,
            mandate_id=firm.mandate_id,
            scope=firm.mandate_scope,
        )
        for firm in firms
    ]


def find_subject(*, user_id: int, firm_id: int, on: date) -> Subject | None:
    """Return the firm as a subject of the person, None where they may not act for it; one query."""
    firm = (
        Firm.objects.filter(pk=firm_id, status=Firm.Status.ACTIVE)
        .filter(Q(legal_rep_id=user_id) | Q(pk__in=Mandate.objects.filter(_live(on), person_id=user_id).values("firm")))
        .first()
    )
    if firm is None:
        return None
    title = LEADS if firm.legal_rep_id == user_id else ACTS
    return Subject(firm_id=firm.pk, name=firm.name, code=firm.uscc, title=title)


def list_mandates(*, user_id: int) -> list[MandateInfo]:
    """Return the mandates that a person gave as legal representative or holds, newest first."""
    rows = (
        Mandate.objects.filter(Q(firm__legal_rep_id=user_id) | Q(person_id=user_id))
        .select_related("firm", "person")
        .order_by("-given_at", "-pk")[:200]
    )
    return [
        MandateInfo(
            mandate_id=row.pk,
            firm_id=row.firm_id,
            firm_name=row.firm.name,
            person_id=row.person_id,
            person_name=row.person.real_name,
            scope=row.scope,
            valid_from=row.valid_from,
            valid_to=row.valid_to,
            given_at=row.given_at,
            revoked_at=row.revoked_at,
        )
        for row in rows
    ]
