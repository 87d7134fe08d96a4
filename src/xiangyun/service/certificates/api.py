"""Door of certificates: issue, find, show, verify, use."""

from xiangyun.service.certificates.operations.issuing import BY_TYPE, issue_certificate
from xiangyun.service.certificates.operations.presenting import (
    Presented,
    VerifiedPresence,
    delete_stale_codes,
    present_certificate,
    verify_present_token,
)
from xiangyun.service.certificates.operations.status import change_status
from xiangyun.service.certificates.operations.using import consume, download_certificate
from xiangyun.service.certificates.queries.certificates import (
    CertificateFacts,
    CertificateRef,
    PublicFacts,
    UseEntry,
    find_previous,
    get_own_certificate,
    list_in_force,
    list_uses,
    list_wallet,
    verify_identifier,
)
from xiangyun.service.certificates.queries.types import CertificateTypeRef, get_type
from xiangyun.service.certificates.queries.verification import FileVerification, verify_file

__all__ = [
    "BY_TYPE",
    "CertificateFacts",
    "CertificateRef",
    "CertificateTypeRef",
    "FileVerification",
    "Presented",
    "PublicFacts",
    "UseEntry",
    "VerifiedPresence",
    "change_status",
    "consume",
    "delete_stale_codes",
    "download_certificate",
    "find_previous",
    "get_own_certificate",
    "get_type",
    "issue_certificate",
    "list_in_force",
    "list_uses",
    "list_wallet",
    "present_certificate",
    "verify_file",
    "verify_identifier",
    "verify_present_token",
]
