"""The gallery, which production leaves out, for the browser tests."""

from django.urls import include, path

from xiangyun.foundation.ui.views import gallery

urlpatterns = [
    path("gallery/", gallery.show_gallery),
    path("", include("config.urls")),
]
