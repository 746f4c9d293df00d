"""Names, papers, numbers and states of a record; what is sealed stays sealed."""

import datetime as dt
import logging
import re

import pytest
import time_machine
from django.apps import apps
from django.db import connections
from django.urls import reverse

from accounts.enums import Role
from common.errors import Conflict, Invalid, KozotError, Refused
from pensions.models import Worker, WorkerIdentifier, WorkerStep
from pensions.services import certificate_content, exchange, worker_details
from pensions.services.workers import (
    add_number,
    change_worker,
    move_worker,
    register_worker,
    report_worker,
)
from tests.support.registry import Registry

pytestmark = pytest.mark.django_db
SNILS, PIN, PASSPORT, PHONE = "11223344595", "21503199012345", "AC1234567", "+996700123456"


@pytest.fixture
def official(house):
    return house.user(Role.REGISTRY_OFFICIAL)


@pytest.fixture
def reported(official):
    return report_worker(
        by=official,
        registered_in="KG",
        family_name="Асан уулу",
        given_name="Бакыт",
        birth_on=dt.date(1990, 3, 15),
        relation="parent",
        reporter="Асан Токтогулов",
        contact=PHONE,
    )


def test_a_report_goes_from_the_relative_to_the_register(reported, official):
    assert reported.state == "reported" and reported.next_step
    with pytest.raises(Invalid):
        move_worker(by=official, worker=reported, to_state="registered", reason="no number yet")
    move_worker(by=official, worker=reported, to_state="incomplete", reason="called the mother")
    add_number(by=official, worker=reported, kind="KG-PIN", text=PIN)
    move_worker(by=official, worker=reported, to_state="registered", reason="passport shown")
    move_worker(by=official, worker=reported, to_state="archived", reason="died")
    move_worker(by=official, worker=reported, to_state="registered", reason="another person died")
    steps = list(
        WorkerStep.everything.filter(worker=reported).order_by("pk").values_list("to_state", flat=True)
    )
    assert steps == ["reported", "incomplete", "registered", "archived", "registered"]


def test_every_state_offers_its_own_steps(client, official, reported):
    client.force_login(official)
    wanted = {
        "reported": {"complete", "enter", "archive"},
        "incomplete": {"enter", "archive"},
        "registered": {"archive"},
        "archived": {"reopen"},
    }
    for state, names in wanted.items():
        Worker.everything.filter(pk=reported.pk).update(state=state)
        page = client.get(reverse("admin:pensions_worker_change", args=[reported.pk])).content.decode()
        offered = {name for name in ("complete", "enter", "archive", "reopen") if f"/do/{name}/" in page}
        assert offered == names, state


def test_lists_by_state(client, official, reported):
    Registry().worker(family_name="Зарлыков")
    client.force_login(official)
    page = client.get(
        reverse("admin:pensions_worker_changelist"), {"state__exact": "reported"}
    ).content.decode()
    assert "Асан уулу" in page and "Зарлыков" not in page


def test_somebody_with_one_name_is_registered(official):
    made = register_worker(
        by=official,
        registered_in="KG",
        family_name="Саламат",
        one_name=True,
        birth_on=dt.date(1990, 3, 15),
        numbers=[("KG-PIN", PIN)],
    )
    assert made.state == "registered"


def test_former_names_and_citizenships_have_dates(reported, official):
    name = worker_details.add_former_name(
        by=official, worker=reported, family_name="Асанов", until_on=dt.date(2015, 6, 1)
    )
    assert (name.full_name, name.until_on) == ("Асанов", dt.date(2015, 6, 1))
    with pytest.raises(Invalid, match="before the first"):
        worker_details.add_former_name(
            by=official,
            worker=reported,
            family_name="Асанов",
            from_on=dt.date(2015, 6, 2),
            until_on=dt.date(2015, 6, 1),
        )
    first = worker_details.add_citizenship(by=official, worker=reported, country="KG")
    worker_details.add_citizenship(by=official, worker=reported, country="RU", from_on=dt.date(2020, 1, 1))
    with pytest.raises(Conflict):
        worker_details.add_citizenship(by=official, worker=reported, country="RU")
    reported.refresh_from_db()
    assert reported.citizenship == "RU"
    worker_details.end_citizenship(by=official, citizenship=first, until_on=dt.date(2021, 1, 1))
    assert reported.citizenships.get(country="KG").until_on == dt.date(2021, 1, 1)


def test_a_change_of_one_citizenship_leaves_the_other(reported, official):
    worker_details.add_citizenship(by=official, worker=reported, country="KG")
    worker_details.add_citizenship(by=official, worker=reported, country="RU")

    def change(country: str) -> list[str]:
        reported.refresh_from_db()
        change_worker(by=official, worker=reported, citizenship=country)
        still = reported.citizenships.filter(until_on=None)
        return sorted(still.values_list("country", flat=True))

    assert change("KZ") == ["KG", "KZ"]
    assert change("KG") == ["KG"]
    assert change("") == []


def test_the_newest_document_gives_the_latin_name(reported, official):
    add = {"by": official, "worker": reported, "kind": "passport", "country": "KG"}
    worker_details.add_document(
        **add,
        number=PASSPORT,
        latin_family_name="ASAN UULU",
        latin_given_name="BAKYT",
        issued_on=dt.date(2020, 1, 1),
    )
    worker_details.add_document(
        **add,
        number="AN 7654321",
        latin_family_name="ASANUULU",
        latin_given_name="BAKIT",
        issued_on=dt.date(2010, 1, 1),
    )
    reported.refresh_from_db()
    assert reported.latin_name == "ASAN UULU BAKYT"
    with pytest.raises(Conflict, match="already"):
        worker_details.add_document(**add, number="ac 123-45-67")


def test_an_ended_number_is_kept_finds_nobody_and_is_free_again(reported, official):
    number = add_number(by=official, worker=reported, kind="RU-SNILS", text=SNILS)
    other = Registry().worker()
    with pytest.raises(Conflict):
        add_number(by=official, worker=other, kind="RU-SNILS", text=SNILS)
    worker_details.end_number(by=official, number=number, reason="belongs to the brother")
    add_number(by=official, worker=other, kind="RU-SNILS", text=SNILS)
    assert set(Worker.everything.found_by(SNILS)) == {other}
    assert WorkerIdentifier.everything.get(pk=number.pk).value == SNILS
    with pytest.raises(Conflict):
        worker_details.end_number(by=official, number=number, reason="again")


def test_who_may_not(reported, house):
    abroad = house.user(Role.REGISTRY_OFFICIAL, "abroad", "RU")
    number = add_number(by=None, worker=reported, kind="RU-SNILS", text=SNILS)
    person = {"by": abroad, "worker": reported}
    for attempt in (
        lambda: worker_details.add_former_name(**person, family_name="X"),
        lambda: worker_details.add_citizenship(**person, country="RU"),
        lambda: worker_details.add_document(**person, kind="passport", country="RU", number=PASSPORT),
        lambda: worker_details.end_number(by=abroad, number=number, reason="x"),
        lambda: worker_details.take_over(**person, organisation=abroad.valid_memberships[0].organisation),
    ):
        with pytest.raises(KozotError) as refused:
            attempt()
        assert refused.value.status == 404


def test_a_record_is_taken_over_for_ones_own_office_only(reported, house):
    other = house.user(Role.REGISTRY_OFFICIAL, "second office")
    theirs = house.organisation(name="ministry")
    with pytest.raises(Invalid):
        worker_details.take_over(by=other, worker=reported, organisation=theirs)
    home = other.valid_memberships[0].organisation
    worker_details.take_over(by=other, worker=reported, organisation=home)
    reported.refresh_from_db()
    assert reported.held_by == home


def test_the_relative_is_seen_by_officials_only(reported, house, client, official):
    client.force_login(official)
    page = client.get(reverse("admin:pensions_worker_change", args=[reported.pk])).content.decode()
    assert "Асан Токтогулов" in page and PHONE in page
    person = house.user(Role.WORKER)
    Worker.everything.filter(pk=reported.pk).update(user=person)
    client.force_login(person)
    assert "Токтогулов" not in client.get(reverse("pensions:my_record")).content.decode()


def test_the_page_costs_the_same_for_a_short_and_a_long_record(
    reported, official, client, django_assert_max_num_queries
):
    client.force_login(official)
    address = reverse("admin:pensions_worker_change", args=[reported.pk])
    from django.test.utils import CaptureQueriesContext

    client.get(address)
    with CaptureQueriesContext(connections["default"]) as short:
        client.get(address)
    for n in range(6):
        worker_details.add_former_name(by=official, worker=reported, family_name=f"Асанов{n}")
        worker_details.add_citizenship(
            by=official, worker=reported, country="KG", until_on=dt.date(2000 + n, 1, 1)
        )
        worker_details.add_document(
            by=official, worker=reported, kind="passport", country="KG", number=f"AC123456{n}"
        )
        number = add_number(by=official, worker=reported, kind="AM-PSN", text=f"550190012{n}")
        worker_details.end_number(by=official, number=number, reason="x")
    with CaptureQueriesContext(connections["default"]) as long:
        client.get(address)
    assert len(long) <= len(short)


@time_machine.travel("2026-11-26T10:00:00Z", tick=False)
def test_no_clear_number_lies_anywhere(reported, official, house, client, caplog, journal):
    """Tables, journal, log, errors, lists and the API: the numbers themselves stand in none."""
    caplog.set_level(logging.DEBUG)
    said = []
    number = add_number(by=official, worker=reported, kind="RU-SNILS", text=SNILS)
    add_number(by=official, worker=reported, kind="KG-PIN", text=PIN)
    worker_details.add_document(
        by=official, worker=reported, kind="passport", country="KG", number=PASSPORT, latin_family_name="ASAN"
    )
    other = Registry().worker()
    for attempt in (
        lambda: add_number(by=official, worker=other, kind="KG-PIN", text=PIN),
        lambda: add_number(by=official, worker=other, kind="RU-SNILS", text=SNILS[:-1] + "6"),
        lambda: worker_details.add_document(
            by=official, worker=reported, kind="passport", country="KG", number=PASSPORT
        ),
    ):
        with pytest.raises(KozotError) as error:
            attempt()
        said.append(f"{error.value} {error.value.way_out} {error.value.params}")
    worker_details.end_number(by=official, number=number, reason="wrong")
    client.force_login(official)
    listed = client.get(reverse("admin:pensions_worker_changelist"), {"q": PIN})
    typed = re.compile(rf'value="{PIN}"|q(=|%3D){PIN}')  # what was typed stands in the box and in addresses
    said.append(typed.sub("", listed.content.decode()))
    said.append(client.get("/api/v1/workers/").content.decode())
    said.append(client.get(f"/api/v1/workers/{reported.pk}/").content.decode())
    assert "Бакыт" in said[-2]
    journal()
    said += [" ".join(map(str, row)) for row in _every_row()]
    said.append(caplog.text)
    for secret in (SNILS, "112-233-445 95", PIN, PASSPORT, PHONE, PHONE[1:], "Токтогулов"):
        places = [text[:200] for text in said if secret in text]
        assert not places, secret


def _every_row():
    """Everything that lies in both databases."""
    for model in apps.get_models():
        if model._meta.proxy or not model._meta.managed:
            continue
        connection = connections[
            "journal" if model._meta.app_label == "journal" and "journal" in connections else "default"
        ]
        with connection.cursor() as cursor:
            cursor.execute(f'SELECT * FROM "{model._meta.db_table}"')
            yield from cursor.fetchall()


def test_an_employers_clerk_does_not_change_records(reported, house):
    with pytest.raises(KozotError) as refused:
        worker_details.add_citizenship(by=house.user(Role.EMPLOYER_CLERK), worker=reported, country="KG")
    assert refused.value.status in {403, 404} and isinstance(refused.value, Refused | KozotError)


def test_the_place_of_birth_goes_where_forms_ask_for_it(official, client):
    made = register_worker(
        by=official,
        registered_in="KG",
        family_name="Асанова",
        birth_place=" Ош  шаары ",
        numbers=[("RU-SNILS", "112-233-445 95")],
    )
    assert made.birth_place == "Ош шаары" and exchange.person_of(made)["birth_place"] == "Ош шаары"
    assert certificate_content._person(Registry().employment(made)).birth_place == "Ош шаары"
    change_worker(by=official, worker=made, birth_place="Кара-Суу айылы")
    client.force_login(official)
    assert client.get(f"/api/v1/workers/{made.pk}/").json()["birth_place"] == "Кара-Суу айылы"
    page = client.get(reverse("admin:pensions_worker_change", args=[made.pk])).content.decode()
    assert "Кара-Суу айылы" in page
    form = client.get(reverse("admin:pensions_worker_do", args=[made.pk, "change"])).content.decode()
    assert 'value="Кара-Суу айылы"' in form
