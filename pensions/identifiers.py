"""Numbers that states give to persons and employers: one spelling, check digits where a rule is known.

What cannot be right is a problem and is refused. What only looks odd (a birth date inside the number that
differs from the person's) is a warning: such numbers have been issued.

Sources of the rules: python-stdnum for INN, OGRN, UNP, VKN and BRN; SNILS, IIN/BIN and the Belarusian personal
number as their states publish them; the Uzbek PINFL by resolution 177 of 12 April 2022. No check digit is published
for the Kyrgyz PIN and the Armenian number. PIN and PINFL have fourteen digits both: a number never stands without
its kind.
"""

import datetime as dt
import re
from collections.abc import Callable
from operator import mul
from typing import NamedTuple

from django.utils.translation import gettext_lazy as _
from stdnum.by import unp
from stdnum.exceptions import InvalidChecksum, ValidationError
from stdnum.kr import brn
from stdnum.ru import inn, ogrn
from stdnum.tr import vkn

from common.keys import blind_index

from .enums import EmployerIdentifierKind, IdentifierKind, Sex

PROBLEMS = {
    "length": _("The number has the wrong length: write it in full, with the zeros at its beginning."),
    "shortened": _(
        "A spreadsheet has shortened the number (1.17E+13): format the column as text and write the number in full."
    ),
    "signs": _(
        "The number contains signs that do not belong there: write it as the document has it, and nothing else."
    ),
    "no_number": _("This stands for no number: leave the field empty where a person has none."),
    "check_digit": _(
        "The check digit does not fit: there is a mistake in the number. Compare it with the document."
    ),
}
WARNINGS = {
    "birth_differs": _("The birth date inside the number differs from the person's."),
    "sex_differs": _("The sex inside the number differs from the person's."),
    "unusual": _("The number has an unusual form."),
    "unchecked": _("Numbers this old have no check digit."),
}
SNILS_UNCHECKED = 1_001_998
_SHORTENED = re.compile(r"\d[.,]?\d*[eEеЕ]\+?\d{1,2}")
_FRACTION = re.compile(r"(\d{9,})[.,]0+")  # of programs that take numbers for amounts
_BETWEEN = re.compile(r"[\s\-–—./№]")
_LATIN = str.maketrans("АВЕКМНОРСТІ", "ABEKMHOPCTI")


class Reading(NamedTuple):
    """A number as it is stored; `problem` is empty when it may be right."""

    kind: str
    value: str
    problem: str = ""
    warnings: tuple[str, ...] = ()


class Person(NamedTuple):
    """What the number may be compared with."""

    birth_on: dt.date | None = None
    sex: str = ""


Rule = Callable[[str, Person], tuple[str, tuple[str, ...]]]


def read(kind: str, text: str, person: Person = Person()) -> Reading:
    """The number in its stored spelling, with the problem or the warnings that it has."""
    value = spelled(text)
    if not value.isdigit() and _SHORTENED.fullmatch(str(text).strip()):
        return Reading(str(kind), value, "shortened")
    if len(value) > 1 and len(set(value)) == 1:
        return Reading(str(kind), value, "no_number")
    problem, warnings = _RULES[kind](value, person)
    return Reading(str(kind), value, problem, warnings)


def readings(text: str) -> list[tuple[str, str]]:
    """Every kind of personal number that the text may be, for an exact search."""
    found = (read(kind, text) for kind in IdentifierKind.values)
    return [(one.kind, one.value) for one in found if not one.problem]


def document_index(text: str) -> str:
    """By which a passport or card is found again, whatever the script of its letters and the signs between them."""
    return blind_index("document", spelled(text))


def spelled(text: str) -> str:
    """A number as it is stored: capitals, Latin letters for their Cyrillic doubles, nothing between the signs."""
    text = str(text)
    if text.endswith("0") and (found := _FRACTION.fullmatch(text.strip())):
        text = found[1]
    bare = _BETWEEN.sub("", text).upper()
    return bare if bare.isascii() else bare.translate(_LATIN)


def show(kind: str, value: str) -> str:
    """As people write it: 112-233-445 95."""
    if kind == IdentifierKind.RU_SNILS and len(value) == 11:
        return f"{value[:3]}-{value[3:6]}-{value[6:9]} {value[9:]}"
    return value


def _digits(value: str, *lengths: int) -> str:
    if not value.isascii() or not value.isdigit():
        return "signs"
    return "" if len(value) in lengths else "length"


def _compared(born: dt.date | None, sex: str, person: Person) -> tuple[str, ...]:
    found = []
    if born is None:
        found.append("unusual")
    elif person.birth_on and born != person.birth_on:
        found.append("birth_differs")
    if sex and person.sex and sex != person.sex:
        found.append("sex_differs")
    return tuple(found)


def _day(year: int, month: str, day: str) -> dt.date | None:
    try:
        return dt.date(year, int(month), int(day))
    except ValueError:
        return None


# --- persons ----------------------------------------------------------------------------------------


def _kg_pin(value: str, person: Person) -> tuple[str, tuple[str, ...]]:
    """One digit for the sex, DDMMYYYY, five more (the usual reading; nothing of it is a reason to refuse). Eight zeros
    at the end are left of a number that a spreadsheet has shown as 1.17042E+13: no year is 0000."""
    problem = _digits(value, 14) or ("shortened" if value.endswith("00000000") else "")
    if problem:
        return problem, ()
    sex = {"1": Sex.FEMALE, "2": Sex.MALE}.get(value[0], "")
    born = _day(int(value[5:9]), value[3:5], value[1:3]) if sex and value[5:7] in {"19", "20"} else None
    return "", _compared(born, sex, person)


_SNILS_WEIGHTS = tuple(range(9, 0, -1))
_SNILS_ZEROS = ord("0") * sum(_SNILS_WEIGHTS)


def snils_check(body: str) -> str:
    """Two check digits of the first nine."""
    total = (sum(map(mul, body.encode(), _SNILS_WEIGHTS)) - _SNILS_ZEROS) % 101
    return f"{total % 100:02}"


def _ru_snils(value: str, person: Person) -> tuple[str, tuple[str, ...]]:
    problem = _digits(value, 11)
    if problem:
        return problem, ()
    if int(value[:9]) <= SNILS_UNCHECKED:
        return "", ("unchecked",)
    return ("" if snils_check(value[:9]) == value[9:] else "check_digit"), ()


def _ru_inn_person(value: str, person: Person) -> tuple[str, tuple[str, ...]]:
    return _digits(value, 12) or _by_library(inn, value), ()


def iin_check(body: str) -> str:
    """The twelfth digit of an IIN or BIN; empty when the first eleven can't be given out."""
    first = sum(int(digit) * weight for weight, digit in enumerate(body, start=1)) % 11
    if first == 10:
        weights = (3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2)
        first = sum(int(digit) * weight for digit, weight in zip(body, weights, strict=True)) % 11
    return str(first) if first < 10 else ""


def _kz_iin(value: str, person: Person) -> tuple[str, tuple[str, ...]]:
    problem = _digits(value, 12) or ("" if iin_check(value[:11]) == value[11] else "check_digit")
    if problem:
        return problem, ()
    century = {"1": 1800, "2": 1800, "3": 1900, "4": 1900, "5": 2000, "6": 2000}.get(value[6])
    born = _day(century + int(value[:2]), value[2:4], value[4:6]) if century else None
    sex = "" if not century else Sex.MALE if int(value[6]) % 2 else Sex.FEMALE
    return "", _compared(born, sex, person)


_BY_FORM = re.compile(r"[0-6]\d{6}[ABCHKEM]\d{3}(PB|BA|BI)\d")


def by_check(body: str) -> str:
    """Weights 7, 3, 1 over thirteen signs, A counts ten."""
    return str(sum(int(sign, 36) * (7, 3, 1)[place % 3] for place, sign in enumerate(body)) % 10)


def _by_personal(value: str, person: Person) -> tuple[str, tuple[str, ...]]:
    if len(value) != 14:
        return "length", ()
    if not _BY_FORM.fullmatch(value):
        return "signs", ()
    if by_check(value[:13]) != value[13]:
        return "check_digit", ()
    sex = "" if value[0] == "0" else Sex.MALE if int(value[0]) % 2 else Sex.FEMALE
    century = {"1": 1800, "2": 1800, "3": 1900, "4": 1900, "5": 2000, "6": 2000}.get(value[0])
    born = _day(century + int(value[5:7]), value[3:5], value[1:3]) if century else None
    return "", _compared(born, sex, person)


def pinfl_check(body: str) -> str:
    """Weights 7, 3, 1 over thirteen digits."""
    return by_check(body)


def _uz_pinfl(value: str, person: Person) -> tuple[str, tuple[str, ...]]:
    """Sex and century, DDMMYY, district, serial, check digit."""
    problem = _digits(value, 14) or ("" if value[0] in "123456" else "signs")
    problem = problem or ("" if pinfl_check(value[:13]) == value[13] else "check_digit")
    if problem:
        return problem, ()
    century = (1800, 1800, 1900, 1900, 2000, 2000)[int(value[0]) - 1]
    born = _day(century + int(value[5:7]), value[3:5], value[1:3])
    return "", _compared(born, Sex.MALE if int(value[0]) % 2 else Sex.FEMALE, person)


def _am_psn(value: str, person: Person) -> tuple[str, tuple[str, ...]]:
    """Ten digits; how the last is computed is not published."""
    problem = _digits(value, 10)
    return problem, ()


# --- employers --------------------------------------------------------------------------------------


def _by_library(module, value: str) -> str:
    try:
        module.validate(value)
    except InvalidChecksum:
        return "check_digit"
    except ValidationError:
        return "signs"
    return ""


def _kz_bin(value: str, person: Person) -> tuple[str, tuple[str, ...]]:
    return _digits(value, 12) or ("" if iin_check(value[:11]) == value[11] else "check_digit"), ()


_KPP_FORM = re.compile(r"\d{4}[0-9A-Z]{2}\d{3}")


def _ru_kpp(value: str, person: Person) -> tuple[str, tuple[str, ...]]:
    """Four digits of the tax office, two signs of the reason, three of the number; it has no check digit."""
    if len(value) != 9:
        return "length", ()
    return ("" if _KPP_FORM.fullmatch(value) else "signs"), ()


def _by_length(*lengths: int) -> Rule:
    return lambda value, person: (_digits(value, *lengths), ())


_RULES: dict[str, Rule] = {
    IdentifierKind.KG_PIN: _kg_pin,
    IdentifierKind.RU_SNILS: _ru_snils,
    IdentifierKind.KZ_IIN: _kz_iin,
    IdentifierKind.BY_PERSONAL: _by_personal,
    IdentifierKind.AM_PSN: _am_psn,
    IdentifierKind.UZ_PINFL: _uz_pinfl,
    IdentifierKind.RU_INN: _ru_inn_person,
}
_EMPLOYER_RULES: dict[str, Rule] = {
    EmployerIdentifierKind.RU_INN: lambda value, person: (
        _digits(value, 10, 12) or _by_library(inn, value),
        (),
    ),
    EmployerIdentifierKind.RU_OGRN: lambda value, person: (
        _digits(value, 13, 15) or _by_library(ogrn, value),
        (),
    ),
    EmployerIdentifierKind.RU_KPP: _ru_kpp,
    EmployerIdentifierKind.RU_SFR: _by_length(10, 12),
    EmployerIdentifierKind.KG_INN: _by_length(14),
    EmployerIdentifierKind.KZ_BIN: _kz_bin,
    EmployerIdentifierKind.BY_UNP: lambda value, person: (_digits(value, 9) or _by_library(unp, value), ()),
    EmployerIdentifierKind.AM_TIN: _by_length(8),
    EmployerIdentifierKind.TR_VKN: lambda value, person: (_digits(value, 10) or _by_library(vkn, value), ()),
    EmployerIdentifierKind.KR_BRN: lambda value, person: (_digits(value, 10) or _by_library(brn, value), ()),
    EmployerIdentifierKind.UZ_INN: _by_length(9),
    EmployerIdentifierKind.TJ_INN: _by_length(9),
}


def read_employer(kind: str, text: str) -> Reading:
    """The same for a number of an employer."""
    value = re.sub(r"[\s\-–—./]", "", str(text)).upper()
    problem, warnings = _EMPLOYER_RULES[kind](value, Person())
    return Reading(str(kind), value, problem, warnings)
