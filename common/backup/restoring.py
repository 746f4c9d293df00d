"""Restores a backup into an empty place, then compares every fact."""

from collections.abc import Callable
from dataclasses import dataclass, field

from django.conf import settings
from django.db import connections

from common import clock, files
from common.models import StoredFile, SubjectKey

from . import databases, facts
from .layout import Damaged, Repository, read_json, read_sealed
from .taking import copy_verified


@dataclass
class Restored:
    name: str
    compared: int = 0
    differences: list[str] = field(default_factory=list)
    files: int = 0
    absent_files: list[str] = field(default_factory=list)
    erased_again: int = 0
    absent_ring: list[str] = field(default_factory=list)

    @property
    def whole(self) -> bool:
        return not (self.differences or self.absent_files)


def restore(
    *,
    repository: Repository,
    private: bytes,
    name: str | None = None,
    tell: Callable[[str], None] = lambda _: None,
) -> Restored:
    """Fills this installation's empty databases and folder of files; Damaged before anything is written, if it can be.

    Keys that were destroyed after the backup was made are destroyed again.
    """
    folder = repository.choose(name)
    manifest = read_json(read_sealed(folder / "manifest.sealed", private, f"backup {folder.name}"))
    _refuse_what_does_not_fit(manifest)
    for alias in manifest["parts"]:
        databases.refuse_unless_empty(alias)
    done = Restored(folder.name, absent_ring=_absent_from_ring(manifest))
    for alias in manifest["parts"]:
        tell(f"database {alias}")
        pieces = read_sealed(folder / f"{alias}.sealed", private, f"backup {folder.name} {alias}")
        databases.load(alias, pieces)
        with connections[alias].cursor() as cursor:
            here = facts.gather(alias, cursor)
        done.compared += len(here)
        done.differences += facts.differences(manifest["facts"][alias], here)
    tell("files")
    _restore_files(repository, done)
    done.erased_again = _erase_again(repository)
    return done


def _refuse_what_does_not_fit(manifest: dict) -> None:
    for alias, vendor in manifest["vendors"].items():
        if alias not in connections or connections[alias].vendor != vendor:
            way = "set DATABASE_URL" if vendor == "postgresql" else "leave DATABASE_URL unset, set KOZOT_VAR"
            raise Damaged(f"The backup is of {vendor} ({alias}): {way}.")
    if manifest["register_origin"] != settings.CONTROL_REGISTER_ORIGIN:
        raise Damaged(f"The control register is {manifest['register_origin']}: set KOZOT_REGISTER to that.")


def _absent_from_ring(manifest: dict) -> list[str]:
    here = {part.partition(":")[0] for part in settings.KEYRING.split(",")}
    return sorted(set(manifest["ring"]) - here)


def _restore_files(repository: Repository, done: Restored) -> None:
    rows = StoredFile.objects.values_list("address", "key__destroyed_at").iterator()
    for address, destroyed_at in rows:
        target = files.path_of(address)
        if not target.exists():
            try:
                copy_verified(repository.file(address), target, address)
            except FileNotFoundError:
                done.absent_files += [] if destroyed_at else [address]
                continue
        done.files += 1


def _erase_again(repository: Repository) -> int:
    living = SubjectKey.objects.filter(destroyed_at__isnull=True)
    keys, count = sorted(repository.erased()), 0
    for start in range(0, len(keys), 500):
        count += living.filter(pk__in=keys[start : start + 500]).update(wrapped="", destroyed_at=clock.now())
    return count
