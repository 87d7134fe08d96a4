"""Put a department's seal on a document and log it: the log is the one write, so it needs no transaction of its own.

The right to decide is the calling operation's to check: here the seal itself must be usable.
"""

from datetime import datetime

from xiangyun.kit.actors import SYSTEM, Actor
from xiangyun.kit.guomi import sm3
from xiangyun.kit.ofd import Parts, Position, SealHolder, pack, sign_detached, sign_parts
from xiangyun.kit.rows import append_rows
from xiangyun.service.seals.models import SealUse
from xiangyun.service.seals.operations.making import usable_seal_id
from xiangyun.service.seals.queries.seals import read_holder


def seal_ofd(
    *,
    actor: Actor,
    department_id: int,
    parts: Parts,
    position: Position,
    label: str,
    subject_type: str,
    subject_id: str | int,
    at: datetime,
) -> bytes:
    """Seal an OFD document given as parts (`kit.ofd.write_document` or `unpack`) and return the file.

    Raises: NoSeal, NoAuthority, OfdError.
    """
    seal_id, holder = _holder(department_id, at)
    data = pack(sign_parts(parts, holder, position, at))
    _log(actor, seal_id, SealUse.Format.OFD, data, label, subject_type, subject_id, at)
    return data


def seal_pdf(*, department_id: int, pdf: bytes, document: str, kind: str, subject_id: int, at: datetime) -> bytes:
    """Return the detached seal (SES_Signature, DER) over the bytes of a PDF, to be stored beside it.

    `document` is the paper's number and `kind` its kind, both for the log.

    Raises: NoSeal, NoAuthority.
    """
    seal_id, holder = _holder(department_id, at)
    signature = sign_detached(pdf, holder, at)
    _log(SYSTEM, seal_id, SealUse.Format.PDF, pdf, f"{kind} {document}", "document", subject_id, at)
    return signature


def _holder(department_id: int, at: datetime) -> tuple[int, SealHolder]:
    seal_id = usable_seal_id(department_id=department_id, at=at)
    return seal_id, read_holder(seal_id)


def _log(
    actor: Actor,
    seal_id: int,
    kind: str,
    data: bytes,
    label: str,
    subject_type: str,
    subject_id: str | int,
    at: datetime,
) -> None:
    use = SealUse(
        seal_id=seal_id,
        at=at,
        user_id=actor.user_id,
        user_name=actor.name[:100],
        ip=actor.ip,
        format=kind,
        subject_type=subject_type,
        subject_id=str(subject_id),
        label=label[:200],
        digest=sm3(data).hex(),
    )
    append_rows([use])
