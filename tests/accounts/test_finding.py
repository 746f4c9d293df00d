"""The box that finds everything shows pages and records of whoever asks, and of nobody else."""

import pytest
from django.urls import reverse

from accounts.enums import Role, State
from accounts.finding import find
from common.scoping import acting_as
from pensions import seed

pytestmark = pytest.mark.django_db


@pytest.fixture
def traveller(house):
    return seed.traveller(user=house.user(Role.WORKER))


def found(user, text) -> dict[str, list[str]]:
    with acting_as(user):
        return {title: [one.title for one in rows] for title, rows in find(user, text)}


def test_a_name_spelt_otherwise_and_a_number(house, traveller):
    official = house.user(Role.REGISTRY_OFFICIAL)
    for text in (traveller.family_name, traveller.family_name.replace("ө", "о").upper(), str(traveller)):
        assert traveller.full_name in found(official, text)["Workers"], text


def test_pages_of_one_s_own_menu(house):
    assert found(house.user(Role.REGISTRY_OFFICIAL), "blank")["Pages"]
    assert "Pages" not in found(house.user(Role.CASE_WORKER), "blank")


@pytest.mark.parametrize("role", [Role.CASE_WORKER, Role.SYSTEM_ADMINISTRATOR, Role.ANALYST, Role.AUDITOR])
def test_others_find_no_person(house, traveller, role):
    assert "Workers" not in found(house.user(role), traveller.family_name)


def test_an_official_abroad_finds_nobody_of_ours(house, traveller):
    abroad = house.user(Role.REGISTRY_OFFICIAL, "second", State.KZ)
    assert "Workers" not in found(abroad, traveller.family_name)


def test_one_letter_is_too_little(house):
    assert found(house.user(Role.REGISTRY_OFFICIAL), "b") == {}


def test_the_page_and_its_part_and_the_journal(client, house, traveller, journal):
    client.cookies["django_language"] = "en"
    client.force_login(house.user(Role.REGISTRY_OFFICIAL))
    address = reverse("admin:find")
    whole = client.get(address, {"q": traveller.family_name}).content.decode()
    part = client.get(address, {"q": traveller.family_name}, headers={"HX-Request": "true"}).content.decode()
    assert traveller.full_name in part and part.strip() in whole and "<html" not in part
    assert journal(verb="searched", subject_id=traveller.pk).count() == 2
    client.force_login(house.user(Role.WORKER))
    assert client.get(address).status_code == 302
