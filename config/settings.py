"""Settings of Fleetdesk: everything that differs between machines comes from the environment.

Three ways to run: development (DEBUG=1, the default), trying it out (`make run`: DEBUG=0, FLEETDESK_DEMO=1) and
production (DEBUG=0), where missing secrets and addresses are refused at start-up.
"""

import secrets
from pathlib import Path
from urllib.parse import urlsplit

import bootstrap_wrapper
import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from config.common.numbers import whole_number

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = BASE_DIR / "var"
VAR_DIR.mkdir(exist_ok=True)

env = environ.Env()
if (BASE_DIR / ".env").is_file():
    env.read_env(BASE_DIR / ".env")


def flag(name: str, *, default: bool) -> bool:
    """Value of an on/off variable; raises ImproperlyConfigured for anything that is neither."""
    text = env.str(name, default="").strip().lower()
    if text in {"1", "true", "yes", "on"}:
        return True
    if text in {"0", "false", "no", "off"}:
        return False
    if text:
        raise ImproperlyConfigured(f"{name} is {text!r}. Set it to 1 or 0.")
    return default


def number(name: str, *, default: int) -> int:
    """Value of a whole-number variable; raises ImproperlyConfigured for anything else."""
    text = env.str(name, default="").strip() or str(default)
    value = whole_number(text)
    if value is None:
        raise ImproperlyConfigured(f"{name} is {text!r}. Set it to a whole number, for example {default}.")
    return value


def words(name: str) -> list[str]:
    """Parts of a comma-separated variable, without blanks."""
    return [part.strip() for part in env.str(name, default="").split(",") if part.strip()]


DEBUG = flag("DEBUG", default=True)
# The landing page shows a QR code and the sign-ins of the demo data.
DEMO = flag("FLEETDESK_DEMO", default=DEBUG)
PRODUCTION = not DEBUG and not DEMO


def required_in_production(name: str, what: str) -> str:
    """Value of a text variable; empty outside production; raises ImproperlyConfigured when production lacks it."""
    value = env.str(name, default="").strip()
    if PRODUCTION and not value:
        raise ImproperlyConfigured(f"{name} is not set. {what} For development set DEBUG=1 instead.")
    return value


def local_secret() -> str:
    """A random secret kept under var/, so that sessions and printed codes survive a restart of a local server."""
    path = VAR_DIR / "secret_key"
    try:
        with path.open("x", encoding="ascii") as file:
            path.chmod(0o600)
            file.write(secrets.token_urlsafe(48))
    except FileExistsError:
        pass
    return path.read_text(encoding="ascii").strip()


# --- Secrets and addresses ------------------------------------------------------------------------------------------

SECRET_KEY = required_in_production("SECRET_KEY", "It signs sessions: give it 50 or more random characters.")
SECRET_KEY = SECRET_KEY or local_secret()
# Signs the links behind QR codes. Changing it makes every printed code useless, so it can outlive SECRET_KEY.
CODE_SECRET = env.str("CODE_SECRET", default="") or f"codes:{SECRET_KEY}"

PUBLIC_URL = required_in_production(
    "PUBLIC_URL", "It is the address printed in QR codes, e.g. https://desk.example.com."
)
PUBLIC_URL = PUBLIC_URL.rstrip("/") or f"http://127.0.0.1:{number('PORT', default=8000)}"
_public = urlsplit(PUBLIC_URL)
if _public.scheme not in {"http", "https"} or not _public.hostname:
    raise ImproperlyConfigured(
        f"PUBLIC_URL is {PUBLIC_URL!r}. Write it with its scheme, e.g. https://desk.example.com."
    )

ALLOWED_HOSTS = [_public.hostname, *words("ALLOWED_HOSTS")]
if not PRODUCTION:
    ALLOWED_HOSTS += ["localhost", "127.0.0.1", "[::1]"]
CSRF_TRUSTED_ORIGINS = [f"{_public.scheme}://{_public.netloc}", *words("CSRF_TRUSTED_ORIGINS")]

# --- Applications ---------------------------------------------------------------------------------------------------

INSTALLED_APPS = [
    "daphne",
    "modeltranslation",
    "config.common.admin_site.Administration",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "config.storage.CollectedStaticFiles",
    "django.contrib.humanize",
    "django.contrib.postgres",
    "channels",
    "allauth",
    "allauth.account",
    "csp",
    "crispy_forms",
    "crispy_bootstrap5",
    "django_filters",
    "django_fsm",
    "django_htmx",
    "config",
    "fleet",
    "messenger",
    "ticketing",
    "ratings",
    # Last, so that our own templates of form fields win.
    "django.forms",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "config.common.middleware.PermissionsPolicyMiddleware",
    "config.common.middleware.CompressTextMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "config.common.middleware.PrivateAnswerMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "fleet.middleware.ActorMiddleware",
    "config.common.refusals.RefusalMiddleware",
    "ticketing.middleware.OfficeMiddleware",
]

ROOT_URLCONF = "config.urls"
ASGI_APPLICATION = "config.asgi.application"
WSGI_APPLICATION = "config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "messenger.context.unread",
            ],
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "config.common.templatetags.ui",
            ],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"

# --- Data -----------------------------------------------------------------------------------------------------------


DATABASE_POOL = number("DATABASE_POOL", default=8)
# Longer than a statement may take (config.serving.database): behind a lock of seconds, pages are late and do not fail.
DATABASE_WAIT_SECONDS = 30


def database() -> dict[str, object]:
    """DATABASE_URL as Django reads it: SQLite made safe for concurrent writes, PostgreSQL with a connection pool."""
    settings: dict[str, object] = {**env.db_url("DATABASE_URL", default=f"sqlite:///{VAR_DIR / 'fleetdesk.sqlite3'}")}
    engine = str(settings["ENGINE"])
    if engine.endswith("sqlite3"):
        # Anything less loses writes when several requests write at once.
        settings["OPTIONS"] = {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;",
        }
    elif engine.endswith("postgresql"):
        # A gap in the connection is not worth minutes of waiting for the next try.
        pool = {"min_size": 2, "max_size": DATABASE_POOL, "timeout": DATABASE_WAIT_SECONDS, "reconnect_timeout": 10}
        settings["OPTIONS"] = {**settings.get("OPTIONS", {}), "pool": pool}  # type: ignore[dict-item]
        # One that the server ended is replaced, not handed to a page.
        settings["CONN_HEALTH_CHECKS"] = True
    else:
        raise ImproperlyConfigured("DATABASE_URL must begin with sqlite:/// or postgres://.")
    return settings


DATABASES = {"default": database()}

REDIS_URL = env.str("REDIS_URL", default="")
if REDIS_URL:
    CHANNEL_LAYERS = {
        "default": {
            "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
            "CONFIG": {"hosts": [REDIS_URL], "prefix": "fleetdesk"},
        }
    }
    CACHES = {
        "default": {
            "BACKEND": "config.cache.SteadyRedisCache",
            "LOCATION": REDIS_URL,
            "KEY_PREFIX": "fleetdesk",
            # Seconds: a Redis that does not answer must not make everybody wait who signs in.
            "OPTIONS": {"socket_connect_timeout": 1, "socket_timeout": 1},
        }
    }
else:
    CHANNEL_LAYERS = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}
    CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
            # Above this, counts are thrown away. With Django's 300, guessing from many addresses forgets itself.
            "OPTIONS": {"MAX_ENTRIES": 50_000},
        }
    }

# --- People and signing in ------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "fleet.Person"
AUTHENTICATION_BACKENDS = ["fleet.account.PersonBackend"]
PASSWORD_HASHERS = ["config.hashers.SteadyArgon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "office:ticket_list"
# Where a printed code and the link of a device lead: fleet knows no address of the portal.
SCAN_URL_NAME = "portal:scan"
DEVICE_URL_NAME = "portal:device"
LOGOUT_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "fleet.account.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
# A mail to an address nobody registered would let anybody mail strangers through this server.
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = None
# Allauth's limits lock an account for all addresses and sleep while they count: fleet/passwords.py counts instead.
ACCOUNT_RATE_LIMITS = False
# Limits count per address: behind a proxy all visitors would share the proxy's.
ALLAUTH_TRUSTED_PROXY_COUNT = number("TRUSTED_PROXY_COUNT", default=0)

# Multiplies what can be done by a code and from an address in an hour.
CODE_LIMITS_FACTOR = number("CODE_LIMITS_FACTOR", default=1)
if CODE_LIMITS_FACTOR < 1:
    raise ImproperlyConfigured("CODE_LIMITS_FACTOR is 0. Set it to 1 or more: 0 would refuse every report.")

# --- Mail -----------------------------------------------------------------------------------------------------------

EMAIL_CONFIG = env.email_url("EMAIL_URL", default="consolemail://")
globals().update(EMAIL_CONFIG)
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default=f"Fleetdesk <noreply@{_public.hostname}>")

# --- Language and time ----------------------------------------------------------------------------------------------

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("de", _("German")), ("fr", _("French"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
LANGUAGE_COOKIE_SAMESITE = "Lax"
MODELTRANSLATION_DEFAULT_LANGUAGE = "en"
MODELTRANSLATION_FALLBACK_LANGUAGES = ("en", "de", "fr")
USE_TZ = True
TIME_ZONE = env.str("TIME_ZONE", default="Europe/Berlin")

# --- Static files and uploads ---------------------------------------------------------------------------------------

STATIC_URL = "/static/"
STATIC_ROOT = Path(env.str("STATIC_ROOT", default=str(VAR_DIR / "static")))
STATIC_ROOT.mkdir(parents=True, exist_ok=True)
STATICFILES_DIRS = [BASE_DIR / "static", ("bootstrap", bootstrap_wrapper.get_bootstrap_dir())]
# Hashing and compressing all files takes seconds: a server that is only tried out serves them as they are.
WHITENOISE_USE_FINDERS = not PRODUCTION
WHITENOISE_AUTOREFRESH = DEBUG
_static_storage = "config.storage.HashedStaticFilesStorage" if PRODUCTION else None
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": _static_storage or "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
# Uploads are never served from here: every file leaves through a view that asks who may read it.
MEDIA_ROOT = Path(env.str("MEDIA_ROOT", default=str(VAR_DIR / "media")))
MEDIA_URL = "/media-is-not-served/"
FILE_UPLOAD_PERMISSIONS = 0o640
# Where nginx keeps MEDIA_ROOT as an internal location; empty: files leave through this process.
X_ACCEL_PREFIX = env.str("X_ACCEL_PREFIX", default="").strip()
if X_ACCEL_PREFIX and not (X_ACCEL_PREFIX.startswith("/") and X_ACCEL_PREFIX.endswith("/")):
    raise ImproperlyConfigured(f"X_ACCEL_PREFIX is {X_ACCEL_PREFIX!r}. Write it with slashes, e.g. /media-of-nginx/.")
# The server takes no larger form in; see config.serving.limits. Files do not count.
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024

# --- Security -------------------------------------------------------------------------------------------------------

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "media-src": [SELF, "blob:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "frame-src": [NONE],
        "frame-ancestors": [NONE],
        "form-action": [SELF],
        "base-uri": [NONE],
        "object-src": [NONE],
        "manifest-src": [SELF],
        "worker-src": [SELF],
    }
}
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 60 * 60 * 24 * 30
SESSION_COOKIE_NAME = "fleetdesk_session"
CSRF_COOKIE_NAME = "fleetdesk_csrf"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "config.common.refusals.forged"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = PRODUCTION
SECURE_SSL_REDIRECT = flag("SECURE_SSL_REDIRECT", default=PRODUCTION)
# A load balancer and a container's health check ask over plain HTTP.
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = number("SECURE_HSTS_SECONDS", default=60 * 60 * 24 * 365) if PRODUCTION else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = flag("SECURE_HSTS_INCLUDE_SUBDOMAINS", default=PRODUCTION)
# Lists of browsers are left after months only: installing Fleetdesk puts no host onto one.
SECURE_HSTS_PRELOAD = flag("SECURE_HSTS_PRELOAD", default=False)
SILENCED_SYSTEM_CHECKS = ["security.W021"]
if flag("BEHIND_TLS_PROXY", default=False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# --- Log ------------------------------------------------------------------------------------------------------------

LOG_LEVEL = env.str("LOG_LEVEL", default="INFO").upper()
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "plain": {
            "()": "config.logs.TokenlessFormatter",
            "format": "%(asctime)s %(levelname)s %(name)s: %(message)s",
        }
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": LOG_LEVEL},
    "loggers": {
        "django": {"handlers": [], "level": LOG_LEVEL, "propagate": True},
        # These have handlers of their own by default, which write addresses as they are.
        "django.server": {"handlers": [], "level": LOG_LEVEL, "propagate": True},
        "gunicorn.error": {"handlers": [], "level": LOG_LEVEL, "propagate": True},
        "gunicorn.access": {"handlers": [], "level": LOG_LEVEL, "propagate": True},
        # Redis's own, which brings a handler of its own.
        "push_response": {"level": "CRITICAL"},
        "daphne": {"level": "WARNING"},
        "asyncio": {"level": "WARNING"},
    },
}
