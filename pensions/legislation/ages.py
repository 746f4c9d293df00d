"""Retirement age of a person: by sex, cohort and date."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from pensions.legislation.parameters import CannotCompute, Law, Row
from pensions.legislation.sentences import sentence as _
from pensions.totalisation.arithmetic import ONE_DAY, add_months


@dataclass(frozen=True, slots=True)
class PensionAge:
    """``reached_on`` is the first day on which the age asked for on that day is reached."""

    years: Decimal
    reached_on: date


def pension_age(law: Law, state: str, *, sex: str | None, birth_on: date | None) -> PensionAge:
    """Earliest day on which the schedule known on ``law.known_on`` is met.

    Where the age rises step by step, a person who has not reached it before a step must reach the next.
    Raises CannotCompute when sex or birth date is missing or no step of the schedule fits.
    """
    if birth_on is None:
        raise CannotCompute(
            "birth_on_missing", _("Cannot be computed because worker.birth_on is missing: give it.")
        )
    if sex not in ("F", "M"):
        raise CannotCompute(
            "sex_missing", _("Cannot be computed because worker.sex is missing: give F or M.")
        )
    id_ = f"{state}.retirement_age"
    met = [
        (max(add_months(birth_on, int(row.value * 12)), row.start), row)
        for row, until in steps(law, id_, sex, birth_on)
        if max(add_months(birth_on, int(row.value * 12)), row.start) <= until
    ]
    if not met:
        raise CannotCompute(
            "parameter_missing",
            _("Cannot be computed because %(parameter)s has no fitting step.", parameter=id_),
            id_,
        )
    reached_on, row = min(met, key=lambda item: item[0])
    library = law.library
    law.use(library.with_source(library.parameters[id_], row))
    law.trace.add(
        "age_reached",
        id_,
        _(
            "%(state)s: born %(birth_on)s, the age of %(years)s is reached on %(reached_on)s.",
            state=state,
            birth_on=birth_on,
            years=row.value,
            reached_on=reached_on,
        ),
        {"birth_on": birth_on, "years": row.value, "reached_on": reached_on},
        state=state,
    )
    return PensionAge(row.value, reached_on)


def steps(law: Law, id_: str, sex: str, birth_on: date) -> list[tuple[Row, date]]:
    """Rows of the schedule with the last day of each."""
    asked = {"sex": sex, "birth_on": birth_on}
    rows: dict[date, Row] = {}
    for row in law.library.parameters[id_].rows:
        if row.applies_to(asked) and row.known_at(law.known_on):
            kept = rows.get(row.start)
            if kept is None or row.known_since > kept.known_since:
                rows[row.start] = row
    starts = sorted(rows)
    ends = [start - ONE_DAY for start in starts[1:]] + [date.max]
    return [
        (rows[start], min(end, rows[start].until_on or date.max))
        for start, end in zip(starts, ends, strict=True)
    ]
