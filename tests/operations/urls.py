"""The real addresses and two more: a page that needs a login, and one that refuses."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.urls import path

from config.urls import handler400, handler403, handler404, handler500, urlpatterns
from xiangyun.kit.errors import Conflict

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]


def closed(request: HttpRequest) -> HttpResponse:
    return HttpResponse("inside")


@login_not_required
def refusing(request: HttpRequest) -> HttpResponse:
    raise Conflict(case="1")


urlpatterns = [path("closed/", closed), path("refusing/", refusing), *urlpatterns]
