"""A registry of random people with everything that the ledger knows: corrections, withdrawals, disputes, mergers."""

import datetime as dt
import random
from decimal import Decimal

from pensions.enums import EvidenceStatus, LegalBasis
from pensions.models import Contribution, EmploymentPeriod, Worker
from pensions.services import ledger
from tests.support.registry import Registry

ON = dt.date(2026, 10, 31)
STATES = ("KG", "RU", "KZ", "AM", "BY", "UZ")


class RandomRegistry:
    def __init__(self, seed: int, workers: int = 12):
        self.chance, self.codes, self.house = random.Random(seed), random.Random(seed), Registry()
        self.employers = [self.house.employer(state=state) for state in STATES for _ in range(2)]
        self.workers = [self.worker() for _ in range(workers)]

    def day(self, low: int = 1990) -> dt.date:
        if self.chance.random() < 0.3:
            edge = self.chance.choice((dt.date(2021, 1, 1), dt.date(1998, 1, 1), dt.date(1996, 1, 1)))
            return edge + dt.timedelta(days=self.chance.randint(-2, 2))
        return dt.date(low, 1, 1) + dt.timedelta(days=self.chance.randint(0, 12_500))

    def worker(self) -> Worker:
        born = dt.date(1950, 1, 1) + dt.timedelta(days=self.chance.randint(0, 18_000))
        sex = self.chance.choice(("female", "male", ""))
        worker = self.house.worker(birth_on=born, sex=sex)
        for _ in range(self.chance.randint(0, 4)):
            self.period(worker)
        return worker

    def period(self, worker: Worker) -> EmploymentPeriod:
        chance = self.chance
        employment = ledger.employ(by=None, worker=worker, employer=chance.choice(self.employers))
        start = self.day()
        end = start + dt.timedelta(days=chance.choice((0, 20, 31, 366, 1500, 6000)))
        period = ledger.record_period(
            by=None,
            employment=employment,
            start_on=start,
            end_on=None if chance.random() < 0.2 else end,
            state=chance.choice(STATES) if chance.random() < 0.2 else employment.employer.state,
            legal_basis=chance.choice((*[LegalBasis.EMPLOYMENT] * 3, *LegalBasis.values)),
            p5000_type=chance.choice(("", "", "", "10", "20", "43", "30")),
            not_counted=self.taken(start, end) if chance.random() < 0.25 else [],
            special_conditions=self.conditions(),
        )
        self.months(period)
        if chance.random() < 0.25:
            ledger.correct(by=None, entry=period, reason="archive", end_on=end + dt.timedelta(days=40))
        elif chance.random() < 0.15:
            ledger.withdraw(by=None, entry=period, reason="not this person")
        elif chance.random() < 0.3:
            for status in chance.sample(EvidenceStatus.values, 2):
                ledger.judge_period(by=None, period=period, status=status, note="asked the archive")
        return period

    def conditions(self) -> list[dict[str, str]]:
        """Codes of the Russian form: settled, not settled, none. A generator of its own leaves the rest as it was."""
        code = self.codes.choice(("", "", "ДЕТИ", "ДЕКРЕТ", "ВРНЕТРУД", "ДЛДЕТИ"))
        return [{"kind": "ДопСведенияИС", "Код": code}] if code else []

    def taken(self, start: dt.date, end: dt.date) -> list[dict[str, str]]:
        low = start + dt.timedelta(days=self.chance.randint(0, min(300, (end - start).days)))
        high = min(low + dt.timedelta(days=self.chance.randint(0, 90)), end)
        return [{"from_on": str(low), "until_on": str(high), "reason": "leave"}]

    def months(self, period: EmploymentPeriod) -> None:
        month = period.start_on.replace(day=1)
        for _ in range(self.chance.choice((0, 0, 1, 3))):
            self.month(period, month)
            month = (month + dt.timedelta(days=32)).replace(day=1)

    def month(self, period: EmploymentPeriod, month: dt.date) -> None:
        known = Contribution.everything.filter(employment=period.employment, month=month)
        if month > ON or known.exists():
            return
        entry = ledger.record_contribution(
            by=None,
            employment=period.employment,
            month=month,
            currency="RUB",
            accrued=Decimal("100.00"),
            paid=self.chance.choice((None, Decimal("0.00"), Decimal("100.00"))),
        )
        if self.chance.random() < 0.2:
            ledger.correct(by=None, entry=entry, reason="late", paid=Decimal("90.00"))
