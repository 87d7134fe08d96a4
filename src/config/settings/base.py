"""What holds in every environment."""

from importlib.util import find_spec
from urllib.parse import parse_qsl, unquote, urlsplit

from csp.constants import NONCE, SELF

from config import environment, logs

CHECKOUT = environment.CHECKOUT
HOME = environment.home()

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django_cotton",
    "django_htmx",
    "django_filters",
    "django_tables2",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "procrastinate.contrib.django",
    # foundation first, lowest first: packs load in this order
    "xiangyun.foundation.packs",
    "xiangyun.foundation.events",
    "xiangyun.foundation.audit",
    "xiangyun.foundation.regions",
    "xiangyun.foundation.calendars",
    "xiangyun.foundation.organisations",
    "xiangyun.foundation.access",
    "xiangyun.foundation.accounts",
    "xiangyun.foundation.files",
    "xiangyun.foundation.messaging",
    "xiangyun.foundation.forms",
    "xiangyun.foundation.documents",
    "xiangyun.foundation.workflow",
    "xiangyun.foundation.ui",
    "xiangyun.data.standards",
    "xiangyun.service.powers",
    "xiangyun.service.seals",
    "xiangyun.service.certificates",
    "xiangyun.service.items",
    "xiangyun.service.cases",
    "xiangyun.engagement.reviews",
    "xiangyun.portal.jishiban",
    "xiangyun.portal.workbench",
]
MIDDLEWARE = [
    "config.middleware.HealthMiddleware",
    "config.middleware.RequestMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "config.middleware.LoginMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "xiangyun.foundation.accounts.middleware.ActorMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "xiangyun.foundation.ui.middleware.RefusalMiddleware",
]


def _is_there(app: str) -> bool:
    return not app.startswith("xiangyun.") or (CHECKOUT / "src" / app.replace(".", "/") / "apps.py").exists()


# while apps are being added, only what exists is installed
INSTALLED_APPS = [app for app in INSTALLED_APPS if _is_there(app)]
MIDDLEWARE = [name for name in MIDDLEWARE if not name.startswith("xiangyun.") or find_spec(name.rpartition(".")[0])]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": False,
        "OPTIONS": {
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    [
                        "django_cotton.cotton_loader.Loader",
                        "django.template.loaders.filesystem.Loader",
                        "django.template.loaders.app_directories.Loader",
                    ],
                )
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
            ],
            "builtins": ["django_cotton.templatetags.cotton"],
        },
    }
]


def _database(address: str) -> dict[str, object]:
    url = urlsplit(address)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(url.path.lstrip("/")),
        "USER": unquote(url.username or ""),
        "PASSWORD": unquote(url.password or ""),
        "HOST": unquote(url.hostname or ""),
        "PORT": url.port or "",
        "OPTIONS": dict(parse_qsl(url.query)),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }


DATABASES = {"default": _database(environment.text("DATABASE_URL", "postgresql://xiangyun@127.0.0.1:5432/xiangyun"))}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

LANGUAGE_CODE = "zh-hans"
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
USE_I18N = True

# accounts and sessions
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
SESSION_COOKIE_NAME = "xiangyun_session"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_NAME = "xiangyun_csrf"
CSRF_COOKIE_SAMESITE = "Lax"

# what a browser may do with our pages: nothing from elsewhere, no script that we did not mark
X_FRAME_OPTIONS = "SAMEORIGIN"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        # widths of bars and clock lines are style attributes; they cannot run code
        "style-src-attr": ["'unsafe-inline'"],
        "img-src": [SELF, "data:", "blob:"],
        "font-src": [SELF, "data:"],
        "connect-src": [SELF],
        "frame-src": [SELF, "blob:"],
        "worker-src": [SELF, "blob:"],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "form-action": [SELF],
        "frame-ancestors": [SELF],
    }
}

STATIC_URL = "/static/"
STATIC_ROOT = HOME / "static"
MEDIA_ROOT = HOME / "files"
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}

LOGGING = logs.configure(
    json=environment.text("XIANGYUN_LOG") == "json", level=environment.text("XIANGYUN_LOG_LEVEL", "INFO")
)

XIANGYUN_PACK = environment.pack_folder()
XIANGYUN_DEMO = environment.flag("XIANGYUN_DEMO")
