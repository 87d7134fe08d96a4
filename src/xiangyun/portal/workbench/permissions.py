"""The desk is for officials."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from xiangyun.kit.actors import Actor
from xiangyun.kit.errors import NotAllowed

View = Callable[..., HttpResponseBase]


def officials_only(view: View) -> View:
    """Refuse everybody who is not an official; what they may do inside, the operations check."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not actor_of(request).is_official:
            raise NotAllowed("工作台仅供工作人员使用。您的办件请在“吉事办”中查看。")
        return view(request, *args, **kwargs)

    return guarded


def actor_of(request: HttpRequest) -> Actor:
    """Return who acts; the login middleware has seen to it that there is somebody."""
    actor = getattr(request, "actor", None)
    if actor is None:
        raise NotAllowed("请先登录。")
    return actor
