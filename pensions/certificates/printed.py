"""How facts are printed: one place, so that the verifier can compare print and seal letter by letter."""

from datetime import date
from decimal import Decimal

from pensions.certificates.model import Certificate, MonthRow, TotalRow, Variant

NBSP = "\u00a0"


def print_date(day: date) -> str:
    return f"{day:%d.%m.%Y}"


def print_amount(amount: Decimal) -> str:
    """Groups of three behind no-break spaces, comma, two decimals."""
    return f"{amount:,.2f}".replace(",", NBSP).replace(".", ",")


def print_month(row: MonthRow) -> list[str]:
    """Cells of a month: MM.YYYY, days, then the amounts that the variant shows."""
    return [f"{row.month:%m.%Y}", str(row.days), *_amounts(row)]


def print_total(row: TotalRow, label: str) -> list[str]:
    """Cells of a total: label (a year or a word), months, days, amounts."""
    return [label, str(row.months), str(row.days), *_amounts(row)]


def printed_fields(certificate: Certificate) -> dict[str, str]:
    """Every sealed fact that the print shows outside its tables, by label key and in the order of the form."""
    person, employer, work = certificate.person, certificate.employer, certificate.work
    fields = {
        "number": certificate.number,
        "issued_on": print_date(certificate.issued_on),
        "blank": " ".join(certificate.blank or ()),
        "check_code": certificate.check_code,
        "supersedes": certificate.supersedes,
        "name": person.name,
        "latin_name": person.latin_name,
        "former_names": ", ".join(person.former_names),
        "birth_on": print_date(person.birth_on) if person.birth_on else "",
        "birth_place": person.birth_place,
        "citizenship": person.citizenship,
        "identifiers": _pairs(person.identifiers),
        "document": person.document,
        "employer_name": employer.name,
        "country": employer.country,
        "employer_identifiers": _pairs(employer.identifiers),
        "address": employer.address,
        "position": work.position,
        "occupation_code": work.occupation_code,
        "period": f"{print_date(work.start_on)} – {print_date(work.end_on)}",
        "state": work.state,
        "period_type": str(work.period_type),
        "declared": ", ".join(map(str, work.declared or ())),
        "conditions": work.conditions,
        "currency": certificate.currency,
        "grounds": certificate.grounds,
    }
    return {key: value for key, value in fields.items() if value}


def table_head(variant: Variant) -> list[str]:
    """Label keys of the month table."""
    amounts = ["contribution", "wage", "tax"][
        : {Variant.PERIOD: 0, Variant.CONTRIBUTIONS: 1, Variant.FULL: 3}[variant]
    ]
    return ["month", "days", *amounts]


def _amounts(row: MonthRow | TotalRow) -> list[str]:
    return [print_amount(amount) for amount in row.amounts() if amount is not None]


def _pairs(pairs: tuple[tuple[str, str], ...]) -> str:
    return "; ".join(f"{scheme} {value}" for scheme, value in pairs)
