"""REST of certificates: verification for anybody, the wallet for its holder."""

from datetime import date

from django.http import HttpRequest
from django.utils import timezone
from ninja import Query, Router, Schema
from pydantic import Field

from xiangyun.service.certificates import api
from xiangyun.service.certificates.permissions import require_few

router = Router()


class VerifiedCertificate(Schema):
    """What anybody who holds the identifier may know."""

    identifier: str = Field(description="电子证照标识（GB/T 36904）")
    type_name: str
    type_code: str
    number: str = Field(description="证照编号")
    issuer_name: str
    issuer_code: str
    holder_name: str = Field(description="自然人已脱敏")
    issued_on: date
    valid_from: date
    valid_to: date | None = Field(description="空为长期")
    status: str = Field(description="01有效 02暂扣 03撤销 04注销 05失效 06转出 07吊销 99其他")
    status_name: str
    in_force: bool
    version: int
    is_demo: bool


class WalletEntry(Schema):
    """A certificate of one's own."""

    id: int
    identifier: str
    type_key: str
    type_name: str
    number: str
    holder_name: str
    issuer_name: str
    issued_on: date
    valid_from: date
    valid_to: date | None
    status: str
    status_name: str
    in_force: bool


@router.get("/verify", auth=None, response=VerifiedCertificate, summary="按证照标识核验")
def verify(
    request: HttpRequest, identifier: str = Query(..., min_length=1, max_length=150, description="电子证照标识")
) -> api.PublicFacts:
    """Return the public facts of a certificate; 404 when there is none, 422 when the identifier cannot be one."""
    require_few(request, "rest", per_minute=120)
    return api.verify_identifier(identifier=identifier, at=timezone.now())


@router.get("/wallet", response=list[WalletEntry], summary="我的电子证照")
def wallet(request: HttpRequest) -> list[api.CertificateFacts]:
    """Return the certificates of the person, or of the firm they act for."""
    return api.list_wallet(actor=request.actor, at=timezone.now())  # type: ignore[attr-defined]
