"""The journal for its auditor, and what happens when somebody edits a row underneath."""

import datetime as dt
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connections
from django.urls import reverse

from accounts.enums import Role
from common import append_only, clock
from common.journal import services
from common.journal.models import Entry, SealedEntry, Verb
from common.journal.router import JournalRouter

pytestmark = pytest.mark.django_db


@pytest.fixture
def entries(house):
    """Three acts of two people on two records."""
    official, analyst = house.user(Role.REGISTRY_OFFICIAL), house.user(Role.ANALYST)
    one, two = house.organisation(), house.organisation(name="other")
    services.record(
        by=official, verb=Verb.READ, obj=one, subject_id=two.pk, action="accounts.organisation.view"
    )
    services.record(by=official, verb=Verb.CHANGED, obj=two)
    services.record(by=analyst, verb=Verb.READ, obj=two)
    services.deliver()
    return official, one, two


def found(client, words: str) -> int:
    page = client.get(reverse("admin:journal_entry_changelist"), {"q": words})
    assert page.status_code == 200
    return len(page.context["cl"].result_list)


def test_the_auditor_finds_by_actor_record_person_verb_and_day(client, house, entries):
    official, one, two = entries
    client.force_login(house.user(Role.AUDITOR))
    today, yesterday = clock.today(), clock.today() - dt.timedelta(days=1)
    assert found(client, official.email) == found(client, str(official.pk)) == 2
    assert found(client, str(one.pk)) == 1
    assert found(client, f"{two.pk} read") == 2
    assert found(client, f"{official.email} changed {today}") == 1
    assert found(client, f"{yesterday}..{today}") >= 3
    assert found(client, str(yesterday)) == 0


def test_nobody_else_reads_it(client, house, entries):
    for role in set(Role) - {Role.AUDITOR}:
        client.force_login(house.user(role))
        assert client.get(reverse("admin:journal_entry_changelist")).status_code in {302, 403}, role


def edit(sql: str, *values) -> None:
    """What somebody with the database in hand would do: take the trigger away, change a row, put it back."""
    alias = JournalRouter.database()
    connection = connections[alias]
    table = Entry._meta.db_table
    with connection.cursor() as cursor:
        for name in append_only.trigger_names(table):
            on = f' ON "{table}"' if connection.vendor == "postgresql" else ""
            cursor.execute(f'DROP TRIGGER IF EXISTS "{name}"{on}')
        cursor.execute(sql, values)
    append_only.install(alias, [table])


def test_a_whole_journal_is_said_to_be_whole(entries):
    services.seal()
    out = StringIO()
    call_command("verify_journal", stdout=out)
    assert services.head().digest in out.getvalue()


def test_an_edited_row_is_named(entries):
    services.seal()
    entry = SealedEntry.objects.order_by("position")[1].entry_id
    edit("UPDATE journal_entry SET reason = 'nothing happened' WHERE id = %s", entry)
    told = StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("verify_journal", stderr=told)
    assert ended.value.code == 1
    assert f"entry {entry} of seal 1 was changed" in told.getvalue()
