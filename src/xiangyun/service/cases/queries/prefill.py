"""What is already known of an application: account data, certificates and the situation chosen, each with source and date."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from typing import Any

from xiangyun.foundation.accounts import api as accounts
from xiangyun.foundation.forms import api as forms
from xiangyun.kit.actors import Actor
from xiangyun.service.certificates import api as certificates
from xiangyun.service.items import api as items

ACCOUNT_SOURCE = "实名账号"
FIRM_SOURCE = "市场主体登记"
SITUATION_SOURCE = "您选择的办理情形"
_SITUATION = "situation."


@dataclass(frozen=True)
class Applicant:
    """The subject of an application: a person, or a firm with the person who acts for it; read once an act.

    `present` is who stands at the window, where that is not the person the case goes under.
    """

    profile: accounts.Profile
    firm: accounts.FirmProfile | None
    at: datetime
    present: accounts.Profile | None = None

    @property
    def user_id(self) -> int:
        """The person who applies or acts for the firm."""
        return self.profile.user_id

    @property
    def firm_id(self) -> int | None:
        """The firm applied for."""
        return self.firm.firm_id if self.firm else None

    @property
    def name(self) -> str:
        """The name of the subject."""
        return self.firm.name if self.firm else self.profile.real_name

    @property
    def code(self) -> str:
        """The firm's code, or the person's identity number."""
        return self.firm.uscc if self.firm else self.profile.citizen_id

    @property
    def agent(self) -> accounts.Profile | None:
        """Who acts for the subject (经办人); nobody where a person, or a firm's legal representative, acts in person."""
        who = self.present or self.profile
        in_person = self.firm.legal_rep_id if self.firm else self.user_id
        return None if who.user_id == in_person else who

    @property
    def mobile(self) -> str:
        """Where the person is reached."""
        return self.profile.mobile

    @cached_property
    def certificates(self) -> list[certificates.CertificateRef]:
        """Valid certificates: the firm's own, those of its legal representative, whose papers are asked for, and the agent's."""
        people = [self.user_id]
        if self.firm is not None and self.firm.legal_rep_id not in (None, self.user_id):
            people.insert(0, self.firm.legal_rep_id)
        return certificates.list_in_force(firm_id=self.firm_id, user_ids=people, at=self.at)

    @classmethod
    def of(cls, actor: Actor, at: datetime) -> "Applicant":
        """Return the subject the actor acts for now."""
        if actor.user_id is None:
            raise ValueError("an applicant has an account")
        return cls(
            profile=accounts.get_user_profile(user_id=actor.user_id),
            firm=accounts.get_firm(firm_id=actor.firm_id) if actor.firm_id is not None else None,
            at=at,
        )


@dataclass(frozen=True)
class Situation:
    """The situation questions of a guide as the applicant answered them on a day."""

    content: items.GuideContent
    answers: Mapping[str, str]
    on: date

    def label_of(self, var: str) -> str:
        """Return the words of the answer chosen for a question, empty where it was not asked or not answered."""
        given = self.answers.get(var)
        for question in self.content.situations:
            if question["var"] == var:
                return next((str(each["label"]) for each in question["options"] if each["value"] == given), "")
        return ""


def prefill_form(
    *, applicant: Applicant, form_key: str, situation: Situation | None = None
) -> dict[str, forms.Prefill]:
    """Return the known value of each field that names a source, first source that has one wins.

    Paths are `person.<attribute>`, `subject.<attribute>` (the firm, or the person applying),
    `agent.<attribute>` (who acts for the subject, if anybody; `agent.acts` says that somebody does),
    `certificate.<type>.<element>` and `situation.<question>`: the choice of the field that reads as the answer given.
    """
    known = _known_values(applicant)
    if situation:  # a form belongs to one handling item and is named like it
        answers = items.resolve_situation(content=situation.content, handling_key=form_key, situation=situation.answers)
        situation = replace(situation, answers=answers)
    filled: dict[str, forms.Prefill] = {}
    for name, field in forms.get_form(key=form_key).fields.items():
        chosen = _chosen_values(field, situation) if situation else {}
        found = next((value for path in field.prefill if (value := known.get(path) or chosen.get(path))), None)
        if found is not None:
            filled[name] = found
    return filled


def _chosen_values(field: forms.Field, situation: Situation) -> dict[str, forms.Prefill]:
    """Return what the situation says of a field; question and field have codes of their own and share the words.

    A field that is never shown only carries the code of the answer along.
    """
    values: dict[str, forms.Prefill] = {}
    for path in field.prefill:
        var = path.removeprefix(_SITUATION) if path.startswith(_SITUATION) else ""
        if var and field.widget == "hidden" and (answer := situation.answers.get(var)):
            values[path] = forms.Prefill(value=answer, source=SITUATION_SOURCE, on=situation.on)
            continue
        label = situation.label_of(var) if var else ""
        value = next((option for option, words in field.options if words == label), None) if label else None
        if value is not None:
            chosen = [value] if field.kind == "array" else value
            values[path] = forms.Prefill(value=chosen, source=SITUATION_SOURCE, on=situation.on)
    return values


def _known_values(applicant: Applicant) -> dict[str, forms.Prefill]:
    profile, firm = applicant.profile, applicant.firm
    known: dict[str, forms.Prefill] = {}

    def learn(prefix: str, values: dict[str, Any], source: str, on: date) -> None:
        for name, value in values.items():
            if value not in (None, ""):
                known.setdefault(f"{prefix}.{name}", forms.Prefill(value=value, source=source, on=on))

    person = profile.as_prefill()
    learn("person", person, ACCOUNT_SOURCE, profile.verified_on)
    if firm is None:
        learn(
            "subject",
            {**person, "name": profile.real_name, "code": profile.citizen_id},
            ACCOUNT_SOURCE,
            profile.verified_on,
        )
    else:
        learn("subject", {**firm.as_prefill(), "name": firm.name, "code": firm.uscc}, FIRM_SOURCE, firm.updated_on)
    if agent := applicant.agent:
        learn("agent", {**agent.as_prefill(), "acts": True}, ACCOUNT_SOURCE, agent.verified_on)
    for certificate in applicant.certificates:
        learn(f"certificate.{certificate.type_key}", certificate.face, certificate.type_name, certificate.issued_on)
    return known
