"""Blank forms: custody, both sides' word, and a balance that holds at every moment."""

import pytest
from django.db import IntegrityError, transaction
from django.db.models import F

from accounts.enums import OrganisationKind, Role
from common.errors import Conflict, Invalid, Missing
from pensions.models import Blank, BlankMovement, BlankStock
from pensions.services import blank_deliveries, blanks, register_audit

pytestmark = pytest.mark.django_db
COMMISSION = "Асанова Г., башчы\nБекова Н., мүчө"


@pytest.fixture
def employer(house):
    return house.organisation(OrganisationKind.EMPLOYER)


def stock(custodian) -> dict:
    found = BlankStock.everything.filter(custodian=custodian, series="КГ").first()
    if found is None:
        return {}
    names = ("received", "handed_over", "used", "spoiled", "lost", "stolen", "destroyed", "in_custody")
    return {name: getattr(found, name) for name in names if getattr(found, name)}


def send(office, employer, first=1, last=10):
    return blanks.hand_over(
        by=office.official, custodian=office.organisation, to=employer, series="кг ", first=first, last=last
    )


def write_off(by, custodian, kind, first, last):
    return blanks.write_off(
        by=by,
        custodian=custodian,
        kind=kind,
        series="КГ",
        first=first,
        last=last,
        reason="an act",
        document="№ 3",
        commission=COMMISSION,
    )


def test_custody_changes_when_both_sides_have_said_so(office, employer):
    sent = send(office, employer)
    assert stock(office.organisation) == {"received": 50, "in_custody": 50} and stock(employer) == {}
    assert Blank.everything.filter(state="in_transit").count() == 10
    taken = blank_deliveries.accept(by=office.clerk, movement=sent)
    assert taken.answers == sent and taken.custodian == employer
    assert stock(office.organisation) == {"received": 50, "handed_over": 10, "in_custody": 40}
    assert stock(employer) == {"received": 10, "in_custody": 10}
    with pytest.raises(Conflict):
        blank_deliveries.accept(by=office.clerk, movement=sent)
    assert register_audit.audit() == []


def test_the_giver_cannot_answer_for_the_receiver(office, employer, house):
    sent = send(office, employer)
    for nobody in (office.official, house.user(Role.EMPLOYER_CLERK, "second")):
        with pytest.raises(Missing):
            blank_deliveries.accept(by=nobody, movement=sent)
    blank_deliveries.refuse(by=office.official, movement=sent, reason="called back")
    assert stock(office.organisation) == {"received": 50, "in_custody": 50}
    assert register_audit.audit() == []


def test_what_is_on_the_way_is_of_use_to_nobody(office, employer):
    send(office, employer, 1, 50)
    with pytest.raises(Conflict) as refusal:
        office.issued()
    assert refusal.value.code == "no_blank"
    with pytest.raises(Conflict):
        write_off(office.official, office.organisation, "lost", 1, 1)


def test_the_balance_holds_through_everything(office, employer):
    blank_deliveries.accept(by=office.clerk, movement=send(office, employer, 1, 20))
    for kind, first, last in (
        ("spoiled", 21, 22),
        ("lost", 23, 23),
        ("stolen", 24, 26),
        ("destroyed", 27, 27),
    ):
        write_off(office.official, office.organisation, kind, first, last)
    made = office.issued()
    assert str(made.blank) == "КГ 0000028"
    assert stock(office.organisation) == {
        "received": 50,
        "handed_over": 20,
        "used": 1,
        "spoiled": 2,
        "lost": 1,
        "stolen": 3,
        "destroyed": 1,
        "in_custody": 22,
    }
    write_off(office.official, office.organisation, "spoiled", 28, 28)
    assert stock(office.organisation)["spoiled"] == 3 and "used" not in stock(office.organisation)
    assert register_audit.audit() == []


def test_the_database_refuses_a_stock_that_does_not_balance(office):
    for change in ({"used": 1}, {"in_custody": F("in_custody") - 1}, {"received": 0}):
        with pytest.raises(IntegrityError), transaction.atomic():
            BlankStock.everything.update(**change)


def test_a_number_is_received_once(office):
    with pytest.raises(Conflict) as refusal:
        blanks.receive_blanks(
            by=office.official, custodian=office.organisation, series="КГ", first=50, last=60, document="№ 8"
        )
    assert refusal.value.code == "blank_known" and not Blank.everything.filter(number=60).exists()


def test_half_a_range_moves_nothing(office, employer):
    write_off(office.official, office.organisation, "spoiled", 5, 5)
    before = BlankMovement.everything.count()
    with pytest.raises(Conflict) as refusal:
        send(office, employer, 1, 10)
    assert refusal.value.code == "blanks_not_there"
    assert BlankMovement.everything.count() == before
    assert not Blank.everything.filter(state="in_transit").exists()


@pytest.mark.parametrize(("first", "last"), [(0, 5), (9, 3), (1, 200_000)])
def test_ranges_that_make_no_sense(office, employer, first, last):
    with pytest.raises(Invalid):
        send(office, employer, first, last)


def test_a_movement_needs_its_paper_and_its_reason(office):
    with pytest.raises(Invalid):
        blanks.receive_blanks(
            by=office.official, custodian=office.organisation, series="Х", first=1, last=2, document=" "
        )
    with pytest.raises(Invalid):
        blanks.write_off(
            by=office.official,
            custodian=office.organisation,
            kind="lost",
            series="КГ",
            first=1,
            last=1,
            reason="",
        )
