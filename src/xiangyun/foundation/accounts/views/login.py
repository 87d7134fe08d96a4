"""How the login library (django-allauth) is tied to our accounts: where to go, what is recorded, whom to trust."""

from typing import Any, ClassVar

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest
from django.shortcuts import resolve_url
from django.utils import timezone

from xiangyun.foundation.accounts.middleware import SUBJECT_KEY, TRUST_KEY, actor_for
from xiangyun.foundation.accounts.models import User
from xiangyun.foundation.accounts.operations.sessions import record_failed_login, record_login, record_logout
from xiangyun.foundation.accounts.queries.firms import find_subject

PREVIOUS_LOGIN_KEY = "previous_login"


class AccountAdapter(DefaultAccountAdapter):
    """Our answers to the library's questions."""

    error_messages: ClassVar = DefaultAccountAdapter.error_messages | {
        "username_password_mismatch": "用户名、手机号或密码不正确；连续输错5次，账号锁定15分钟。",
        "too_many_login_attempts": "输错次数过多，请15分钟后再试；忘记密码的，请携带身份证到政务服务大厅重新设置。",
        "enter_current_password": "当前密码不正确，请重新输入。",
        "incorrect_password": "密码不正确，请重新输入。",
        "account_inactive": "该账号已停用，请拨打12345咨询。",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Registration has its own page: it asks for name and number."""
        return False

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Send officials to their desk, citizens home; a `next` address goes first."""
        if getattr(request.user, "is_official", False):
            return resolve_url(settings.XIANGYUN_OFFICIAL_HOME)
        return resolve_url(settings.LOGIN_REDIRECT_URL)

    def login(self, request: HttpRequest, user: Any) -> None:
        """Open the session, set how far it is trusted, and write the login down."""
        assert isinstance(user, User)
        methods = {record["method"] for record in get_authentication_records(request, user)}
        previous = user.last_login
        super().login(request, user)
        ceiling = User.RealNameLevel.FACE_OR_CARD if "mfa" in methods else User.RealNameLevel.NAME_AND_ID
        # a second factor raises the session of a person whose name is known, it does not replace knowing it
        known = user.real_name_level >= User.RealNameLevel.NAME_AND_ID
        request.session[TRUST_KEY] = int(ceiling if known else user.real_name_level)
        request.session[PREVIOUS_LOGIN_KEY] = previous.isoformat() if previous else ""
        _resume_subject(request, user)
        method = "mfa" if "mfa" in methods else "password"
        record_login(actor=actor_for(request, user), method=method, at=timezone.now())

    def logout(self, request: HttpRequest) -> None:
        """Write the logout down, then close the session."""
        if isinstance(request.user, User):
            record_logout(actor=actor_for(request, request.user), at=timezone.now())
        super().logout(request)

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Write the refused login down."""
        record_failed_login(
            actor=actor_for(request, None), login=str(credentials.get("username", "")), at=timezone.now()
        )

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:
        """Notices of security reach people through the message centre, not by a mail address we never asked for."""


class SecondFactorAdapter(DefaultMFAAdapter):
    """Our words for the second factor."""

    error_messages: ClassVar = DefaultMFAAdapter.error_messages | {
        "incorrect_code": "动态码不正确或已过期，请输入验证器当前显示的6位数字。",
    }


def _resume_subject(request: HttpRequest, user: User) -> None:
    """Act again for whom the person acted when the last session was lost; the middleware drops a mandate that ended."""
    if user.acts_for is None:
        return
    request.session[SUBJECT_KEY] = user.acts_for.pk
    if find_subject(user_id=user.pk, firm_id=user.acts_for.pk, on=timezone.localdate()):
        messages.info(request, f"当前办事身份：{user.acts_for.name}。")
