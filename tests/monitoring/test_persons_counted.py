"""Persons of a figure: once in every part, a merged record for the one it was merged into."""

import datetime as dt

import pytest

from monitoring.periods import Period
from monitoring.sources import sources
from pensions.services import ledger
from tests.support.registry import Registry

pytestmark = pytest.mark.django_db


@pytest.fixture
def two_states():
    """One person with two records, paid in two states; another paid in one. The second person's May was taken back."""
    registry = Registry()
    one, other = registry.worker(sex="female"), registry.worker(sex="male")
    twin = registry.worker(sex="female")
    type(twin).everything.filter(pk=twin.pk).update(merged_into=one, state="archived")
    russian, kazakh = registry.employer(state="RU", industry="F"), registry.employer(state="KZ", industry="F")
    paid(registry.employment(one, russian), 4, 5)
    paid(registry.employment(twin, kazakh), 5, 6)
    job = registry.employment(other, russian)
    _april, may = paid(job, 4, 5)
    ledger.withdraw(by=None, entry=may, reason="never worked")
    return registry


def paid(employment, *months):
    return [
        ledger.record_contribution(
            by=None,
            employment=employment,
            month=dt.date(2026, month, 1),
            accrued=100,
            paid=100,
            currency="RUB",
        )
        for month in months
    ]


def test_a_person_counts_once_in_the_total_and_once_in_every_state(two_states):
    assert sources()["workers_contributing"](Period.parse("2026-Q2")) == {
        "": 2,
        "EMPLOYMENT_STATE=RU": 2,
        "EMPLOYMENT_STATE=KZ": 1,
    }


def test_a_month_counts_once_for_a_person_however_many_employers_paid(two_states):
    assert sources()["months_insured"](Period.parse("2026-Q2")) == {
        "": 4,
        "EMPLOYMENT_STATE=RU": 3,
        "EMPLOYMENT_STATE=KZ": 2,
        "SEX=female": 3,
        "SEX=male": 1,
        "INDUSTRY=F": 4,
    }


def test_a_period_without_rows_counts_nobody(two_states):
    assert sources()["workers_contributing"](Period.parse("2025-Q2")) == {"": 0}


def test_the_ledger_is_read_once(two_states, django_assert_num_queries):
    with django_assert_num_queries(1):
        sources()["months_insured"](Period.parse("2026-Q2"))
