"""What holds in every environment."""

import os
from pathlib import Path
from urllib.parse import unquote, urlsplit

CHECKOUT = Path(__file__).resolve().parents[3]
HOME = Path(os.environ.get("XIANGYUN_HOME", CHECKOUT / "var")).resolve()

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
# while apps are being added, only those that exist are installed
INSTALLED_APPS = [
    a
    for a in INSTALLED_APPS
    if not a.startswith("xiangyun.") or (CHECKOUT / "src" / a.replace(".", "/") / "apps.py").exists()
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

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


def _database() -> dict[str, object]:
    url = urlsplit(os.environ.get("DATABASE_URL", "postgresql://xiangyun@127.0.0.1:5432/xiangyun"))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": url.path.lstrip("/"),
        "USER": unquote(url.username or ""),
        "PASSWORD": unquote(url.password or ""),
        "HOST": url.hostname or "",
        "PORT": url.port or "",
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }


DATABASES = {"default": _database()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "accounts.User"
LANGUAGE_CODE = "zh-hans"
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
USE_I18N = True

STATIC_URL = "/static/"
STATIC_ROOT = HOME / "static"
MEDIA_ROOT = HOME / "files"
XIANGYUN_PACK = Path(os.environ.get("XIANGYUN_PACK", CHECKOUT / "packs" / "jilin"))
