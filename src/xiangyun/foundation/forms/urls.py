"""Addresses of forms."""

from django.urls import path

from xiangyun.foundation.forms import views

app_name = "forms"
urlpatterns = [path("<int:form_id>/draft/", views.draft, name="draft")]
