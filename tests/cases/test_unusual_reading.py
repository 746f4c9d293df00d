"""Unusual reading of cases: the supervisors of the organisation are told, auditors and others never."""

import datetime as dt
import uuid

import pytest
from django.urls import reverse

from accounts.enums import Role
from accounts.models import Notice, ReadingAlarm
from accounts.services import reading as reading_of_records
from cases.models import Case
from cases.services import reading
from common import checks, clock
from common.journal.models import Entry, Verb
from common.scoping import acting_as, system

pytestmark = pytest.mark.django_db
HEADING = "Unusually many cases opened"


@pytest.fixture
def today():
    return clock.today()


@pytest.fixture
def many(story, monkeypatch):
    """A hundred and fifty cases of the NGO and of the partner, without what makes them costly."""
    keys = {home.pk: [uuid.uuid4() for _ in range(150)] for home in (story.ngo, story.partner)}
    pairs = [(key, home) for home, found in keys.items() for key in found]
    real = Case.everything.values_list

    class Rows:
        def filter(self, pk__in):
            self.asked = pk__in
            return self

        def values_list(self, *names):
            assert names == ("pk", "organisation_id")
            return [pair for pair in (*real(*names), *pairs) if str(pair[0]) in self.asked]

    monkeypatch.setattr(reading, "Case", type("Held", (), {"everything": Rows(), "_meta": Case._meta}))
    return keys


def opened(user, day, keys, verb=Verb.READ):
    at = dt.datetime.combine(day, dt.time(6), dt.UTC)
    Entry.objects.bulk_create(
        Entry(
            at=at,
            key=uuid.uuid4(),
            actor_id=user.pk,
            verb=verb,
            object_type="cases.case",
            object_id=str(key),
            action="cases.case.view",
        )
        for key in keys
    )


def told() -> set:
    with system("test"):
        return set(Notice.everything.filter(key__startswith=reading.KEY).values_list("user_id", flat=True))


def test_a_day_far_outside_is_told_to_the_own_supervisors_alone(story, many, today, house, client):
    auditor = house.user(Role.AUDITOR)
    opened(story.worker, today - dt.timedelta(days=1), many[story.ngo.pk][:120])
    assert reading.find(today=today) == 1 and reading.find(today=today) == 1
    assert told() == {story.supervisor.pk}
    with system("test"):
        assert Notice.everything.filter(key__startswith=reading.KEY).count() == 1
    with acting_as(story.supervisor):
        alarm = reading.alarms(story.supervisor, clock.now())[0]
    assert (alarm.user, alarm.cases) == (story.worker, 120)
    client.cookies["django_language"] = "en"
    client.force_login(story.supervisor)
    page = client.get(reverse("cases:my_day")).content.decode()
    assert HEADING in page and str(story.worker) in page and "120" in page
    for other in (story.worker, story.partner_supervisor):
        client.force_login(other)
        assert HEADING not in client.get(reverse("cases:my_day")).content.decode()
    client.force_login(auditor)
    assert client.get(reverse("cases:my_day")).status_code == 403
    reading_of_records.find(today=today)
    assert not ReadingAlarm.everything.exists()


def test_what_is_usual_there_raises_nothing(story, many, today):
    for back in range(1, 30):
        opened(story.worker, today - dt.timedelta(days=back), many[story.ngo.pk][: 80 + back % 9])
    assert reading.find(today=today) == 0
    opened(story.worker, today - dt.timedelta(days=1), many[story.ngo.pk])
    assert reading.find(today=today) == 1


def test_another_organisation_is_no_measure(story, many, today):
    for back in range(2, 30):
        opened(story.partner_worker, today - dt.timedelta(days=back), many[story.partner.pk])
        opened(story.worker, today - dt.timedelta(days=back), many[story.ngo.pk][: 10 + back % 5])
    opened(story.worker, today - dt.timedelta(days=1), many[story.ngo.pk][:60])
    assert reading.find(today=today) == 1 and told() == {story.supervisor.pk}


def test_one_case_opened_often_is_one_case(story, many, today):
    for _ in range(150):
        opened(story.worker, today - dt.timedelta(days=1), many[story.ngo.pk][:1])
    opened(story.worker, today - dt.timedelta(days=1), many[story.ngo.pk][:100], Verb.LISTED)
    assert reading.find(today=today) == 0


def test_nobody_is_told_of_the_own_reading(story, many, today):
    opened(story.supervisor, today - dt.timedelta(days=1), many[story.ngo.pk])
    assert reading.find(today=today) == 1 and not told()


def test_real_cases_are_counted_by_who_holds_them(story, journal, today):
    case = story.case()
    opened(story.worker, today, [case.pk])
    with system("test"):
        assert reading.cases_a_day(today, today)[story.ngo.pk, story.worker.pk, today] == 1


def test_the_night_asks():
    assert "cases.unusual_reading" in checks.questions()
