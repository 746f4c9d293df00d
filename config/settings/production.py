"""A ministry or a national registry: PostgreSQL, Redis, HTTPS."""

from .base import *  # noqa: F403
from .base import VAR_DIR, env
from .secrets import *  # noqa: F403

DEBUG = False
ALLOWED_HOSTS = env.words("KOZOT_HOSTS") or [
    env.required("KOZOT_HOSTS", "host names that serve the site, separated by commas")
]
DATABASES = env.databases(
    env.required("DATABASE_URL", "address of PostgreSQL, postgresql://user:password@host/name"), VAR_DIR
)
env.required("REDIS_URL", "address of Redis, redis://host:6379/0")

CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ALLOWED_HOSTS if not host.startswith(".")]
SECURE_SSL_REDIRECT = env.flag("KOZOT_SSL_REDIRECT", default=True)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
EMAIL_HOST = env.os.environ.get("KOZOT_SMTP", "localhost")
