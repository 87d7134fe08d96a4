"""Addresses of regions."""

from django.urls import path

from xiangyun.foundation.regions import views

app_name = "regions"
urlpatterns = [path("children/", views.children, name="children")]
