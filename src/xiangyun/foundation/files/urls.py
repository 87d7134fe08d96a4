"""Addresses of files."""

from django.urls import path

from xiangyun.foundation.files import views

app_name = "files"
urlpatterns = [
    path("uploads/", views.begin, name="uploads"),
    path("uploads/<uuid:upload_id>/", views.part, name="upload"),
]
