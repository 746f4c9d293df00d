"""Single values of a claim: each reader takes the raw value and its path, and says what to write instead."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Any

from pensions.legislation.sentences import InputError
from pensions.legislation.sentences import sentence as _
from pensions.totalisation.arithmetic import LAST_YEAR

FIRST_YEAR = 1900
# Longer or larger than any life or pension: such a number is a slip of the pen.
LONGEST = 1_000_000
LARGEST = Decimal(10) ** 15
# ISO 3166-1, and SU for time before 1992. One letter stands for a state of an example.
_CODES = """
AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ
CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO
FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE
JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO
MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW
PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SU SV SX SY SZ TC TD TF TG TH TJ TK TL
TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS XK YE YT ZA ZM ZW
"""
STATE_CODES = frozenset(_CODES.split())


class ClaimError(InputError):
    """A field of the claim is wrong. ``field`` is its path, the text says the way out."""


def read_state(value: Any, path: str) -> str:
    code = value.upper() if isinstance(value, str) and value.isascii() else ""
    if code in STATE_CODES or (len(code) == 1 and code.isalpha()):
        return code
    text = _("%(value)s is not a state: use its two-letter code, for example KG", value=repr(value))
    raise ClaimError(path, text)


def read_date(value: Any, path: str) -> date | None:
    if value is None:
        return None
    try:
        found = date.fromisoformat(value)
    except (TypeError, ValueError):
        text = _("%(value)s is not a date: write it like 2026-11-01", value=repr(value))
        raise ClaimError(path, text) from None
    if not FIRST_YEAR <= found.year <= LAST_YEAR:
        text = _(
            "%(value)s is out of reach: give a day from %(first)s to %(last)s",
            value=value,
            first=FIRST_YEAR,
            last=LAST_YEAR,
        )
        raise ClaimError(path, text)
    return found


def read_needed_date(value: Any, path: str) -> date:
    found = read_date(value, path)
    if found is None:
        raise ClaimError(path, _("is missing: give a date"))
    return found


def read_number(value: Any, path: str) -> Fraction:
    """A length: 0 or more, written as a number, a decimal or a fraction."""
    number = exact_number(str(value))
    if number is None or isinstance(value, bool | list | dict):
        text = _("%(value)s is not a number: write it like 12 or 0.5", value=brief(value))
        raise ClaimError(path, text)
    if not 0 <= number <= LONGEST:
        text = _(
            "%(value)s is not a length: give a number from 0 to %(most)s", value=brief(value), most=LONGEST
        )
        raise ClaimError(path, text)
    return number


def exact_number(text: str) -> Fraction | None:
    """The number that a text says; None for what is none, and for exponents that would take all memory."""
    if len(text) > 40 or re.search(r"[eE][+-]?\d{3}", text):
        return None
    try:
        return Fraction(text)
    except (ValueError, ZeroDivisionError):
        return None


def read_count(value: Any, path: str) -> int | None:
    """A whole number of 1 or more."""
    if value is None:
        return None
    number = read_number(value, path)
    if number.denominator != 1 or number < 1:
        raise ClaimError(path, _("%(value)s is not a number of years: give 1 or more", value=brief(value)))
    return int(number)


def read_money(value: Any, path: str) -> Decimal | None:
    if value is None:
        return None
    try:
        amount = Decimal(str(value))
    except InvalidOperation:
        amount = Decimal("NaN")
    if isinstance(value, bool | list | dict) or amount.is_nan():
        text = _('%(value)s is not an amount: write it like "1200.00"', value=brief(value))
        raise ClaimError(path, text)
    if not 0 <= amount <= LARGEST or amount.as_tuple().exponent < -9:
        text = _("%(value)s is not a possible amount: give a number of 0 or more", value=brief(value))
        raise ClaimError(path, text)
    return amount


def read_currency(value: Any, path: str) -> str | None:
    if value is None or (isinstance(value, str) and len(value) == 3 and value.isascii() and value.isalpha()):
        return value.upper() if value else None
    raise ClaimError(path, _("is not a currency code: write three letters, for example RUB"))


def read_flag(value: Any, path: str) -> bool | None:
    if value is None or isinstance(value, bool):
        return value
    raise ClaimError(path, _("%(value)s is neither true nor false: write one of them", value=brief(value)))


def read_id(value: Any, path: str, otherwise: str) -> str:
    if value is None or value == "":
        return otherwise
    if isinstance(value, bool) or not isinstance(value, str | int) or len(str(value)) > 100:
        raise ClaimError(path, _("is not an id: write a short text or a number"))
    return str(value)


def read_word(value: Any, path: str, otherwise: str) -> str:
    if value is None:
        return otherwise
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise ClaimError(path, _("is not a word: write it as text"))
    return str(value)


def read_codes(value: Any, path: str) -> tuple[str, ...]:
    """Short texts; nothing where none are given."""
    if not isinstance(value, list | None) or not all(isinstance(one, str) for one in value or ()):
        raise ClaimError(path, _("is not a list of codes: write them as texts in brackets"))
    return tuple(one[:100] for one in value or ())


def mapping(value: Any, path: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise ClaimError(path, _("is not an object: write it in braces, as in docs/howto/totalise.md"))
    return value


def items(raw: Mapping[str, Any], name: str) -> list[Any]:
    value = raw.get(name)
    if value is None:
        return []
    if not isinstance(value, list):
        raise ClaimError(name, _("is not a list: write it in brackets, as in docs/howto/totalise.md"))
    if len(value) > MOST_ITEMS:
        raise ClaimError(name, _("has more than %(most)s entries: give one person's record", most=MOST_ITEMS))
    return value


MOST_ITEMS = 20_000


def brief(value: Any) -> str:
    """A wrong value as it was written, cut to what fits in a message."""
    text = str(value) if isinstance(value, Decimal) else repr(value)
    return text if len(text) <= 60 else text[:60] + "…"
