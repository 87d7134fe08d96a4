"""Addresses of certificates, below /verify/."""

from django.urls import path

from xiangyun.service.certificates.views import holder, public

app_name = "certificates"

urlpatterns = [
    path("", public.index, name="verify"),
    path("file/", public.by_file, name="file"),
    path("p/<str:token>/", public.by_present_code, name="present_code"),
    path("own/<int:certificate_id>.<str:form>", holder.download, name="download"),
    path("<str:identifier>/", public.by_identifier, name="identifier"),
]
