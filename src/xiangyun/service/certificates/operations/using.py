"""用证: take a certificate into a case instead of asking for a copy; every use is in the holder's log."""

from datetime import datetime

from xiangyun.foundation.accounts import api as accounts
from xiangyun.foundation.audit import api as audit
from xiangyun.foundation.events import api as events
from xiangyun.kit.actors import Actor
from xiangyun.kit.transactions import in_one_transaction
from xiangyun.service.certificates.errors import NotInForce, WrongHolder
from xiangyun.service.certificates.events import CertificateUsed
from xiangyun.service.certificates.models import CertificateUse
from xiangyun.service.certificates.operations.uses import log_use
from xiangyun.service.certificates.queries import certificates as queries
from xiangyun.service.certificates.queries.certificates import CertificateRef
from xiangyun.service.certificates.queries.files import read_file


@in_one_transaction
def consume(
    *,
    actor: Actor,
    identifier: str,
    case_key: str,
    purpose: str,
    at: datetime,
    holder_user_id: int | None = None,
    holder_firm_id: int | None = None,
) -> None:
    """Take a certificate into a case.

    The applicant uses their own, that of the firm they act for, or of its legal representative; a clerk or the system
    names the applicant by `holder_user_id` and `holder_firm_id` instead.

    Raises: CertificateNotFound, WrongHolder, NotInForce.
    """
    certificate = queries.get_by_identifier(identifier=identifier, at=at)
    _check_holder(actor, certificate, holder_user_id, holder_firm_id)
    if not certificate.in_force:
        raise NotInForce(status=certificate.status)
    log_use(certificate.id, CertificateUse.Kind.CONSUME, actor, at, purpose=purpose, case_no=case_key)
    audit.record(
        actor=actor,
        action="certificates.consume",
        subject_type="certificates.certificate",
        subject_id=certificate.id,
        label=f"{certificate.type_name} {certificate.number}"[:200],
        details={"case": case_key, "purpose": purpose},
        at=at,
    )
    events.publish(
        CertificateUsed(certificate_id=certificate.id, kind=CertificateUse.Kind.CONSUME, case_no=case_key, at=at)
    )


@in_one_transaction
def download_certificate(*, actor: Actor, certificate_id: int, form: str, at: datetime) -> tuple[CertificateRef, bytes]:
    """Return one's own certificate with its sealed file, and log the download.

    Raises: CertificateNotFound, FileGone.
    """
    certificate = queries.get_own_certificate(actor=actor, certificate_id=certificate_id, at=at)
    data = read_file(certificate_id=certificate_id)
    log_use(certificate_id, CertificateUse.Kind.DOWNLOAD, actor, at, purpose=f"下载{form.upper()}")
    return certificate, data


def _check_holder(actor: Actor, certificate: CertificateRef, user_id: int | None, firm_id: int | None) -> None:
    named = user_id is not None or firm_id is not None
    if named and not (actor.is_official or actor.is_system):
        # a citizen cannot speak for anybody but themselves and the firm they act for
        if user_id not in (None, actor.user_id) or firm_id not in (None, actor.firm_id):
            raise WrongHolder
    elif not named:
        user_id, firm_id = actor.user_id, actor.firm_id
    is_persons = certificate.holder_user_id is not None and certificate.holder_user_id == user_id
    is_firms = certificate.holder_firm_id is not None and certificate.holder_firm_id == firm_id
    if not (is_persons or is_firms or _is_of_legal_representative(certificate, firm_id)):
        raise WrongHolder


def _is_of_legal_representative(certificate: CertificateRef, firm_id: int | None) -> bool:
    """A firm's applications rest on the papers of the person who represents it, whoever files them."""
    if firm_id is None or certificate.holder_user_id is None:
        return False
    return accounts.get_firm(firm_id=firm_id).legal_rep_id == certificate.holder_user_id
