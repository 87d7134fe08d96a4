"""What the government already holds of an applicant: account data and certificates, each value with source and date."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from xiangyun.foundation.accounts import api as accounts
from xiangyun.foundation.forms import api as forms
from xiangyun.kit.actors import Actor
from xiangyun.service.certificates import api as certificates

ACCOUNT_SOURCE = "实名账号"
FIRM_SOURCE = "市场主体登记"


@dataclass(frozen=True)
class Applicant:
    """The subject of an application: a person, or a firm with the person who acts for it."""

    user_id: int
    firm_id: int | None
    name: str
    code: str
    mobile: str

    @classmethod
    def of(cls, actor: Actor) -> "Applicant":
        """Return the subject the actor acts for now."""
        if actor.user_id is None:
            raise ValueError("an applicant has an account")
        return cls.build(user_id=actor.user_id, firm_id=actor.firm_id)

    @classmethod
    def build(cls, *, user_id: int, firm_id: int | None) -> "Applicant":
        """Return the subject for an account and, where given, the firm it acts for."""
        profile = accounts.get_user_profile(user_id=user_id)
        if firm_id is None:
            return cls(user_id, None, profile.real_name, profile.citizen_id, profile.mobile)
        firm = accounts.get_firm(firm_id=firm_id)
        return cls(user_id, firm_id, firm.name, firm.uscc, profile.mobile)


def list_held_certificates(*, applicant: Applicant) -> list[certificates.CertificateRef]:
    """Return the valid certificates of the applicant: the firm's own, and those of its legal representative and the person acting."""
    held = certificates.find_for_holder(holder_user_id=applicant.user_id)
    if applicant.firm_id is not None:
        held = certificates.find_for_holder(holder_firm_id=applicant.firm_id) + held
        legal_rep_id = accounts.get_firm(firm_id=applicant.firm_id).legal_rep_id
        if legal_rep_id not in (None, applicant.user_id):
            held += certificates.find_for_holder(holder_user_id=legal_rep_id)
    return held


def prefill_form(*, applicant: Applicant, form_key: str) -> dict[str, forms.Prefill]:
    """Return the known value of each field that names a source, first source that has one wins.

    Paths are `person.<attribute>`, `subject.<attribute>` (the firm, or the person applying) and `certificate.<type>.<element>`.
    """
    known = _known_values(applicant)
    filled: dict[str, forms.Prefill] = {}
    for name, field in forms.get_form(key=form_key).fields.items():
        found = next((known[path] for path in field.prefill if path in known), None)
        if found is not None:
            filled[name] = found
    return filled


def _known_values(applicant: Applicant) -> dict[str, forms.Prefill]:
    profile = accounts.get_user_profile(user_id=applicant.user_id)
    known: dict[str, forms.Prefill] = {}

    def learn(prefix: str, values: dict[str, Any], source: str, on: date) -> None:
        for name, value in values.items():
            if value not in (None, ""):
                known.setdefault(f"{prefix}.{name}", forms.Prefill(value=value, source=source, on=on))

    person = profile.as_prefill()
    learn("person", person, ACCOUNT_SOURCE, profile.verified_on)
    if applicant.firm_id is None:
        learn(
            "subject",
            {**person, "name": profile.real_name, "code": profile.citizen_id},
            ACCOUNT_SOURCE,
            profile.verified_on,
        )
    else:
        firm = accounts.get_firm(firm_id=applicant.firm_id)
        learn("subject", {**firm.as_prefill(), "name": firm.name, "code": firm.uscc}, FIRM_SOURCE, firm.updated_on)
    for certificate in list_held_certificates(applicant=applicant):
        learn(f"certificate.{certificate.type_key}", certificate.face, certificate.type_name, certificate.issued_on)
    return known
