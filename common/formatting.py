"""Numbers, money, dates, periods and names as they are written in Kyrgyz, Russian and English.

The one place for it: pages, charts, tables and documents all ask here, so that a figure is spelled the
same way everywhere in one report. Built on CLDR (Babel); what CLDR has wrong or lacks for our languages
stands in `common.formatting_names`.

Every function takes `language` ("ky", "ru", "en"); left out, the language of the current request.
None gives a dash.
"""

import datetime as dt
import re
from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from babel import Locale, dates, lists, numbers
from django.utils.translation import get_language

from common import formatting_names as names

LANGUAGES = ("ky", "ru", "en")
MISSING = "—"
NBSP = "\u00a0"

Number = int | float | Decimal


def language_of(language: str | None = None) -> str:
    """One of LANGUAGES: the one asked for, or the current one; English where neither is ours."""
    code = (language or get_language() or "en").replace("_", "-").split("-")[0].lower()
    return code if code in LANGUAGES else "en"


@lru_cache(maxsize=8)
def locale_of(language: str) -> Locale:
    """The CLDR locale; English dates and spelling are British, as in the documents of the union."""
    return Locale.parse("en_GB" if language == "en" else language)


def _tidy(text: str) -> str:
    """CLDR's narrow no-break space is absent from the fonts our documents are set in."""
    return text.replace("\u202f", NBSP)


# --- numbers ----------------------------------------------------------------------------------------


def rounded(value: Number, digits: int) -> Decimal:
    """Half away from zero, as official statistics round (not to even); no negative zero."""
    exact = value if isinstance(value, Decimal) else Decimal(str(value))
    result = exact.quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP)
    return result if result else abs(result)


def number(value: Number | None, language: str | None = None) -> str:
    """All the digits that the value has, in groups of three."""
    if value is None:
        return MISSING
    exact = Decimal(str(value)) if isinstance(value, float) else value
    locale = locale_of(language_of(language))
    return _tidy(numbers.format_decimal(exact, locale=locale, decimal_quantization=False))


def decimal(value: Number | None, digits: int = 2, language: str | None = None) -> str:
    """Exactly `digits` digits after the sign."""
    if value is None:
        return MISSING
    pattern = "#,##0" + ("." + "0" * digits if digits else "")
    return _tidy(
        numbers.format_decimal(rounded(value, digits), pattern, locale=locale_of(language_of(language)))
    )


def percent(value: Number | None, digits: int = 1, language: str | None = None) -> str:
    """`value` counts in per cent: 12.3 gives "12,3 %". For a ratio use `share`."""
    if value is None:
        return MISSING
    sign = NBSP + "%" if language_of(language) == "ru" else "%"
    return decimal(value, digits, language) + sign


def share(ratio: Number | None, digits: int = 1, language: str | None = None) -> str:
    """`ratio` is a part of one: 0.123 gives "12,3 %"."""
    return MISSING if ratio is None else percent(Decimal(str(ratio)) * 100, digits, language)


def file_size(count: int | None, language: str | None = None) -> str:
    """Bytes in decimal units: 1 234 567 is 1,2 МБ."""
    if count is None:
        return MISSING
    language = language_of(language)
    units = names.FILE_UNITS[language]
    size, place = Decimal(count), 0
    while size >= 1000 and place < len(units) - 1:
        size, place = size / 1000, place + 1
    shown = number(count, language) if place == 0 else decimal(size, 1, language)
    unit = names.byte_word(count, language) if place == 0 else units[place]
    return shown + NBSP + unit


# --- money ------------------------------------------------------------------------------------------


def minor_units(currency: str) -> int:
    """Digits after the sign that ISO 4217 gives the currency."""
    return numbers.get_currency_precision(currency)


def money(amount, currency: str | None = None, language: str | None = None) -> str:
    """ "12 345,67 сом". `amount` is a Decimal with its ISO code, or a `common.money.Money`.

    The short local word follows the amount: no font at hand has the signs of the som and the dram.
    """
    if amount is None:
        return MISSING
    if currency is None:
        amount, currency = amount.amount, amount.currency
    language = language_of(language)
    unit = names.CURRENCY_SHORT[language].get(currency, currency)
    return decimal(amount, minor_units(currency), language) + NBSP + unit


def currency_name(code: str, language: str | None = None) -> str:
    """The full name, "кыргызский сом"; the code itself where there is none."""
    language = language_of(language)
    ours = names.CURRENCIES[language].get(code)
    return ours or locale_of(language).currencies.get(code, code)


def country_name(code: str, language: str | None = None, *, official: bool = False) -> str:
    """ "Кыргызстан", officially "Кыргызская Республика"; the code itself where there is none."""
    language = language_of(language)
    if official and code in names.COUNTRIES_OFFICIAL[language]:
        return names.COUNTRIES_OFFICIAL[language][code]
    ours = names.COUNTRIES[language].get(code)
    return ours or locale_of(language).territories.get(code, code)


def language_name(code: str, language: str | None = None) -> str:
    """The name of a language, "кыргызский"."""
    language = language_of(language)
    ours = names.LANGUAGE_NAMES[language].get(code)
    return ours or locale_of(language).languages.get(code, code)


# --- dates ------------------------------------------------------------------------------------------


def date_short(value: dt.date | None, language: str | None = None) -> str:
    """For tables: 07.03.2026, in English 7 Mar 2026 (digits alone would be read two ways)."""
    if value is None:
        return MISSING
    if language_of(language) == "en":
        return dates.format_date(value, "d MMM y", locale=locale_of("en"))
    return f"{value:%d.%m.%Y}"


def date_long(value: dt.date | None, language: str | None = None) -> str:
    """For text: "2026-ж., 7-март", "7 марта 2026 г.", "7 March 2026"."""
    if value is None:
        return MISSING
    return _tidy(dates.format_date(value, "long", locale=locale_of(language_of(language))))


def date_official(value: dt.date | None, case: str = "on", language: str | None = None) -> str:
    """For documents, in the case the sentence needs.

    `case`: "name" (2026-жылдын 7-марты), "on" (…7-мартында, "on"), "since" (…7-мартынан, "from"), "until"
    (…7-мартына, "to"). Russian and English have one form: the preposition belongs to the sentence.
    """
    if value is None:
        return MISSING
    language = language_of(language)
    if language == "ky":
        return f"{value.year}-жылдын {value.day}-{names.month_case(value.month, case)}"
    if language == "ru":
        return f"{date_long(value, 'ru').removesuffix('г.')}года".replace(NBSP, " ")
    return date_long(value, "en")


def date_range(start: dt.date, end: dt.date | None, language: str | None = None) -> str:
    """Both ends count: 07.03.2026 – 09.04.2026; an open end is left open."""
    first = date_short(start, language)
    return f"{first} – {date_short(end, language)}" if end else f"{first} –"


def datetime_short(value: dt.datetime | None, language: str | None = None) -> str:
    """07.03.2026 14:05, in the time zone the value is in: convert before."""
    return MISSING if value is None else f"{date_short(value.date(), language)} {value:%H:%M}"


def month(value: dt.date | None, language: str | None = None) -> str:
    """ "2026-ж., март", "март 2026 г.", "March 2026"."""
    if value is None:
        return MISSING
    return _tidy(dates.format_skeleton("yMMMM", value, locale=locale_of(language_of(language))))


_PERIOD = re.compile(r"(?P<year>\d{4})(?:-?(?:Q(?P<quarter>[1-4])|[HS](?P<half>[12])|M?(?P<month>\d{2})))?")
_ROMAN = ("I", "II", "III", "IV")


def period(code: str | None, language: str | None = None) -> str:
    """The label of 2026, 2026-H1 (or S1, as SDMX writes it), 2026-Q3, 2026-07. ValueError on another code."""
    if not code:
        return MISSING
    found = _PERIOD.fullmatch(code)
    if found is None:
        raise ValueError(f"not a period: {code!r}")
    language, year = language_of(language), int(found["year"])
    if found["month"]:
        return month(dt.date(year, int(found["month"]), 1), language)
    if found["quarter"]:
        part = found["quarter"] if language == "en" else _ROMAN[int(found["quarter"]) - 1]
        return names.PERIODS[language]["quarter"].format(part=part, year=year)
    if found["half"]:
        part = found["half"] if language == "en" else _ROMAN[int(found["half"]) - 1]
        return names.PERIODS[language]["half"].format(part=part, year=year)
    return names.PERIODS[language]["year"].format(year=year)


def duration(years: int = 0, months: int = 0, days: int = 0, language: str | None = None) -> str:
    """ "3 года 2 месяца 5 дней"; parts that are nought are left out, nothing at all is 0 days."""
    language = language_of(language)
    parts = [(years, "year"), (months, "month"), (days, "day")]
    shown = [part for part in parts if part[0]] or [(0, "day")]
    return " ".join(
        f"{number(count, language)}{NBSP}{_plural(count, unit, language)}" for count, unit in shown
    )


def _plural(count: int, unit: str, language: str) -> str:
    forms = names.DURATION[language][unit]
    return forms.get(locale_of(language).plural_form(abs(count)), forms["other"])


def join_list(items: Iterable[object], language: str | None = None) -> str:
    """ "а, б жана в", "а, б и в", "a, b and c"."""
    return lists.format_list([str(item) for item in items], locale=locale_of(language_of(language)))
