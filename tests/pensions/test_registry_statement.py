"""The statement of a person's record."""

import datetime as dt

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext

from accounts.enums import Role
from common import clock
from common.errors import Missing, Refused
from pensions import seed
from pensions.enums import EvidenceStatus
from pensions.models import EmploymentPeriod, Worker
from pensions.services import ledger
from pensions.services.merging import merge_workers
from pensions.services.statement import statement
from pensions.totalisation import Stage
from tests.support.registry import Registry

pytestmark = pytest.mark.django_db
ON = dt.date(2026, 3, 31)


@pytest.fixture
def traveller(house) -> Worker:
    return seed.traveller(user=house.user(Role.WORKER))


def test_the_record_of_three_states_with_gaps_and_an_overlap(traveller):
    made = statement(by=None, worker=traveller, on=ON)
    result = made.totalisation
    assert {state: total.days for state, total in result.states.items()} == {
        "KG": (dt.date(2013, 6, 30) - dt.date(2008, 9, 1)).days + 1,
        "KZ": (dt.date(2021, 8, 31) - dt.date(2020, 2, 3)).days + 1,
        "RU": (dt.date(2019, 11, 30) - dt.date(2013, 8, 12)).days
        + (dt.date(2023, 12, 29) - dt.date(2021, 7, 1)).days
        + 2,
    }
    overlaps = {(o.start_on, o.end_on) for o in result.overlaps}
    assert overlaps == {(dt.date(2021, 7, 1), dt.date(2021, 8, 31))}
    assert result.gaps == [
        (dt.date(2013, 7, 1), dt.date(2013, 8, 11)),
        (dt.date(2019, 12, 1), dt.date(2020, 2, 2)),
    ]
    assert [one.status for one in made.periods] == ["confirmed", "confirmed", "declared", "confirmed"]
    assert sum(year.months for year in made.years) == 23 + 19 + 30


def test_a_disputed_period_is_shown_and_does_not_count(traveller):
    period = EmploymentPeriod.everything.get(state="KZ")
    ledger.judge_period(by=None, period=period, status=EvidenceStatus.DISPUTED, note="no contributions")
    made = statement(by=None, worker=traveller, on=ON)
    assert "KZ" not in made.totalisation.states
    assert [one.counts for one in made.periods] == [True, True, False, True]


def test_the_record_as_it_was_known_before_a_correction(traveller):
    before = clock.now()
    period = EmploymentPeriod.everything.get(state="KG")
    ledger.correct(by=None, entry=period, reason="archive", end_on=dt.date(2012, 6, 30))
    now = statement(by=None, worker=traveller, on=ON).totalisation.states["KG"].stage
    then = statement(by=None, worker=traveller, on=ON, known_at=before).totalisation.states["KG"].stage
    assert (now, then) == (Stage(3, 10, 0), Stage(4, 10, 0))


def test_days_that_are_taken_out_do_not_count(traveller):
    period = EmploymentPeriod.everything.get(state="KG")
    leave = [{"from_on": "2010-01-01", "until_on": "2010-12-31", "reason": "unpaid leave"}]
    ledger.correct(by=None, entry=period, reason="leave", not_counted=leave)
    assert statement(by=None, worker=traveller, on=ON).totalisation.states["KG"].stage == Stage(3, 10, 0)


def test_a_merged_record_speaks_for_both_and_no_row_moves(traveller, house):
    supervisor = house.user(Role.REGISTRY_SUPERVISOR)
    twin = Registry().worker(family_name="Асанова", given_name="Жылдыз")
    employment = Registry().employment(twin, seed.employer("builder"))
    ledger.record_period(
        by=None, employment=employment, start_on=dt.date(2024, 1, 1), end_on=dt.date(2024, 6, 30)
    )
    merge_workers(by=supervisor, keep=traveller, merge=twin, reason="one passport")
    made = statement(by=supervisor, worker=traveller, on=ON)
    assert len(made.periods) == 5
    assert EmploymentPeriod.everything.filter(worker=twin).count() == 1


def test_who_may_and_who_may_not_and_the_journal_knows(traveller, house, journal):
    for reader in (house.user(Role.REGISTRY_OFFICIAL), house.user(Role.WORKER)):
        assert statement(by=reader, worker=traveller).periods
        assert journal(actor_id=reader.pk, subject_id=traveller.pk, verb="read").count() == 1
    for stranger in (
        house.user(Role.REGISTRY_OFFICIAL, "abroad", state="RU"),
        house.user(Role.WORKER, "second"),
        house.user(Role.EMPLOYER_CLERK),
        house.user(Role.AUDITOR),
        house.user(Role.ANALYST),
        house.user(Role.SYSTEM_ADMINISTRATOR),
        house.user(Role.CASE_WORKER),
    ):
        with pytest.raises((Missing, Refused)):
            statement(by=stranger, worker=traveller)
        assert not journal(actor_id=stranger.pk, verb="read").exists()


def test_the_same_number_of_queries_however_long_the_record(traveller, house):
    official = house.user(Role.REGISTRY_OFFICIAL)
    short = Registry().worker()
    Registry().employment(short)
    counts = []
    for worker in (short, traveller):
        official.__dict__.pop("valid_memberships", None)
        with CaptureQueriesContext(connections["default"]) as queries:
            statement(by=official, worker=worker)
        counts.append(len(queries))
    assert counts[1] <= 12
    assert counts[1] - counts[0] <= 3  # an empty record asks for less
