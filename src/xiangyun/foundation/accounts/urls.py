"""Addresses of accounts: ours in their namespace, `login_patterns` with the names the login library expects."""

from allauth.account import views as library
from django.urls import include, path

from xiangyun.foundation.accounts.views import own, public, staff

app_name = "accounts"
urlpatterns = [
    path("register/", public.register, name="register"),
    path("me/", own.me, name="me"),
    path("me/contact/", own.contact, name="contact"),
    path("me/real-name/", own.real_name, name="real_name"),
    path("me/show/<slug:field>/", own.show_field, name="show_field"),
    path("subject/", own.switch, name="switch_subject"),
    path("reset-password/", staff.reset, name="reset_password"),
    path("mandates/", own.mandates, name="mandates"),
    path("mandates/<int:mandate_id>/revoke/", own.revoke, name="revoke_mandate"),
]

# the library reverses these names without a namespace; its pages for e-mail addresses are left out on purpose
login_patterns = [
    path("login/", library.login, name="account_login"),
    path("logout/", library.logout, name="account_logout"),
    path("inactive/", library.account_inactive, name="account_inactive"),
    path("signup/", public.register, name="account_signup"),
    path("reauthenticate/", library.reauthenticate, name="account_reauthenticate"),
    path("password/change/", library.password_change, name="account_change_password"),
    path("password/set/", library.password_set, name="account_set_password"),
    path("password/reset/", public.forgot_password, name="account_reset_password"),
    path("2fa/", include("allauth.mfa.urls")),
    path("sessions/", include("allauth.usersessions.urls")),
]
