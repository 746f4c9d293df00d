"""What lawyers add to the shipped law: new values, and verifications of values that are there.

The shipped files are the base and are never altered. A change is laid over them with the day from which it was known,
so a question "as known on" an earlier day still gets the earlier answer.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from pensions.legislation.parameters import Library, Parameter, Row
from pensions.legislation.trace import plain

VERIFIED = "verified"


@dataclass(frozen=True, slots=True)
class Change:
    """A confirmed change. With ``row_key`` it verifies that shipped row; else it is a value of its own.

    ``known_from``: for a value the day it became law or was published, for a verification the day it was confirmed.
    ``id`` becomes the id of its source, ``source`` is an address or the name of a publication.
    """

    id: str
    parameter: str
    known_from: date
    source: str
    document: str
    row_key: str = ""
    value: Decimal | str | None = None
    effective_on: date | None = None
    until_on: date | None = None
    where: Mapping[str, Any] | None = None
    note: str | None = None


def where_key(where: Mapping[str, Any]) -> str:
    """Whom or what a row applies to, as a text that is the same for the same conditions."""
    return json.dumps(plain(dict(where)), sort_keys=True, ensure_ascii=False)


def row_key(parameter: str, row: Row) -> str:
    """Names a shipped row by what it says. A row that a later version words differently has another key."""
    dates = [plain(day) for day in (row.effective_on, row.until_on, row.known_from)]
    facts = [parameter, where_key(row.where), *dates, plain(row.value), row.source]
    return hashlib.sha256(json.dumps(facts, ensure_ascii=False).encode()).hexdigest()[:16]


def takes_values(parameter: Parameter) -> bool:
    """Numbers and words can be proposed anew; formulas and facts of another kind are only verified."""
    return all(row.value is None or isinstance(row.value, Decimal | str) for row in parameter.rows)


def is_numeric(parameter: Parameter) -> bool:
    return any(isinstance(row.value, Decimal) for row in parameter.rows)


def overlay(library: Library, changes: Iterable[Change]) -> Library:
    """The library with these changes, in the order in which they were confirmed.

    A value ends the knowledge of the values that it replaces (same first day, same conditions). A verification whose
    row is gone changes nothing.
    """
    parameters: dict[str, Parameter] = {}
    sources: dict[str, dict[str, str]] = {}
    for change in changes:
        parameter = parameters.get(change.parameter) or library.parameters.get(change.parameter)
        row = _row(parameter, change) if parameter else None
        if parameter is None or row is None:
            continue
        rows = (row, *(_replaced(old, row) for old in parameter.rows))
        parameters[parameter.id] = replace(parameter, rows=rows)
        link = {"url": change.source} if change.source.startswith("http") else {}
        what = change.document if link else f"{change.document}, {change.source}"
        sources[change.id] = {**link, "what": what}
    return replace(library.overlaid(parameters), sources={**library.sources, **sources})


def _replaced(old: Row, new: Row) -> Row:
    twin = old.start == new.start and old.where == new.where and old.known_until is None
    return replace(old, known_until=new.known_from) if twin else old


def _row(parameter: Parameter, change: Change) -> Row | None:
    if not change.row_key:
        return Row(
            value=change.value,
            effective_on=change.effective_on,
            until_on=change.until_on,
            known_from=change.known_from,
            known_until=None,
            where=change.where or {},
            source=change.id,
            confidence=VERIFIED,
            note=change.note,
        )
    keys = {row_key(parameter.id, row): row for row in parameter.rows if row.confidence != VERIFIED}
    shipped = keys.get(change.row_key)
    if shipped is None:
        return None
    return replace(
        shipped,
        known_from=change.known_from,
        source=change.id,
        confidence=VERIFIED,
        start_confidence=None,
        alternatives=(),
        note=change.note or shipped.note,
        verifies=change.row_key,
    )
