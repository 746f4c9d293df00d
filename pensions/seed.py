"""One invented person who has worked in Russia, Kazakhstan and Kyrgyzstan, for trying out and for tests."""

import datetime as dt
from decimal import Decimal
from typing import Any

from pensions import generator
from pensions.enums import EventKind, EvidenceStatus
from pensions.models import Employer, EmployerIdentifier, Worker
from pensions.services import ledger
from pensions.services.employers import register_employer
from pensions.services.workers import register_worker

EMPLOYERS = {
    "school": ("KG", "Орто мектеп № 12, Ош шаары", "KG-INN", "01207199310108", "P", "KGS"),
    "sewing": ("RU", "ООО «Швейный дом»", "RU-INN", "9950030017", "C", "RUB"),
    "market": ("KZ", "ТОО «Алатау Базар»", "KZ-BIN", "990340000014", "G", "KZT"),
    "builder": ("RU", generator.EMPLOYER["name"], "RU-INN", generator.EMPLOYER["RU-INN"], "F", "RUB"),
}

# employer, from, until, position, status. There are two gaps, and a summer in two states.
WORK = [
    ("school", dt.date(2008, 9, 1), dt.date(2013, 6, 30), "мугалим", EvidenceStatus.CONFIRMED),
    ("sewing", dt.date(2013, 8, 12), dt.date(2019, 11, 30), "швея", EvidenceStatus.CONFIRMED),
    ("market", dt.date(2020, 2, 3), dt.date(2021, 8, 31), "продавец", EvidenceStatus.DECLARED),
    ("sewing", dt.date(2021, 7, 1), dt.date(2023, 12, 29), "швея", EvidenceStatus.CONFIRMED),
]
# employer, first month, months, monthly wage, rate
PAID = [
    ("sewing", dt.date(2018, 1, 1), 23, Decimal("31500.00"), Decimal("0.22")),
    ("market", dt.date(2020, 2, 1), 19, Decimal("142000.00"), Decimal("0.10")),
    ("sewing", dt.date(2021, 7, 1), 30, Decimal("46800.00"), Decimal("0.22")),
]


def employer(code: str, *, by: Any = None) -> Employer:
    """One of the employers of the seed, made when it is not there."""
    state, name, kind, number, industry, _currency = EMPLOYERS[code]
    known = EmployerIdentifier.everything.filter(kind=kind, value=number).select_related("employer").first()
    if known:
        return known.employer
    return register_employer(by=by, state=state, name=name, numbers=[(kind, number)], industry=industry)


def traveller(*, by: Any = None, user: Any = None) -> Worker:
    """Registers the first person of every generated file, with the years before that file."""
    person = generator.TRAVELLER
    worker = register_worker(
        by=by,
        registered_in="KG",
        family_name=person["family_name"],
        given_name="Жылдыз",
        patronymic="Бакыт кызы",
        latin_family_name="ASANOVA",
        latin_given_name="ZHYLDYZ",
        birth_on=person["birth_on"],
        sex="female",
        citizenship="KG",
        numbers=[(kind, person[kind]) for kind in ("KG-PIN", "RU-SNILS")],
        user=user,
    )
    employments = {
        code: ledger.employ(by=by, worker=worker, employer=employer(code, by=by))
        for code in EMPLOYERS
        if code != "builder"
    }
    for code, start_on, end_on, position, status in WORK:
        period = ledger.record_period(
            by=by,
            employment=employments[code],
            start_on=start_on,
            end_on=end_on,
            position=position,
            closed_by=EventKind.DISMISSAL,
        )
        if status != EvidenceStatus.DECLARED:
            ledger.judge_period(by=by, period=period, status=status, document_type="трудовая книжка")
    for code, first, months, wage, rate in PAID:
        for place in range(months):
            month = generator.next_month(first, place)
            amount = (wage * rate).quantize(Decimal("0.01"))
            ledger.record_contribution(
                by=by,
                employment=employments[code],
                month=month,
                currency=EMPLOYERS[code][5],
                wage=wage,
                base=wage,
                accrued=amount,
                paid=amount,
                paid_on=generator.next_month(month) + dt.timedelta(days=14),
            )
    return worker
