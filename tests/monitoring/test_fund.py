"""Funds: keys that make the whole, a book whose lines are never changed, money that is never promised twice."""

import datetime as dt
from decimal import Decimal

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.urls import reverse

from accounts.enums import Role
from common import clock
from common.errors import Conflict, Refused
from common.money import Money
from monitoring.enums import FundEntryKind, KeyKind, ProjectState
from monitoring.fund_book import (
    balance,
    balances_of_projects,
    contributions,
    key_on,
    shares_of,
    split,
    worked,
)
from monitoring.models import Fund, FundEntry, FundKey, FundProject, Measure
from monitoring.services import fund as service
from monitoring.services import measures
from tests.support.refusals import refused

D = Decimal
TODAY = dt.date(2026, 11, 26)


@pytest.fixture
def people(house):
    return house.user(Role.ANALYST), house.user(Role.DECISION_MAKER)


@pytest.fixture
def focem(db, people):
    assert service.load_funds(by=people[0]) == 2
    assert service.load_funds(by=people[0]) == 0
    return Fund.objects.get(code="FOCEM")


@pytest.fixture
def fund(focem):
    return Fund.objects.get(code="CU")


def test_a_total_is_split_to_the_smallest_unit_and_adds_up():
    thirds = {"AA": D("33.3333"), "BB": D("33.3333"), "CC": D("33.3334")}
    parts = split(Money(D("100.00"), "USD"), thirds)
    assert sum(part.amount for part in parts.values()) == D("100.00")
    assert parts["CC"].amount == D("33.34")
    odd = split(Money(D("0.01"), "USD"), {"AA": D(50), "BB": D(50)})
    assert [odd[state].amount for state in ("AA", "BB")] == [D("0.01"), D("0.00")]
    yen = split(Money(D(100), "JPY"), {"AA": D("33.3"), "BB": D("66.7")})
    assert [part.amount for part in yen.values()] == [33, 67]


def test_mercosur_keys_of_the_study_and_of_the_decision(focem):
    """The study prints 2 per cent for Paraguay and 1 for Uruguay; the decision has them the other way round."""
    study = shares_of(key_on(focem, KeyKind.CONTRIBUTION, dt.date(2005, 2, 1)))
    assert study == {"BR": 70, "AR": 27, "PY": 2, "UY": 1}
    lines = {line.state: line for line in worked(focem, Money(D(100_000_000), "USD"), TODAY)}
    pays = {state: line.pays.amount / 1_000_000 for state, line in lines.items()}
    receives = {state: line.receives.amount / 1_000_000 for state, line in lines.items()}
    assert pays == {"BR": 70, "AR": 27, "PY": 1, "UY": 2}
    assert receives == {"PY": 48, "UY": 32, "AR": 10, "BR": 10}
    assert lines["PY"].net.amount == 47_000_000
    assert sum(line.net.amount for line in lines.values()) == 0


def test_without_a_key_nothing_is_computed(focem, fund):
    assert worked(fund, Money(D(100), "RUB"), TODAY) is None
    assert worked(focem, Money(D(100), "USD"), dt.date(2004, 1, 1)) is None


@pytest.mark.parametrize(
    ("shares", "code"),
    [
        ({"KG": "50", "RU": "49"}, "shares_not_whole"),
        ({"KG": "50", "RU": "50.001"}, "shares_not_whole"),
        ({"KG": "-50", "RU": "150"}, "share_unclear"),
        ({"KG": "fifty", "RU": "50"}, "share_unclear"),
        ({"kg": "50", "RU": "50"}, "share_unclear"),
        ({"KG": "NaN", "RU": "100"}, "share_unclear"),
        ({}, "shares_not_whole"),
    ],
)
def test_a_key_makes_the_whole(fund, people, shares, code):
    values = {"by": people[0], "fund": fund, "kind": "contribution", "valid_from": TODAY, "source": "treaty"}
    refused(code, service.set_key, shares=shares, **values)
    assert not fund.keys.exists()


def test_keys_are_dated_and_kept(fund, people):
    values = {"by": people[0], "fund": fund, "kind": "contribution"}
    first = service.set_key(
        **values, shares={"KG": 10, "RU": 90}, valid_from=dt.date(2015, 8, 12), source="a"
    )
    service.set_key(**values, shares={"KG": 20, "RU": 80}, valid_from=dt.date(2020, 1, 1), source="b")
    assert key_on(fund, "contribution", dt.date(2019, 12, 31)) == first
    with pytest.raises(Conflict):
        service.set_key(**values, shares={"KG": 100}, valid_from=dt.date(2020, 1, 1), source="c")
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        FundKey.objects.update(source="other")


@pytest.fixture
def project(fund, people):
    analyst, _boss = people
    measures.load_study(by=analyst)
    for state, amount in (("RU", "700.00"), ("KG", "300.00")):
        service.contribute(
            by=analyst, fund=fund, state=state, amount=D(amount), effective_on=TODAY, document="order 1"
        )
    return service.apply(
        by=analyst,
        fund=fund,
        title="Centres",
        purpose="training",
        state="KG",
        asked=D("600.00"),
        measure=Measure.everything.get(code="M10"),
    )


@pytest.fixture
def approved(project, people):
    service.decide(by=people[1], project=project, state="approved", reason="useful", amount=D("600.00"))
    return project


def pay(project, by, amount, **more):
    values = {"effective_on": clock.today(), "document": "order 2", **more}
    return service.pay(by=by, project=project, amount=D(amount), **values)


def test_balances_follow_the_book(fund, approved, people):
    pay(approved, people[0], "250.00")
    pay(approved, people[0], "50.00", back=True)
    found = balance(fund)
    assert (found.contributed, found.committed, found.disbursed) == (1000, 600, 200)
    assert (found.cash, found.free, found.still_due) == (800, 400, 400)
    assert balances_of_projects(fund)[approved.pk].still_due == 400
    assert contributions(fund) == {"KG": 300, "RU": 700}
    service.decide(by=people[1], project=approved, state="closed", reason="done")
    assert (balance(fund).committed, balance(fund).free) == (200, 800)


@pytest.mark.parametrize(("amount", "back", "code"), [
    ("600.01", False, "more_than_promised"),
    ("0.01", True, "more_than_paid"),
    ("0", False, "amount_missing"),
    ("-5", False, "amount_missing"),
])  # fmt: skip
def test_no_more_is_paid_than_promised(approved, people, amount, back, code):
    refused(code, pay, project=approved, by=people[0], amount=amount, back=back)


def test_no_more_is_promised_than_is_free(fund, project, people):
    analyst, boss = people
    other = service.apply(by=analyst, fund=fund, title="b", purpose="c", state="KG", asked=D(900))
    service.decide(by=boss, project=project, state="approved", reason="r", amount=D(600))
    refused(
        "not_free", service.decide, by=boss, project=other, state="approved", reason="r", amount=D("400.01")
    )
    assert service.state_of(other) is None, "the decision is not written either"
    refused("amount_missing", service.decide, by=boss, project=other, state="approved", reason="r")


def test_who_applies_does_not_approve_and_who_approves_does_not_pay(house, fund, project, people):
    from accounts.models import Membership

    analyst, boss = people
    for user, role in ((analyst, Role.DECISION_MAKER), (boss, Role.ANALYST)):
        Membership.objects.create(
            user=user, organisation=house.organisation(), role=role, from_on=dt.date(2020, 1, 1)
        )
        user.__dict__.pop("valid_memberships", None)
    refused(
        "own_application",
        service.decide,
        error=Refused,
        by=analyst,
        project=project,
        state="refused",
        reason="r",
    )
    service.decide(by=boss, project=project, state="approved", reason="r", amount=D(100))
    refused("own_approval", pay, error=Refused, project=project, by=boss, amount="1")


@pytest.mark.parametrize("role", [r for r in Role if r not in {Role.ANALYST, Role.PUBLIC}])
def test_only_analysts_enter_and_only_decision_makers_decide(house, fund, project, role):
    user = house.user(role, "other")
    with pytest.raises(Refused):
        service.contribute(by=user, fund=fund, state="KG", amount=D(1), effective_on=TODAY, document="d")
    if role != Role.DECISION_MAKER:
        with pytest.raises(Refused):
            service.decide(by=user, project=project, state="refused", reason="r")


def test_a_decision_is_taken_once(approved, people):
    for state in (ProjectState.APPROVED, ProjectState.REFUSED):
        refused("decided_already", service.decide, error=Conflict, by=people[1], project=approved, state=state,
                reason="again", amount=D(1))  # fmt: skip


def test_a_mistake_is_taken_back_by_another_line(fund, approved, people):
    line = pay(approved, people[0], "100.00")
    service.reverse(by=people[0], entry=line, document="order 3")
    assert balance(fund).disbursed == 0
    assert FundEntry.objects.filter(kind=FundEntryKind.DISBURSEMENT).count() == 2
    refused("reversed_already", service.reverse, error=Conflict, by=people[0], entry=line, document="again")
    paid_in = FundEntry.objects.get(state="RU")
    refused("others_stand_on_it", service.reverse, by=people[0], entry=paid_in, document="d")
    for statement in (
        lambda: FundEntry.objects.update(amount=1),
        lambda: FundProject.objects.update(asked=1),
    ):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            statement()


@pytest.mark.parametrize(
    "values",
    [
        {"kind": "contribution", "amount": D(-1), "state": "KG", "document": "d"},
        {"kind": "contribution", "amount": D(1), "state": "", "document": "d"},
        {"kind": "contribution", "amount": D(1), "state": "KG", "document": ""},
        {"kind": "disbursement", "amount": D(1), "document": "d"},
    ],
)
def test_the_database_refuses_lines_that_make_no_sense(fund, people, values):
    with pytest.raises(IntegrityError), transaction.atomic():
        FundEntry.objects.create(fund=fund, effective_on=TODAY, recorded_by=people[0], **values)


def test_money_of_a_measure_is_replaced_not_changed(project, people, client):
    measure = project.measure
    values = {"by": people[0], "measure": measure, "year": 2027, "document": "budget law"}
    first = service.plan_budget(**values, source="state", amount=D(5_000_000), currency="KGS")
    service.plan_budget(**values, source="fund", amount=D(100), currency="RUB", fund=project.fund)
    service.plan_budget(**values, source="state", amount=D(6_000_000), currency="KGS", replaces=first)
    refused("fund_unclear", service.plan_budget, **values, source="fund", amount=D(1), currency="RUB")
    refused("other_currency", service.plan_budget, **values, source="fund", amount=D(1), currency="KGS",
            fund=project.fund)  # fmt: skip
    page = client.get(reverse("monitoring:measure", args=[measure.code])).content.decode()
    assert "6 000 000" in page.replace("\xa0", " ") and "5 000 000" not in page.replace("\xa0", " ")


@pytest.mark.parametrize("language", ["ky", "ru", "en"])
def test_pages_of_funds(client, settings, fund, approved, people, language):
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    pay(approved, people[0], "250.00")
    assert client.get(reverse("monitoring:funds")).status_code == 200
    own = client.get(reverse("monitoring:fund", args=["CU"]))
    assert own.status_code == 200 and "Centres" in own.content.decode()
    example = client.get(reverse("monitoring:fund", args=["FOCEM"]), {"total": "1000", "day": "2026-01-01"})
    rows = {row[0]: row[1:] for row in example.context["worked"]["rows"]}
    assert len(rows) == 4
    assert client.get(reverse("monitoring:fund", args=["FOCEM"]), {"total": "much"}).status_code == 400
    assert client.get(reverse("monitoring:fund", args=["NONE"])).status_code == 404
