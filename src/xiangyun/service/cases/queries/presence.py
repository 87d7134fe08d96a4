"""到场: who stands at the window, for whom, and by what title (行政许可法 29 委托代理人, 民法典 165 授权委托书)."""

from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from xiangyun.foundation.accounts import api as accounts
from xiangyun.kit.codes import is_uscc
from xiangyun.kit.errors import ValidationError
from xiangyun.service.cases.errors import NotAuthorised
from xiangyun.service.cases.models import Case

_LETTER, _LETTER_OF_PERSON = "授权委托书", "授权委托书或监护关系证明"
_SELF, _HEAD, _AGENT = "本人", "法定代表人（负责人）", "经办人"


@dataclass(frozen=True)
class Presence:
    """Who came: `scope` is what the mandate on record covers, `letter` the paper that stands for one.

    Whoever only fetches or brings something needs no account.
    """

    user_id: int | None
    name: str
    title: str
    scope: str = ""
    letter: str = ""

    def as_facts(self) -> dict[str, Any]:
        """Return what the case file keeps."""
        return {"present": asdict(self)}


@dataclass(frozen=True)
class Visit:
    """Who came to the window and for whom: `person` is the account the case goes under, `firm` whose case it is."""

    present: accounts.Profile
    person: accounts.Profile
    firm: accounts.FirmProfile | None
    presence: Presence


def read_visit(*, citizen_id: str, principal: str = "", has_letter: bool = False, on: date) -> Visit:
    """Return for whom the person whose card was read may act: themselves, or the firm or person of another number.

    Raises: PersonNotFound, FirmNotFound, ValidationError for wrong numbers, NotAuthorised without mandate or letter.
    """
    present = accounts.get_user_by_citizen_id(citizen_id)
    if principal in ("", present.citizen_id):
        return Visit(present, present, None, Presence(present.user_id, present.real_name, _SELF))
    if principal[:17].isdigit() and not is_uscc(principal):
        person = accounts.get_user_by_citizen_id(principal)
        refusal = f"{person.real_name}本人没有到场，由{present.real_name}代办须提交{_LETTER_OF_PERSON}。"
        return Visit(present, person, None, _by_letter(present, _LETTER_OF_PERSON, has_letter, refusal))
    firm = accounts.get_firm_by_uscc(principal)
    if not firm.is_active:
        raise NotAuthorised(f"{firm.name}的登记状态为“{firm.status}”，不能以其名义申请。", letter="")
    subjects = accounts.list_subjects(user_id=present.user_id, on=on)
    if subject := next((each for each in subjects if each.firm_id == firm.firm_id), None):
        return Visit(present, present, firm, Presence(present.user_id, present.real_name, subject.title, subject.scope))
    refusal = f"{present.real_name}不是{firm.name}的法定代表人（负责人），也没有登记在有效期内的授权。"
    return Visit(present, present, firm, _by_letter(present, _LETTER, has_letter, refusal))


def _by_letter(present: accounts.Profile, letter: str, has_letter: bool, refusal: str) -> Presence:
    if not has_letter:
        raise NotAuthorised(refusal, letter=letter)
    return Presence(present.user_id, present.real_name, _by(letter), letter=letter)


def _by(letter: str) -> str:
    return f"代理人，持{letter}"


def list_titles(case: Case) -> tuple[str, ...]:
    """List what somebody who fetches or brings something for the applicant may be to them, in person first."""
    return (_HEAD, _AGENT, _by(_LETTER)) if case.applicant_firm_id else (_SELF, _by(_LETTER_OF_PERSON))


def note_presence(case: Case, *, name: str, title: str) -> Presence:
    """Return who fetches or brings something, as the window saw it on card and letter.

    Raises: ValidationError without name or title, and for somebody else as the applicant in person.
    """
    if not name:
        raise ValidationError("请按证件填写到场人的姓名。")
    if title not in list_titles(case):
        raise ValidationError("请选择到场人与申请人的关系。")
    firm_id = case.applicant_firm_id
    in_person = accounts.get_firm(firm_id).legal_rep_name if firm_id else case.applicant_name
    if title in (_SELF, _HEAD) and name != in_person:
        raise ValidationError(f"{title}应为{in_person}，到场的是{name}，请选择与申请人的关系并核对授权委托书。")
    return Presence(None, name, title)
