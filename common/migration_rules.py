"""What a migration may do while processes with the old code go on: the old code must read and write the new schema.

A change that the old code cannot live with takes two releases: first the code stops using it, then a migration takes
it away and says so with `old_code_gone = "0.4"`, the release since which nothing uses it. docs/operations.md has the
rules in words; `deploy/released` lists where each app stood at the last release, so that only what is new is asked.
"""

from collections.abc import Iterator
from pathlib import Path

from django.db import migrations, models
from django.db.migrations.state import ProjectState
from django.db.models import NOT_PROVIDED

GONE = {
    migrations.RemoveField: "old code still asks for the column",
    migrations.DeleteModel: "old code still asks for the table",
    migrations.RenameField: "old code asks for the old name: add the new column, copy, remove later",
    migrations.RenameModel: "old code asks for the old table",
    migrations.AlterModelTable: "old code asks for the old table",
}
MIXED = "data are moved in a migration of their own: this one would keep its locks meanwhile"


def released(path: Path) -> set[tuple[str, str]]:
    """`app name` of each line: the last migration of the app that old code may know."""
    lines = path.read_text().splitlines() if path.exists() else []
    return {tuple(line.split()) for line in lines if line.strip() and not line.startswith("#")}


def complaints(migration: migrations.Migration, state: ProjectState) -> Iterator[str]:
    """What old code cannot live with in one migration; `state` is that before it. Nothing for a marked one."""
    if getattr(migration, "old_code_gone", ""):
        return
    state, made = state.clone(), set()
    kinds = {isinstance(one, migrations.RunPython) for one in migration.operations}
    if len(kinds) == 2:
        yield MIXED
    for one in migration.operations:
        name = getattr(one, "model_name", getattr(one, "name", "")).lower()
        if isinstance(one, migrations.CreateModel):
            made.add(name)
        elif name not in made:  # a table that is new in this migration has no old readers
            yield from (f"{one.describe()}: {why}" for why in _of_operation(one, migration.app_label, state))
        one.state_forwards(migration.app_label, state)


def _of_operation(one, app: str, state: ProjectState) -> Iterator[str]:
    if why := GONE.get(type(one)):
        yield why
    elif isinstance(one, migrations.AddField):
        if not one.field.null and one.field.db_default is NOT_PROVIDED and not one.field.many_to_many:
            yield "old code inserts rows without it: null=True or db_default"
    elif isinstance(one, migrations.AlterField):
        yield from _narrower(state.models[app, one.model_name.lower()].fields[one.name], one.field)
    elif isinstance(one, migrations.AddConstraint):
        yield "old code does not keep to it yet: the rule goes into the code a release before"
    elif isinstance(one, migrations.AlterUniqueTogether):
        yield "old code does not keep to it yet: a constraint, a release after the rule"


def _narrower(old: models.Field, new: models.Field) -> Iterator[str]:
    if old.null and not new.null:
        yield "old code still writes NULL"
    if (old.max_length or 0) > (new.max_length or 0) > 0:
        yield "old code still writes longer values"
    if new.unique and not old.unique:
        yield "old code does not keep to uniqueness yet"
    if old.get_internal_type() != new.get_internal_type():
        yield "old code reads another type: add a new column"
