"""Tests: SQLite in memory, or the servers that TEST_DATABASE_URL and TEST_REDIS_URL name."""

import os
import tempfile
from pathlib import Path
from urllib.parse import urlsplit

os.environ.setdefault("KOZOT_SECRET_KEY", "for-tests-only")
os.environ.setdefault("KOZOT_KEYRING", "t1:" + "dGVzdGtleXRlc3RrZXl0ZXN0a2V5dGVzdGtleTEyMzQ=")
os.environ.setdefault("KOZOT_INDEX_KEY", "aW5kZXhrZXlpbmRleGtleWluZGV4a2V5aW5kZXhrZXk=")
os.environ.setdefault("KOZOT_VAR", tempfile.mkdtemp(prefix="kozot-test-"))
if os.environ.get("TEST_REDIS_URL"):
    # Each parallel test process empties a Redis database of its own: the named one and those after it.
    address = urlsplit(os.environ["TEST_REDIS_URL"])
    number = int(address.path.strip("/") or 0) + int(os.environ.get("PYTEST_XDIST_WORKER", "gw0")[2:])
    os.environ["REDIS_URL"] = address._replace(path=f"/{number}").geturl()

from .base import *  # noqa: F403
from .base import VAR_DIR, env
from .secrets import *  # noqa: F403

DEBUG = False
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
DATABASES = env.databases(os.environ.get("TEST_DATABASE_URL", ""), Path(VAR_DIR))
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
SMS_BACKEND = "common.sms.to_memory"
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
LOGGING["root"]["level"] = "WARNING"  # noqa: F405
