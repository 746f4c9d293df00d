from django.db import migrations

TABLES = ("pensions_contribution", "pensions_employmentperiod")


def drop_keys(apps, schema_editor):
    """PostgreSQL looked every row's employment up by itself; `pensions.guards` has it done once for a statement."""
    if schema_editor.connection.vendor != "postgresql":
        return
    for table in TABLES:
        with schema_editor.connection.cursor() as cursor:
            cursor.execute(
                "SELECT conname FROM pg_constraint WHERE conrelid = to_regclass(%s) AND contype = 'f' "
                "AND confrelid = to_regclass('pensions_employment')",
                [table],
            )
            names = [name for (name,) in cursor.fetchall()]
        for name in names:
            schema_editor.execute(f'ALTER TABLE "{table}" DROP CONSTRAINT "{name}"')


def add_keys(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        for table in TABLES:
            schema_editor.execute(
                f'ALTER TABLE "{table}" ADD FOREIGN KEY (employment_id) REFERENCES pensions_employment (id) '
                "DEFERRABLE INITIALLY DEFERRED"
            )


class Migration(migrations.Migration):
    dependencies = [("pensions", "0022_rates_and_names")]

    operations = [migrations.RunPython(drop_keys, add_keys)]
