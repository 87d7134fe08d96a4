"""The address space: each app's own urls under its place; an app without a place of its own lies under its label."""

from importlib.util import find_spec

from django.apps import apps
from django.urls import URLPattern, URLResolver, include, path

from config import api
from xiangyun.foundation.accounts.urls import login_patterns

_PLACES = {
    "jishiban": "",
    "workbench": "desk/",
    "certificates": "verify/",
    "accounts": "accounts/",
}

handler400 = "config.errors.bad_request"
handler403 = "config.errors.permission_denied"
handler404 = "config.errors.page_not_found"
handler500 = "config.errors.server_error"

urlpatterns: list[URLPattern | URLResolver] = [path("api/v1/", api.urls)]
urlpatterns += [
    path(_PLACES.get(app.label, f"{app.label}/"), include(f"{app.name}.urls"))
    for app in apps.get_app_configs()
    if app.name.startswith("xiangyun.") and find_spec(f"{app.name}.urls")
]
urlpatterns.append(path("accounts/", include(login_patterns)))
