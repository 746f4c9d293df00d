"""Migrations without downtime: what the rules allow, old code lives with; what they refuse, it does not."""

import pytest
from django.conf import settings
from django.db import DatabaseError, connection, migrations, models, transaction
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ProjectState

from common.migration_rules import complaints, released

BASE = migrations.CreateModel(
    "Thing",
    [
        ("id", models.BigAutoField(primary_key=True)),
        ("name", models.CharField(max_length=20)),
        ("note", models.CharField(max_length=20, null=True)),
    ],
)
ALLOWED = {
    "nullable column": migrations.AddField("Thing", "extra", models.IntegerField(null=True)),
    "column with a default of the database": migrations.AddField(
        "Thing", "extra", models.IntegerField(db_default=7)
    ),
    "wider column": migrations.AlterField("Thing", "name", models.CharField(max_length=60)),
    "new table": migrations.CreateModel("Other", [("id", models.BigAutoField(primary_key=True))]),
    "index": migrations.AddIndex("Thing", models.Index(fields=["name"], name="thing_name")),
    "name that may be absent": migrations.AlterField(
        "Thing", "name", models.CharField(max_length=20, null=True)
    ),
}
REFUSED = {
    "column without a default": migrations.AddField("Thing", "extra", models.IntegerField(default=7)),
    "column gone": migrations.RemoveField("Thing", "note"),
    "column renamed": migrations.RenameField("Thing", "note", "remark"),
    "table gone": migrations.DeleteModel("Thing"),
    "table renamed": migrations.RenameModel("Thing", "Object"),
    "null refused": migrations.AlterField("Thing", "note", models.CharField(max_length=20, default="")),
    "unique": migrations.AlterField("Thing", "name", models.CharField(max_length=20, unique=True)),
    "constraint": migrations.AddConstraint(
        "Thing", models.CheckConstraint(name="thing_named", condition=~models.Q(name="old"))
    ),
}


def migration(*operations, **marks) -> migrations.Migration:
    made = migrations.Migration("0002_change", "rules")
    made.operations = list(operations)
    for name, value in marks.items():
        setattr(made, name, value)
    return made


def before() -> ProjectState:
    state = ProjectState()
    BASE.state_forwards("rules", state)
    return state


@pytest.mark.parametrize("name", ALLOWED)
def test_allowed(name):
    assert list(complaints(migration(ALLOWED[name]), before())) == []


@pytest.mark.parametrize("name", REFUSED)
def test_refused(name):
    assert list(complaints(migration(REFUSED[name]), before())) != []
    assert list(complaints(migration(REFUSED[name], old_code_gone="0.4"), before())) == []


def test_data_are_moved_apart():
    both = migration(ALLOWED["index"], migrations.RunPython(migrations.RunPython.noop))
    assert "of their own" in next(complaints(both, before()))


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("name", "lives"), [*((one, True) for one in ALLOWED), *((one, False) for one in REFUSED)]
)
def test_old_code_on_the_new_schema(name, lives):
    """The old model writes and reads the changed table, for real, on this database."""
    operation, state = (ALLOWED | REFUSED)[name], ProjectState()
    BASE.state_forwards("rules", state)
    old = state.apps.get_model("rules", "Thing")
    after = state.clone()
    operation.state_forwards("rules", after)
    with connection.schema_editor() as editor:
        BASE.database_forwards("rules", editor, ProjectState(), state)
    try:
        with connection.schema_editor() as editor:
            operation.database_forwards("rules", editor, state, after)
        assert works(old) == lives
    finally:
        with connection.schema_editor() as editor:
            for model in after.apps.get_models():
                if model._meta.app_label == "rules":
                    editor.delete_model(model)


def works(old) -> bool:
    """What old code does: rows of the same name, one without a note; reading all of them."""
    try:
        with transaction.atomic():
            for _ in range(2):
                old.objects.create(name="old", note=None)
            return {(one.name, one.note) for one in old.objects.all()} == {("old", None)}
    except DatabaseError:
        return False


def test_migrations_since_the_last_release_keep_old_code_alive():
    loader = MigrationLoader(None)
    known = released(settings.BASE_DIR / "deploy" / "released")
    ours = {app for app, name in known}
    assert known <= set(loader.disk_migrations), "deploy/released names a migration that is not there"
    old = {key for leaf in known for key in loader.graph.forwards_plan(leaf)}
    wrong = {}
    for key in sorted(set(loader.disk_migrations) - old):
        if key[0] in ours:
            one = loader.get_migration(*key)
            state = (
                loader.project_state(one.dependencies, at_end=True) if one.dependencies else ProjectState()
            )
            if found := list(complaints(one, state)):
                wrong[key] = found
    assert wrong == {}
