"""Settings. The environment is read here and nowhere else, by helpers that refuse nonsense."""

from datetime import date
from pathlib import Path

from celery.schedules import crontab
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from config import env

BASE_DIR = Path(__file__).resolve().parent.parent
VERSION = "0.1.0"

# --- Which size: one office trying it out, or production ----------------------------------------------------
PORTAL_MODE = env.one_of("PORTAL_MODE", ("trial", "production"))
TRIAL = PORTAL_MODE == "trial"
if not TRIAL:
    env.require(["SECRET_KEY", "ALLOWED_HOSTS", "DATABASE_URL"], why="production mode")

DEBUG = False
DATA_DIR = env.folder("DATA_DIR", BASE_DIR / ".data")
SECRET_KEY = env.secret("SECRET_KEY", keep_in=DATA_DIR / "secret_key" if TRIAL else None)
ALLOWED_HOSTS = env.hosts("ALLOWED_HOSTS", ["127.0.0.1", "localhost"])
CSRF_TRUSTED_ORIGINS = [] if TRIAL else [f"https://{host.removeprefix('.')}" for host in ALLOWED_HOSTS]

# The one clock of the portal (provinces.dates.today) stands still on this day. The trial's demo data tell of
# this day, so that it looks the same whenever it is started; PORTAL_TODAY=now gives it the real day.
PORTAL_TODAY = env.day("PORTAL_TODAY", date(2026, 11, 21) if TRIAL else None)

# --- Apps ---------------------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "csp",
    "django_filters",
    "rest_framework",
    "drf_spectacular",
    "provinces",
    "accounts",
    "resolutions",
    "indicators",
    "events",
    "dashboard",
    "config",
]
MIDDLEWARE = [
    "config.logging.RequestLogMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    # Pages and API answers; they are padded, so that their length tells nothing (BREACH).
    "config.compression.CompressionMiddleware",
    "config.api_conditional.ConditionalMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "config.language.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "config.api_headers.ApiHeadersMiddleware",
]
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
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
            ],
        },
    }
]

# --- Database, cache, broker --------------------------------------------------------------------------------
DATABASES = {"default": env.database("DATABASE_URL", f"sqlite:///{DATA_DIR / 'portal.sqlite3'}")}
if not TRIAL and DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    raise env.Refused("production mode needs a real database: DATABASE_URL must start with postgres://")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env.address("REDIS_URL", "" if TRIAL else "redis://127.0.0.1:6379/0", ("redis", "rediss", "unix"))
if REDIS_URL:
    CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": REDIS_URL,
            # A server that hangs must not hang every request with it.
            "OPTIONS": {"socket_connect_timeout": 0.5, "socket_timeout": 0.5},
        }
    }
else:
    # The trial serves from one process, so its own memory is enough to count sign-in attempts and API calls.
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

BROKER_DIR = DATA_DIR / "queue"

# --- Sign-in ------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "/accounts/login/"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/accounts/login/"
ACCOUNT_ADAPTER = "accounts.adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_REDIRECT_URL = LOGOUT_REDIRECT_URL
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_RATE_LIMITS = {"login": "30/m/ip", "login_failed": "10/m/ip,5/5m/key"}
# How many proxies of our own stand in front and may be believed about the caller's address.
TRUSTED_PROXIES = env.integer("TRUSTED_PROXIES", 0 if TRIAL else 1, least=0, most=5)
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXIES

# --- Safety of every answer ---------------------------------------------------------------------------------
SECURE_SSL_REDIRECT = SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = not TRIAL
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
SECURE_HSTS_SECONDS = 0 if TRIAL else env.integer("HSTS_SECONDS", 31_536_000, least=0, most=63_072_000)
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = not TRIAL
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXIES else None
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        # Bootstrap draws its small icons from data: addresses.
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}

# --- Languages, times ---------------------------------------------------------------------------------------
LANGUAGE_CODE = "vi"
LANGUAGES = [("vi", _("Vietnamese")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = ["config.formats"]
USE_TZ = True
TIME_ZONE = "Asia/Ho_Chi_Minh"

# --- Publishing ---------------------------------------------------------------------------------------------
# Whether anybody may read the figures of published editions at /public/ without signing in.
PUBLIC_EDITIONS = env.flag("PUBLIC_EDITIONS", False)

# --- Files --------------------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = env.folder("STATIC_ROOT", DATA_DIR / "static")
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_ROOT = env.folder("MEDIA_ROOT", DATA_DIR / "media")
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

# --- Mail ---------------------------------------------------------------------------------------------------
# How people outside reach the portal: links in messages begin with it.
PORTAL_URL = env.address("PORTAL_URL", "http://127.0.0.1:8000" if TRIAL else "", ("http", "https"))
EMAIL_URL = env.address("EMAIL_URL", "", ("smtp", "smtps"))
if EMAIL_URL:
    EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    EMAIL_HOST, EMAIL_PORT, EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = env.mail_server(EMAIL_URL)
    EMAIL_USE_TLS, EMAIL_USE_SSL = EMAIL_URL.startswith("smtp:"), EMAIL_URL.startswith("smtps:")
else:
    # Without a mail server the messages are printed where the worker writes its log.
    EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = env.text("EMAIL_FROM", "portal@localhost")

# --- API ----------------------------------------------------------------------------------------------------
# Requests a minute of an API client that has no rate of its own, and for how many days a token lasts.
API_RATE = env.integer("API_RATE", 600, least=1, most=100_000)
API_TOKEN_DAYS = env.integer("API_TOKEN_DAYS", 365, least=1, most=1095)
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "accounts.authentication.ApiTokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": [
        "rest_framework.permissions.IsAuthenticated",
        "accounts.authentication.TokenMayRead",
    ],
    "DEFAULT_RENDERER_CLASSES": ["config.api_format.OrjsonRenderer"],
    "DEFAULT_PARSER_CLASSES": ["accounts.bodies.JSONBodyParser"],
    "DEFAULT_PAGINATION_CLASS": "config.api_format.KeysetPagination",
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "config.api_format.Negotiation",
    "DEFAULT_FILTER_BACKENDS": ["config.api_format.StrictFilterBackend"],
    "DEFAULT_SCHEMA_CLASS": "config.api_schema.Schema",
    "DEFAULT_METADATA_CLASS": None,
    "EXCEPTION_HANDLER": "config.api_errors.answer",
    # One form only; a `format` parameter is as unknown as any other.
    "URL_FORMAT_OVERRIDE": None,
    "DEFAULT_THROTTLE_CLASSES": ["rest_framework.throttling.ScopedRateThrottle"],
    # The calculator is open to everybody, so it is counted by address; a view names its scope.
    "DEFAULT_THROTTLE_RATES": {"calculator": "60/min"},
    "NUM_PROXIES": TRUSTED_PROXIES,
    "COERCE_DECIMAL_TO_STRING": True,
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Provincial targets portal",
    "DESCRIPTION": "How a province stands against its targets, at any moment and with proof.",
    "VERSION": VERSION,
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "config.api_schema.add_errors",
        "config.api_schema.add_forms",
        "config.api_schema.say_what_is_accepted",
        "config.api_deprecation.mark_deprecated",
        "config.api_headers.tell_rate_limit",
        "config.api_examples.add_examples",
    ],
    "ENUM_NAME_OVERRIDES": {
        "AnswerEnum": "indicators.models.Answer",
        "EnteredAnswerEnum": "indicators.api.row_reading.ANSWERS",
        "ReportStateEnum": "indicators.models.ReportState",
        "VersionStateEnum": "indicators.models.VersionState",
        "RowStateEnum": "indicators.api.writing.STATES",
        "MissingReasonEnum": "indicators.models.MissingReason",
        "NoFigureEnum": "indicators.api.attainments.REASONS",
        "ProvenanceEnum": "indicators.models.Provenance",
        "DirectionEnum": "indicators.models.Direction",
        "RangeDirectionEnum": "indicators.models.rules.RangeDirection",
        "FigureStateEnum": "indicators.api.series.STATES",
        "ReportStandingEnum": "indicators.discipline.STANDINGS",
        "TargetKindEnum": "indicators.models.TargetKind",
        "TaskStandingEnum": "resolutions.models.TaskStanding",
    },
    "SCHEMA_PATH_PREFIX": "/api/v1",
}

# --- Celery -------------------------------------------------------------------------------------------------
CELERY_BROKER_URL = REDIS_URL or "filesystem://localhost/"
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_RESULT_BACKEND = None
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
# How long a worker may hold a recompute job before another one takes it for dead.
JOB_LEASE_SECONDS = env.integer("JOB_LEASE_SECONDS", 30, least=1, most=3600)
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TIMEZONE = TIME_ZONE
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_ENABLE_REMOTE_CONTROL = bool(REDIS_URL)
CELERY_WORKER_SEND_TASK_EVENTS = False
CELERY_BEAT_SCHEDULE_FILENAME = str(DATA_DIR / "beat-schedule")
CELERY_BEAT_SCHEDULE = {
    # Beat sends it again anyway, so a message that waited for longer than `expires` seconds is thrown away.
    "sweep jobs": {
        "task": "indicators.tasks.sweep_jobs",
        "schedule": 5.0 if TRIAL else 15.0,
        "options": {"expires": 60},
    },
    "worker heartbeat": {
        "task": "indicators.tasks.worker_heartbeat",
        "schedule": 10.0,
        "options": {"expires": 60},
    },
    "sweep uploads": {
        "task": "config.tasks.run_uploads",
        "schedule": 5.0 if TRIAL else 15.0,
        "options": {"expires": 60},
    },
    "sweep briefs": {
        "task": "config.tasks.run_briefs",
        "schedule": 5.0 if TRIAL else 15.0,
        "options": {"expires": 60},
    },
    "number changes": {
        "task": "config.tasks.number_changes",
        "schedule": 30.0,
        "options": {"expires": 60},
    },
    "note the day": {"task": "config.tasks.note_the_day", "schedule": crontab(hour=0, minute=2)},
    "forget changes": {"task": "config.tasks.forget_changes", "schedule": crontab(hour=1, minute=30)},
    "sweep webhooks": {
        "task": "accounts.tasks.sweep_hooks",
        "schedule": 5.0 if TRIAL else 15.0,
        "options": {"expires": 60},
    },
    "forget events of webhooks": {
        "task": "accounts.tasks.forget_hooks",
        "schedule": crontab(hour=1, minute=40),
    },
    "forget briefs": {"task": "config.tasks.forget_briefs", "schedule": crontab(hour=1, minute=25)},
    "forget uploads": {"task": "config.tasks.forget_uploads", "schedule": crontab(hour=1, minute=20)},
    "forget idempotent calls": {
        "task": "config.tasks.forget_idempotent_calls",
        "schedule": crontab(minute=35),
    },
    "sweep invitations": {
        "task": "events.tasks.send_invitations",
        "schedule": 60.0,
        "options": {"expires": 60},
    },
    "make yearly events": {"task": "config.tasks.make_yearly_events", "schedule": crontab(hour=0, minute=15)},
    "lock reports": {"task": "config.tasks.lock_reports", "schedule": crontab(hour=0, minute=5)},
    # In the morning and, for what failed or was made up for, again during the working day.
    "remind": {"task": "config.tasks.remind", "schedule": crontab(hour="7,9,13", minute=30)},
    "warn of ending tokens": {
        "task": "config.tasks.warn_of_ending_tokens",
        "schedule": crontab(hour=8, minute=10),
    },
    "re-judge open periods": {
        "task": "indicators.tasks.rejudge_open_periods",
        "schedule": crontab(hour=0, minute=10),
    },
}
CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, object]
if REDIS_URL:
    # A message not acknowledged for this long is delivered again; the job table's lease is shorter.
    CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 3600}
else:
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        # One folder for both directions: what the web process writes is what the worker reads.
        "data_folder_in": str(BROKER_DIR),
        "data_folder_out": str(BROKER_DIR),
        "control_folder": str(BROKER_DIR / "control"),
        "store_processed": False,
        # Seconds between two looks for messages; with Kombu's own 1.0 an approval waits for most of one.
        "polling_interval": 0.1,
    }

# --- Webhooks -----------------------------------------------------------------------------------------------
# Receivers are public servers under https, unless the administrator says otherwise.
WEBHOOK_ALLOW_HTTP = env.flag("WEBHOOK_ALLOW_HTTP", False)
WEBHOOK_ALLOWED_NETWORKS = env.networks("WEBHOOK_ALLOWED_NETWORKS", [])
WEBHOOK_PORTS = env.ports("WEBHOOK_PORTS", [443])
WEBHOOK_TIMEOUT_SECONDS = env.integer("WEBHOOK_TIMEOUT_SECONDS", 10, least=1, most=60)
# The first pause after a call that failed, in milliseconds; each further one is twice as long, up to hours.
WEBHOOK_RETRY_MS = env.integer("WEBHOOK_RETRY_MS", 5000, least=1, most=3_600_000)
# After this many failures in a row, with pauses between them, a webhook is paused and people are told;
# after a day in any case.
WEBHOOK_PAUSE_AFTER = env.integer("WEBHOOK_PAUSE_AFTER", 20, least=5, most=1000)
# How long a worker may hold a delivery before another one takes it for dead; longer than the timeout.
WEBHOOK_LEASE_SECONDS = env.integer("WEBHOOK_LEASE_SECONDS", 90, least=2, most=3600)

# --- Logs ---------------------------------------------------------------------------------------------------
LOG_LEVEL = env.one_of("LOG_LEVEL", ("INFO", "DEBUG", "WARNING", "ERROR"))
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "config.logging.JsonFormatter"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["stderr"], "level": LOG_LEVEL},
    "loggers": {
        # Django's own handlers would mail errors and print each request a second time.
        "django": {"handlers": [], "level": LOG_LEVEL, "propagate": True},
        "django.server": {"handlers": [], "level": "WARNING", "propagate": True},
        # "Not Found" and the like are in the request line already; only errors with a traceback are kept.
        "django.request": {"handlers": [], "level": "ERROR", "propagate": True},
    },
}
