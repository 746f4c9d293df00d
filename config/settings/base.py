"""What holds everywhere. Secrets and places come from the environment (see environment.py)."""

import json
import os
from pathlib import Path

from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _
from kombu import Queue

from . import environment as env

BASE_DIR = Path(__file__).resolve().parents[2]
SHARED_DIR = Path(os.environ.get("KOZOT_SHARED_DIR", BASE_DIR.parent / "shared"))
VAR_DIR = Path(os.environ.get("KOZOT_VAR", BASE_DIR / "var" / "dev"))

INSTALLED_APPS = [
    "reports",
    "monitoring",
    "cases",
    "pensions",
    "accounts",
    "common",
    "common.journal",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "rest_framework",
    "drf_spectacular",
    "django_filters",
    "django.forms",  # after common, whose field templates come first
    "django_htmx",
    "import_export",
    "csp",
    "allauth.account",  # wanted by the second factors; none of its pages is open
    "allauth.mfa",
]

MIDDLEWARE = [
    "common.watch.middleware.WatchMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "common.watch.packing.PackingMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "accounts.middleware.LanguageMiddleware",
    "common.watch.limits.BodyLimitMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",  # hands the request to the second factors
    "accounts.wall.SignInWall",
    "accounts.middleware.PersonMiddleware",
    "cases.vault_session.VaultMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
ASGI_APPLICATION = "config.asgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "accounts.context_processors.house",
            ],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# A second wall on PostgreSQL: see docs/adr/0032-rows-kept-by-the-database.md.
ROW_SECURITY = env.flag("KOZOT_ROW_SECURITY")
DATABASE_ROUTERS = ["common.journal.router.JournalRouter"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["accounts.backends.TableBackend"]
LOGIN_URL = "accounts:sign_in"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "home"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
MFA_ADAPTER = "accounts.second_factor_adapter.Adapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_TOTP_TOLERANCE = 1  # clocks of phones are up to half a minute off
MFA_RECOVERY_CODES_SHOW_ONCE = True
# What is done to one's own second factors wants one shown not longer ago than this.
FRESH_MINUTES = 15
SESSION_IDLE_MINUTES = int(os.environ.get("KOZOT_IDLE_MINUTES", "30"))
# Accounts of the demonstration, whose passwords everybody knows.
DEMO_DOMAIN = "@demo.kozot.example"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]

# A string without a Kyrgyz translation falls back to Russian, not English.
LANGUAGE_CODE = "ru"
LANGUAGES = [("ky", _("Kyrgyz")), ("ru", _("Russian")), ("en", _("English"))]
FIRST_LANGUAGE = "ky"
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = ["common.formats"]
TIME_ZONE = "Asia/Bishkek"
USE_TZ = True
USE_THOUSAND_SEPARATOR = True

STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
MEDIA_ROOT = VAR_DIR / "files"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 8 * 60 * 60
CSRF_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_SAMESITE = "Lax"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5_000

REST_FRAMEWORK = {
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "accounts.api.authentication.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["accounts.api.permissions.TablePermission"],
    "DEFAULT_PAGINATION_CLASS": "common.api.pagination.Pages",
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_THROTTLE_RATES": {
        "public": "60/min",
        "verify": "30/min",
        # One number of a certificate, from wherever it is asked: its check code is not to be tried out.
        "verify_number": "20/hour",
        "cosign": "60/hour",
        "intake": "10/hour",
        "comment": "10/hour",
        "token": "10/min",
        # Cases opened in an emergency by one person: numbers and telephones are not to be tried out.
        "emergency": "10/hour",
        # Numbers of the registry asked for by one case worker.
        "registry_link": "20/hour",
        "subscribe": "10/hour",
        # Codes sent to a new address for messages, and codes tried: an address is not to be guessed or flooded.
        "message_address": "5/hour",
        "message_code": "10/hour",
        # Failed sign-ins: few for one account, more for an address, behind which a whole office may sit.
        "sign_in_account": "10/hour",
        "sign_in_address": "100/hour",
        "second_factor": "10/hour",
        "passkey": "30/min",
        "reset_account": "3/hour",
        "reset_address": "20/hour",
        # Codes are too long to be guessed; an office where many sign in shares an address.
        "entry_code": "60/hour",
    },
    # How many proxies of our own stand before the site; without any, no header is believed.
    "NUM_PROXIES": int(os.environ.get("KOZOT_PROXIES", "0")),
    "EXCEPTION_HANDLER": "common.api.problems.handle",
    "PAGE_SIZE": 50,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Kozot API",
    "DESCRIPTION": "Work and pension records, sealed certificates, cases and monitoring of migration measures.",
    "VERSION": "1.0.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": "/api/v1/",
    "ENUM_ADD_EXPLICIT_BLANK_NULL_CHOICE": False,
    "SORT_OPERATIONS": True,
    "ENUM_NAME_OVERRIDES": {
        "UnionState": "accounts.enums.State",
        "WorkerState": "pensions.enums.WorkerState",
        "ImportState": "common.enums.ImportState",
        "ValueState": "monitoring.enums.ValueState",
        "RequestState": "pensions.enums.exchange.RequestState",
        "ClaimState": "pensions.enums.claims.ClaimState",
        "BranchState": "pensions.enums.claims.BranchState",
    },
}

REDIS_URL = env.given("REDIS_URL")
CACHES = {
    "default": (
        {
            "BACKEND": "common.watch.cache.SteadyRedisCache",
            "LOCATION": REDIS_URL,
            "OPTIONS": {"socket_connect_timeout": 1, "socket_timeout": 2},
        }
        if REDIS_URL
        else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
    )
}
CELERY_BROKER_URL = REDIS_URL or "filesystem://"
CELERY_BROKER_TRANSPORT_OPTIONS = (
    {"socket_connect_timeout": 2, "socket_timeout": 5} if REDIS_URL else env.folder_queue(VAR_DIR / "queue")
)
# What a person waits for, files of others, and what the night has time for. A worker without `-Q` takes all.
CELERY_TASK_DEFAULT_QUEUE = "quick"
CELERY_TASK_QUEUES = [Queue(name) for name in ("quick", "imports", "bulk")]
CELERY_TASK_ROUTES = {"common.tasks.nightly_checks": {"queue": "bulk"}}
# The job's row is the truth and the sweeper sends again: nobody waits long for a broker that is away.
CELERY_TASK_PUBLISH_RETRY_POLICY = {"max_retries": 1, "interval_start": 0, "interval_max": 0.2}
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TIMEZONE = TIME_ZONE
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR_DIR / "beat-schedule")
CELERY_BEAT_SCHEDULE = {
    "sweep-jobs": {"task": "common.tasks.sweep_jobs", "schedule": 20},
    "deliver-journal": {"task": "common.journal.tasks.deliver", "schedule": 60},
    "seal-journal": {"task": "common.journal.tasks.seal", "schedule": 300},
    "sign-register": {"task": "pensions.tasks.sign_checkpoint", "schedule": 60 * 60},
    "make-partitions": {"task": "common.tasks.make_partitions", "schedule": 24 * 60 * 60},
    "check-registry": {"task": "pensions.tasks.check_registry", "schedule": 24 * 60 * 60},
    "find-duplicates": {"task": "pensions.tasks.find_duplicates", "schedule": 24 * 60 * 60},
    "watch-demands": {"task": "pensions.tasks.watch_demands", "schedule": 24 * 60 * 60},
    "erase-cases": {"task": "cases.tasks.erase_cases", "schedule": 24 * 60 * 60},
    "remind-of-cases": {"task": "cases.tasks.remind_due", "schedule": 60 * 60},
    "watch-referrals": {"task": "cases.tasks.watch_referrals", "schedule": 10 * 60},
    "stamp-prints": {"task": "pensions.tasks.stamp_prints", "schedule": 5 * 60},
    "check-archive": {"task": "pensions.tasks.check_archive", "schedule": 24 * 60 * 60},
    "totalise-registry": {"task": "pensions.tasks.totalise_registry", "schedule": 24 * 60 * 60},
    "open-embargoed": {"task": "reports.tasks.open_embargoed", "schedule": 60},
    "send-news": {"task": "reports.tasks.send_news", "schedule": 300},
    "compute-ended": {"task": "reports.tasks.compute_ended", "schedule": 24 * 60 * 60},
    "remind": {"task": "reports.tasks.remind", "schedule": 24 * 60 * 60},
    "send-messages": {"task": "accounts.tasks.send_messages", "schedule": 60},
    "forget-sign-ins": {"task": "accounts.tasks.forget_sign_ins", "schedule": 24 * 60 * 60},
    "nightly-checks": {"task": "common.tasks.nightly_checks", "schedule": 24 * 60 * 60},
}
JOB_LEASE_SECONDS = 60
JOB_MAX_ATTEMPTS = 3

# Uploads: what a small office may send, and what a bomb may not become.
UPLOAD_MAX_BYTES = 50 * 1024 * 1024
UPLOAD_MAX_UNPACKED_BYTES = 1024 * 1024 * 1024
UPLOAD_MAX_ROWS = 2_000_000
# clamd of ClamAV, as "unix:/run/clamav/clamd.ctl" or "tcp:host:3310". Empty: no file is looked at, and pages say so.
VIRUS_SCANNER = os.environ.get("KOZOT_CLAMD", "")
IMPORT_MAX_BYTES = 256 * 1024 * 1024  # a staged file is read piece by piece: a million rows of contributions
FORM_MAX_BYTES = 2 * 1024 * 1024  # what a form carries beside its file
IMPORT_PATHS = ("/employer/files/", "/admin/pensions/workrecordimport/", "/api/v1/work-record-files/")

# Backups: their folder, and the public key that they are sealed to (`manage.py backup_key` makes the pair).
BACKUP_DIR = Path(os.environ.get("KOZOT_BACKUPS", VAR_DIR / "backups"))
BACKUP_TO = os.environ.get("KOZOT_BACKUP_TO", "")

DISCLOSURE_THRESHOLD = 5
DISCLOSURE_WIDTH = 5
DISCLOSURE_SECONDS = 60
# Name of the control register in its checkpoints: set once, before the first certificate.
CONTROL_REGISTER_ORIGIN = os.environ.get("KOZOT_REGISTER", "kozot/control-register")
# Where new signing keys are kept: database, file, pkcs11; seals may also be of the national kind, gost.
KEY_PROVIDER = os.environ.get("KOZOT_KEY_PROVIDER", "database")
SEAL_PROVIDER = os.environ.get("KOZOT_SEAL_PROVIDER", "")
KEY_FOLDER = os.environ.get("KOZOT_KEY_FOLDER", "")
KEY_SECRET_FILE = os.environ.get("KOZOT_KEY_SECRET_FILE", "")
PKCS11_MODULE = os.environ.get("KOZOT_PKCS11_MODULE", "")
PKCS11_TOKEN = os.environ.get("KOZOT_PKCS11_TOKEN", "")
PKCS11_PIN_FILE = os.environ.get("KOZOT_PKCS11_PIN_FILE", "")
GOST_OPENSSL = os.environ.get("KOZOT_GOST_OPENSSL", "openssl")
GOST_ENGINE = os.environ.get("KOZOT_GOST_ENGINE", "gost")
# Time-stamp authorities (RFC 3161) for seals, asked in order; without one a seal states its time itself.
TIMESTAMP_AUTHORITIES = env.words("KOZOT_TIMESTAMP_AUTHORITIES")
# Folder with the X.509 certificates (PEM or DER) of time-stamp authorities that are believed, past ones included.
TIMESTAMP_TRUST = os.environ.get("KOZOT_TIMESTAMP_TRUST", "")
SIGNATURE_POLICY = BASE_DIR / "pensions/data/signature_policy.yaml"
DEMO = env.flag("KOZOT_DEMO")
SITE_ADDRESS = os.environ.get("KOZOT_ADDRESS", "http://localhost:8000").rstrip("/")
# Sign-ins of states and ministries, as a JSON list: code, issuer, client_id, client_secret, names by language, scope.
OIDC_PROVIDERS = json.loads(os.environ.get("KOZOT_OIDC", "[]"))
# Short messages: to_console, to_file, to_gateway (as SMS_GATEWAY says, see common/sms_gateway.py), or an own function.
SMS_BACKEND = os.environ.get("KOZOT_SMS_BACKEND", "common.sms.to_file")
SMS_FILE = VAR_DIR / "sms.jsonl"
SMS_GATEWAY = json.loads(env.given("KOZOT_SMS_GATEWAY") or "{}")
EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
EMAIL_TIMEOUT = 20  # seconds; a server that does not answer holds no queue up
DEFAULT_FROM_EMAIL = os.environ.get("KOZOT_EMAIL", "kozot@localhost")

METRICS_TOKEN = env.given("KOZOT_METRICS_TOKEN")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "common.masking.Formatter",
            "format": "%(asctime)s %(levelname)s %(name)s %(message)s",
        },
        "json": {"()": "common.watch.logs.JsonFormatter"},
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": os.environ.get("KOZOT_LOG_LEVEL", "INFO")},
    "loggers": {
        "fontTools": {"level": "WARNING"},
        "pyhanko": {"level": "WARNING"},
        "fido2": {"level": "WARNING"},
        "kombu.connection": {"level": "ERROR"},
        "kozot.request": {"level": "WARNING"},
    },
}
