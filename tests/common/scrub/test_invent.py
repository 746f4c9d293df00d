"""What is invented: the same for the same, right in form, and never what it stands for."""

import datetime as dt
import itertools

import pytest

from common.kyrgyz import fold
from common.scrub import Inventor
from pensions import registry_number
from pensions.enums import IdentifierKind, Sex
from pensions.identifiers import Person, read
from pensions.invented_numbers import invented
from pensions.invented_numbers import registry_number as invented_registry_number

INVENT = Inventor(b"one run")


@pytest.mark.parametrize("kind", IdentifierKind.values)
def test_invented_numbers_are_right_and_each_is_another(kind):
    for born, male in itertools.product((dt.date(1987, 2, 3), dt.date(2001, 12, 31)), (True, False)):
        person = Person(born, Sex.MALE if male else Sex.FEMALE)
        made = {invented(kind, serial, born, male) for serial in range(1, 1_500)}
        assert len(made) == 1_499
        for number in made:
            reading = read(kind, number, person)
            assert (reading.value, reading.problem, reading.warnings) == (number, "", ())


def test_a_registry_number_has_its_check_character():
    assert all(registry_number.normalise(invented_registry_number(31**10 - place)) for place in range(500))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Өмүрбекова", "Омурбекова"),
        ("Асанова", "ASANOVA"),
        ("Токтогулов", "ТОКТОГУЛОВ"),
        ("Бакыт уулу", "Бакыт"),
    ],
)
def test_spellings_of_one_name_stay_one_name(one, other):
    assert fold(INVENT.name(one)) == fold(INVENT.name(other)) != fold(one)


def test_a_name_keeps_its_look_and_the_family_stays_together():
    son, daughter, father = (INVENT.name(word) for word in ("Асанович", "Асановна", "Асан"))
    assert son == f"{father}ович" and daughter == f"{father}овна"
    assert INVENT.name("Асан кызы").endswith(" кызы") and INVENT.name("ASANOV").isupper()
    assert INVENT.name("—") == "—"


def test_another_run_invents_others():
    other = Inventor(b"another run")
    assert INVENT.name("Асанов") != other.name("Асанов")
    assert INVENT.key("k") != other.key("k") and len(INVENT.key("k")) == 32


def test_a_day_moves_and_equal_days_stay_equal():
    for day in (dt.date(1990, 1, 1) + dt.timedelta(days=place) for place in range(300)):
        moved = INVENT.day(day)
        assert moved == INVENT.day(day) and 1 <= abs((moved - day).days) <= 20
