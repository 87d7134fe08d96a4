"""Addresses of the interface itself: the switch of the elder version and, in debug, the gallery."""

from django.conf import settings
from django.urls import path

from xiangyun.foundation.ui.views import gallery, preferences

app_name = "ui"
urlpatterns = [path("elder/", preferences.switch_elder, name="elder")]
if settings.DEBUG:
    urlpatterns.append(path("", gallery.show_gallery, name="gallery"))
