import pytest
from django.db import connection

from common import append_only
from tests.pensions.issuing.desk_of_issue import Office, make_office


@pytest.fixture
def office(house, settings, tmp_path) -> Office:
    settings.MEDIA_ROOT = tmp_path
    return make_office(house)


@pytest.fixture
def english(client, settings):
    """A browser whose pages are in English."""
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    return client


@pytest.fixture
def by_hand():
    """Somebody with the database in hand: the triggers are taken off and put back."""

    def run(sql: str, *values) -> None:
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                cursor.execute("SET session_replication_role = replica")
            else:
                for model in append_only.append_only_models():
                    for name in append_only.trigger_names(model._meta.db_table):
                        cursor.execute(f'DROP TRIGGER IF EXISTS "{name}"')
                cursor.execute("PRAGMA defer_foreign_keys = ON")
            cursor.execute(sql, values)
            if connection.vendor == "postgresql":
                cursor.execute("SET session_replication_role = DEFAULT")

    yield run
    if connection.vendor == "sqlite":
        append_only.install("default")
