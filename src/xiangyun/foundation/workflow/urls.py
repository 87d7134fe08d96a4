"""The process page."""

from django.urls import path

from xiangyun.foundation.workflow import views

app_name = "workflow"

urlpatterns = [path("processes/<int:process_id>/", views.process_view, name="process_view")]
