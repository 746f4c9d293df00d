"""Reads settings from the environment and says plainly what is missing."""

import base64
import os
import secrets
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

MAKE = "`python -m config.settings.environment` prints a fresh one"


def given(name: str) -> str:
    """The variable, or what stands in the file that NAME_FILE names, as containers and systemd hand over secrets."""
    if (path := os.environ.get(f"{name}_FILE", "")) and not os.environ.get(name):
        try:
            return Path(path).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise ImproperlyConfigured(f"{name}_FILE names {path}, which cannot be read: {error}.") from None
    return os.environ.get(name, "")


def required(name: str, purpose: str) -> str:
    value = given(name)
    if not value:
        raise ImproperlyConfigured(f"Set the environment variable {name} (or {name}_FILE): {purpose}.")
    return value


def strong(name: str, value: str) -> str:
    """Refuses a secret that somebody typed: short, or of few different characters."""
    if len(value) < 50 or len(set(value)) < 16:
        raise ImproperlyConfigured(f"{name} is weak: at least 50 random characters; {MAKE}.")
    return value


def key(name: str, text: str) -> str:
    """Refuses what is not 32 bytes in base64, and a key whose bytes repeat."""
    try:
        raw = base64.urlsafe_b64decode(text)
    except ValueError:
        raw = b""
    if len(raw) != 32:
        raise ImproperlyConfigured(f"{name} is not a key of 32 bytes in base64; {MAKE}.")
    if len(set(raw)) < 6:
        raise ImproperlyConfigured(f"{name} is weak: its bytes repeat; {MAKE}.")
    return text


def ring(name: str, text: str) -> str:
    """`id:base64key[,older:base64key…]`; the first wraps what is new."""
    names = []
    for part in text.split(","):
        label, colon, secret = part.partition(":")
        if not colon or not label.isalnum():
            raise ImproperlyConfigured(f"{name} reads `id:base64key[,older:base64key…]`; {MAKE}.")
        key(f"Key {label} of {name}", secret)
        names.append(label)
    if len(names) != len(set(names)):
        raise ImproperlyConfigured(f"{name} names a key twice: {', '.join(names)}.")
    return text


def flag(name: str, default: bool = False) -> bool:
    return os.environ.get(name, str(int(default))).strip().lower() in {"1", "true", "yes", "on"}


def words(name: str, default: str = "") -> list[str]:
    return [word.strip() for word in os.environ.get(name, default).split(",") if word.strip()]


def sqlite(path: Path) -> dict:
    """WAL lets readers go on while one writer works; IMMEDIATE makes writers queue instead of failing.

    Without recursive triggers INSERT OR REPLACE takes a row out past the triggers that keep it.
    """
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": path,
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 30,
            "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;PRAGMA cache_size=-65536;"
            "PRAGMA recursive_triggers=ON;",
        },
    }


def postgresql(url: str) -> dict:
    """`postgresql://user:password@host:port/name?option=value`; a path in `host=` means a socket folder."""
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"}:
        raise ImproperlyConfigured(f"DATABASE_URL starts with postgresql://, not {parts.scheme}://.")
    options = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "common.row_security.engine",  # Django's own; where KOZOT_ROW_SECURITY is on, it follows the scope
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": options.pop("host", parts.hostname or ""),
        "PORT": parts.port or "",
        "CONN_MAX_AGE": int(options.pop("conn_max_age", 60)),
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": options,
    }


def databases(url: str, folder: Path) -> dict:
    """One PostgreSQL database, or two SQLite files: the journal has its own, so that reading waits for no writer."""
    if url:
        return {"default": postgresql(url)}
    return {"default": sqlite(folder / "kozot.sqlite3"), "journal": sqlite(folder / "journal.sqlite3")}


def folder_queue(folder: Path) -> dict:
    return {
        "data_folder_in": str(folder / "messages"),
        "data_folder_out": str(folder / "messages"),
        "processed_folder": str(folder / "processed"),
        "control_folder": str(folder / "control"),
        "store_processed": False,
    }


def fresh_secrets() -> list[str]:
    new = lambda: base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()  # noqa: E731
    return [
        f"KOZOT_SECRET_KEY={secrets.token_urlsafe(50)}",
        f"KOZOT_KEYRING=k1:{new()}",
        f"KOZOT_INDEX_KEY={new()}",
    ]


def local_secrets(path: Path) -> None:
    """Puts secrets of a development or demo machine into the environment, making them on first use."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write("\n".join(fresh_secrets()) + "\n")
    for line in path.read_text().splitlines():
        name, _, value = line.partition("=")
        os.environ.setdefault(name, value)


if __name__ == "__main__":
    print("\n".join(fresh_secrets()))  # noqa: T201
