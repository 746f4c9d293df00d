import datetime as dt

import pytest

from pensions import identifiers, registry_number
from pensions.identifiers import Person


@pytest.mark.parametrize(
    ("kind", "text", "problem"),
    [
        ("RU-SNILS", "112-233-445 95", ""),
        ("RU-SNILS", "112-233-445 96", "check_digit"),
        ("RU-SNILS", "112-233-445", "length"),
        ("RU-SNILS", "112-233-44А 95", "signs"),
        ("RU-INN", "500100732259", ""),
        ("RU-INN", "500100732258", "check_digit"),
        ("RU-INN", "7707083893", "length"),
        ("KZ-IIN", "850413302468", "check_digit"),
        ("KG-PIN", "21503199012345", ""),
        ("KG-PIN", "2150319901234", "length"),
        ("AM-PSN", "5501900123", ""),
    ],
)
def test_numbers_of_persons(kind, text, problem):
    assert identifiers.read(kind, text).problem == problem


def test_an_iin_with_its_check_digit_is_accepted_and_any_wrong_digit_found():
    body = "85041330246"
    value = body + identifiers.iin_check(body)
    assert identifiers.read("KZ-IIN", value).problem == ""
    for digit in set("0123456789") - {value[5]}:
        assert identifiers.read("KZ-IIN", value[:5] + digit + value[6:]).problem


def test_a_belarusian_number_in_cyrillic_look_alikes_is_read():
    body = "3110190A001PB"
    value = body + identifiers.by_check(body)
    assert identifiers.read("BY-PERSONAL", value.replace("A", "А").replace("PB", "РВ")).value == value
    assert identifiers.read("BY-PERSONAL", body + str((int(value[-1]) + 1) % 10)).problem == "check_digit"


def test_a_birth_date_that_differs_is_a_warning_only():
    reading = identifiers.read("KG-PIN", "21503199012345", Person(dt.date(1990, 3, 16), "female"))
    assert (reading.problem, reading.warnings) == ("", ("birth_differs", "sex_differs"))
    assert identifiers.read("KG-PIN", "21503199012345", Person(dt.date(1990, 3, 15), "male")).warnings == ()


@pytest.mark.parametrize(
    ("kind", "text", "problem"),
    [
        ("RU-INN", "7707083893", ""),
        ("RU-INN", "7707083894", "check_digit"),
        ("RU-OGRN", "1027700132195", ""),
        ("BY-UNP", "190275968", ""),
        ("BY-UNP", "190275969", "check_digit"),
        ("KG-INN", "00203199310072", ""),
    ],
)
def test_numbers_of_employers(kind, text, problem):
    assert identifiers.read_employer(kind, text).problem == problem


def test_registry_numbers_find_every_wrong_and_every_swapped_sign():
    number = registry_number.new()
    assert registry_number.normalise(registry_number.show(number).lower()) == number
    for place in range(len(number)):
        for sign in registry_number.ALPHABET:
            if sign != number[place]:
                assert registry_number.normalise(number[:place] + sign + number[place + 1 :]) is None
    for one in range(len(number)):
        for other in range(one + 1, len(number)):
            if number[one] != number[other]:
                signs = list(number)
                signs[one], signs[other] = signs[other], signs[one]
                assert registry_number.normalise("".join(signs)) is None


def test_an_uzbek_number_is_told_from_a_kyrgyz_one_by_its_kind():
    body = "3150390123400"
    value = body + identifiers.pinfl_check(body)
    reading = identifiers.read("UZ-PINFL", value, Person(dt.date(1990, 3, 15), "male"))
    assert (reading.problem, reading.warnings) == ("", ())
    assert identifiers.read("UZ-PINFL", body + str((int(value[-1]) + 1) % 10)).problem == "check_digit"
    assert identifiers.read("UZ-PINFL", "9" + value[1:]).problem == "signs"
    assert {kind for kind, _value in identifiers.readings(value)} >= {"KG-PIN", "UZ-PINFL"}


def test_a_document_is_found_whatever_the_script_of_its_letters():
    assert identifiers.document_index("AN 1234567") == identifiers.document_index(
        "АН-1234567".replace("Н", "N")
    )
