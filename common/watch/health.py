"""Is this process alive, and can it serve: asked by proxies, supervisors and people with a terminal."""

import logging
import os
import shutil
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.core.cache import cache
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.migrations.executor import MigrationExecutor

log = logging.getLogger(__name__)
LEAST_FREE = 256 * 1024 * 1024  # bytes on the disk of files: less, and uploads and exports fail

_migrated: set[str] = set()


def _database(alias: str) -> None:
    with connections[alias].cursor() as cursor:
        cursor.execute("SELECT 1")


def _migrations(alias: str) -> None:
    """Once all are applied this process does not ask again: its own code does not change under it."""
    if alias in _migrated:
        return
    executor = MigrationExecutor(connections[alias])
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise RuntimeError("migrations are to be applied")
    _migrated.add(alias)


def _cache() -> None:
    """Rate limits live there; without it they hold in each process alone, so the site goes on serving."""
    if ping := getattr(cache, "ping", None):
        ping()


def _disk() -> None:
    folder = Path(settings.MEDIA_ROOT)
    folder.mkdir(parents=True, exist_ok=True)
    if not os.access(folder, os.W_OK):
        raise RuntimeError("the folder of files cannot be written to")
    if shutil.disk_usage(folder).free < LEAST_FREE:
        raise RuntimeError("the disk of files is full")


def parts() -> dict[str, tuple[Callable[[], None], bool]]:
    """What is asked, and whether the site can serve without it."""
    asked: dict[str, tuple[Callable[[], None], bool]] = {}
    for alias in connections:
        asked[f"database {alias}"] = (lambda alias=alias: _database(alias)), True
    asked["migrations"] = (lambda: _migrations(DEFAULT_DB_ALIAS)), True
    return asked | {"cache": (_cache, False), "disk": (_disk, False)}


def ask() -> tuple[bool, dict[str, str]]:
    """(ready, answer of each part: `ok`, or the kind of error). Why stands in the log."""
    ready, answers = True, {}
    for name, (question, needed) in parts().items():
        try:
            question()
            answers[name] = "ok"
        except Exception as error:
            log.warning("not healthy: %s", name, exc_info=True)
            answers[name] = type(error).__name__
            ready = ready and not needed
    return ready, answers
