"""The journal for its auditor, and what happens when somebody edits a row underneath."""

import datetime as dt
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connections
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.enums import Role
from common import append_only, clock
from common.context import working
from common.journal import services
from common.journal.models import Entry, Seal, SealedEntry, Verb
from common.journal.router import JournalRouter
from tests.support.registry import Registry

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


def test_the_auditor_finds_by_a_persons_number_by_name_by_organisation_and_by_reason(client, house, entries):
    official = entries[0]
    worker = Registry().worker()
    alias = Registry().worker(merged_into=worker)
    office = official.valid_memberships[0].organisation
    with working("desk", office.pk):
        for record in (worker, alias):
            services.record(
                by=official, verb=Verb.READ, obj=record, subject_id=record.pk, action="registry.worker.view",
                reason="a call about the pension",
            )  # fmt: skip
    services.deliver()
    client.force_login(house.user(Role.AUDITOR))
    assert found(client, str(worker)) == found(client, worker.registry_number.lower()) == 2
    assert found(client, "pension") == found(client, f"pension {official.email}") == 2
    assert found(client, f"pension {house.user(Role.ANALYST).email}") == 0
    assert found(client, official.full_name.split()[0]) == 4
    assert found(client, "social") == 2
    type(official).objects.filter(pk=official.pk).update(full_name="Үмүт Өмүрова")
    assert found(client, "өмүрова") == found(client, "umut") == 4  # capitals, ү and Latin, on either database
    address = reverse("admin:journal_entry_changelist")
    for chosen in ({"organisation": office.pk}, {"action": "registry.worker.view"}):
        assert len(client.get(address, chosen).context["cl"].result_list) == 2, chosen
    assert str(office) in client.get(address, {"q": "pension"}).content.decode()


def test_as_many_questions_for_one_entry_as_for_many(client, house, entries):
    client.force_login(house.user(Role.AUDITOR))
    address, counts = reverse("admin:journal_entry_changelist"), []
    client.get(address)
    for words in ("changed", "read"):
        with CaptureQueriesContext(connections["default"]) as asked:
            assert found(client, words)
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_nobody_else_reads_it(client, house, entries):
    for role in set(Role) - {Role.AUDITOR}:
        client.force_login(house.user(role))
        assert client.get(reverse("admin:journal_entry_changelist")).status_code in {302, 403}, role


def edit(sql: str, *values, model=Entry) -> None:
    """What somebody with the database in hand would do: take the trigger away, change a row, put it back."""
    alias = JournalRouter.database()
    connection = connections[alias]
    table = model._meta.db_table
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


def test_a_head_kept_outside_is_found_in_the_chain(entries):
    services.seal()
    kept = services.head()
    services.record(by=None, verb=Verb.CHANGED, reason="later")
    services.deliver()
    services.seal()
    for text in (kept.digest, kept.digest[:16].upper(), f"{kept.number}:{kept.digest}"):
        out = StringIO()
        call_command("verify_journal", head=[text], stdout=out)
        assert f"is seal {kept.number} of the chain" in out.getvalue()


def test_a_chain_made_anew_is_whole_and_does_not_hold_the_kept_head(entries):
    services.seal()
    kept = services.head().digest
    edit("DELETE FROM journal_sealedentry WHERE position >= %s", 0, model=SealedEntry)
    edit("DELETE FROM journal_seal WHERE number >= %s", 0, model=Seal)
    edit("UPDATE journal_entry SET reason = 'nothing happened' WHERE id >= %s", 0)
    services.seal()
    call_command("verify_journal", stdout=StringIO())  # without a key the new chain is as good as the old
    told = StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("verify_journal", head=[kept], stderr=told)
    assert ended.value.code == 1 and kept in told.getvalue()


@pytest.mark.parametrize("text", ["", "abc", "zz" * 32, "one:" + "0" * 64, "0" * 65])
def test_what_is_no_head_is_refused(entries, text):
    with pytest.raises(CommandError):
        call_command("verify_journal", head=[text])
