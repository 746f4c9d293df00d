"""Entitlement to an old-age pension by state: own, totalised, what is missing, and the earliest day.

A condition is met, not met, or unknown. One that is not met decides; otherwise one that is unknown makes the answer
"cannot be computed"; only when all are met the person is entitled.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from pensions.legislation.ages import pension_age
from pensions.legislation.parameters import STATES, CannotCompute, Law
from pensions.legislation.questions import question_text
from pensions.legislation.sentences import Country
from pensions.legislation.sentences import sentence as _
from pensions.totalisation.arithmetic import DAYS_PER_YEAR, ONE_DAY, Stage, add_months
from pensions.totalisation.gate import GateAnswer

MINIMUM_STAGE = {
    "AM": "AM.min_stage_old_age",
    "BY": "BY.min_insured_stage",
    "KG": "KG.min_stage",
    "RU": "RU.min_stage",
}
MET, NOT_MET, UNKNOWN = "met", "not_met", "unknown"


@dataclass(frozen=True, slots=True)
class Person:
    sex: str | None
    birth_on: date | None
    residence: str | None = None
    citizenship: frozenset[str] | None = None

    def belongs_to(self, state: str) -> bool:
        """Lives there or is its citizen: the state's own law applies without a treaty."""
        return state == self.residence or state in (self.citizenship or ())


@dataclass(frozen=True, slots=True)
class Record:
    """Lengths that count in one state. ``answerable``: own and what the state must answer for as residence."""

    own: Stage
    totalised: Stage
    answerable: Stage
    gate: GateAnswer
    points: Decimal | None = None


@dataclass(slots=True)
class Entitlement:
    state: str
    own: Stage
    totalised: Stage
    status: str = "entitled"
    basis: str | None = None
    minimum_years: Decimal | None = None
    age_years: Decimal | None = None
    age_reached_on: date | None = None
    earliest_on: date | None = None
    unknown: bool = False
    missing: list[dict[str, Any]] = field(default_factory=list)
    reasons: list[dict[str, Any]] = field(default_factory=list)

    def settle(self, condition: str) -> None:
        worse = {"entitled": 0, "cannot_be_computed": 1, "not_entitled": 2}
        found = {MET: "entitled", UNKNOWN: "cannot_be_computed", NOT_MET: "not_entitled"}[condition]
        self.status = max(self.status, found, key=worse.__getitem__)
        self.unknown = self.unknown or condition == UNKNOWN

    def lack(self, code: str, text: str, **figures: Any) -> None:
        self.missing.append({"code": code, "text": text, **figures})
        self.reasons.append({"code": f"{code}_missing", "text": text})

    def doubt(self, code: str, text: str, **figures: Any) -> None:
        self.reasons.append({"code": code, "text": text, **figures})


def assess(state: str, law: Law, person: Person, record: Record, *, method: str) -> Entitlement:
    """Entitlement in one state on ``law.on`` under a treaty of that ``method``."""
    answer = Entitlement(state, record.own, record.totalised)
    if method == "residence" and not _answers(state, person, answer):
        return answer
    if state not in STATES:
        answer.settle(UNKNOWN)
        answer.doubt("law_not_kept", question_text("EAEU", "third_state_law"))
        return answer
    for condition in (_age, _stage):
        try:
            answer.settle(condition(answer, law, person, record, method))
        except CannotCompute as missing:
            answer.settle(UNKNOWN)
            answer.reasons.append(missing.as_dict())
    if state == "RU":
        _settle_points(answer, law, record)
    _conclude(answer, law)
    return answer


def _answers(state: str, person: Person, answer: Entitlement) -> bool:
    """Under a treaty where residence pays, only the state of residence decides."""
    if person.residence == state:
        return True
    if person.residence is None:
        answer.settle(UNKNOWN)
        answer.doubt("residence_missing", _("Cannot be computed because residence is missing: give it."))
    else:
        answer.settle(NOT_MET)
        answer.doubt(
            "residence_pays",
            _("Under this treaty %(state)s answers, the state of residence.", state=person.residence),
        )
    return False


def _age(answer: Entitlement, law: Law, person: Person, record: Record, method: str) -> str:
    age = pension_age(law, answer.state, sex=person.sex, birth_on=person.birth_on)
    answer.age_years, answer.age_reached_on = age.years, age.reached_on
    if age.reached_on <= law.on:
        return MET
    if answer.state == "AM":
        _question_early_age(law)
    answer.lack(
        "age",
        _("The age of %(years)s is reached on %(reached_on)s.", years=age.years, reached_on=age.reached_on),
        required_years=age.years,
        reached_on=age.reached_on,
    )
    return NOT_MET


def _question_early_age(law: Law) -> None:
    with suppress(CannotCompute):
        early = law.library.value("AM.early_age_listed_cases", law.on, law.known_on)
        text = _(
            "In listed cases the age is %(value)s: the conditions were not found and are not judged here.",
            value=early.value,
        )
        law.trace.doubt("am_early_age", "assumption", text, state="AM", parameter=early.as_dict())


def _stage(answer: Entitlement, law: Law, person: Person, record: Record, method: str) -> str:
    """Minimum period, on the state's own or, through the treaty and its gate, on all insurance."""
    required = minimum_years(law, answer.state)
    answer.minimum_years = required
    need = int(required * DAYS_PER_YEAR)
    _question_minimum(answer, law, record)
    law.trace.add(
        "minimum_compared",
        MINIMUM_STAGE.get(answer.state, "KZ.no_minimum"),
        _(
            "%(state)s: %(required)s years are asked for; own %(own)s, totalised %(totalised)s.",
            state=answer.state,
            required=required,
            own=record.own,
            totalised=record.totalised,
        ),
        {"required_years": required, "own": record.own.as_dict(), "totalised": record.totalised.as_dict()},
        state=answer.state,
    )
    if record.own.thirty_twelve_days >= need:
        answer.basis = "own"
        return _own_right(answer, law, person, record, required)
    if answer.state == person.residence and record.answerable.thirty_twelve_days >= need:
        answer.basis = "residence"
        return MET
    if record.totalised.thirty_twelve_days < need:
        lacking = Stage.from_thirty_twelve_days(need - record.totalised.thirty_twelve_days)
        answer.lack(
            "stage", _("%(length)s of total.", length=lacking), **lacking.as_dict(), required_years=required
        )
        answer.settle(_passes(answer, law, record))
        return NOT_MET
    answer.basis = "totalised"
    if answer.state == "BY":
        text = question_text("BY", "by_foreign_insured_stage")
        law.trace.doubt("by_foreign_insured_stage", "open_question", text, state="BY")
    return _passes(answer, law, record)


def _question_minimum(answer: Entitlement, law: Law, record: Record) -> None:
    """Say where another minimum than that of the day of the claim may apply."""
    reached = answer.age_reached_on
    if answer.state == "RU" and reached and reached < law.on:
        try:
            then = law.library.value("RU.min_stage", reached, law.known_on).number
        except CannotCompute:
            return
        if then != answer.minimum_years:
            text = _(
                "The minimum is that of the day of the claim; that of the day of the age was %(then)s years.",
                then=then,
            )
            law.trace.doubt("ru_minimum_by_year", "assumption", text, state="RU")
    if answer.state == "BY" and record.totalised.exact_years < (answer.minimum_years or 0):
        for value in law.library.rows("BY.min_insured_stage_reduced"):
            if value.row.start <= law.on:
                text = _(
                    "%(value)s years are enough for %(who)s: not judged here.",
                    value=value.value,
                    who=value.row.where["who"],
                )
                law.trace.doubt(
                    "by_reduced_minimum", "assumption", text, state="BY", parameter=value.as_dict()
                )


def _own_right(answer: Entitlement, law: Law, person: Person, record: Record, required: Decimal) -> str:
    """Own insurance is enough. Where the state's own law does not reach the person, the treaty's gate decides."""
    if record.gate.met == "yes" or person.belongs_to(answer.state):
        return MET
    if required and record.gate.met == "no" and person.citizenship is None:
        answer.doubt(
            "citizenship_missing",
            _(
                "Own insurance is enough, but whether this state's own law reaches the person depends on citizenship: "
                "give citizenship."
            ),
        )
        return UNKNOWN
    return _passes(answer, law, record)


def _passes(answer: Entitlement, law: Law, record: Record) -> str:
    gate = record.gate
    if gate.met == "yes":
        return MET
    text = _(
        "%(have)s of %(required)s full months in %(country)s.",
        have=gate.full_months,
        required=gate.required,
        country=Country(answer.state, law.library.name(answer.state)),
    )
    if gate.met == "undetermined":
        text = _("%(text)s Ways of counting disagree or dates are missing.", text=text)
        answer.doubt("gate_undetermined", text, counts=gate.counts, required=gate.required)
        return UNKNOWN
    answer.lack("gate", text, have=gate.full_months, required=gate.required)
    return NOT_MET


def _settle_points(answer: Entitlement, law: Law, record: Record) -> None:
    """Russia asks for a minimum of pension points besides the period."""
    try:
        required = law.number("RU.min_ipc")
    except CannotCompute as missing:
        if law.on.year >= 2015:
            answer.settle(UNKNOWN)
            answer.reasons.append(missing.as_dict())
        return
    if record.points is not None and record.points >= required:
        return
    if answer.basis in {"totalised", "residence"}:
        answer.settle(UNKNOWN)
        answer.doubt("ru_points_in_treaty_cases", question_text("RU", "ru_points_in_treaty_cases"))
    elif record.points is None:
        answer.settle(UNKNOWN)
        answer.doubt(
            "points_missing",
            _("%(required)s points are asked for: give points.RU (total, or by year).", required=required),
        )
    else:
        answer.settle(NOT_MET)
        answer.lack(
            "points",
            _("%(points)s of %(required)s points.", points=record.points, required=required),
            have=record.points,
            required=required,
        )


def minimum_years(law: Law, state: str) -> Decimal:
    """Years of insurance asked for. Kazakhstan's basic pension asks for none."""
    if state == "KZ":
        law.value("KZ.basic_pension_min_percent_of_PM")
        return Decimal(0)
    return law.number(MINIMUM_STAGE[state])


def _conclude(answer: Entitlement, law: Law) -> None:
    """Earliest day, taking work in this state from tomorrow without a break for what is missing.

    None where a condition is unknown or points are missing: nobody can say when those are met.
    """
    lacks_points = any(item["code"] == "points" for item in answer.missing)
    if answer.age_reached_on and not answer.unknown and not lacks_points:
        day = max([answer.age_reached_on, *(_met_on(item, law.on) for item in answer.missing)])
        answer.earliest_on = day if _same_minimum(answer, law, max(day, law.on)) else None
    law.trace.add(
        "entitlement_decided",
        f"{answer.state}.old_age",
        _said(answer),
        {"status": answer.status, "basis": answer.basis},
        state=answer.state,
    )


def _said(answer: Entitlement) -> str:
    """The decision in one sentence."""
    if answer.status == "not_entitled":
        return _("%(state)s: not entitled.", state=answer.state)
    if answer.status == "cannot_be_computed":
        return _("%(state)s: cannot be computed.", state=answer.state)
    return {
        "own": _("%(state)s: entitled on the basis of own insurance.", state=answer.state),
        "totalised": _("%(state)s: entitled on the basis of totalised insurance.", state=answer.state),
        "residence": _("%(state)s: entitled on the basis of residence insurance.", state=answer.state),
    }[answer.basis or "own"]


def _same_minimum(answer: Entitlement, law: Law, day: date) -> bool:
    """Whether the minimum known for that later day is the one compared with today."""
    later = Law(day, law.known_on, law.library)
    try:
        if answer.state == "KZ" or later.number(MINIMUM_STAGE[answer.state]) == answer.minimum_years:
            return True
        text = _("Another minimum applies on %(day)s: ask again with that day.", day=day)
    except CannotCompute as missing:
        text = missing.text
    answer.doubt("earliest_day_open", text)
    return False


def _met_on(item: dict[str, Any], on: date) -> date:
    if item["code"] == "stage":
        return add_months(on, item["years"] * 12 + item["months"]) + ONE_DAY * (item["days"] + 1)
    if item["code"] == "gate":
        return add_months(on, item["required"] - item["have"]) + ONE_DAY
    return date.min
