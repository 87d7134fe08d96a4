"""What holds in every environment."""

from typing import Any
from urllib.parse import SplitResult, parse_qsl, unquote

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
    "django_cotton",
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
    # after accounts, whose templates go before the library's
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
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
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "xiangyun.foundation.accounts.middleware.ActorMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "xiangyun.foundation.ui.middleware.RefusalMiddleware",
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


def _database(url: SplitResult) -> dict[str, object]:
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(url.path.lstrip("/")),
        "USER": unquote(url.username or ""),
        "PASSWORD": unquote(url.password or ""),
        "HOST": unquote(url.hostname or ""),
        "PORT": url.port or "",
        # statements that come again are planned once a connection
        "OPTIONS": {"server_side_binding": True, "prepare_threshold": 3, **dict(parse_qsl(url.query))},
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }


DATABASES = {
    "default": _database(
        environment.url("DATABASE_URL", ("postgresql", "postgres"), "postgresql://xiangyun@127.0.0.1:5432/xiangyun")
    )
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

LANGUAGE_CODE = "zh-hans"
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
USE_I18N = True

# accounts: citizens go home after the login, officials to their desk; a mobile is mapped to its account by the form
AUTH_USER_MODEL = "accounts.User"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "xiangyun.foundation.accounts.forms.PasswordRule"},
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("username", "real_name", "mobile", "citizen_id")},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
XIANGYUN_OFFICIAL_HOME = "/desk/"
ACCOUNT_ADAPTER = "xiangyun.foundation.accounts.views.login.AccountAdapter"
ACCOUNT_FORMS = {
    "login": "xiangyun.foundation.accounts.forms.LoginForm",
    "reauthenticate": "xiangyun.foundation.accounts.forms.ReauthenticateForm",
    "change_password": "xiangyun.foundation.accounts.forms.ChangePasswordForm",
}
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
ACCOUNT_RATE_LIMITS = {
    "login": "60/m/ip",  # a service hall sits behind one address
    "login_failed": "60/m/ip,5/15m/key",  # five wrong passwords lock an account for a quarter of an hour
    "signup": "20/m/ip",
    "real_name": "10/h/user",
    "progress": "10/h/key,60/m/ip",  # misses by query code
}
ALLAUTH_TRUSTED_PROXY_COUNT = environment.number("XIANGYUN_PROXIES", 0)
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "吉事办"
MFA_ADAPTER = "xiangyun.foundation.accounts.views.login.SecondFactorAdapter"
MFA_FORMS = {
    "authenticate": "xiangyun.foundation.accounts.forms.SecondFactorForm",
    "reauthenticate": "xiangyun.foundation.accounts.forms.SecondFactorAgainForm",
    "activate_totp": "xiangyun.foundation.accounts.forms.ActivateSecondFactorForm",
}
SESSION_COOKIE_NAME = "xiangyun_session"
SESSION_COOKIE_AGE = 8 * 3600
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
# what is counted against tries must not fall out because of other entries: the usual 300 are soon full
CACHES: dict[str, dict[str, Any]] = {
    "default": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "OPTIONS": {"MAX_ENTRIES": 50_000},
    }
}

STORAGES: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}

LOGGING = logs.configure(
    json=environment.choice("XIANGYUN_LOG", ("text", "json")) == "json",
    level=environment.choice("XIANGYUN_LOG_LEVEL", ("INFO", "DEBUG", "WARNING", "ERROR")),
)

XIANGYUN_PACK = environment.pack_folder()
XIANGYUN_DEMO = environment.flag("XIANGYUN_DEMO")
# where people outside reach us: printed as QR codes on papers and certificates
XIANGYUN_PUBLIC_URL = (
    environment.url("XIANGYUN_PUBLIC_URL", ("https", "http"), f"http://localhost:{environment.address()[1]}")
    .geturl()
    .rstrip("/")
)
XIANGYUN_REAL_NAME_SOURCE = environment.text(
    "XIANGYUN_REAL_NAME_SOURCE", "xiangyun.foundation.accounts.adapters.realname.PopulationSource"
)
XIANGYUN_KEY_PROVIDER = environment.text("XIANGYUN_KEY_PROVIDER", "xiangyun.kit.guomi.SoftwareProvider")
XIANGYUN_CLAMD = environment.text("XIANGYUN_CLAMD")
XIANGYUN_EMAIL = "django" if environment.text("XIANGYUN_SMTP_URL") else "file"
XIANGYUN_SMS = {
    "gateway": environment.choice("XIANGYUN_SMS_GATEWAY", ("file", "console", "http")),
    "url": environment.url("XIANGYUN_SMS_URL", ("https", "http")).geturl(),
    "key": environment.text("XIANGYUN_SMS_KEY"),
    "secret": environment.text("XIANGYUN_SMS_SECRET"),
}
