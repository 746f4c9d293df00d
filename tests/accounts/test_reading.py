"""Unusual reading: found among everyday work, not confused by big offices, explained by somebody else."""

import datetime as dt
import uuid

import pytest

from accounts.enums import Role
from accounts.models import ReadingAlarm
from accounts.services import reading
from common.journal.models import Entry, Verb

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 11, 26)
YESTERDAY = TODAY - dt.timedelta(days=1)


def read(user, day, people, *, object_type="pensions.worker", each=1, verb=Verb.READ):
    at = dt.datetime.combine(day, dt.time(6), dt.UTC)
    subjects = [uuid.uuid4() for _ in range(people)]
    Entry.objects.bulk_create(
        Entry(
            at=at, key=uuid.uuid4(), actor_id=user.pk, verb=verb, object_type=object_type, subject_id=subject
        )
        for subject in subjects
        for _ in range(each)
    )


@pytest.fixture
def official(house):
    return house.user(Role.REGISTRY_OFFICIAL)


@pytest.fixture
def everyday(house, official):
    """Five weeks of two officials who open about thirty records a day."""
    other = house.user(Role.REGISTRY_OFFICIAL, "second")
    for back in range(2, 30):
        for user, people in ((official, 25 + back % 9), (other, 30 + back % 7)):
            read(user, TODAY - dt.timedelta(days=back), people)
    return other


def test_a_day_far_outside_raises_one_alarm(official, everyday):
    read(official, YESTERDAY, 200)
    read(everyday, YESTERDAY, 40)
    assert reading.find(today=TODAY) == 1
    assert reading.find(today=TODAY) == 0
    alarm = ReadingAlarm.everything.get()
    assert (alarm.user, alarm.people, alarm.day) == (official, 200, YESTERDAY)
    assert 40 < alarm.usual < 80


def test_one_record_opened_often_is_not_many_people(official, everyday):
    read(official, YESTERDAY, 20, each=30)
    assert reading.find(today=TODAY) == 0


def test_one_who_reads_too_much_every_day_does_not_become_usual(official, everyday, house):
    third = house.user(Role.REGISTRY_OFFICIAL, "third")
    for back in range(1, 29):
        read(third, TODAY - dt.timedelta(days=back), 300)
    reading.find(today=TODAY)
    assert list(ReadingAlarm.everything.values_list("user_id", flat=True)) == [third.pk]


def test_a_busy_kind_of_work_is_measured_by_its_own_kind(house, everyday):
    head = house.user(Role.REGISTRY_SUPERVISOR)
    for back in range(1, 29):
        read(head, TODAY - dt.timedelta(days=back), 280 + back)
    assert reading.find(today=TODAY) == 0


def test_with_little_to_compare_one_fixed_limit_stands(house):
    keeper = house.user(Role.ARCHIVIST)
    read(keeper, YESTERDAY, 300)
    assert reading.find(today=TODAY) == 0
    read(keeper, YESTERDAY, 300)
    assert reading.find(today=TODAY) == 1


def test_what_is_opened_in_cases_is_nobodys_business_here(official, everyday):
    read(official, YESTERDAY, 400, object_type="cases.case")
    assert reading.find(today=TODAY) == 0


def test_it_is_one_question_to_the_journal(official, everyday, django_assert_max_num_queries):
    read(official, YESTERDAY, 200)
    with django_assert_max_num_queries(1, using=_journal()):
        reading.people_a_day(TODAY - dt.timedelta(days=29), YESTERDAY)
    with django_assert_max_num_queries(8):
        reading.find(today=TODAY)


def _journal() -> str:
    from common.journal.router import JournalRouter

    return JournalRouter.database()


def test_an_auditor_explains_and_nobody_explains_oneself(house, official, everyday, client, journal):
    read(official, YESTERDAY, 200)
    reading.find(today=TODAY)
    alarm = ReadingAlarm.everything.get()
    address = f"/admin/accounts/readingalarm/{alarm.pk}/do/explain/"
    client.force_login(official)
    assert client.get("/admin/accounts/readingalarm/").status_code == 403
    auditor = house.user(Role.AUDITOR)
    client.force_login(auditor)
    assert official.full_name in client.get("/admin/accounts/readingalarm/").content.decode()
    assert client.post(address, {"explanation": "a list for the ministry, letter 12"}).status_code == 302
    alarm.refresh_from_db()
    assert alarm.explained_by == auditor
    assert client.post(address, {"explanation": "again"}).status_code in (400, 403)
    assert journal(action="journal.alarm.explain").count() == 1
    own = ReadingAlarm.everything.create(user=auditor, day=TODAY, people=900, usual=50)
    refused = client.post(f"/admin/accounts/readingalarm/{own.pk}/do/explain/", {"explanation": "mine"})
    assert refused.status_code == 400


def test_the_night_asks(official, everyday):
    from common import checks

    assert "journal.unusual_reading" in checks.questions()
