"""Door of seals: seal, verify, and look after seals."""

from xiangyun.service.seals.adapters.keys import uses_demonstration_keys
from xiangyun.service.seals.operations.authority import make_demo_authority
from xiangyun.service.seals.operations.making import get_picture, make_seal, prepare_seal
from xiangyun.service.seals.operations.sealing import seal_ofd, seal_pdf
from xiangyun.service.seals.operations.status import freeze_seal, revoke_seal, unfreeze_seal
from xiangyun.service.seals.queries.seals import (
    APPROVAL_SEAL,
    SealRef,
    SealUseEntry,
    find_seal,
    get_seal,
    list_seal_uses,
)
from xiangyun.service.seals.queries.trust import Verification, read_trust, verify_document

__all__ = [
    "APPROVAL_SEAL",
    "SealRef",
    "SealUseEntry",
    "Verification",
    "find_seal",
    "freeze_seal",
    "get_picture",
    "get_seal",
    "list_seal_uses",
    "make_demo_authority",
    "make_seal",
    "prepare_seal",
    "read_trust",
    "revoke_seal",
    "seal_ofd",
    "seal_pdf",
    "unfreeze_seal",
    "uses_demonstration_keys",
    "verify_document",
]
