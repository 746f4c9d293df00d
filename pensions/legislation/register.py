"""Every value of every parameter with its status: what the page for lawyers lists."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from pensions.legislation.changes import VERIFIED, row_key
from pensions.legislation.parameters import Library, Parameter, Row, Value

STATUSES = ("verified", "sourced", "derived", "unverified", "conflict", "missing", "superseded")


@dataclass(frozen=True, slots=True)
class Listed:
    """One value. ``in_effect``: it is the one that the rules read on the day asked."""

    parameter: Parameter
    value: Value
    status: str
    key: str
    in_effect: bool

    @property
    def state(self) -> str:
        return self.parameter.id.partition(".")[0]


def status_of(value: Value) -> str:
    """One of STATUSES: how far a value can be relied on."""
    row = value.row
    if row.superseded or row.known_until is not None:
        return "superseded"
    if row.value is None:
        return "missing"
    if row.confidence == VERIFIED:
        return "verified"
    if row.confidence == "conflict":
        return "conflict"
    if value.taint:
        return "unverified"
    return "derived" if row.confidence == "derived" else "sourced"


def listed(
    library: Library, *, on: date, known_on: date | None = None, state: str = "", status: str = ""
) -> Iterator[Listed]:
    """Values known on a day, in order of parameter and effect date; a verified row stands for the shipped one."""
    for parameter in library.parameters.values():
        if state and not parameter.id.startswith(f"{state}."):
            continue
        for row in newest(parameter, known_on):
            value = library.with_source(parameter, row)
            found = status_of(value)
            if not status or status == found:
                effective = parameter.row_on(on, known_on, row.where | _someone_born(row)) is row
                yield Listed(parameter, value, found, row_key(parameter.id, row), effective)


def newest(parameter: Parameter, known_on: date | None) -> list[Row]:
    """Rows known on the day; where a shipped row is verified by then, the verification alone."""
    known = [row for row in parameter.rows if known_on is None or row.known_since <= known_on]
    verified = {row.verifies for row in known if row.verifies}
    kept = [row for row in known if row_key(parameter.id, row) not in verified]
    return sorted(kept, key=lambda row: (str(row.where), row.start, row.known_since))


def _someone_born(row: Row) -> dict[str, date]:
    """A birth date to which a row of a cohort applies."""
    day = row.where.get("born_from") or row.where.get("born_until")
    return {"birth_on": day} if day else {}
