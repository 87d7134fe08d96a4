"""Where keys live: `XIANGYUN_KEY_PROVIDER` names a class that is a `kit.guomi.Provider`."""

from functools import cache

from django.conf import settings
from django.utils.module_loading import import_string

from xiangyun.kit.guomi import Provider


@cache
def key_provider() -> Provider:
    """Return the provider of this process."""
    provider: Provider = import_string(settings.XIANGYUN_KEY_PROVIDER)()
    return provider


def uses_demonstration_keys() -> bool:
    """Say whether seals are made with keys that have no legal force."""
    return key_provider().is_demonstration
