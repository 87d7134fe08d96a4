"""Settings of the test suite: fixed keys, fast hashing, everything else as in production."""

from config.settings.base import *  # noqa: F403
from config.settings.base import STATIC_ROOT

SECRET_KEY = "test"  # noqa: S105
DEBUG = False
ALLOWED_HOSTS = ["*"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
XIANGYUN_MASTER_KEY = bytes(range(32))

STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # served as it is: nothing is collected for tests
