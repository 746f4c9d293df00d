"""Numbers of persons that are right in form, birth date and check digits, and that nobody has."""

import datetime as dt
from collections.abc import Callable

from stdnum.ru import inn

from .enums import IdentifierKind
from .identifiers import by_check, iin_check, snils_check
from .registry_number import ALPHABET, LENGTH, check_character

WITH_A_BIRTH_DATE = {
    *(IdentifierKind.KG_PIN, IdentifierKind.KZ_IIN, IdentifierKind.BY_PERSONAL, IdentifierKind.UZ_PINFL),
}


def invented(kind: str, serial: int, born: dt.date, male: bool) -> str:
    """Another serial gives another number, up to 2,500 for those of a sex who are born on one day."""
    return _MAKERS[kind](serial, born, male)


def registry_number(number: int) -> str:
    body = "".join(ALPHABET[number // len(ALPHABET) ** place % len(ALPHABET)] for place in range(LENGTH - 1))
    return body + check_character(body)


def _kg_pin(serial: int, born: dt.date, male: bool) -> str:
    return f"{2 if male else 1}{born:%d%m%Y}{serial % 10**5:05}"


def _ru_snils(serial: int, born: dt.date, male: bool) -> str:
    body = f"{200_000_000 + serial * 9_973 % 700_000_000:09}"
    return body + snils_check(body)


def _ru_inn(serial: int, born: dt.date, male: bool) -> str:
    body = f"99{serial % 10**8:08}"
    return body + inn.calc_personal_check_digits(body)


def _century(born: dt.date, male: bool) -> int:
    """The digit of sex and century that four states share: 3 and 4 for the twentieth, 5 and 6 after it."""
    return (5 if born.year >= 2000 else 3) + (not male)


def _kz_iin(serial: int, born: dt.date, male: bool) -> str:
    """A serial whose check digit would have two signs is given to nobody: the next one is taken, twice as far apart."""
    for number in (2 * serial, 2 * serial + 1):
        body = f"{born:%y%m%d}{_century(born, male)}{number % 10**4:04}"
        if check := iin_check(body):
            return body + check
    return _kz_iin(serial + 2_500, born, male)


def _by_personal(serial: int, born: dt.date, male: bool) -> str:
    letter = "ABCHKEM"[serial // 1_000 % 7]
    body = f"{_century(born, male)}{born:%d%m%y}{letter}{serial % 1_000:03}PB"
    return body + by_check(body)


def _uz_pinfl(serial: int, born: dt.date, male: bool) -> str:
    body = f"{_century(born, male)}{born:%d%m%y}{serial % 10**6:06}"
    return body + by_check(body)


_MAKERS: dict[str, Callable[[int, dt.date, bool], str]] = {
    IdentifierKind.KG_PIN: _kg_pin,
    IdentifierKind.RU_SNILS: _ru_snils,
    IdentifierKind.KZ_IIN: _kz_iin,
    IdentifierKind.BY_PERSONAL: _by_personal,
    IdentifierKind.AM_PSN: lambda serial, born, male: f"99{serial % 10**8:08}",
    IdentifierKind.UZ_PINFL: _uz_pinfl,
    IdentifierKind.RU_INN: _ru_inn,
}
