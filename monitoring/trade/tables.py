"""Mutual trade: totals checked, last year against first, mirrors of partners, the whole union; the fund's keys."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from .study import Study

UNION = "CU"


@dataclass(frozen=True)
class Total:
    """A year of one table: its parts by partner, their sum (None while a part is unreadable), and the printed total."""

    reporter: str
    flow: str
    year: str
    parts: dict[str, Decimal | None]
    printed: Decimal | None

    @property
    def computed(self) -> Decimal | None:
        return None if None in self.parts.values() else sum(self.parts.values(), Decimal(0))

    @property
    def difference(self) -> Decimal | None:
        if self.printed is None or self.computed is None:
            return None
        return self.computed - self.printed

    @property
    def rounding(self) -> Decimal:
        """How far a printed total can be from the sum of parts that are each rounded to one decimal."""
        return Decimal("0.05") * (len(self.parts) + 1)


def totals(study: Study) -> list[Total]:
    found: dict[tuple[str, str, str], Total] = {}
    for entry in study.of("trade"):
        key = entry.subject, entry.item, entry.period
        total = found.get(key) or Total(*key, {}, study.value("trade", *key[:2], UNION, key[2]))
        found[key] = total
        if entry.object != UNION:
            total.parts[entry.object] = entry.value
    return sorted(
        (one for one in found.values() if one.parts), key=lambda one: (one.reporter, one.flow, one.year)
    )


def index(study: Study, reporter: str, flow: str, partner: str, years: str) -> Decimal | None:
    """The last year in per cent of the first, unrounded; `years` as "2010-2013"."""
    first, last = (study.value("trade", reporter, flow, partner, year) for year in years.split("-"))
    return 100 * last / first if first and last is not None else None


@dataclass(frozen=True)
class Mirror:
    """One flow as its exporter and as its importer report it."""

    exporter: str
    importer: str
    year: str
    exported: Decimal | None
    imported: Decimal | None

    @property
    def best(self) -> Decimal | None:
        return self.imported if self.exported is None else self.exported


def mirrors(study: Study) -> Iterator[Mirror]:
    pairs: dict[tuple[str, str, str], None] = {}
    for entry in study.of("trade"):
        if entry.object != UNION:
            ends = (entry.subject, entry.object) if entry.item == "export" else (entry.object, entry.subject)
            pairs[(*ends, entry.period)] = None
    for exporter, importer, year in sorted(pairs):
        exported = study.value("trade", exporter, "export", importer, year)
        imported = study.value("trade", importer, "import", exporter, year)
        yield Mirror(exporter, importer, year, exported, imported)


def mutual_trade(study: Study, year: str) -> Decimal | None:
    """All exports inside the union; where the exporter's figure is unreadable, the importer's stands for it."""
    flows = [one.best for one in mirrors(study) if one.year == year]
    return None if not flows or None in flows else sum(flows, Decimal(0))


def mirror_of_imports(study: Study, importer: str, year: str) -> Decimal | None:
    """What the partners say that they sold to the importer."""
    flows = [one.exported for one in mirrors(study) if (one.importer, one.year) == (importer, year)]
    return None if not flows or None in flows else sum(flows, Decimal(0))


@dataclass(frozen=True)
class FundShare:
    """A country's part of a structural fund, in the fund's currency."""

    country: str
    contribution: Decimal
    allocation: Decimal
    size: Decimal

    @property
    def paid(self) -> Decimal:
        return self.size * self.contribution / 100

    @property
    def received(self) -> Decimal:
        return self.size * self.allocation / 100

    @property
    def net(self) -> Decimal:
        return self.received - self.paid


def fund(study: Study) -> list[FundShare]:
    size = next((one.value for one in study.of("quoted") if one.subject == "focem_size"), None)
    found = []
    for country in study.subjects("fund_key"):
        paid = study.value("fund_key", country, "contribution")
        received = study.value("fund_key", country, "allocation")
        if None not in (paid, received, size):
            found.append(FundShare(country, paid, received, size))
    return found
