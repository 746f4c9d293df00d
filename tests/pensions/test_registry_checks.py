"""Nightly questions of the registry: each finds what does not fit, and nothing in a record that does."""

import datetime as dt

import pytest

from common import checks
from pensions import seed
from pensions.models import Contribution, Employer, Worker
from pensions.services import ledger
from tests.support.registry import Registry

pytestmark = pytest.mark.django_db


def asked(code: str) -> list:
    return list(checks.questions()[code]())


@pytest.fixture
def employment(db):
    employment = Registry().employment()
    ledger.record_period(
        by=None, employment=employment, start_on=dt.date(2024, 3, 15), end_on=dt.date(2024, 6, 10)
    )
    return employment


def pay(employment, month, **values):
    amounts = {"accrued": 100, "paid": 100} | values
    return ledger.record_contribution(by=None, employment=employment, month=month, currency="RUB", **amounts)


def test_a_record_that_fits_raises_no_question(db):
    seed.traveller()
    ours = [code for code in checks.questions() if code.startswith("registry.")]
    assert len(ours) >= 5
    assert {code: asked(code) for code in ours} == {code: [] for code in ours}


def test_months_outside_the_period(employment):
    for month in (3, 4, 6):
        pay(employment, dt.date(2024, month, 1))
    assert asked("registry.contribution_outside_period") == []
    wrong = pay(employment, dt.date(2024, 7, 1))
    [answer] = asked("registry.contribution_outside_period")
    assert (answer.object_id, answer.details) == (str(employment.worker_id), {"month": "2024-07-01"})
    ledger.withdraw(by=None, entry=wrong, reason="not worked")
    assert asked("registry.contribution_outside_period") == []


def test_unpaid_contributions(employment):
    pay(employment, dt.date(2024, 4, 1), paid=40)
    assert len(asked("registry.paid_less_than_accrued")) == 1


def test_work_after_the_employer_was_liquidated(employment):
    Employer.everything.update(liquidated_on=dt.date(2024, 6, 10))
    assert asked("registry.employer_liquidated_earlier") == []
    Employer.everything.update(liquidated_on=dt.date(2024, 6, 9))
    assert len(asked("registry.employer_liquidated_earlier")) == 1


def test_a_worker_of_a_hundred_and_thirty(employment):
    Worker.everything.update(birth_on=dt.date(1890, 1, 1))
    assert len(asked("registry.worker_too_old")) == 1


def test_a_ledger_row_under_the_wrong_worker(employment):
    stranger = Registry().worker()
    Contribution.everything.create(
        worker=stranger,
        employment=employment,
        month=dt.date(2024, 4, 1),
        effective_on=dt.date(2024, 4, 1),
        currency="RUB",
        accrued=1,
    )
    assert [a.object_id for a in asked("registry.ledger_of_another_worker")] == [str(stranger.pk)]
