"""The copy itself: a folder with secrets of its own, the databases, one file that stands for all files."""

import contextlib
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connections, models, router

from common import clock, files
from common.ids import new_id
from common.keys import wrap
from common.models import StoredFile, SubjectKey

from .invent import Inventor
from .places import PostgresDatabase, Refusal, SqliteFile, empty, one_moment, refuse_unless_empty
from .treatments import Row, Treat, Treatments, columns, ours

Tell = Callable[[str], None]
INSTEAD = b"A file stood here. It was left out of this copy.\n"
CHUNK = 2_000


@dataclass
class Copied:
    tables: int = 0
    rows: int = 0
    left_out: int = 0
    told: list[str] = field(default_factory=list)


def scrub(*, folder: Path, server: str = "", tell: Tell = lambda step: None) -> Copied:
    """Fills an empty folder (and, on PostgreSQL, the empty database `server`) with a copy in which nobody is found.

    The installation is only read. Whatever fails leaves no copy behind.
    """
    _refuse_what_is_not_empty(folder, server)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        secrets = _fresh_secrets(folder)
        with _under(secrets, folder):
            done = _copy(folder, server, tell)
        tell("migrate")
        _migrate(folder, server, secrets)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        if server:
            empty(server)
        raise
    return done


def _refuse_what_is_not_empty(folder: Path, server: str) -> None:
    if folder.exists() and any(folder.iterdir()):
        raise Refusal(f"{folder} is not empty: a copy overwrites nothing.")
    vendor = connections["default"].vendor
    if bool(server) != (vendor == "postgresql"):
        want = "name an empty database with --database" if vendor == "postgresql" else "leave --database out"
        raise Refusal(f"The installation is on {vendor}, and so is its copy: {want}.")
    if server:
        refuse_unless_empty(server)


def _fresh_secrets(folder: Path) -> dict[str, str]:
    """Of the copy alone, in the file where a development installation looks for them."""
    command = [sys.executable, "-m", "config.settings.environment"]
    made = subprocess.run(command, cwd=settings.BASE_DIR, check=True, capture_output=True, text=True).stdout  # noqa: S603
    descriptor = os.open(folder / "secrets.env", os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(made)
    return dict(line.split("=", 1) for line in made.splitlines())


@contextlib.contextmanager
def _under(secrets: dict[str, str], folder: Path) -> Iterator[None]:
    """Inside, keys and files are those of the copy: those of the installation are out of reach."""
    names = {"KEYRING": secrets["KOZOT_KEYRING"], "INDEX_KEY": secrets["KOZOT_INDEX_KEY"]}
    names["MEDIA_ROOT"] = folder / "files"
    before = {name: getattr(settings, name) for name in names}
    for name, value in names.items():
        setattr(settings, name, value)
    try:
        yield
    finally:
        for name, value in before.items():
            setattr(settings, name, value)


def _copy(folder: Path, server: str, tell: Tell) -> Copied:
    treatments, done = Treatments(Inventor(os.urandom(32))), Copied()
    for alias in connections:
        place = PostgresDatabase(alias, server) if server else SqliteFile(alias, folder)
        with contextlib.closing(place), one_moment(alias):
            place.make_tables()
            _say_of_keys_and_files(treatments, place if alias == "default" else None)
            place.load("django_migrations", *_migrations(alias))
            filled = []
            for model in ours():
                if not model._meta.managed or not router.allow_migrate_model(alias, model):
                    continue
                if model in treatments.left_out:
                    done.left_out += 1
                    continue
                tell(model._meta.db_table)
                done.rows += _fill(place, model, treatments)
                filled.append(model)
            place.finish(filled)
            done.tables += len(filled)
    done.told = treatments.told()
    return done


def _fill(place: Any, model: type[models.Model], treatments: Treatments) -> int:
    connection, own = connections[place.alias], columns(model)
    lookups, treats, count = treatments.lookups(model), treatments.of(model), 0
    key = lookups.index(model._meta.pk.attname)
    found = model._base_manager.using(place.alias).order_by(*treatments.order(model)).values_list(*lookups)

    def rows() -> Iterator[list[Any]]:
        nonlocal count
        for values in found.iterator(chunk_size=CHUNK):
            count += 1
            row: Row = dict(zip(lookups, values, strict=True), pk=values[key])
            pairs = zip(own, treats, strict=True)
            yield [one.get_db_prep_save(treat(row[one.attname], row), connection) for one, treat in pairs]

    place.load(model._meta.db_table, [one.column for one in own], rows())
    return count


def _say_of_keys_and_files(treatments: Treatments, place: Any) -> None:
    """Every key is a fresh one; all files are one file, under a key of its own."""
    if place is None:
        return
    invent, instead = treatments.inventor, SubjectKey(id=new_id())
    context = f"subject {instead.pk}"
    instead.wrapped = wrap(invent.key(instead.pk), context)
    size, plain, address = files.place(BytesIO(INSTEAD), instead)
    stands: dict[str, Any] = {"key": instead.pk, "name": "file.txt", "media_type": "text/plain", "size": size}
    stands |= {"sha256": plain, "address": address}
    shut = {
        key for model in treatments.shut() for key in model._base_manager.values_list("key_id", flat=True)
    }
    key_fields: dict[str, Treat] = {
        "SubjectKey.wrapped": lambda value, row: (
            wrap(invent.key(row["pk"]), f"subject {row['pk']}") if value and row["pk"] not in shut else ""
        ),
        "SubjectKey.destroyed_at": lambda value, row: clock.now() if row["pk"] in shut else value,
    }
    file_fields = {f"{StoredFile.__name__}.{name}": _always(value) for name, value in stands.items()}
    treatments.say("common", key_fields | file_fields)
    own = columns(SubjectKey)
    values = [one.get_db_prep_save(getattr(instead, one.attname), connections[place.alias]) for one in own]
    place.load(SubjectKey._meta.db_table, [one.column for one in own], [values])


def _always(value: Any) -> Treat:
    return lambda _value, row: value


def _migrations(alias: str) -> tuple[list[str], list[tuple]]:
    names = ["app", "name", "applied"]
    with connections[alias].cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(names)} FROM django_migrations ORDER BY id")
        return names, [(app, name, str(at)) for app, name, at in cursor.fetchall()]


def _migrate(folder: Path, server: str, secrets: dict[str, str]) -> None:
    """The copy's own installation makes triggers and what search needs, and shows that it accepts the rest."""
    environment = os.environ | secrets | {"KOZOT_VAR": str(folder.resolve()), "DATABASE_URL": server}
    environment["DJANGO_SETTINGS_MODULE"] = "config.settings.development"
    each = "; ".join(f"call_command('migrate', database={alias!r}, verbosity=0)" for alias in connections)
    words = f"import django; django.setup(); from django.core.management import call_command; {each}"
    command = [sys.executable, "-c", words]
    done = subprocess.run(  # noqa: S603
        command, env=environment, cwd=settings.BASE_DIR, check=False, capture_output=True, text=True
    )
    if done.returncode:
        raise Refusal(f"The copy does not migrate: {done.stderr.strip()[-2000:]}")
