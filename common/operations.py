"""Migration operations for what one of the two databases does by itself and the other cannot."""

from django.db import migrations


class PostgresOnly(migrations.RunSQL):
    """SQL that runs on PostgreSQL and is passed over on SQLite."""

    def database_forwards(self, app_label, schema_editor, from_state, to_state):
        if schema_editor.connection.vendor == "postgresql":
            super().database_forwards(app_label, schema_editor, from_state, to_state)

    def database_backwards(self, app_label, schema_editor, from_state, to_state):
        if schema_editor.connection.vendor == "postgresql":
            super().database_backwards(app_label, schema_editor, from_state, to_state)
