"""A bare page around a form, for the browser tests."""

from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect
from django.template import RequestContext, Template
from django.urls import include, path
from django.utils import timezone

from xiangyun.foundation.forms import api as forms
from xiangyun.kit.errors import ValidationError

PAGE = Template(
    """{% extends "ui/plain.html" %}{% load xiangyun_forms %}{% block title %}填写{% endblock %}
    {% block content %}<h1>填写</h1><form method="post" novalidate>{% csrf_token %}{% form_fields form %}
    <button type="submit">提交</button></form>{% endblock %}"""
)


def fill(request: HttpRequest, form_id: int) -> HttpResponse:
    answers, errors = None, None
    if request.method == "POST":
        answers = forms.parse_post(form_id=form_id, data=request.POST)
        try:
            forms.submit_form(actor=request.actor, form_id=form_id, answers=answers, at=timezone.now())
            return redirect("done")
        except ValidationError as error:
            errors = error.details
    get_token(request)
    form = forms.render_form(form_id=form_id, answers=answers, errors=errors)
    return HttpResponse(PAGE.render(RequestContext(request, {"form": form})))


def done(request: HttpRequest) -> HttpResponse:
    return HttpResponse("已提交")


urlpatterns = [
    path("fill/<int:form_id>/", fill, name="fill"),
    path("done/", done, name="done"),
    path("forms/", include("xiangyun.foundation.forms.urls")),
    path("regions/", include("xiangyun.foundation.regions.urls")),
    path("accounts/", include("allauth.urls")),
]
