"""The workbook as plain tables: heads, rows of numbers and words, and each formula as text."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from . import elasticities, prices, scenarios, tables
from .findings import Finding, findings
from .study import Study
from .words import word

DECIMAL_POINT = re.compile(r"(?<=\d)\.(?=\d)")
Kind = Literal["text", "integer", "decimal"]


@dataclass(frozen=True)
class Head:
    key: str
    title: str
    kind: Kind = "text"
    digits: int = 0


@dataclass(frozen=True)
class Sheet:
    """`about`: the formula in words. Numbers are Decimal or int; None is a figure that cannot be known."""

    key: str
    title: str
    about: str
    heads: tuple[Head, ...]
    rows: list[list[Any]]


class _Words:
    """Short names for the words of one language; `country` names an ISO code."""

    def __init__(self, language: str, country: Callable[[str], str]) -> None:
        self.language, self.country = language, country

    def of(self, code: str) -> str:
        return word("words", code, self.language)

    def sector(self, code: str) -> str:
        return word("sectors", code, self.language)

    def place(self, code: str) -> str:
        return self.of(code) if code in ("CU", "other") else self.country(code)


def sheets(study: Study, language: str, country: Callable[[str], str] = str) -> list[Sheet]:
    """Every sheet in the order of the study. `country` gives the name of a country by its ISO code of three letters."""
    words = _Words(language, country)
    return [
        Sheet(
            key,
            word("sheets", key, language),
            word("about", key, language),
            tuple(Head(name, word("heads", name, language), kind, digits) for name, kind, digits in heads),
            [_localised(row, heads, language) for row in rows(study, words)],
        )
        for key, heads, rows in PLAN
    ]


def _localised(row: list[Any], heads: list[tuple[str, str, int]], language: str) -> list[Any]:
    """Numbers inside formulas as the language writes them."""
    if language == "en":
        return row
    return [
        DECIMAL_POINT.sub(",", value) if name in ("formula", "parts") else value
        for value, (name, _kind, _digits) in zip(row, heads, strict=True)
    ]


def _trade(study: Study, words: _Words) -> Iterator[list[Any]]:
    for one in tables.totals(study):
        parts = "; ".join(
            f"{words.place(name)}: {'…' if value is None else value}" for name, value in one.parts.items()
        )
        formula = "" if one.computed is None else " + ".join(map(str, one.parts.values()))
        yield [
            words.place(one.reporter),
            words.of(one.flow),
            int(one.year),
            parts,
            one.computed,
            one.printed,
            one.difference,
            formula,
        ]


def _index(study: Study, words: _Words) -> Iterator[list[Any]]:
    for entry in study.of("trade_index"):
        value = tables.index(study, entry.subject, entry.item, entry.object, entry.period)
        first, last = (
            study.value("trade", entry.subject, entry.item, entry.object, year)
            for year in entry.period.split("-")
        )
        yield [
            words.place(entry.subject),
            words.of(entry.item),
            words.place(entry.object),
            entry.period,
            value,
            entry.value,
            f"100 × {last} / {first}",
        ]


def _mirror(study: Study, words: _Words) -> Iterator[list[Any]]:
    for one in tables.mirrors(study):
        known = one.exported is not None and one.imported is not None
        difference = one.exported - one.imported if known else None
        yield [
            words.place(one.exporter),
            words.place(one.importer),
            int(one.year),
            one.exported,
            one.imported,
            difference,
        ]


def _tariffs(study: Study, words: _Words) -> Iterator[list[Any]]:
    for sector in study.subjects("tariff", "line"):
        moments = [
            one for one in study.periods("tariff", sector) + study.periods("line", sector) if one != "imports"
        ]
        for origin in prices.ORIGINS:
            for moment in dict.fromkeys(moments):
                one = prices.weighted_tariff(study, sector, origin, moment)
                formula = "Σ v·τ / Σ v" if one.lines else ""
                yield [
                    words.sector(sector),
                    words.place(origin),
                    moment if moment.isdigit() else words.of(moment),
                    one.rate,
                    one.lines,
                    formula,
                ]


def _prices(study: Study, words: _Words) -> Iterator[list[Any]]:
    for sector in study.subjects("price"):
        product: Decimal | None = Decimal(1)
        for year in study.periods("price", sector):
            factor = study.value("price", sector, "", "", year)
            product = None if factor is None or product is None else product * factor
            first = year == str(scenarios.FIRST_YEAR)
            computed = prices.import_price(study, sector) if first else None
            barrier = prices.implied_barrier(study, sector, factor) if first and factor is not None else None
            yield [
                words.sector(sector),
                int(year),
                factor,
                prices.price_change(study, sector, year),
                product,
                computed,
                barrier,
                _equation(study, sector) if computed is not None else "",
            ]


def _equation(study: Study, sector: str) -> str:
    terms = []
    for origin, weight in (prices.weights(study, sector) or {}).items():
        before, under = (
            prices.weighted_tariff(study, sector, origin, when).rate for when in ("before", "under")
        )
        terms.append(f"{weight} × (100 + {under}) / (100 + {before})")
    return " + ".join(terms)


def _elasticities(study: Study, words: _Words) -> Iterator[list[Any]]:
    for entry in study.of("elasticity"):
        yield [words.sector(entry.subject), words.of("from_print"), entry.period, entry.value, None, None, ""]
    for one in elasticities.implied(study, scenarios.FIRST_YEAR):
        formula = (
            f"(({one.after} − {one.before}) / (({one.before} + {one.after}) / 2))"
            f" / (({one.price} − 1) / ((1 + {one.price}) / 2))"
        )
        yield [
            words.sector(one.sector),
            words.of("from_shares"),
            words.of(one.period),
            one.value,
            one.low,
            one.high,
            formula,
        ]


def _scenarios(study: Study, words: _Words) -> Iterator[list[Any]]:
    for one in scenarios.scenarios(study):
        for place, (elasticity, change, shift) in enumerate(
            zip(one.elasticities, one.changes, one.path, strict=True)
        ):
            last = place == len(one.path) - 1
            earlier = f"{100 - one.path[place - 1]:.3f}" if place else "100"
            formula = f"100 − {earlier} × (1 + {elasticity:.3f} × {change:.3f} / 100)"
            year = words.of(elasticities.YEARS[place])
            yield [
                one.number,
                year,
                elasticity,
                change,
                shift,
                one.printed if last else None,
                one.multiple,
                formula,
            ]


def _shares(study: Study, words: _Words) -> Iterator[list[Any]]:
    for one in scenarios.sector_paths(study):
        yield [words.sector(one.sector), one.scenario, one.before, *one.computed, *one.printed]


def _fund(study: Study, words: _Words) -> Iterator[list[Any]]:
    for one in tables.fund(study):
        formula = f"{one.size} × {one.allocation} / 100 − {one.size} × {one.contribution} / 100"
        yield [
            words.place(one.country),
            one.contribution,
            one.allocation,
            one.paid,
            one.received,
            one.net,
            formula,
        ]


def _findings(study: Study, words: _Words) -> Iterator[list[Any]]:
    for one in findings(study):
        yield [
            one.entry.address,
            one.entry.source,
            one.entry.value,
            one.computed,
            word("statuses", one.status, words.language),
            _reason(one, words.language),
            one.formula,
        ]


def _reason(one: Finding, language: str) -> str:
    said = [word("reasons", one.reason, language, **one.params)] if one.reason else []
    if one.entry.note and one.entry.note != one.reason:
        said.append(word("reasons", one.entry.note, language))
    return " ".join(said)


TEXT, YEAR = ("text", 0), ("integer", 0)
ONE, TWO, FOUR = ("decimal", 1), ("decimal", 2), ("decimal", 4)


def _heads(**kinds: tuple[str, int]) -> list[tuple[str, str, int]]:
    return [(name, *kind) for name, kind in kinds.items()]


PLAN = [
    (
        "trade",
        _heads(
            **{"reporter": TEXT, "flow": TEXT, "year": YEAR, "parts": TEXT, "computed": ONE, "printed": ONE},
            **{"difference": ONE, "formula": TEXT},
        ),
        _trade,
    ),
    (
        "index",
        _heads(reporter=TEXT, flow=TEXT, partner=TEXT, period=TEXT, computed=TWO, printed=ONE, formula=TEXT),
        _index,
    ),
    (
        "mirror",
        _heads(exporter=TEXT, importer=TEXT, year=YEAR, exported=ONE, imported=ONE, difference=ONE),
        _mirror,
    ),
    (
        "tariffs",
        _heads(sector=TEXT, origin=TEXT, moment=TEXT, rate=("decimal", 3), lines=YEAR, formula=TEXT),
        _tariffs,
    ),
    (
        "prices",
        _heads(
            **{
                "sector": TEXT,
                "year": YEAR,
                "factor": FOUR,
                "change": TWO,
                "product": FOUR,
                "equation": FOUR,
            },
            **{"barrier": TWO, "formula": TEXT},
        ),
        _prices,
    ),
    (
        "elasticities",
        _heads(sector=TEXT, kind=TEXT, period=TEXT, elasticity=TWO, low=TWO, high=TWO, formula=TEXT),
        _elasticities,
    ),
    (
        "scenarios",
        _heads(
            **{"scenario": TEXT, "period": TEXT, "elasticity": ("decimal", 3), "change": ("decimal", 3)},
            **{"shift": TWO, "printed": ONE, "multiple": TWO, "formula": TEXT},
        ),
        _scenarios,
    ),
    (
        "shares",
        _heads(
            **{"sector": TEXT, "scenario": TEXT, "before": ONE, "year1": ONE, "year2": ONE, "year3": ONE},
            **{"printed1": ONE, "printed2": ONE, "printed3": ONE},
        ),
        _shares,
    ),
    (
        "fund",
        _heads(country=TEXT, contribution=ONE, allocation=ONE, paid=ONE, received=ONE, net=ONE, formula=TEXT),
        _fund,
    ),
    (
        "findings",
        _heads(
            address=TEXT, source=TEXT, printed=FOUR, computed=FOUR, status=TEXT, reason=TEXT, formula=TEXT
        ),
        _findings,
    ),
]
