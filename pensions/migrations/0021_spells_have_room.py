from django.db import migrations


def leave_room(apps, schema_editor):
    """Spells are changed several times: in the room left on its page a changed row needs no new place in the indexes."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("ALTER TABLE pensions_stagedspell SET (fillfactor = 40)")


class Migration(migrations.Migration):
    dependencies = [("pensions", "0020_erasure_requests")]

    operations = [migrations.RunPython(leave_room, migrations.RunPython.noop)]
