"""Settings of the test suite: fixed keys, fast hashing, everything else as in production."""

from config.settings.base import *  # noqa: F403

SECRET_KEY = "test"  # noqa: S105
DEBUG = False
ALLOWED_HOSTS = ["*"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
XIANGYUN_MASTER_KEY = bytes(range(32))
