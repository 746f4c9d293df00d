"""Deliveries in parts, disputes, sale over the counter, the book, scanning, and what looks unusual."""

import datetime as dt
import io
import itertools
import os
import random
import subprocess
import sys
import textwrap
from decimal import Decimal
from pathlib import Path

import openpyxl
import pypdfium2
import pytest
import time_machine
from django.db import connection
from django.urls import reverse

from accounts.enums import OrganisationKind, Role
from common.checks import questions
from common.errors import Conflict, Invalid, KozotError, Missing, Refused
from common.scoping import acting_as
from pensions import blank_codes, ranges
from pensions.models import Blank, BlankMovement, BlankSale, BlankStock, EmployerIdentifier
from pensions.services import blank_book, blank_deliveries, blank_sales, blanks, register_audit
from pensions.spoilage import Outlet, judge
from tests.support.registry import Registry

pytestmark = pytest.mark.django_db
ACT = {"document": "№ 3", "commission": "Асанова Г., башчы\nБекова Н., мүчө"}


@pytest.fixture
def outlet(house):
    return house.organisation(OrganisationKind.DISTRIBUTOR)


@pytest.fixture
def keeper(house, outlet):
    return house.user(Role.BLANK_KEEPER)


@pytest.fixture
def sent(office, outlet):
    return blanks.hand_over(
        by=office.official, custodian=office.organisation, to=outlet, series="КГ", first=1, last=20
    )


def balances() -> dict:
    """Account against blank forms, for every custodian and series; the audit must find nothing."""
    for stock in BlankStock.everything.all():
        gone = stock.handed_over + stock.used + stock.spoiled + stock.lost + stock.stolen + stock.destroyed
        assert stock.received == gone + stock.in_custody
        held = Blank.everything.filter(
            custodian=stock.custodian, series=stock.series, state__in=("in_stock", "in_transit")
        )
        assert held.count() == stock.in_custody
    assert register_audit.audit() == []
    return {str(one.custodian): one.in_custody for one in BlankStock.everything.all()}


# --- deliveries in parts --------------------------------------------------------------------------------


def test_a_part_is_accepted_and_the_rest_disputed_then_settled(office, outlet, keeper, sent):
    blank_deliveries.accept(by=keeper, movement=sent, first=1, last=8)
    blank_deliveries.dispute(by=keeper, movement=sent, first=9, last=20, reason="a box is missing")
    sent = BlankMovement.everything.get(pk=sent.pk)
    assert sent.open_ranges == [(9, 20)], "a dispute settles nothing"
    assert set(balances().values()) == {42, 8}
    blank_deliveries.accept(by=keeper, movement=sent, first=9, last=12)
    blank_deliveries.refuse(by=office.official, movement=sent, first=13, last=15, reason="found in the car")
    blank_deliveries.write_off_on_the_way(
        by=office.official, movement=sent, kind="lost", reason="never found"
    )
    assert not BlankMovement.everything.get(pk=sent.pk).is_waiting
    assert list(Blank.everything.filter(state="lost").values_list("number", flat=True)) == [
        16,
        17,
        18,
        19,
        20,
    ]
    assert set(balances().values()) == {33, 12}
    with pytest.raises(Conflict):
        blank_deliveries.accept(by=keeper, movement=sent)


@pytest.mark.parametrize(("first", "last"), [(5, 12), (1, 25), (19, 3), (21, 22), (0, 3)])
def test_numbers_outside_of_what_is_open_are_refused(keeper, sent, first, last):
    blank_deliveries.accept(by=keeper, movement=sent, first=5, last=6)
    with pytest.raises(Conflict):
        blank_deliveries.accept(by=keeper, movement=sent, first=first, last=last)
    balances()


def test_a_number_called_back_and_sent_again_belongs_to_the_second_delivery(office, outlet, keeper, sent):
    blank_deliveries.refuse(by=office.official, movement=sent, first=4, last=4, reason="called back")
    again = blanks.hand_over(
        by=office.official, custodian=office.organisation, to=outlet, series="КГ", first=4, last=4
    )
    with pytest.raises(Conflict):
        blank_deliveries.accept(by=keeper, movement=sent, first=3, last=5)
    blank_deliveries.accept(by=keeper, movement=sent)
    assert Blank.everything.get(number=4).state == "in_transit"
    blank_deliveries.accept(by=keeper, movement=again)
    assert set(balances().values()) == {30, 20}


def test_only_the_giver_writes_off_and_only_the_receiver_disputes(office, keeper, sent, house):
    for nobody in (keeper, house.user(Role.BLANK_KEEPER, "second"), house.user(Role.AUDITOR), office.person):
        with pytest.raises((Missing, Refused)):
            blank_deliveries.write_off_on_the_way(by=nobody, movement=sent, kind="lost", reason="x")
    for nobody in (office.official, house.user(Role.BLANK_KEEPER, "second"), office.person):
        with pytest.raises((Missing, Refused)):
            blank_deliveries.dispute(by=nobody, movement=sent, reason="x")


def test_any_sequence_of_steps_keeps_the_balance(office, outlet):
    """Random steps, many of them refused: no account ever differs from its blank forms, nor the book from either."""
    dice, employer = random.Random(20261126), house_buyer(outlet)
    for _step in range(250):
        try:
            random_step(dice, office.organisation, outlet, employer)
        except KozotError:
            continue
    balances()
    kinds = set(BlankMovement.everything.values_list("kind", flat=True))
    assert {"accepted", "sold", "disputed", "refused", "lost", "spoiled"} <= kinds
    for stock in BlankStock.everything.all():
        made = list(blank_book.lines(stock))
        assert (ranges.count(made[-1].balance) if made else 0) == stock.in_custody


def random_step(dice, office, outlet, employer) -> None:
    deliveries = list(BlankMovement.everything.filter(kind="handed_over"))
    if deliveries and dice.random() < 0.6:
        delivery = dice.choice(deliveries)
        part = sorted(dice.choices(range(delivery.first, delivery.last + 1), k=2))
        how = {"by": None, "movement": delivery, "first": part[0], "last": part[1]}
        act = dice.choice(("accept", "accept", "accept", "dispute", "refuse", "write_off_on_the_way"))
        if act != "accept":
            how["reason"] = "so it was"
        if act == "write_off_on_the_way":
            how["kind"] = "lost"
        getattr(blank_deliveries, act)(**how)
        return
    first = dice.randint(1, 50)
    span = {"by": None, "series": "КГ", "first": first, "last": min(50, first + dice.randint(0, 3))}
    act = dice.random()
    if act < 0.5:
        blanks.hand_over(custodian=office, to=outlet, **span)
    elif act < 0.8:
        blanks.write_off(custodian=outlet, kind="spoiled", reason="wet", **span, **ACT)
    else:
        paid = {"receipt": "7", "price": Decimal(1), "currency": "KGS", "received_by": "Б. Асанов"}
        blank_sales.sell(custodian=outlet, employer=employer, **{**span, "last": first}, **paid)


# --- the printer and the counter --------------------------------------------------------------------------


def test_the_printer_enters_what_it_printed_and_an_outlet_cannot(house, office):
    printer = house.organisation(OrganisationKind.PRINTER)
    from accounts.models import Membership, User

    printing = User.objects.create_user(email="printer@example.org", full_name="printer")
    Membership.objects.create(
        user=printing, organisation=printer, role=Role.BLANK_KEEPER, from_on=dt.date(2020, 1, 1)
    )
    order = {"series": "ББ", "first": 1, "last": 10, "document": "order 12"}
    blanks.receive_blanks(by=printing, custodian=printer, **order)
    sent = blanks.hand_over(
        by=printing, custodian=printer, to=office.organisation, series="ББ", first=1, last=10
    )
    blank_deliveries.accept(by=office.official, movement=sent, first=1, last=9)
    balances()
    keeper = house.user(Role.BLANK_KEEPER)
    with pytest.raises(Refused):
        blanks.receive_blanks(by=keeper, custodian=house.organisation(OrganisationKind.DISTRIBUTOR), **order)


def house_buyer(outlet):
    employer = Registry().employer(name="Чач тарач «Айгүл»", state="KG")
    EmployerIdentifier.everything.create(employer=employer, kind="KG-INN", value="01207199310108")
    return employer


def test_a_hairdresser_buys_blanks_at_the_counter(office, outlet, keeper, sent, client):
    employer = house_buyer(outlet)
    blank_deliveries.accept(by=keeper, movement=sent)
    client.force_login(keeper)
    do = reverse("admin:pensions_blankmovement_list_do", args=["sell"])
    form = {
        "custodian": outlet.pk,
        "employer": "01207199310108",
        "first": blank_codes.code_of("КГ", 1, 7),
        "last": "EAB1:кг:0000003",
        "price": "12.50",
        "currency": "KGS",
        "receipt": "К-118",
        "received_by": "Айгүл Сатыбалдиева",
    }
    assert client.post(do, {**form, "employer": "0120719931010"}).status_code == 400
    answer = client.post(do, form)
    assert answer.status_code == 302
    sale = BlankSale.everything.select_related("movement").get()
    employer.refresh_from_db()
    assert sale.movement.custodian == employer.organisation and sale.total == Decimal("37.50")
    assert set(balances().values()) == {30, 17, 3}
    receipt = client.post(f"{answer['Location'].removesuffix('change/')}do/receipt/")
    text = text_of(receipt.content)
    assert "К-118" in text and "37,50" in text and "Чач тарач" in text


def test_only_distributors_sell_and_only_their_own(office, outlet, keeper, sent, house):
    employer = house_buyer(outlet)
    blank_deliveries.accept(by=keeper, movement=sent)
    sale = {
        "employer": employer,
        "series": "КГ",
        "receipt": "1",
        "price": Decimal(1),
        "currency": "KGS",
        "received_by": "Б",
    }
    for nobody in (office.official, office.clerk, office.person, house.user(Role.BLANK_KEEPER, "second")):
        with pytest.raises((Missing, Refused)):
            blank_sales.sell(by=nobody, custodian=outlet, first=1, last=1, **sale)
    for wrong in ({"receipt": " "}, {"price": Decimal("1.005")}, {"currency": "XXX"}, {"received_by": ""}):
        with pytest.raises(Invalid):
            blank_sales.sell(by=keeper, custodian=outlet, first=1, last=1, **{**sale, **wrong})
    employer.liquidated_on = dt.date(2020, 1, 1)
    employer.save()
    with pytest.raises(Invalid):
        blank_sales.sell(by=keeper, custodian=outlet, first=1, last=1, **sale)
    assert not BlankSale.everything.exists()


def test_a_keeper_sees_the_own_outlet_and_no_certificate(office, keeper, sent, house):
    from pensions.models import Certificate

    office.issued()
    with acting_as(keeper):
        assert BlankMovement.objects.get() == sent and not Blank.objects.exists()
        assert not Certificate.objects.exists() and not BlankStock.objects.exists()
    with acting_as(house.user(Role.BLANK_KEEPER, "second")):
        assert not BlankMovement.objects.exists()


# --- the book and the act ---------------------------------------------------------------------------------


def text_of(pdf: bytes) -> str:
    return " ".join(page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(pdf))


def test_the_book_balances_line_by_line_and_prints(office, outlet, keeper, sent, client):
    blank_deliveries.accept(by=keeper, movement=sent, first=1, last=10)
    blanks.write_off(
        by=office.official, custodian=office.organisation, kind="spoiled", series="КГ", first=30, last=31,
        reason="wet", **ACT,
    )  # fmt: skip
    made = office.issued()
    stock = BlankStock.everything.get(custodian=office.organisation)
    year = {"from_on": dt.date(2020, 1, 1), "until_on": dt.date(2030, 1, 1)}
    book = blank_book.book(by=office.official, stock=stock, **year)
    moved = [
        (ranges.count(one.received), ranges.count(one.issued), ranges.count(one.balance))
        for one in book.lines
    ]
    assert moved == [(50, 0, 50), (0, 10, 40), (0, 2, 38), (0, 1, 37)]
    assert book.lines[-1].other == made.number and book.lines[-1].balance == ((11, 20), (22, 29), (32, 50))
    client.force_login(office.official)
    do = f"/admin/pensions/blankstock/{stock.pk}/do/"
    pdf = client.post(f"{do}book-pdf/", {"from_on": "2020-01-01", "until_on": "2030-01-01"})
    text = text_of(pdf.content)
    assert "0504045" in text and "0000011–0000020" in text.replace("\u00ad", "") and "№ 3" in text
    table = client.post(f"{do}book-xlsx/", {"from_on": "2020-01-01", "until_on": "2030-01-01"})
    sheet = openpyxl.load_workbook(io.BytesIO(table.content)).worksheets[0]
    assert any(row[7] == 37 for row in sheet.iter_rows(values_only=True) if len(row) > 7)
    act = BlankMovement.everything.get(kind="spoiled")
    pdf = client.post(f"/admin/pensions/blankmovement/{act.pk}/do/act/")
    assert all(word in text_of(pdf.content) for word in ("0504816", "Асанова", "Бекова", "0000030"))
    assert client.post(f"/admin/pensions/blankmovement/{act.pk}/do/act-table/").content[:2] == b"PK"


def test_a_lost_used_blank_leaves_the_book_once(office):
    made = office.issued()
    blanks.write_off(
        by=office.official, custodian=office.organisation, kind="lost", series="КГ",
        first=made.blank.number, last=made.blank.number, reason="the worker lost it",
    )  # fmt: skip
    stock = BlankStock.everything.get()
    assert [ranges.count(one.issued) for one in blank_book.lines(stock)] == [0, 1, 0]
    assert ranges.count(list(blank_book.lines(stock))[-1].balance) == stock.in_custody == 49


def test_strangers_print_no_book(office, client, house):
    stock = BlankStock.everything.get()
    for nobody in (house.user(Role.EMPLOYER_CLERK), house.user(Role.BLANK_KEEPER), house.user(Role.AUDITOR)):
        with pytest.raises((Missing, Refused)):
            blank_book.book(by=nobody, stock=stock, from_on=dt.date(2020, 1, 1), until_on=dt.date(2030, 1, 1))


@pytest.mark.parametrize(
    ("kind", "missing"), list(itertools.product(("spoiled", "destroyed"), ("document", "commission")))
)
def test_an_act_has_a_number_and_a_commission(office, kind, missing):
    with pytest.raises(Invalid) as refusal:
        blanks.write_off(
            by=office.official, custodian=office.organisation, kind=kind, series="КГ", first=1, last=1,
            reason="wet", **{**ACT, missing: "Асанова Г." if missing == "commission" else " "},
        )  # fmt: skip
    assert refusal.value.field == missing


# --- scanning ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("EAB1:КГ:0000012", ("КГ", 12)),
        (" кг 0000012 ", ("КГ", 12)),
        ("КГ0000012", ("КГ", 12)),
        ("КГ № 12", ("КГ", 12)),
        ("12", ("", 12)),
        ("EAB1:КГ:0", None),
        ("EAC1:КГ:12", None),
        ("КГ", None),
        ("", None),
        ("12345678901", None),
    ],
)
def test_codes_as_scanners_and_people_write_them(text, found):
    assert blank_codes.read(text) == found


def test_anyone_learns_the_state_of_a_blank_and_not_where_it_lies(office, client, english, outlet, sent):
    made = office.issued()
    for kind, number in (("spoiled", 31), ("lost", 32), ("stolen", 33), ("destroyed", 34)):
        blanks.write_off(
            by=None, custodian=office.organisation, kind=kind, series="КГ", first=number, last=number,
            reason="x", **ACT,
        )  # fmt: skip
    says = {
        31: "was spoiled",
        32: "reported lost",
        33: "reported stolen",
        34: "was destroyed",
        made.blank.number: "A certificate was issued",
        40: "No certificate was issued",
        5: "No certificate was issued",
        999: "There is no blank form",
    }
    address = reverse("pensions:verify_blank")
    for number, words in says.items():
        page = client.post(address, {"code": f"EAB1:КГ:{number:07}"})
        text = page.content.decode()
        assert words in text, number
        assert str(outlet) not in text and str(office.organisation) not in text
    assert client.post(address, {"code": "12"}).status_code == 400


def test_scanned_codes_of_two_series_are_refused_at_the_desk(office, client, english):
    client.force_login(office.official)
    do = reverse("admin:pensions_blankmovement_list_do", args=["write-off"])
    form = {"custodian": office.organisation.pk, "kind": "lost", "reason": "x"}
    answer = client.post(do, {**form, "first": "EAB1:КГ:0000001", "last": "EAB1:АА:0000002"})
    assert answer.status_code == 400 and "different series" in answer.content.decode()
    assert client.post(do, {**form, "first": "x y z", "series": "КГ"}).status_code == 400
    assert client.post(do, {**form, "first": "EAB1:КГ:0000001"}).status_code == 302
    assert (
        Blank.everything.get(number=1).state == "lost" and Blank.everything.filter(state="lost").count() == 1
    )


# --- what looks unusual -----------------------------------------------------------------------------------


def ask(code: str) -> list:
    return list(questions()[f"certificates.blank_{code}"]())


def test_numbers_stepped_over_are_named(office):
    assert ask("out_of_order") == []
    third = Blank.everything.get(number=3)
    from pensions.services import certificates

    certificates.issue_certificate(by=office.official, certificate=office.draft(), blank=third)
    assert [one.details["blank"] for one in ask("out_of_order")] == ["КГ 0000001", "КГ 0000002"]
    blanks.receive_blanks(by=None, custodian=office.organisation, series="АА", first=1, last=2, document="8")
    assert len(ask("out_of_order")) == 2, "another series is another order"


def test_a_use_before_the_delivery_is_named(office):
    made = office.issued()
    assert ask("used_before_delivery") == []
    used = BlankMovement.everything.get(kind="used")
    other = BlankMovement(
        kind="used",
        series="КГ",
        first=44,
        last=44,
        custodian=made.employment.employer.organisation,
        at=used.at,
    )
    from pensions.services import control_register

    control_register.enter(other, at=used.at)
    assert [one.details["numbers"] for one in ask("used_before_delivery")] == ["КГ 0000044"]


def test_a_delivery_that_nobody_answers_is_named_after_two_weeks(office, keeper, sent):
    assert ask("long_on_the_way") == []
    with time_machine.travel(dt.datetime.now(dt.UTC) + dt.timedelta(days=15)):
        blank_deliveries.accept(by=keeper, movement=sent, first=1, last=19)
        assert len(ask("long_on_the_way")) == 1
        blank_deliveries.accept(by=keeper, movement=sent)
        assert ask("long_on_the_way") == []


def outlets(rates: dict[str, tuple[int, int]]) -> dict:
    return {one.outlet.name: one for one in judge([Outlet(name, *pair) for name, pair in rates.items()])}


def test_an_outlet_that_spoils_much_more_than_the_others_is_unusual():
    usual = {f"o{n}": (2 + n % 3, 200) for n in range(10)}
    found = outlets({**usual, "bad": (30, 200)})
    assert found["bad"].is_unusual and not any(found[name].is_unusual for name in usual)
    assert 0.01 < found["bad"].usual < 0.02


def test_few_blanks_prove_nothing():
    usual = {f"o{n}": (2 + n % 3, 200) for n in range(10)}
    found = outlets({**usual, "small": (3, 10), "one more": (2, 40)})
    assert found["small"].p is None and not found["small"].is_unusual
    assert not found["one more"].is_unusual, "two of forty happen"
    assert all(one.p is None for one in judge([Outlet(f"o{n}", 50, 100) for n in range(4)]))


def test_one_bad_outlet_does_not_hide_another():
    usual = {f"o{n}": (2 + n % 3, 200) for n in range(12)}
    found = outlets({**usual, "worse": (120, 200), "bad": (40, 200)})
    assert found["worse"].is_unusual and found["bad"].is_unusual


def test_where_outlets_differ_widely_by_nature_nobody_is_singled_out():
    found = outlets({f"o{n}": (5 + 9 * n, 400) for n in range(12)})
    assert not any(one.is_unusual for one in found.values())


def test_false_alarms_are_rare():
    """Two hundred houses of twenty ordinary outlets each: at most one alarm in fifty houses."""
    dice, alarms = random.Random(7), 0
    for _house in range(200):
        drawn = {f"o{n}": (sum(dice.random() < 0.03 for _ in range(120)), 120) for n in range(20)}
        alarms += any(one.is_unusual for one in outlets(drawn).values())
    assert alarms <= 4


def test_spoilage_is_counted_by_custodian(office, house):
    for n in range(7):
        one = house.organisation(OrganisationKind.DISTRIBUTOR, f"d{n}")
        blanks.receive_blanks(by=None, custodian=one, series=f"D{n}", first=1, last=100, document="1")
        spoiled = 60 if n == 6 else 2
        Blank.everything.filter(custodian=one).update(state="used")
        Blank.everything.filter(custodian=one, number__lte=spoiled).update(state="spoiled")
    found = ask("spoilage")
    assert [one.object_id for one in found] == [
        str(house.organisation(OrganisationKind.DISTRIBUTOR, "d6").pk)
    ]


# --- many at once -----------------------------------------------------------------------------------------

MOVER = textwrap.dedent(
    """
    import django, sys, random
    django.setup()
    from django.db import connection
    connection.settings_dict["NAME"] = sys.argv[1]
    from accounts.models import Organisation
    from common.errors import KozotError
    from common.scoping import system
    from pensions.models import BlankMovement
    from pensions.services import blank_deliveries, blanks
    office, outlet = (Organisation.objects.get(pk=pk) for pk in sys.argv[2:4])
    dice, done = random.Random(sys.argv[4]), 0
    with system("race"):
        for _ in range(40):
            first = dice.randint(1, 60)
            span = dict(first=first, last=min(60, first + dice.randint(0, 12)))
            sent = list(BlankMovement.everything.filter(kind="handed_over"))
            try:
                if sent and dice.random() < 0.6:
                    one = dice.choice(sent)
                    if dice.random() < 0.7:
                        blank_deliveries.accept(by=None, movement=one, **span)
                    else:
                        blank_deliveries.refuse(by=None, movement=one, reason="back", **span)
                else:
                    blanks.hand_over(by=None, custodian=office, to=outlet, series="RR", **span)
                done += 1
            except KozotError:
                pass
    print(done)
    """
)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_many_hands_move_overlapping_ranges_and_every_balance_holds(house):
    if connection.vendor != "postgresql":
        pytest.skip("what only PostgreSQL can show")
    office = house.organisation(OrganisationKind.SOCIAL_FUND)
    outlet = house.organisation(OrganisationKind.DISTRIBUTOR)
    blanks.receive_blanks(by=None, custodian=office, series="RR", first=1, last=60, document="race")
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "config.settings.test",
        "PYTHONPATH": str(Path.cwd()),
    }
    arguments = [connection.settings_dict["NAME"], str(office.pk), str(outlet.pk)]
    movers = [
        subprocess.Popen(
            [sys.executable, "-c", MOVER, *arguments, str(seed)], env=environment, stdout=subprocess.PIPE
        )
        for seed in range(4)
    ]
    done = [int(mover.communicate(timeout=300)[0] or -1) for mover in movers]
    assert [mover.returncode for mover in movers] == [0] * 4
    # How many moves find their numbers depends on the order in which the processes come to turn.
    assert sum(one > 0 for one in done) > 1, done
    balances()
