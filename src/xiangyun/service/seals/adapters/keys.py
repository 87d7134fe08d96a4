"""Where keys live: `XIANGYUN_KEY_PROVIDER` names a class of `kit.guomi.Provider`; without it, software keys."""

from functools import cache

from django.conf import settings
from django.utils.module_loading import import_string

from xiangyun.kit.guomi import Provider


@cache
def key_provider() -> Provider:
    """Return the provider of this process."""
    path = getattr(settings, "XIANGYUN_KEY_PROVIDER", "xiangyun.kit.guomi.SoftwareProvider")
    provider: Provider = import_string(path)()
    return provider


def uses_demonstration_keys() -> bool:
    """Say whether seals are made with keys that have no legal force."""
    return key_provider().is_demonstration
