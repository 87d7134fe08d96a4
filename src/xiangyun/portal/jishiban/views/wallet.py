"""The wallet: cards, one certificate with its uses, showing it by a dynamic code."""

import secrets
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from xiangyun.portal.jishiban.queries import wallet
from xiangyun.portal.jishiban.views.inputs import actor_of
from xiangyun.service.certificates import api as certificates

_NONCE_SIZE = 12
_USES = 30


@require_safe
def list_cards(request: HttpRequest) -> HttpResponse:
    """Show the cards of the subject the visitor acts for."""
    actor = actor_of(request)
    context = {
        "cards": certificates.list_wallet(actor=actor, at=timezone.now()),
        "holder": actor.firm_name if actor.firm_id else actor.name,
    }
    return render(request, "jishiban/wallet.html", context)


@require_safe
def show(request: HttpRequest, certificate_id: int) -> HttpResponse:
    """Show a certificate of one's own and who used it."""
    actor = actor_of(request)
    card = certificates.get_own_certificate(actor=actor, certificate_id=certificate_id, at=timezone.now())
    context = {
        "card": card,
        "face": wallet.face_of(certificate=card),
        "uses": wallet.uses_of(actor=actor, certificate_id=certificate_id)[:_USES],
    }
    return render(request, "jishiban/certificate.html", context)


@never_cache
@require_safe
def present(request: HttpRequest, certificate_id: int) -> HttpResponse:
    """Show a certificate full-screen with a fresh code, a moving watermark and what the verifier will see."""
    context = _presented(request, certificate_id)
    card = context["card"]
    context["shown"] = wallet.seen_by_verifier(certificate=card)
    context["stamp"] = f"{card.holder_name} {timezone.localtime():%Y-%m-%d %H:%M}"
    return render(request, "jishiban/present.html", context)


@never_cache
@require_safe
def present_code(request: HttpRequest, certificate_id: int) -> HttpResponse:
    """Return a fresh code for the page that shows the certificate."""
    return render(request, "jishiban/present_code.html", _presented(request, certificate_id))


def _presented(request: HttpRequest, certificate_id: int) -> dict[str, Any]:
    shown = certificates.present_certificate(
        actor=actor_of(request),
        certificate_id=certificate_id,
        nonce=secrets.token_bytes(_NONCE_SIZE),
        at=timezone.now(),
    )
    return {"card": shown.certificate, "address": shown.address, "seconds": shown.seconds}
