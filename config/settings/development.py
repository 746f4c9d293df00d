"""A laptop, a trial or the demo: SQLite and a queue in folders, unless the environment names servers."""

from .base import *  # noqa: F403
from .base import VAR_DIR, env

VAR_DIR.mkdir(parents=True, exist_ok=True)
env.local_secrets(VAR_DIR / "secrets.env")

from .secrets import *  # noqa: E402, F403

DEBUG = env.flag("KOZOT_DEBUG")
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]", *env.words("KOZOT_HOSTS")]
DATABASES = env.databases(env.os.environ.get("DATABASE_URL", ""), VAR_DIR)
if DEBUG:
    STORAGES["staticfiles"] = {  # noqa: F405
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
    }
