from django.db import migrations


def index(apps, schema_editor):
    """The page of a file asks for the other files of its employer, who stands in the parameters of each. On SQLite, where
    an installation has few of them, they are gone through."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(
            "CREATE INDEX IF NOT EXISTS work_record_import_employer ON common_importrun ((params ->> 'employer_id')) "
            "WHERE kind = 'registry.work_record'"
        )


def forget(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP INDEX IF EXISTS work_record_import_employer")


class Migration(migrations.Migration):
    dependencies = [
        ("pensions", "0026_units_and_grounds"),
        ("common", "0002_import_columns_to_be_named"),
    ]

    operations = [migrations.RunPython(index, forget)]
