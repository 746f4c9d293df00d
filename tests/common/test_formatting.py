import datetime as dt
from decimal import Decimal

import pytest
from django.forms import DateField, DecimalField, Form
from django.template import Context, Template
from django.utils import formats, translation

from common import formatting as f

DAY = dt.date(2026, 3, 7)


@pytest.mark.parametrize(
    ("language", "expected"), [("ky", "1 234 567,891"), ("ru", "1 234 567,891"), ("en", "1,234,567.891")]
)
def test_number_keeps_every_digit(language, expected):
    assert f.number(Decimal("1234567.891"), language).replace(f.NBSP, " ") == expected
    assert f.number(None, language) == "—"


def test_number_does_not_cut_long_fractions():
    assert f.number(Decimal("0.123456789"), "en") == "0.123456789"
    assert f.number(0.1, "en") == "0.1"


@pytest.mark.parametrize(
    ("value", "digits", "expected"),
    [
        ("2.345", 2, "2,35"),
        ("-2.345", 2, "-2,35"),
        ("2.5", 0, "3"),
        ("-0.04", 1, "0,0"),
        ("1234.5", 2, "1 234,50"),
    ],
)
def test_decimal_rounds_half_away_from_zero(value, digits, expected):
    assert f.decimal(Decimal(value), digits, "ky").replace(f.NBSP, " ") == expected


def test_percent_counts_in_per_cent_and_share_in_ones():
    assert f.percent(Decimal("12.34"), language="ru") == "12,3\xa0%"
    assert f.percent(Decimal("12.34"), language="ky") == "12,3%"
    assert f.share(Decimal("0.1234"), language="en") == "12.3%"
    assert f.share(None) == f.percent(None) == "—"


@pytest.mark.parametrize(
    ("amount", "currency", "language", "expected"),
    [
        ("12345.67", "KGS", "ky", "12 345,67 сом"),
        ("12345.67", "KGS", "ru", "12 345,67 сом"),
        ("12345.67", "KGS", "en", "12,345.67 som"),
        ("-1", "RUB", "ru", "-1,00 руб."),
        ("1000", "KRW", "ru", "1 000 вон"),
        ("5", "XYZ", "ru", "5,00 XYZ"),
        ("7", "KZT", "ky", "7,00 теңге"),
    ],
)
def test_money(amount, currency, language, expected):
    assert f.money(Decimal(amount), currency, language).replace(f.NBSP, " ") == expected


def test_names_of_countries_and_currencies_are_ours():
    assert f.country_name("KG", "ru") == "Кыргызстан"
    assert f.country_name("KG", "ru", official=True) == "Кыргызская Республика"
    assert f.country_name("KG", "ky", official=True) == "Кыргыз Республикасы"
    assert f.currency_name("KGS", "ru") == "кыргызский сом"
    assert f.language_name("ky", "ru") == "кыргызский"
    assert f.country_name("ZZZ", "ru") == "ZZZ"
    for code in ("RU", "KZ", "BY", "AM", "TR", "KR", "DE"):
        assert f.country_name(code, "ky") != code
    assert "иргиз" not in "".join(
        f.country_name(c, "ru") + f.currency_name("KGS", "ru") for c in ("KG", "KZ")
    )


@pytest.mark.parametrize(
    ("language", "short", "long", "official", "month"),
    [
        ("ky", "07.03.2026", "2026-ж., 7-март", "2026-жылдын 7-мартында", "2026-ж., март"),
        ("ru", "07.03.2026", "7 марта 2026 г.", "7 марта 2026 года", "март 2026 г."),
        ("en", "7 Mar 2026", "7 March 2026", "7 March 2026", "March 2026"),
    ],
)
def test_dates(language, short, long, official, month):
    assert f.date_short(DAY, language) == short
    assert f.date_long(DAY, language).replace(f.NBSP, " ") == long
    assert f.date_official(DAY, "on", language) == official
    assert f.month(DAY, language).replace(f.NBSP, " ") == month


def test_kyrgyz_month_cases_are_complete():
    assert [f.date_official(dt.date(2026, m, 1), "name", "ky")[12:] for m in (4, 6, 7, 8)] == [
        "1-апрели",
        "1-июну",
        "1-июлу",
        "1-августу",
    ]
    for case in ("name", "on", "since", "until"):
        assert len({f.date_official(dt.date(2026, m, 1), case, "ky") for m in range(1, 13)}) == 12


@pytest.mark.parametrize(
    ("code", "ky", "ru", "en"),
    [
        ("2026-Q3", "2026-ж., III чейрек", "III квартал 2026 г.", "Q3 2026"),
        ("2026-H1", "2026-ж., I жарым жылдык", "I полугодие 2026 г.", "H1 2026"),
        ("2026-S2", "2026-ж., II жарым жылдык", "II полугодие 2026 г.", "H2 2026"),
        ("2026-07", "2026-ж., июль", "июль 2026 г.", "July 2026"),
        ("2026", "2026-ж.", "2026 г.", "2026"),
    ],
)
def test_periods(code, ky, ru, en):
    assert [f.period(code, language).replace(f.NBSP, " ") for language in f.LANGUAGES] == [ky, ru, en]


@pytest.mark.parametrize("code", ["2026-Q5", "26", "2026-13", "2026-H3", "soon"])
def test_a_wrong_period_is_refused(code):
    with pytest.raises(ValueError):
        f.period(code, "ru")


@pytest.mark.parametrize(
    ("parts", "language", "expected"),
    [
        ((3, 2, 5), "ru", "3 года 2 месяца 5 дней"),
        ((1, 1, 1), "ru", "1 год 1 месяц 1 день"),
        ((11, 0, 21), "ru", "11 лет 21 день"),
        ((0, 0, 0), "ru", "0 дней"),
        ((3, 2, 5), "ky", "3 жыл 2 ай 5 күн"),
        ((1, 2, 0), "en", "1 year 2 months"),
    ],
)
def test_duration(parts, language, expected):
    assert f.duration(*parts, language=language).replace(f.NBSP, " ") == expected


def test_file_size_and_lists():
    assert f.file_size(1_234_567, "ru") == "1,2\xa0МБ"
    assert f.file_size(3, "ru") == "3\xa0байта"
    assert f.file_size(1, "en") == "1\xa0byte"
    assert f.file_size(12, "ky") == "12\xa0байт"
    assert f.join_list(["а", "б", "в"], "ky") == "а, б жана в"


def test_nothing_uses_the_narrow_space_our_fonts_lack():
    for language in f.LANGUAGES:
        shown = f.date_long(DAY, language) + f.month(DAY, language) + f.number(10**9, language)
        assert "\u202f" not in shown


def test_language_of_the_page_is_the_default():
    with translation.override("ky"):
        assert f.period("2026") == "2026-ж."
        template = Template(
            "{% load formats %}{{ n|decimal:1 }};"
            "{{ a|money:'KGS' }};{{ d|date_long }};{{ d|date_official:'since' }};"
            "{{ q|period }};{% duration 1 2 3 %};{{ 'KG'|country_official }};{% date_range d %}"
        )
        shown = template.render(Context({"n": 1.25, "a": Decimal(5), "d": DAY, "q": "2026-Q1"}))
    assert shown.replace(f.NBSP, " ") == (
        "1,3;5,00 сом;2026-ж., 7-март;2026-жылдын 7-мартынан;2026-ж., I чейрек;1 жыл 2 ай 3 күн;"
        "Кыргыз Республикасы;07.03.2026 –"
    )


class AmountForm(Form):
    amount = DecimalField(localize=True)
    on = DateField()


@pytest.mark.parametrize("language", ["ky", "ru"])
@pytest.mark.parametrize("typed", ["1234,5", "1234.5"])
def test_forms_read_both_decimal_signs(language, typed, settings):
    settings.FORMAT_MODULE_PATH = ["common.formats"]
    formats.reset_format_cache()
    with translation.override(language):
        form = AmountForm({"amount": typed, "on": "31.12.2025"})
        assert form.is_valid(), form.errors
        assert form.cleaned_data == {"amount": Decimal("1234.5"), "on": dt.date(2025, 12, 31)}


@pytest.mark.parametrize("grouping", [True, False])
def test_an_english_form_never_takes_a_decimal_comma_for_thousands(grouping, settings):
    settings.FORMAT_MODULE_PATH = ["common.formats"]
    settings.USE_THOUSAND_SEPARATOR = grouping
    formats.reset_format_cache()
    with translation.override("en"):
        assert not AmountForm({"amount": "1234,5", "on": "31.12.2025"}).is_valid()


def test_django_prints_kyrgyz_dates_with_our_format(settings):
    settings.FORMAT_MODULE_PATH = ["common.formats"]
    formats.reset_format_cache()
    with translation.override("ky"):
        assert formats.date_format(DAY) == "2026-ж., 7-март"
        assert formats.number_format(Decimal("1.5")) == "1,5"
