"""Door of seals: seal, verify, and look after seals."""

from xiangyun.service.seals.adapters.keys import uses_demonstration_keys
from xiangyun.service.seals.models import Seal
from xiangyun.service.seals.operations.authority import make_demo_authority
from xiangyun.service.seals.operations.making import get_picture, make_seal
from xiangyun.service.seals.operations.sealing import seal_ofd, seal_pdf
from xiangyun.service.seals.operations.status import freeze_seal, revoke_seal, unfreeze_seal
from xiangyun.service.seals.queries.seals import (
    SealRef,
    SealRow,
    find_seal,
    list_expiring,
    list_seals_in_scope,
)
from xiangyun.service.seals.queries.trust import Verification, verify_document

Status = Seal.Status

__all__ = [
    "SealRef",
    "SealRow",
    "Status",
    "Verification",
    "find_seal",
    "freeze_seal",
    "get_picture",
    "list_expiring",
    "list_seals_in_scope",
    "make_demo_authority",
    "make_seal",
    "revoke_seal",
    "seal_ofd",
    "seal_pdf",
    "unfreeze_seal",
    "uses_demonstration_keys",
    "verify_document",
]
