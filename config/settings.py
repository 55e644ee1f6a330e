"""Settings of Fleetdesk: everything that differs between machines comes from the environment.

Three ways to run: development (DEBUG=1, the default), trying it out (`make run`: DEBUG=0, FLEETDESK_DEMO=1) and
production (DEBUG=0), where missing secrets and addresses are refused at start-up.
"""

from pathlib import Path

from django.http.request import split_domain_port
from django.utils.translation import gettext_lazy as _

from config import content_security
from config import environment as env
from config.databases import caches, channel_layers, database

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = BASE_DIR / "var"

env.read_file(BASE_DIR / ".env")

DEBUG = env.flag("DEBUG", default=True)
# The landing page shows a QR code and the sign-ins of the demo data.
DEMO = env.flag("FLEETDESK_DEMO", default=DEBUG)
PRODUCTION = not DEBUG and not DEMO

# --- Secrets and addresses ------------------------------------------------------------------------------------------

if PRODUCTION:
    env.require("SECRET_KEY", "It signs sessions: give it 50 or more random characters.")
    env.require(
        "CODE_SECRET",
        "It makes the links behind printed codes: give it 50 or more random characters, and never change it. If codes "
        "were printed before it was set, set it to codes:<your SECRET_KEY> to keep their labels.",
    )
    env.require("PUBLIC_URL", "It is the address printed in QR codes, e.g. https://desk.example.com.")

SECRET_KEY = env.secret("SECRET_KEY", is_strict=PRODUCTION) or env.lazy_text(
    lambda: env.local_secret(VAR_DIR / "secret_key")
)
# Makes the links behind QR codes and the ids to type. With another one no label can be printed again and no printed id
# opens anything, so it can outlive SECRET_KEY.
CODE_SECRET = env.secret("CODE_SECRET", is_strict=PRODUCTION) or env.lazy_text(lambda: f"codes:{SECRET_KEY}")

port = env.number("PORT", default=8000, least=1, most=65535)
PUBLIC_URL = env.public_url("PUBLIC_URL", default=f"http://127.0.0.1:{port}")
public_host = split_domain_port(PUBLIC_URL.partition("://")[2])[0]
ALLOWED_HOSTS = [public_host, *env.hosts("ALLOWED_HOSTS")]
if not PRODUCTION:
    ALLOWED_HOSTS += ["localhost", "127.0.0.1", "[::1]"]
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL, *env.origins("CSRF_TRUSTED_ORIGINS")]

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
    "channels",
    "allauth",
    "allauth.account",
    "csp",
    "crispy_forms",
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
if DEMO:
    INSTALLED_APPS.append("config.demo")

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "config.common.middleware.CompressTextMiddleware",
    # It reads pages before they are compressed.
    "config.common.middleware.PermissionsPolicyMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    # Outside that of sessions, which sets `Vary: Cookie` on the way out.
    "config.common.middleware.PrivateAnswerMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    # Before the first one that reads the body.
    "config.common.middleware.FileNamesMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "fleet.middleware.ActorMiddleware",
    "config.common.refusals.RefusalMiddleware",
    "ticketing.office.middleware.OfficeMiddleware",
]

ROOT_URLCONF = "config.urls"
ASGI_APPLICATION = "config.asgi.application"
WSGI_APPLICATION = "config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {"environment": "config.jinja.environment", "context_processors": ["config.jinja.csrf"]},
    },
    # The administration's pages, and what packages bring.
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates" / "django"],
        "OPTIONS": {
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    ["config.isolating_django.FileLoader", "config.isolating_django.AppLoader"],
                )
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "config.common.templatetags.icons",
                "config.isolating_django",
            ],
        },
    },
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
CRISPY_TEMPLATE_PACK = CRISPY_ALLOWED_TEMPLATE_PACKS = "fleetdesk"
CRISPY_FAIL_SILENTLY = False

# --- Data -----------------------------------------------------------------------------------------------------------

# A pool keeps two connections open.
DATABASE_POOL = env.number("DATABASE_POOL", default=8, least=2)
# Longer than a statement may take (config.serving.database): behind a lock of seconds, pages are late and do not fail.
DATABASE_WAIT_SECONDS = 30
DATABASE_PREPARES = env.flag("DATABASE_PREPARES", default=True)
DATABASE_URL = env.text("DATABASE_URL", f"sqlite:///{VAR_DIR / 'fleetdesk.sqlite3'}")
DATABASES = {
    "default": database(
        DATABASE_URL, pool_size=DATABASE_POOL, wait_seconds=DATABASE_WAIT_SECONDS, prepares=DATABASE_PREPARES
    )
}

REDIS_URL = env.redis_url("REDIS_URL")
CHANNEL_LAYERS = channel_layers(REDIS_URL)
CACHES = caches(REDIS_URL)

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
LOGIN_REDIRECT_URL = "office:home"
# Where a printed code and the link of a device lead: fleet knows no address of the portal.
# Lower apps name nothing of upper ones: here stands what they ask for.
ADMINISTRATION_RULE = "fleet.change_configuration"
SCAN_URL_NAME = "portal:scan"
LINK_URL_NAME = "portal:private_link"
DEVICE_URL_NAME = "portal:device"
CODE_URL_NAME = "office:code_detail"
NOTIFICATION_SETTINGS_URL_NAME = "office:notification_settings"
LOGOUT_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "fleet.account.AccountAdapter"
ACCOUNT_FORMS = {"login": "fleet.account_forms.SignInForm", "change_password": "fleet.account_forms.PasswordChangeForm"}
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
# A mail to an address without an account would let strangers send mail through this server.
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
# Allauth's limits lock an account for all addresses and sleep while they count: fleet/passwords.py counts instead.
ACCOUNT_RATE_LIMITS = False
# Limits count per address: behind a proxy all visitors would share the proxy's.
ALLAUTH_TRUSTED_PROXY_COUNT = env.number("TRUSTED_PROXY_COUNT", default=0)

# Multiplies what can be done by a code and from an address in an hour.
CODE_LIMITS_FACTOR = env.number("CODE_LIMITS_FACTOR", default=1, least=1)

# --- Mail -----------------------------------------------------------------------------------------------------------

# Outside production mails can be looked at instead (config/demo): this many of the newest are kept.
MAIL_DIR, MAIL_FILES = VAR_DIR / "mail", 500
vars().update(
    env.mail("EMAIL_URL", default="consolemail://" if PRODUCTION else "")
    or {"EMAIL_BACKEND": "messenger.carriers.folder.FolderBackend"}
)
DEFAULT_FROM_EMAIL = env.sender("DEFAULT_FROM_EMAIL", default=f"Fleetdesk <noreply@{public_host}>")

# `manage.py serve` also sends what waits in the outbox, unless `manage.py deliver` does that in processes of its own.
DELIVERS_IN_SERVER = env.flag("DELIVER_IN_SERVER", default=True)

# --- Push notifications ---------------------------------------------------------------------------------------------

# Browsers subscribe with its public half; empty: there are no push notifications.
VAPID_PRIVATE_KEY = env.vapid_key("VAPID_PRIVATE_KEY") or (
    "" if PRODUCTION else env.lazy_text(lambda: env.local_vapid_key(VAR_DIR / "vapid_key"))
)
# Only these, and names below them, are sent to: browsers name their own push service.
PUSH_HOSTS = env.hosts("PUSH_HOSTS") or [
    "fcm.googleapis.com",
    "push.services.mozilla.com",
    "push.apple.com",
    "notify.windows.com",
]

# --- Language and time ----------------------------------------------------------------------------------------------

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("de", _("German")), ("fr", _("French"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
LANGUAGE_COOKIE_SAMESITE = "Lax"
MODELTRANSLATION_FALLBACK_LANGUAGES = ("en", "de", "fr")
TIME_ZONE = env.time_zone("TIME_ZONE", default="Europe/Berlin")

# --- Static files and uploads ---------------------------------------------------------------------------------------

STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
# In development they are served as they lie in static/, else as `collectstatic` puts them together.
STATIC_ROOT = env.text("STATIC_ROOT", "" if DEBUG else str(VAR_DIR / "static")) or None
_static_storage = "django.contrib.staticfiles.storage.StaticFilesStorage" if DEBUG else None
# Nothing asks for the others, and compressing them would double the time that collecting takes.
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": _static_storage or "config.storage.HashedStaticFilesStorage"},
}
# Uploads are never served from here: every file leaves through a view that asks who may read it.
MEDIA_ROOT = Path(env.text("MEDIA_ROOT", str(VAR_DIR / "media")))
MEDIA_URL = "/media-is-not-served/"
FILE_UPLOAD_PERMISSIONS = 0o640
# Where nginx keeps MEDIA_ROOT as an internal location; empty: files leave through this process.
X_ACCEL_PREFIX = env.url_prefix("X_ACCEL_PREFIX")
# Makes posters of films and the other format of recordings; empty: it is looked for in PATH.
FFMPEG = env.text("FFMPEG")
# The server takes no larger form in; see config.serving.limits. Files do not count.
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024

# --- Security -------------------------------------------------------------------------------------------------------

CONTENT_SECURITY_POLICY = {"DIRECTIVES": content_security.DIRECTIVES}
SESSION_ENGINE = "fleet.session_store"
SESSION_COOKIE_AGE = 60 * 60 * 24 * 30
SESSION_COOKIE_NAME = "fleetdesk_session"
CSRF_COOKIE_NAME = "fleetdesk_csrf"
CSRF_FAILURE_VIEW = "config.common.refusals.forged"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = PRODUCTION
SECURE_SSL_REDIRECT = env.flag("SECURE_SSL_REDIRECT", default=PRODUCTION)
# A load balancer and a container's health check ask over plain HTTP.
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = env.number("SECURE_HSTS_SECONDS", default=60 * 60 * 24 * 365 if PRODUCTION else 0)
SECURE_HSTS_INCLUDE_SUBDOMAINS = env.flag("SECURE_HSTS_INCLUDE_SUBDOMAINS", default=PRODUCTION)
# Lists of browsers are left after months only: installing Fleetdesk puts no host onto one.
SECURE_HSTS_PRELOAD = env.flag("SECURE_HSTS_PRELOAD", default=False)
SILENCED_SYSTEM_CHECKS = ["security.W021"]
if env.flag("BEHIND_TLS_PROXY", default=False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# --- Log ------------------------------------------------------------------------------------------------------------

LOG_LEVEL = env.log_level("LOG_LEVEL", default="INFO")
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
        # Its reconnecting; the hub says once that the channel layer is away (messenger.hub).
        "channels_redis": {"level": "CRITICAL"},
        "daphne": {"level": "WARNING"},
        "asyncio": {"level": "WARNING"},
    },
}
