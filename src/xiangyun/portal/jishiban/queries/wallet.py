"""The wallet: faces with labels, uses, and which materials the holder need not bring."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from xiangyun.kit.actors import Actor
from xiangyun.service.certificates import api as certificates

_VERIFIER_SEES = [
    ("type_name", "证照名称"),
    ("holder_name", "持证主体"),
    ("number", "证照编号"),
    ("status_name", "状态"),
]


def face_of(*, certificate: certificates.CertificateRef) -> list[tuple[str, str]]:
    """Return the face as labels and printed values, in the order of the type; what it does not hold is left out."""
    shown = {"valid_to": "长期", **certificate.face_display}
    fields = certificates.get_type(key=certificate.type_key).face_fields
    face = [(field.label, shown[field.element]) for field in fields if shown.get(field.element)]
    if not any(field.element in ("issue_dept", "reg_authority") for field in fields):
        face.append(("颁发机构", certificate.issuer_name))
    return face


def seen_by_verifier(*, certificate: certificates.CertificateRef) -> list[tuple[str, str]]:
    """Return the few facts that a verifier gets to see, so that the holder knows before showing the code."""
    return [(label, str(getattr(certificate, name))) for name, label in _VERIFIER_SEES]


@dataclass(frozen=True)
class UseLine:
    """A use of a certificate, or the same one several times running."""

    use: certificates.UseEntry
    times: int


def uses_of(*, actor: Actor, certificate_id: int) -> list[UseLine]:
    """Return the latest uses; a code shown again every minute is one line, so that it hides nothing."""
    uses = certificates.list_uses(actor=actor, certificate_id=certificate_id, limit=200)
    runs = [list(run) for _, run in groupby(uses, key=lambda use: (use.kind, use.user_name, use.purpose))]
    return [UseLine(run[0], len(run)) for run in runs]


def held_types(*, actor: Actor, at: datetime) -> dict[str, str]:
    """Return key and name of the types of which the person, or the firm they act for, holds one in force."""
    people = [actor.user_id] if actor.user_id else []
    held = certificates.list_in_force(firm_id=actor.firm_id, user_ids=people, at=at)
    return {certificate.type_key: certificate.type_name for certificate in held}


def held_name(held: Mapping[str, str], type_keys: Iterable[str]) -> str:
    """Return the name of the certificate that stands for a material, empty where the holder has none."""
    return next((held[key] for key in type_keys if key in held), "")
