"""What anybody needs to check a seal without us: the chain of certificates and the list of revoked ones."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from xiangyun.service.seals.adapters.keys import key_provider
from xiangyun.service.seals.queries import trust


@login_not_required
@require_safe
@cache_control(public=True, max_age=3600)
def chain(request: HttpRequest) -> HttpResponse:
    """Download root, issuer and maker certificate as PEM."""
    response = HttpResponse(trust.render_chain_pem(), content_type="application/x-pem-file")
    response["Content-Disposition"] = 'attachment; filename="xiangyun-chain.pem"'
    return response


@login_not_required
@require_safe
@cache_control(public=True, max_age=300)
def revocation_list(request: HttpRequest) -> HttpResponse:
    """Download the signed list of revoked seal certificates (DER)."""
    content = trust.build_revocation_list(provider=key_provider(), at=timezone.now().replace(microsecond=0))
    response = HttpResponse(content, content_type="application/pkix-crl")
    response["Content-Disposition"] = 'attachment; filename="xiangyun.crl"'
    return response
