"""Words and codes that offices of the union write in cells, and what they stand for here."""

from pensions.enums import EventKind, Fund, RowKind, Sex


def spread(words: dict[str, str]) -> dict[str, str]:
    return {word: code for code, line in words.items() for word in line.split(", ")}


KINDS = spread(
    {
        RowKind.ORIGINAL.value: "исходная, исхд, дополняющая, назначение пенсии, баштапкы, original",
        RowKind.CORRECTION.value: "корректирующая, корр, түзөтүүчү, түзөтүү, correction",
        RowKind.WITHDRAWAL.value: "отменяющая, отмн, жокко чыгаруучу, withdrawal",
    }
)
FUNDS = spread(
    {
        Fund.INSURANCE.value: "страховая, страховая пенсия, опс, сп, пф, insurance",
        Fund.FUNDED.value: "накопительная, накопительная пенсия, гнпф, опв, топтомо, funded",
        Fund.EMPLOYER_FUNDED.value: "опвр, employer funded",
        Fund.OCCUPATIONAL.value: "оппв, профессиональная, occupational",
    }
)
SEXES = spread(
    {
        Sex.FEMALE.value: "ж, жен, жен., женский, женщина, аял, f, female",
        Sex.MALE.value: "м, муж, муж., мужской, мужчина, эркек, э, m, male",
    }
)
COUNTRIES = spread(
    {
        "KG": "киргизия, кыргызстан, кыргызская республика, киргизская республика, кыргыз республикасы, кр, kg, kgz",
        "RU": "россия, российская федерация, рф, орусия, россия федерациясы, ru, rus",
        "KZ": "казахстан, республика казахстан, рк, казакстан, kz, kaz",
        "UZ": "узбекистан, республика узбекистан, өзбекстан, uz, uzb",
        "TJ": "таджикистан, республика таджикистан, тажикстан, tj, tjk",
        "AM": "армения, республика армения, am, arm",
        "BY": "беларусь, белоруссия, республика беларусь, by, blr",
    }
)
CURRENCIES = spread(
    {
        "RUB": "rub, руб, руб., рубль, рубли, 643",
        "KGS": "kgs, сом, som, 417",
        "KZT": "kzt, тенге, теңге, тг, 398",
        "BYN": "byn, бел. руб., белорусский рубль, 933",
        "AMD": "amd, драм, 051",
    }
)

# Kinds of events of the Russian electronic labour record (СЗВ-ТД, ЕФС-1 sub-section 1.1).
EVENTS = spread(
    {
        EventKind.HIRE.value: "1, приём, прием, hire",
        EventKind.TRANSFER.value: "2, перевод, transfer",
        EventKind.RENAME.value: "3, переименование, rename",
        EventKind.GRADE.value: "4, установление (присвоение), grade",
        EventKind.DISMISSAL.value: "5, увольнение, dismissal",
        EventKind.BAN.value: "6, запрет занимать должность, ban",
        EventKind.SUSPENSION.value: "приостановление, suspension",
        EventKind.RESUMPTION.value: "возобновление, resumption",
        EventKind.CIVIL_START.value: "начало договора гпх, civil_start",
        EventKind.CIVIL_END.value: "окончание договора гпх, civil_end",
    }
)
