"""Addresses of seals."""

from django.urls import path

from xiangyun.service.seals.views import public

app_name = "seals"

urlpatterns = [
    path("chain.pem", public.chain, name="chain"),
    path("revoked.crl", public.revocation_list, name="revocation_list"),
]
