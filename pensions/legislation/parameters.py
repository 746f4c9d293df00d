"""Dated parameters of the law, bitemporal: in effect on a day, as known on another day.

A lookup returns the value with its provenance or raises :class:`CannotCompute`; there is no default.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from pensions.legislation.sentences import Measure, why_word
from pensions.legislation.sentences import sentence as _
from pensions.legislation.trace import UNVERIFIED, Trace

DATA = Path(__file__).parent / "data"
STATES = ("AM", "BY", "KZ", "KG", "RU")


class CannotCompute(Exception):
    """A result cannot be given. ``code`` is stable, the text says what is missing and who can give it."""

    def __init__(self, code: str, text: str, parameter: str | None = None) -> None:
        super().__init__(text)
        self.code, self.text, self.parameter = code, text, parameter

    def as_dict(self) -> dict[str, str]:
        found = {"code": self.code, "text": self.text, "parameter": self.parameter}
        return {key: value for key, value in found.items() if value}


@dataclass(frozen=True, slots=True)
class Row:
    """One value of one parameter. Dates None: always, or open. ``verifies``: key of the shipped row it confirms."""

    value: Any
    effective_on: date | None
    until_on: date | None
    known_from: date | None
    known_until: date | None
    where: Mapping[str, Any]
    source: str
    confidence: str
    start_confidence: str | None = None
    superseded: bool = False
    alternatives: tuple[Any, ...] = ()
    note: str | None = None
    verifies: str = ""

    @property
    def start(self) -> date:
        return self.effective_on or date.min

    @property
    def known_since(self) -> date:
        return self.known_from or self.start

    def applies_to(self, asked: Mapping[str, Any]) -> bool:
        """Rows that name no sex or cohort apply to all; a row that names one needs the question to say it."""
        born = asked.get("birth_on")
        low, high = self.where.get("born_from"), self.where.get("born_until")
        if (low or high) and (born is None or (low and born < low) or (high and born > high)):
            return False
        plain = {key: value for key, value in self.where.items() if key not in ("born_from", "born_until")}
        return all(asked.get(key) == value for key, value in plain.items())

    def known_at(self, known_on: date | None) -> bool:
        if known_on is None:
            return self.known_until is None and not self.superseded
        return self.known_since <= known_on and (self.known_until is None or known_on < self.known_until)


@dataclass(frozen=True, slots=True)
class Value:
    """A parameter's value on a day, with where it comes from and how far it can be relied on."""

    id: str
    value: Any
    unit: str | None
    row: Row
    source_url: str | None
    source_text: str | None

    @property
    def number(self) -> Decimal:
        return Decimal(self.value)

    @property
    def taint(self) -> list[str]:
        """Why the value is not verified; empty when it is."""
        why = [self.row.confidence] if self.row.confidence in UNVERIFIED else []
        if not why and self.row.source == "memory":
            why.append("memory")
        if self.row.start_confidence:
            why.append(f"start_date_{self.row.start_confidence}")
        return why

    def as_dict(self) -> dict[str, Any]:
        row = self.row
        found = {
            "id": self.id,
            "value": self.value,
            "unit": self.unit,
            "effective_on": row.effective_on,
            "until_on": row.until_on,
            "known_from": row.known_from,
            "source": row.source,
            "source_url": self.source_url,
            "source_text": self.source_text,
            "confidence": row.confidence,
            "start_confidence": row.start_confidence,
            "alternatives": list(row.alternatives) or None,
            "note": row.note,
        }
        return {key: value for key, value in found.items() if value is not None}


@dataclass(frozen=True, slots=True)
class Parameter:
    id: str
    rows: tuple[Row, ...]
    unit: str | None = None
    yearly: bool = False
    notes: Mapping[str, Any] = field(default_factory=dict)

    def row_on(self, on: date, known_on: date | None, asked: Mapping[str, Any]) -> Row | None:
        """The row in effect: the latest effect date, then the latest knowledge."""
        known = [row for row in self.rows if row.applies_to(asked) and row.known_at(known_on)]
        begun = [row for row in known if row.start <= on]
        if not begun:
            return None
        row = max(begun, key=lambda item: (item.start, item.known_since, not item.superseded))
        ended = row.until_on is not None and on > row.until_on
        stale = self.yearly and row.start != date.min and on.year > row.start.year
        return None if ended or stale else row

    def rivals(self, row: Row, known_on: date | None) -> tuple[Any, ...]:
        """Values first published for the same day that were replaced on a day nobody recorded."""
        if known_on is None:
            return ()
        same = [r for r in self.rows if r.start == row.start and r.where == row.where and r is not row]
        return tuple(
            r.value for r in same if (r.superseded or row.superseded) and known_on.year == r.start.year
        )


@dataclass(frozen=True, slots=True)
class Library:
    """All parameters, by "STATE.name", and the sources they name."""

    parameters: Mapping[str, Parameter]
    sources: Mapping[str, Mapping[str, str]]
    currencies: Mapping[str, str]
    names: Mapping[str, str] = field(default_factory=dict)

    def overlaid(self, parameters: Mapping[str, Parameter]) -> Library:
        """The same library with some parameters replaced, for example by rows that were verified since."""
        return replace(self, parameters={**self.parameters, **parameters})

    def name(self, state: str) -> str:
        return self.names.get(state, state)

    def value(self, id_: str, on: date, known_on: date | None = None, **asked: Any) -> Value:
        """The value in effect ``on`` a day as known on another. Raises CannotCompute when there is none."""
        parameter = self.parameters.get(id_)
        row = parameter.row_on(on, known_on, asked) if parameter else None
        if parameter is None or row is None or row.value is None:
            raise CannotCompute("parameter_missing", _missing(id_, on, known_on), id_)
        return self.with_source(parameter, row)

    def with_source(self, parameter: Parameter, row: Row) -> Value:
        source = self.sources.get(row.source, {})
        address = source.get("url") or (row.source if row.source.startswith("http") else None)
        return Value(parameter.id, row.value, parameter.unit, row, address, source.get("what"))

    def rows(self, id_: str) -> Iterable[Value]:
        """Every row of a parameter, for the page that lists them."""
        parameter = self.parameters[id_]
        return [self.with_source(parameter, row) for row in parameter.rows]


@dataclass(slots=True)
class Law:
    """The library as it stood on two days, writing down every value that is used."""

    on: date
    known_on: date | None = None
    library: Library = field(default_factory=lambda: load_library())  # noqa: PLW0108 (defined below)
    trace: Trace = field(default_factory=Trace)

    def value(self, id_: str, *, on: date | None = None, **asked: Any) -> Value:
        found = self.library.value(id_, on or self.on, self.known_on, **asked)
        rivals = self.library.parameters[id_].rivals(found.row, self.known_on)
        self.use(found, rivals)
        return found

    def number(self, id_: str, *, on: date | None = None, **asked: Any) -> Decimal:
        return self.value(id_, on=on, **asked).number

    def use(self, found: Value, rivals: tuple[Any, ...] = ()) -> None:
        """Record a value in the trace, and among the unverified where it is."""
        state, record = found.id.split(".")[0], found.as_dict()
        self.trace.add(
            "parameter_used",
            found.id,
            _used(found),
            found.value,
            state=state,
            parameter=record,
        )
        why = found.taint + (["knowledge_date_unknown"] if rivals else [])
        if why:
            self.trace.doubt(
                found.id,
                ", ".join(why),
                _not_verified(found, why, rivals),
                state=state,
                parameter=record,
            )


def _missing(id_: str, on: date, known_on: date | None) -> str:
    if known_on is None:
        return _(
            "Cannot be computed because %(parameter)s has no value for %(on)s: a legal officer must add it.",
            parameter=id_,
            on=on,
        )
    return _(
        "Cannot be computed because %(parameter)s has no value for %(on)s as known on %(known_on)s: "
        "a legal officer must add it.",
        parameter=id_,
        on=on,
        known_on=known_on,
    )


def _used(found: Value) -> str:
    facts = {"parameter": found.id, "value": Measure(found.value, found.unit)}
    if found.row.effective_on is None:
        return _("%(parameter)s is %(value)s from the beginning.", **facts)
    return _(
        "%(parameter)s is %(value)s from %(effective_on)s.", **facts, effective_on=found.row.effective_on
    )


def _not_verified(found: Value, why: list[str], rivals: tuple[Any, ...]) -> str:
    reasons = [why_word(code) for code in why]
    said = _(
        "%(parameter)s = %(value)s is not verified (%(why)s).",
        parameter=found.id,
        value=found.value,
        why=reasons,
    )
    return _("%(said)s Other values: %(values)s.", said=said, values=rivals) if rivals else said


class _Numbers(yaml.SafeLoader):
    """Decimals keep the digits they are written with."""


_Numbers.add_constructor("tag:yaml.org,2002:float", lambda loader, node: Decimal(node.value))
_Numbers.add_constructor("tag:yaml.org,2002:int", lambda loader, node: Decimal(node.value))


@cache
def load_library(folder: Path = DATA) -> Library:
    """Read the data files of a folder."""
    sources = yaml.safe_load((folder / "sources.yaml").read_text(encoding="utf-8"))
    parameters: dict[str, Parameter] = {}
    currencies: dict[str, str] = {}
    names: dict[str, str] = {}
    for path in sorted(folder.glob("*.yaml")):
        raw = yaml.load(path.read_text(encoding="utf-8"), _Numbers)  # noqa: S506 (a SafeLoader)
        if "parameters" not in raw:
            continue
        currencies[raw["state"]] = raw.get("currency", "")
        names[raw["state"]] = raw["name"]
        for name, item in raw["parameters"].items():
            id_ = f"{raw['state']}.{name}"
            parameters[id_] = _parameter(id_, item)
    return Library(parameters, sources, currencies, names)


def _parameter(id_: str, raw: dict[str, Any]) -> Parameter:
    notes = {key: value for key, value in raw.items() if key not in ("rows", "unit", "yearly")}
    return Parameter(
        id_, tuple(_row(item) for item in raw["rows"]), raw.get("unit"), raw.get("yearly", False), notes
    )


def _row(raw: dict[str, Any]) -> Row:
    return Row(
        value=raw["value"],
        effective_on=raw.get("effective_on"),
        until_on=raw.get("until_on"),
        known_from=raw.get("known_from"),
        known_until=raw.get("known_until"),
        where=raw.get("where", {}),
        source=raw["source"],
        confidence=raw["confidence"],
        start_confidence=raw.get("start_confidence"),
        superseded="superseded_by" in raw,
        alternatives=tuple(item["value"] for item in raw.get("alternatives", ())),
        note=raw.get("note"),
    )
