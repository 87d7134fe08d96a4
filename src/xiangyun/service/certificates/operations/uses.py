"""The log of uses that a holder reads: who showed, verified, took, downloaded or changed a certificate."""

from datetime import datetime

from xiangyun.kit.actors import Actor
from xiangyun.kit.rows import append_rows
from xiangyun.service.certificates.models import CertificateUse


def log_use(
    certificate_id: int,
    kind: CertificateUse.Kind,
    actor: Actor | None,
    at: datetime,
    *,
    purpose: str = "",
    case_no: str = "",
    ip: str = "",
) -> None:
    """Write one use, in the transaction of the act; without an actor it was somebody unknown at address `ip`."""
    use = CertificateUse(certificate_id=certificate_id, kind=kind, at=at, purpose=purpose[:200], case_no=case_no, ip=ip)
    if actor is not None:
        use.user_id, use.user_name, use.ip = actor.user_id, actor.name[:100], actor.ip
        use.is_official = actor.is_official or actor.user_id is None  # the system acts for a department
    append_rows([use])
