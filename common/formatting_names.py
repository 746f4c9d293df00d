"""Words that CLDR lacks or has wrong for our languages. Read through `common.formatting` only.

The names of the states follow their constitutions; Russian «Киргизия», «киргизский» of CLDR are not the
official usage of the Kyrgyz Republic.
"""

COUNTRIES = {
    "ky": {"US": "Америка Кошмо Штаттары"},
    "ru": {"KG": "Кыргызстан", "AE": "Объединённые Арабские Эмираты", "US": "Соединённые Штаты Америки"},
    "en": {},
}

COUNTRIES_OFFICIAL = {
    "ky": {
        "AM": "Армения Республикасы",
        "BY": "Беларусь Республикасы",
        "KG": "Кыргыз Республикасы",
        "KZ": "Казакстан Республикасы",
        "RU": "Россия Федерациясы",
        "TJ": "Тажикстан Республикасы",
        "TR": "Түркия Республикасы",
        "UZ": "Өзбекстан Республикасы",
    },
    "ru": {
        "AM": "Республика Армения",
        "BY": "Республика Беларусь",
        "KG": "Кыргызская Республика",
        "KZ": "Республика Казахстан",
        "RU": "Российская Федерация",
        "TJ": "Республика Таджикистан",
        "TR": "Турецкая Республика",
        "UZ": "Республика Узбекистан",
    },
    "en": {
        "AM": "Republic of Armenia",
        "BY": "Republic of Belarus",
        "KG": "Kyrgyz Republic",
        "KZ": "Republic of Kazakhstan",
        "RU": "Russian Federation",
        "TJ": "Republic of Tajikistan",
        "TR": "Republic of Türkiye",
        "UZ": "Republic of Uzbekistan",
    },
}

CURRENCIES = {
    "ky": {"KGS": "кыргыз сому", "EUR": "евро", "BYN": "беларусь рубли", "RUB": "россия рубли"},
    "ru": {"KGS": "кыргызский сом", "KZT": "казахстанский тенге", "AMD": "армянский драм"},
    "en": {"KGS": "Kyrgyz som", "KZT": "Kazakhstani tenge", "RUB": "Russian rouble"},
}

# After an amount; words that do not change with it, so no plural is needed.
CURRENCY_SHORT = {
    "ky": {
        "KGS": "сом",
        "RUB": "рубль",
        "KZT": "теңге",
        "BYN": "беларусь рубли",
        "AMD": "драм",
        "UZS": "сум",
        "TJS": "сомони",
        "TRY": "лира",
        "USD": "АКШ доллары",
        "EUR": "евро",
        "KRW": "вон",
    },
    "ru": {
        "KGS": "сом",
        "RUB": "руб.",
        "KZT": "тенге",
        "BYN": "бел. руб.",
        "AMD": "драм",
        "UZS": "сум",
        "TJS": "сомони",
        "TRY": "тур. лир",
        "USD": "долл. США",
        "EUR": "евро",
        "KRW": "вон",
    },
    "en": {"KGS": "som"},
}

LANGUAGE_NAMES = {"ky": {}, "ru": {"ky": "кыргызский"}, "en": {}}

# "2026-жылдын 7-марты": the possessive of each month. Of the twelve only April takes front vowels.
MONTHS_POSSESSIVE = (
    *("январы", "февралы", "марты", "апрели", "майы", "июну"),
    *("июлу", "августу", "сентябры", "октябры", "ноябры", "декабры"),
)
_ENDINGS = {"name": ("", ""), "on": ("нда", "нде"), "since": ("нан", "нен"), "until": ("на", "не")}


def month_case(month: int, case: str) -> str:
    """The possessive of the month in a case: мартында "on", мартынан "since", мартына "until"."""
    stem = MONTHS_POSSESSIVE[month - 1]
    return stem + _ENDINGS[case][stem.endswith("и")]


PERIODS = {
    "ky": {
        "quarter": "{year}-ж., {part} чейрек",
        "half": "{year}-ж., {part} жарым жылдык",
        "year": "{year}-ж.",
    },
    "ru": {"quarter": "{part} квартал {year} г.", "half": "{part} полугодие {year} г.", "year": "{year} г."},
    "en": {"quarter": "Q{part} {year}", "half": "H{part} {year}", "year": "{year}"},
}

# By CLDR plural category; CLDR itself has no Kyrgyz words for months and days of a duration.
DURATION = {
    "ky": {"year": {"other": "жыл"}, "month": {"other": "ай"}, "day": {"other": "күн"}},
    "ru": {
        "year": {"one": "год", "few": "года", "many": "лет", "other": "года"},
        "month": {"one": "месяц", "few": "месяца", "many": "месяцев", "other": "месяца"},
        "day": {"one": "день", "few": "дня", "many": "дней", "other": "дня"},
    },
    "en": {
        "year": {"one": "year", "other": "years"},
        "month": {"one": "month", "other": "months"},
        "day": {"one": "day", "other": "days"},
    },
}

FILE_UNITS = {
    "ky": ("байт", "КБ", "МБ", "ГБ", "ТБ"),
    "ru": ("байт", "КБ", "МБ", "ГБ", "ТБ"),
    "en": ("bytes", "kB", "MB", "GB", "TB"),
}


def byte_word(count: int, language: str) -> str:
    """Russian: 1 байт, 2 байта, 5 байт."""
    if language == "ru" and count % 10 in (2, 3, 4) and count % 100 not in (12, 13, 14):
        return "байта"
    return "byte" if language == "en" and count == 1 else FILE_UNITS[language][0]
