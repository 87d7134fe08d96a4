"""Life cycle of an issued certificate: withhold, release, cancel, revoke, strip (行政许可法 第六十九、七十条)."""

from dataclasses import dataclass
from datetime import datetime

from xiangyun.foundation.access import api as access
from xiangyun.foundation.audit import api as audit
from xiangyun.foundation.events import api as events
from xiangyun.foundation.organisations import api as organisations
from xiangyun.kit.actors import Actor
from xiangyun.kit.errors import ValidationError
from xiangyun.kit.transactions import in_one_transaction
from xiangyun.service.certificates.errors import CertificateNotFound, WrongStatus
from xiangyun.service.certificates.events import CertificateStatusChanged
from xiangyun.service.certificates.models import Certificate, CertificateUse
from xiangyun.service.certificates.operations.uses import log_use
from xiangyun.service.certificates.queries import certificates as queries
from xiangyun.service.certificates.queries.certificates import CertificateRef

Status = Certificate.Status


@dataclass(frozen=True)
class _Act:
    before: frozenset[str]
    after: str


ACTS = {
    "withhold": _Act(frozenset({Status.VALID}), Status.WITHHELD),
    "release": _Act(frozenset({Status.WITHHELD}), Status.VALID),
    "cancel": _Act(frozenset({Status.VALID, Status.WITHHELD, Status.EXPIRED}), Status.CANCELLED),
    "revoke": _Act(frozenset({Status.VALID, Status.WITHHELD}), Status.REVOKED),
    "strip": _Act(frozenset({Status.VALID, Status.WITHHELD}), Status.STRIPPED),
}


@in_one_transaction
def change_status(
    *, actor: Actor, certificate_id: int, act: str, reason: str, at: datetime, document_no: str = ""
) -> CertificateRef:
    """Carry out one of `ACTS`; effective for every verification from this moment.

    Raises: NotAllowed, CertificateNotFound, WrongStatus, ValidationError.
    """
    if act not in ACTS:
        raise ValidationError("不支持的证照操作。", act="应为暂扣、发还、注销、撤销或吊销")
    if not reason.strip():
        raise ValidationError("请填写事由。", reason="请填写事由")
    row = (
        Certificate.objects.select_related("certificate_type")
        .select_for_update(of=("self",))
        .filter(pk=certificate_id)
        .first()
    )
    if row is None:
        raise CertificateNotFound(certificate_id=certificate_id)
    issuer = organisations.get_department(id=row.issuer_id)
    access.require(actor, "certificates.change_status", access.Scope.of(issuer))
    chosen, action = ACTS[act], f"certificates.{act}"
    name = audit.get_action_name(action=action)
    if row.status not in chosen.before:
        raise WrongStatus(f"证照当前为“{row.get_status_display()}”，不能{name}。", status=row.status)
    before, row.status, row.status_at, row.status_reason = row.status, chosen.after, at, reason.strip()[:200]
    row.save(update_fields=["status", "status_at", "status_reason"])
    purpose = " ".join(part for part in (name, document_no, row.status_reason) if part)
    log_use(row.pk, CertificateUse.Kind.STATUS, actor, at, purpose=purpose)
    audit.record(
        actor=actor,
        action=action,
        subject_type="certificates.certificate",
        subject_id=row.pk,
        label=str(row.number),
        details={"before": before, "status": row.status, "document_no": document_no},
        reason=row.status_reason,
        risk="sensitive",
        at=at,
    )
    events.publish(
        CertificateStatusChanged(
            certificate_id=row.pk,
            type_key=row.certificate_type.key,
            identifier=row.identifier,
            before=before,
            status=row.status,
            at=at,
        )
    )
    return queries.ref_of(row, at)
