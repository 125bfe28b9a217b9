"""Every setting of a Plaza, read from the environment; `.env.example` explains each name."""

from decimal import Decimal
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urlsplit

import environs
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

env = environs.Env()

BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = Path(env.str("PLAZA_DATA_DIR", str(BASE_DIR / ".data"))).resolve()

# --- the town -----------------------------------------------------------------
TOWN_NAME = env.str("TOWN_NAME", "Alameda")
# A picture file (SVG, PNG) that stands in the header instead of the drawn house, and the one colour of acts and links.
TOWN_CREST = env.str("TOWN_CREST", "")
TOWN_ACCENT = env.str("TOWN_ACCENT", "#1B4F9C")
# Streets, squares, places and parts of town: GeoJSON, as docs/operating.md describes it.
TOWN_PLAN = Path(env.str("TOWN_PLAN", str(BASE_DIR / "static" / "plan.geojson")))
# A server of map tiles below the plan, only where the operator names one: "https://tiles.example/{z}/{x}/{y}.png".
TILE_URL = env.str("TILE_URL", "")
TILE_HOSTS = ["{0.scheme}://{0.netloc}".format(urlsplit(TILE_URL.replace("{s}", "*")))] if TILE_URL else []
TILE_ATTRIBUTION = env.str("TILE_ATTRIBUTION", "")
# What is urgent rings again when nobody took it for so long; 0: never.
URGENT_AGAIN_MINUTES = max(0, env.int("URGENT_AGAIN_MINUTES", 5))
EMERGENCY_NUMBER = env.str("EMERGENCY_NUMBER", "112")
# Who helps with violence at home, by telephone; empty: nobody is named.
VIOLENCE_NUMBER = env.str("VIOLENCE_NUMBER", "016")
TIME_ZONE = env.str("TOWN_TIME_ZONE", "Europe/Madrid")
LANGUAGE_CODE = env.str("TOWN_LANGUAGE", "es")
LANGUAGES = [("es", "Español"), ("en", "English"), ("fr", "Français")]
LOCALE_PATHS = [BASE_DIR / "civic" / "locale"]
USE_TZ = True
# The made-up town of `make run`: its sign-ins stand on the sign-in page.
DEMO = env.bool("DEMO", False)
PUBLIC_URL = env.str("PUBLIC_URL", "http://localhost:8000").rstrip("/")

# --- the networks -------------------------------------------------------------
X_BASE_URL = env.str("X_BASE_URL", "https://api.x.com").rstrip("/")
X_CLIENT_ID = env.str("X_CLIENT_ID", "")
X_CLIENT_SECRET = env.str("X_CLIENT_SECRET", "")
# How often each account's mentions are read. X answers 300 reads a quarter of an hour to one account.
X_COLLECT_SECONDS = env.float("X_COLLECT_SECONDS", 60)
# Where people read X: for links to posts.
X_SITE_URL = env.str("X_SITE_URL", "https://x.com").rstrip("/")
# How often the other networks' inboxes are read; they bill nothing.
COLLECT_SECONDS = env.float("COLLECT_SECONDS", 30)
# Seconds a network has to take a connection, and to answer.
NETWORK_TIMEOUT = (env.float("NETWORK_CONNECT_SECONDS", 3.05), env.float("NETWORK_ANSWER_SECONDS", 20))
# How long a public message waits for its author to change their mind.
UNDO_SECONDS = env.int("UNDO_SECONDS", 10)
# Whoever took a message longer ago than this to send it is dead: an answer to the call, with photos, comes sooner.
SEND_LEASE_SECONDS = env.float("SEND_LEASE_SECONDS", 120)
# When a doubtful message is looked for on its network, in seconds after the doubt; then it is called absent.
LOOK_SECONDS = env.list("LOOK_SECONDS", [15, 60, 300], subcast=float)
# A colleague's answer on the network with one of these says that the work is done.
DONE_TAGS = env.list("DONE_TAGS", ["hecho", "resuelto", "listo", "done", "fixed", "fait"])
# A resident's post that says nothing but one of these asks us to leave them in peace.
OPT_OUT_WORDS = env.list(
    "OPT_OUT_WORDS",
    [
        "stop",
        "baja",
        "darme de baja",
        "no me contesten",
        "no me escriban",
        "unsubscribe",
        "leave me alone",
        "arrêtez",
        "arrêter",
        "désinscrire",
    ],
)

# --- money ----------------------------------------------------------------------
# X's price list in US dollars, by what it bills (August 2026).
X_PRICES = env.dict(
    "X_PRICES",
    {
        "post_read": "0.005",
        "user_read": "0.010",
        "answer": "0.010",
        "post": "0.015",
        "link": "0.200",
        "media": "0.005",
        "delete": "0.010",
    },
)
# US dollars a calendar month for all accounts on X: from the soft one sweeps and re-checks stop, from the hard one
# inboxes are read every quarter of an hour. Answers are never stopped.
X_SOFT_CAP = env.decimal("X_SOFT_CAP", Decimal(60))
X_HARD_CAP = env.decimal("X_HARD_CAP", Decimal(90))
# How many posts of earlier days may be looked at again each day, at the price of a reading.
X_RECHECKS_A_DAY = env.int("X_RECHECKS_A_DAY", 8)

# --- letters --------------------------------------------------------------------
# Followers are told by e-mail where a server is named: smtp://user:password@mail.example:587?tls=True
EMAIL_URL = env.str("EMAIL_URL", "")
MAILS = bool(EMAIL_URL)
if MAILS:
    _mail = env.dj_email_url("EMAIL_URL")
    if "EMAIL_BACKEND" not in _mail:
        raise ImproperlyConfigured("EMAIL_URL names no mail server: smtp://user:password@mail.example.org:587?tls=True")
    EMAIL_BACKEND = _mail["EMAIL_BACKEND"]
    EMAIL_HOST, EMAIL_PORT = _mail["EMAIL_HOST"], _mail["EMAIL_PORT"]
    EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _mail["EMAIL_HOST_USER"], _mail["EMAIL_HOST_PASSWORD"]
    EMAIL_USE_TLS, EMAIL_USE_SSL = _mail["EMAIL_USE_TLS"], _mail["EMAIL_USE_SSL"]
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = env.str("MAIL_FROM", "plaza@localhost")

# --- servers ------------------------------------------------------------------
# manage.py, the launcher and the tests start embedded servers and set both when they are absent.
DATABASES = {
    "default": env.dj_db_url(
        # 0 seconds behind a pooler such as pgbouncer.
        "DATABASE_URL",
        conn_max_age=env.int("DATABASE_CONN_MAX_AGE", 60),
        conn_health_checks=True,
    )
}
REDIS_URL = env.str("REDIS_URL")
CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}}
# Celery spells a Redis socket in its own way.
CELERY_BROKER_URL = REDIS_URL.replace("unix://", "redis+socket://", 1)
CELERY_TASK_IGNORE_RESULT = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TIMEZONE = "UTC"
# A door's nudge must not keep a page waiting when the broker is away; the tick does the work then.
CELERY_TASK_PUBLISH_RETRY = False
CELERY_BROKER_TRANSPORT_OPTIONS = {"socket_timeout": 5, "socket_connect_timeout": 2, "max_retries": 1}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- security -----------------------------------------------------------------
DEBUG = env.bool("DEBUG", False)
SECRET_KEY = env.str("SECRET_KEY")
# Seals the accounts' credentials in the database; keys of before, so that what they sealed can still be read.
CREDENTIALS_KEY = env.str("CREDENTIALS_KEY")
CREDENTIALS_OLD_KEYS: list[str] = env.list("CREDENTIALS_OLD_KEYS", [])
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", ["localhost", "127.0.0.1", "[::1]"])
HTTPS = PUBLIC_URL.startswith("https://")
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SECURE = HTTPS
CSRF_COOKIE_HTTPONLY = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
TRUST_PROXY = env.bool("TRUST_PROXY", False)
if TRUST_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        # blob: a photo that waits on the phone for its signal.
        "img-src": [SELF, "data:", "blob:", *TILE_HOSTS],
        "worker-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}

# --- sign-in ------------------------------------------------------------------
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "MinimumLengthValidator", "CommonPasswordValidator")
]
LOGIN_URL = "sign_in"
LOGIN_REDIRECT_URL = "desk"
LOGOUT_REDIRECT_URL = "timeline"
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_LOCKOUT_TEMPLATE = "registration/locked_out.html"
AXES_RESET_ON_SUCCESS = True
AXES_ENABLE_ACCESS_FAILURE_LOG = False
AXES_CLIENT_IP_CALLABLE = "requests_app.callers.client_address"
AXES_VERBOSE = False
# Read from the cache: an idle desk asks every two seconds whether anything changed.
SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"

# --- the application ----------------------------------------------------------
INSTALLED_APPS = [
    "civic.apps.AdministrationConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.forms",
    "rest_framework",
    "drf_spectacular",
    "django_htmx",
    "template_partials",
    "csp",
    "axes",
    "requests_app",
    "staff",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "civic.closed.ClosedByDefault",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "axes.middleware.AxesMiddleware",
]
ROOT_URLCONF = "civic.urls"
WSGI_APPLICATION = "civic.wsgi.application"
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
                "civic.context.town",
            ],
            "builtins": ["django.templatetags.i18n", "django.templatetags.static", "requests_app.templatetags.plaza"],
        },
    }
]
# Our own template of a select stands before Django's.
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# --- files --------------------------------------------------------------------
STATIC_URL = "/static/"
# Of django-leaflet only the files: the app itself asks for GDAL.
LEAFLET = Path(str(find_spec("leaflet").origin)).parent / "static" / "leaflet"  # type: ignore[union-attr]
STATICFILES_DIRS = [BASE_DIR / "static", ("leaflet", LEAFLET)]
STATIC_ROOT = DATA_DIR / "static"
MEDIA_ROOT = DATA_DIR / "media"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
# One photo from a phone is 3-8 MB; more than three of them at once is a mistake.
PHOTO_MAX_BYTES = 12 * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024

# --- the API ------------------------------------------------------------------
# Open311: readings a minute from one address, requests a minute from one key.
OPEN311_READ_RATE = env.str("OPEN311_READ_RATE", "300/min")
OPEN311_WRITE_RATE = env.str("OPEN311_WRITE_RATE", "60/min")
REST_FRAMEWORK: dict[str, object] = {
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_PERMISSION_CLASSES": [],
    "UNAUTHENTICATED_USER": None,
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
}
SPECTACULAR_SETTINGS = {
    "TITLE": f"{TOWN_NAME}: Open311 GeoReport v2",
    "VERSION": "2.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PUBLIC": True,
}

# --- log ----------------------------------------------------------------------
# Posts, names, handles and addresses never enter the log: only ids, counts and outcomes.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "json": {
            "()": "civic.logs.Discreet",
            "format": "%(asctime)s %(levelname)s %(name)s %(message)s",
        }
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", "INFO")},
    "loggers": {
        # It writes down every address that is called, and some hold whose posts are looked at.
        "httpx": {"level": "WARNING"},
        # While debugging it writes down tokens and posts.
        "tweepy": {"level": "INFO"},
    },
}
