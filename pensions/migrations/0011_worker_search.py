"""Keys of records that are there already, and trigram indexes for parts of public numbers."""

from django.db import migrations

from common.operations import PostgresOnly
from pensions import folding

CHUNK = 2_000


def fill_keys(apps, schema_editor):
    """Names folded one by one, and a space at both ends of the search key."""
    worker = apps.get_model("pensions", "Worker")
    rows = worker._base_manager
    chunk = []
    for one in rows.filter(block_key="").iterator(chunk_size=CHUNK):
        names = folding.parts(one.family_name, one.given_name, one.patronymic)
        one.folded_names, one.block_key = "|".join(names)[:320], folding.block(names)[:210]
        one.search_key = f" {one.search_key.strip()[:598]} "
        chunk.append(one)
        if len(chunk) == CHUNK:
            rows.bulk_update(chunk, ["folded_names", "block_key", "search_key"], batch_size=500)
            chunk = []
    rows.bulk_update(chunk, ["folded_names", "block_key", "search_key"], batch_size=500)


class Migration(migrations.Migration):
    dependencies = [("pensions", "0010_worker_identity")]

    operations = [
        migrations.RunPython(fill_keys, migrations.RunPython.noop, elidable=True),
        PostgresOnly(
            """
            CREATE INDEX worker_number_search ON pensions_worker USING gin (registry_number gin_trgm_ops);
            CREATE INDEX certificate_number_search ON pensions_certificate USING gin (number gin_trgm_ops);
            """,
            """
            DROP INDEX worker_number_search;
            DROP INDEX certificate_number_search;
            """,
        ),
    ]
