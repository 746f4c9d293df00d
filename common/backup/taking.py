"""Takes a backup while the site works."""

import contextlib
import hashlib
import io
import json
import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connections

from common import clock, files
from common.journal import services as journal
from common.journal.models import Verb
from common.keys.vault import check_digits

from . import databases, facts
from .layout import Damaged, Repository, write_sealed

# The journal comes after the main database: whatever the main one knows of then stands in the journal's copy, or
# waits in the main copy's outbox. Moving an entry twice does no harm.
ORDER = ("default", "journal")


@dataclass(frozen=True)
class Taken:
    name: str
    facts: dict[str, dict]
    size: int
    files: int
    new_files: int
    absent_files: list[str]
    pruned: list[str]


def take(*, repository: Repository, public: str, keep: int = 0) -> Taken:
    """One backup of databases and files, sealed to `public`; `keep` removes all but so many of the newest.

    Files whose bytes are not on disk are named in `absent_files`: the backup is whole but for them.
    """
    name = clock.now().strftime("%Y%m%dT%H%M%S%fZ")
    repository.folder.mkdir(parents=True, exist_ok=True)
    journal.record(by=None, verb=Verb.EXPORTED, action="backup", details={"backup": name})
    with repository.new(name) as folder:
        parts, found, stored, destroyed, names = {}, {}, [], set(), set()
        for alias in (one for one in ORDER if one in connections):
            with databases.snapshot(alias) as one:
                found[alias] = facts.gather(alias, one.cursor)
                if alias == "default":
                    stored, destroyed, names = _files_and_keys(one.cursor)
                parts[alias] = write_sealed(
                    one.stream, folder / f"{alias}.sealed", public, f"backup {name} {alias}"
                )
        # Erasure that comes between the snapshot and here takes a key, not the file of another.
        new, absent = _copy_files(repository, stored)
        repository.remember_erased(destroyed)
        manifest = {"name": name, "facts": found, "parts": parts, "ring": sorted(names), **_origin()}
        sealed = io.BytesIO(json.dumps(manifest).encode())
        parts = parts | {
            "manifest": write_sealed(sealed, folder / "manifest.sealed", public, f"backup {name}")
        }
        (folder / "addresses").write_text("".join(f"{address}\n" for address, _lives in stored))
        about = {"made_at": clock.now().isoformat(), "sealed_to": check_digits(public), "parts": parts}
        (folder / "about.json").write_text(json.dumps(about | {"ring": sorted(names)}, indent=2))
    size = sum(part["size"] for part in parts.values())
    return Taken(name, found, size, len(stored), new, absent, repository.prune(keep))


def _origin() -> dict[str, Any]:
    return {
        "vendors": {alias: connections[alias].vendor for alias in connections},
        "register_origin": settings.CONTROL_REGISTER_ORIGIN,
    }


def _files_and_keys(cursor: Any) -> tuple[list[tuple[str, bool]], set[str], set[str]]:
    """(address, whether its key lives) of every file; destroyed keys; names of the keys of the ring that wrap."""
    cursor.execute(
        "SELECT f.address, k.destroyed_at IS NULL FROM common_storedfile f "
        "JOIN common_subjectkey k ON k.id = f.key_id ORDER BY f.address"
    )
    stored = [(address, bool(lives)) for address, lives in cursor.fetchall()]
    cursor.execute("SELECT id FROM common_subjectkey WHERE destroyed_at IS NOT NULL")
    destroyed = {str(key).replace("-", "") for (key,) in cursor.fetchall()}
    # `name.base64`, or several parts of which those of organisations begin with `vault.`
    cursor.execute(
        "SELECT DISTINCT substr(wrapped, 1, 40) FROM common_subjectkey "
        "WHERE wrapped <> '' AND wrapped NOT LIKE 'vault.%'"
    )
    return stored, destroyed, {wrapped.partition(".")[0] for (wrapped,) in cursor.fetchall()}


def _copy_files(repository: Repository, stored: list[tuple[str, bool]]) -> tuple[int, list[str]]:
    new, absent = 0, []
    for address, lives in stored:
        target = repository.file(address)
        if target.exists():
            continue
        try:
            copy_verified(files.path_of(address), target, address)
        except FileNotFoundError:
            absent += [address] if lives else []
        else:
            new += 1
    return new, absent


def copy_verified(source: Path, target: Path, address: str) -> None:
    """Copies a file of sealed bytes, whose name is their hash; Damaged when they are not those any more."""
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_suffix(".part")
    try:
        with source.open("rb") as read, part.open("wb") as write:
            shutil.copyfileobj(read, write, 1024 * 1024)
            write.flush()
            os.fsync(write.fileno())
        with part.open("rb") as copied:
            if hashlib.file_digest(copied, "sha256").hexdigest() != address:
                raise Damaged(f"{source} was changed: its bytes do not have the hash in its name")
        part.replace(target)
    finally:
        with contextlib.suppress(FileNotFoundError):
            part.unlink()
