"""Settings of `make run` and of every deployment: no debug, own keys, and what the environment says."""

from urllib.parse import parse_qsl, unquote

from config import environment, keys

environment.read_env_file()

from config.settings.base import *  # noqa: E402, F403
from config.settings.base import CACHES, CONTENT_SECURITY_POLICY, HOME, STORAGES  # noqa: E402

DEBUG = False
SECRET_KEY = environment.text("XIANGYUN_SECRET_KEY") or keys.read_secret(HOME, keys.DJANGO_KEY)
XIANGYUN_MASTER_KEY = environment.key("XIANGYUN_MASTER_KEY") or bytes.fromhex(keys.read_secret(HOME, keys.MASTER_KEY))

# hosts; over TLS (behind a proxy that sets X-Forwarded-Proto) cookies and addresses are held to it
_hosts = environment.names("XIANGYUN_HOSTS")
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]", *_hosts]
if environment.flag("XIANGYUN_TLS"):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_SSL_REDIRECT = True
    SECURE_HSTS_SECONDS = 365 * 24 * 3600
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SESSION_COOKIE_NAME = "__Host-xiangyun_session"
    CSRF_COOKIE_NAME = "__Host-xiangyun_csrf"
    CSRF_TRUSTED_ORIGINS = [f"https://{'*' if host.startswith('.') else ''}{host}" for host in _hosts]
    CONTENT_SECURITY_POLICY["DIRECTIVES"]["upgrade-insecure-requests"] = True

# one cache for all processes: limits on tries must not be per process
CACHES["default"] |= {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "xiangyun_cache"}

STORAGES["staticfiles"] = {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}
if environment.text("XIANGYUN_S3_BUCKET"):
    STORAGES["default"] = {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "bucket_name": environment.text("XIANGYUN_S3_BUCKET"),
            "endpoint_url": environment.text("XIANGYUN_S3_ENDPOINT") or None,
            "region_name": environment.text("XIANGYUN_S3_REGION") or None,
            "access_key": environment.text("XIANGYUN_S3_KEY") or None,
            "secret_key": environment.text("XIANGYUN_S3_SECRET") or None,
            "default_acl": "private",
            "file_overwrite": False,
        },
    }

# letters: into files until a server is named, e.g. smtp://user:password@mail.example.cn:587?tls=1
_smtp = environment.url("XIANGYUN_SMTP_URL", ("smtp", "smtps"))
if _smtp.hostname:
    EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    EMAIL_HOST, EMAIL_PORT = _smtp.hostname, _smtp.port or 25
    EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = unquote(_smtp.username or ""), unquote(_smtp.password or "")
    EMAIL_USE_TLS = dict(parse_qsl(_smtp.query)).get("tls") == "1"
    EMAIL_USE_SSL = _smtp.scheme == "smtps"
    EMAIL_TIMEOUT = 10
else:
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = HOME / "mail"
DEFAULT_FROM_EMAIL = SERVER_EMAIL = environment.text("XIANGYUN_MAIL_FROM", "xiangyun@localhost")
