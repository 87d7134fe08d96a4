"""Addresses of documents."""

from django.urls import path

from xiangyun.foundation.documents import views

app_name = "documents"
urlpatterns = [path("<uuid:verify_key>/", views.verify, name="verify")]
