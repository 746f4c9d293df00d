"""A ministry or a national registry: PostgreSQL, Redis, HTTPS."""

from common.sms_gateway import Gateway

from .base import *  # noqa: F403
from .base import LOGGING, SMS_GATEWAY, VAR_DIR, env
from .secrets import *  # noqa: F403
from .secrets import SECRET_KEY

env.strong("KOZOT_SECRET_KEY", SECRET_KEY)
DEBUG = False
ALLOWED_HOSTS = env.words("KOZOT_HOSTS") or [
    env.required("KOZOT_HOSTS", "host names that serve the site, separated by commas")
]
if "*" in ALLOWED_HOSTS:
    raise env.ImproperlyConfigured(
        "KOZOT_HOSTS is * : any name would do. Name the hosts, separated by commas."
    )
DATABASES = env.databases(
    env.required("DATABASE_URL", "address of PostgreSQL, postgresql://user:password@host/name"), VAR_DIR
)
env.required("REDIS_URL", "address of Redis, redis://:password@host:6379/0")
if DEMO := env.flag("KOZOT_DEMO"):
    raise env.ImproperlyConfigured("KOZOT_DEMO opens the site to everybody: unset it in production.")

CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ALLOWED_HOSTS if not host.startswith(".")]
SECURE_SSL_REDIRECT = env.flag("KOZOT_SSL_REDIRECT", default=True)
# Only a proxy of ours may say that a request came by HTTPS; without one, the header is anybody's.
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
LANGUAGE_COOKIE_SECURE = True
EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
EMAIL_HOST = env.os.environ.get("KOZOT_SMTP", "localhost")

if SMS_GATEWAY:
    Gateway.of(SMS_GATEWAY)

# One JSON object a line, without the words of exceptions. Django's own page handler logs no request bodies.
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
LOGGING["handlers"]["stderr"]["formatter"] = "json"
LOGGING["loggers"]["kozot.request"] = {"level": "INFO"}
LOGGING["loggers"]["django.server"] = LOGGING["loggers"]["django"] = {"propagate": True, "handlers": []}
if hook := env.given("KOZOT_ERROR_HOOK"):
    if not hook.startswith(("https://", "http://localhost", "http://127.0.0.1")):
        raise env.ImproperlyConfigured("KOZOT_ERROR_HOOK starts with https:// (or is on this machine).")
    LOGGING["handlers"]["hook"] = {"()": "common.watch.logs.ErrorHook", "address": hook}
    LOGGING["root"]["handlers"] = ["stderr", "hook"]
