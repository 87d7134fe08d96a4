"""Window intake: who stands at the window, which items may be taken in here, and what is left to bring or fill in."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.core import signing

from xiangyun.foundation.access import api as access
from xiangyun.foundation.accounts import api as accounts
from xiangyun.foundation.organisations import api as organisations
from xiangyun.foundation.regions import api as regions
from xiangyun.kit.actors import Actor
from xiangyun.kit.codes import is_uscc
from xiangyun.kit.errors import NotAllowed, NotFound
from xiangyun.service.cases import api as cases
from xiangyun.service.items import api as items

RIGHT = "cases.intake_case"
_SALT = "workbench.intake"
_HOURS = 2
_UNFINISHED = 8
_AT_WINDOW = "线下综合窗口"


@dataclass(frozen=True)
class Visitor:
    """Who stands at the window and for whom; the ticket names them without a number."""

    ticket: str
    visit: cases.Visit

    @property
    def firm(self) -> accounts.FirmProfile | None:
        """The firm whose case it is."""
        return self.visit.firm

    @property
    def name(self) -> str:
        """In whose name the case is."""
        return self.firm.name if self.firm else self.visit.person.real_name

    @property
    def principal(self) -> str:
        """The number of the firm or person they act for, empty for those who come for themselves."""
        if self.firm is None and self.visit.person == self.visit.present:
            return ""
        return applicant_code(self)

    @property
    def number(self) -> str:
        """The number of the person present, masked."""
        return self.visit.present.masked("citizen_id")

    @property
    def mobile(self) -> str:
        """The mobile of the person present, masked."""
        return self.visit.present.masked("mobile")

    @property
    def audience(self) -> str:
        """The audience of items to search."""
        return "org" if self.firm else "person"


@dataclass(frozen=True)
class Offer:
    """An item found, and whether this clerk may take it in."""

    card: items.ServiceCard
    can_take: bool


def write_ticket(*, actor: Actor, visit: cases.Visit) -> str:
    """Return a signed ticket for the addresses of this intake, of use to this clerk alone."""
    firm_id = visit.firm.firm_id if visit.firm else None
    ids = [visit.present.user_id, visit.person.user_id, firm_id, bool(visit.presence.letter)]
    return signing.dumps([actor.user_id, *ids], salt=_SALT)


def read_ticket(*, actor: Actor, ticket: str, on: date) -> Visitor:
    """Return who stands at the window; what they may act by is read anew each time.

    Raises: NotAllowed, NotFound for a ticket that is foreign, broken or too old, NotAuthorised.
    """
    list_places(actor=actor)
    try:
        clerk_id, present_id, user_id, firm_id, has_letter = signing.loads(ticket, salt=_SALT, max_age=_HOURS * 3600)
    except (signing.BadSignature, ValueError):
        clerk_id = None
    if clerk_id is None or clerk_id != actor.user_id:
        raise NotFound("本次收件已过期，请重新读取申请人的证件。")
    citizen_id = accounts.get_user_profile(present_id).citizen_id
    principal = accounts.get_firm(firm_id).uscc if firm_id else accounts.get_user_profile(user_id).citizen_id
    visit = cases.read_visit(citizen_id=citizen_id, principal=principal, has_letter=has_letter, on=on)
    return Visitor(ticket=ticket, visit=visit)


def first_unknown(*numbers: str) -> str:
    """Return the first number of a person that has no account, empty where each has one."""
    people = [number for number in numbers if number and not is_uscc(number)]
    return next((number for number in people if accounts.find_user_by_citizen_id(number) is None), "")


def list_places(*, actor: Actor) -> list[regions.RegionRef]:
    """List the divisions for which the clerk takes in cases.

    Raises: NotAllowed.
    """
    scopes = access.list_scopes(actor, RIGHT)
    if not scopes:
        raise NotAllowed("您没有窗口收件的权限。如需办理，请联系大厅管理员。")
    codes = {scope.region_path.rstrip("/").split("/")[-1] for scope in scopes if scope.region_path}
    return regions.list_regions(codes=codes) or regions.list_by_level(level=1)


def choose_place(places: list[regions.RegionRef], code: str) -> regions.RegionRef:
    """Return the division asked for, if it is one of the clerk's, else the first."""
    return next((place for place in places if place.code == code), places[0])


def list_offers(*, actor: Actor, region_code: str, audience: str, question: str) -> tuple[list[Offer], int]:
    """Return the items seen from the division that match, best first, and how many there are in all."""
    found = items.list_services(region_code=region_code, question=question, audience=audience, limit=20)
    scopes = access.list_scopes(actor, RIGHT)
    ids = [card.department_id for card in found.rows if card.department_id]
    mine = {
        department.id
        for department in organisations.list_departments(ids=ids)
        if any(scope.covers(access.Scope.of(department)) for scope in scopes)
    }
    offers = [Offer(card, card.department_id in mine) for card in found.rows]
    return sorted(offers, key=lambda offer: not offer.can_take), found.total


def list_unmet(*, visitor: Visitor, guide: items.GuidePage, on: date) -> list[items.Judged]:
    """Return the conditions of the chosen handling item that the applicant is known not to meet."""
    judged = items.judge_conditions(
        content=guide.content,
        serial=guide.chosen.serial if guide.chosen else "",
        person=visitor.visit.person,
        is_organisation=visitor.firm is not None,
        on=on,
    )
    return [each for each in judged if guide.chosen and each.is_met is False]


def list_unfinished(*, actor: Actor, at: datetime) -> dict[str, Any]:
    """Return the latest cases begun at the windows of this clerk's scope and not handed in, and whether there are more."""
    found = cases.list_scope_cases(actor=actor, at=at, narrowed=cases.CaseFilter(unfinished=True), limit=_UNFINISHED)
    return {"unfinished": found.rows, "has_more": found.next_cursor is not None}


def list_unfinished_of(*, actor: Actor, visitor: Visitor, at: datetime) -> list[cases.CaseRow]:
    """Return what was begun at a window for who stands here now."""
    return _list_of(actor, visitor, cases.CaseFilter(unfinished=True), at)


def list_pending_of(*, actor: Actor, visitor: Visitor, at: datetime) -> list[cases.CaseRow]:
    """Return the cases of who stands here that wait for a supplement, handed in at a window or online."""
    return _list_of(actor, visitor, cases.CaseFilter(status=cases.Status.SUPPLEMENT_PENDING), at)


def _list_of(actor: Actor, visitor: Visitor, narrowed: cases.CaseFilter, at: datetime) -> list[cases.CaseRow]:
    narrowed = replace(narrowed, text=applicant_code(visitor))
    if not narrowed.text:  # a person whose number nobody knows has no cases, rather than everybody's
        return []
    return cases.list_scope_cases(actor=actor, at=at, narrowed=narrowed, limit=_UNFINISHED).rows


def can_supplement(*, actor: Actor, page: cases.CasePage) -> bool:
    """Say whether the official may hand in for the applicant what the notice asked for."""
    if page.status != cases.Status.SUPPLEMENT_PENDING:
        return False
    facts = cases.get_case_facts(case_key=page.key)
    return access.can(actor, RIGHT, access.Scope(facts.region_path, facts.department_path))


def is_from_window(page: cases.CasePage) -> bool:
    """Say whether the case was begun at a window; a draft begun online is the applicant's alone."""
    return page.source == _AT_WINDOW


def missing(page: cases.CasePage) -> list[cases.MaterialView]:
    """List the materials that the window must still see, scan or have promised."""
    return [material for material in page.materials if not material.is_provided]


def applicant_code(visitor: Visitor) -> str:
    """Return the number of the applicant, a firm's or a person's."""
    return visitor.firm.uscc if visitor.firm else visitor.visit.person.citizen_id
