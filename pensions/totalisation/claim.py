"""One claim from JSON to JSON: totalisation, entitlement and amounts by state, with the trace of all of it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from pensions.legislation.entitlement import Entitlement, Person, Record, assess
from pensions.legislation.formulas import compute
from pensions.legislation.formulas_ru_am import ru_annual_points
from pensions.legislation.parameters import STATES, CannotCompute, Law, Library, load_library
from pensions.legislation.questions import amount_question
from pensions.legislation.sentences import sentence as _
from pensions.legislation.trace import plain
from pensions.totalisation.amounts import Amount, direct
from pensions.totalisation.arithmetic import Stage
from pensions.totalisation.claim_input import Claim, ClaimError, read_claim
from pensions.totalisation.engine import totalise
from pensions.totalisation.gate import GateAnswer
from pensions.totalisation.intervals import Run
from pensions.totalisation.overlaps import Overlap
from pensions.totalisation.ratio import theoretical_ratio
from pensions.totalisation.results import Segment, StateTotal, Totalisation


def run_claim(
    raw: Any, *, as_of: date | None = None, known_on: date | None = None, library: Library | None = None
) -> dict[str, Any]:
    """Answer a claim. ``as_of`` replaces the day of the claim, ``known_on`` asks what was known on a day.

    Raises ClaimError naming the field that is wrong and the way out.
    """
    claim = read_claim(raw, as_of=as_of)
    on = as_of or claim.claim_on
    result = totalise(
        claim.periods, treaty=claim.treaty, durations=claim.durations, residence=claim.residence, as_of=on
    )
    if claim.open_ended:
        text = _("Still running and counted to %(day)s: %(ids)s.", day=on, ids=claim.open_ended)
        result.trace.doubt("open_ended", "assumption", text)
    library = library or load_library()
    entitlements = _entitlements(claim, result, on, known_on, library)
    amounts = _amounts(claim, result, entitlements, Law(on or date.max, known_on, library))
    for name in claim.ignored:
        result.trace.doubt(
            "field_ignored",
            "assumption",
            _("%(name)s is not a field that is read here: it changed nothing.", name=name),
        )
    return _answer(claim, result, entitlements, amounts, on, known_on)


def _entitlements(
    claim: Claim, result: Totalisation, on: date | None, known_on: date | None, library: Library
) -> dict[str, Entitlement]:
    states = sorted(set(result.states) | ({claim.residence} if claim.residence in STATES else set()))
    person = Person(claim.sex, claim.birth_on, claim.residence, claim.citizenship)
    answers = {}
    for state in states:
        record = _record(result, state, claim.residence)
        if on is None:
            answers[state] = _no_day(state, record)
            continue
        law = Law(on, known_on, library)
        _tell_sum(result, state, record)
        record = _with_points(record, claim, state, law)
        answers[state] = assess(state, law, person, record, method=result.treaty.method)
        result.trace.extend(law.trace)
    return answers


def _no_day(state: str, record: Record) -> Entitlement:
    answer = Entitlement(state, record.own, record.totalised, status="cannot_be_computed", unknown=True)
    answer.doubt("claim_on_missing", _("Cannot be computed because claim_on is missing: give it or --as-of."))
    return answer


def _record(result: Totalisation, state: str, residence: str | None) -> Record:
    total = result.states.get(state)
    gate = total.gate if total else _closed_gate(result)
    own = total.stage if total else Stage()
    answerable = result.answerable_for(state) if state == residence else own
    return Record(own, result.totalised_for(state), answerable, gate)


def _tell_sum(result: Totalisation, state: str, record: Record) -> None:
    """Where the totalised length of a state comes from: it need not be that of the whole record."""
    parts = result.parts_for(state)
    if len(parts) > 1:
        result.trace.add(
            "lengths_added",
            "calendar_then_thirty_twelve",
            _(
                "%(state)s: %(parts)s, without days that coincide with its own, are %(length)s together.",
                state=state,
                parts=[_("%(state)s %(length)s", state=one, length=part) for one, part in parts.items()],
                length=record.totalised,
            ),
            {**record.totalised.as_dict(), "parts": {one: part.as_dict() for one, part in parts.items()}},
            state=state,
        )


def _closed_gate(result: Totalisation) -> GateAnswer:
    """Of a state without insurance of its own."""
    gate = result.treaty.gate
    if gate is None:
        return GateAnswer("yes", 0, "no_gate", 0)
    return GateAnswer("no", 0, gate.reported, gate.months, dict.fromkeys(gate.strategies, 0))


def _with_points(record: Record, claim: Claim, state: str, law: Law) -> Record:
    """Points as given, else made of the paid base of each year."""
    if state != "RU":
        return record
    points = claim.points.get("RU")
    if points is None and claim.paid_base:
        try:
            made = [
                ru_annual_points(law, {"paid_base": base, "year": Decimal(year)})["points"]
                for year, base in sorted(claim.paid_base.items())
            ]
        except CannotCompute as missing:
            law.trace.doubt("points_not_made", missing.code, missing.text, state="RU")
            return record
        points = sum(made, Decimal(0))
        law.trace.add(
            "points_summed",
            "RU.formula",
            _("RU: %(points)s points of all years.", points=points),
            points,
            state="RU",
        )
    return Record(record.own, record.totalised, record.answerable, record.gate, points)


def _amounts(
    claim: Claim,
    result: Totalisation,
    entitlements: dict[str, Entitlement],
    law: Law,
) -> dict[str, Amount]:
    strange = sorted(set(claim.amounts) - set(entitlements))
    if strange:
        raise ClaimError(
            f"amounts.{strange[0]}", _("has no insurance in the claim: give its periods or durations")
        )
    if result.treaty.method == "theoretical_ratio":
        return theoretical_ratio(result, claim.amounts)
    amounts = {}
    for state, entitlement in entitlements.items():
        question = amount_question(state)
        amount = direct(result, claim.amounts, state, entitlement.status, question)
        if amount.status == "cannot_be_computed" and entitlement.status == "entitled":
            _by_formula(amount, claim, result, law)
        amounts[state] = amount
    return amounts


def _by_formula(amount: Amount, claim: Claim, result: Totalisation, law: Law) -> None:
    """Kazakhstan's basic pension for its own resident citizen: no open question stands in the way."""
    own = amount.state == claim.residence and amount.state in (claim.citizenship or ())
    if not own or amount.state != "KZ":
        return
    total = result.states.get("KZ")
    years = total.stage.years if total else 0
    given = {"participation_years": str(years)}
    found = compute("KZ", given, on=law.on, known_on=law.known_on, library=law.library)
    if found["status"] == "computed":
        amount.status, amount.payable, amount.chosen = "computed", Decimal(found["amount"]), "basic_pension"
        amount.currency = found["currency"]
        amount.reasons = [
            {
                "code": "part_only",
                "text": _("The state basic pension alone; savings and solidarity are apart."),
            }
        ]
        for step in found["trace"]:
            result.trace.add(**{key: value for key, value in step.items() if key != "step"})
        for doubt in found["unverified"]:
            result.trace.doubt(**doubt)


def _answer(
    claim: Claim,
    result: Totalisation,
    entitlements: dict[str, Entitlement],
    amounts: dict[str, Amount],
    on: date | None,
    known_on: date | None,
) -> dict[str, Any]:
    return plain(
        {
            "treaty": result.treaty.id,
            "claim_on": claim.claim_on,
            "as_of": on,
            "known_on": known_on,
            "estimate": True,
            "segments": [_segment(item) for item in result.segments],
            "overlaps": [_overlap(item) for item in result.overlaps],
            "gaps": [_gap(item) for item in result.gaps],
            "states": {name: _state(total) for name, total in result.states.items()},
            "total": {**result.total.stage.as_dict(), "total_days": result.total.days},
            "declared": [
                {
                    "period": item.period_id,
                    "declared": item.declared.as_dict(),
                    "computed": item.computed.as_dict(),
                    "difference_days": item.difference_days,
                    "agrees": item.difference_days == 0,
                }
                for item in result.declared
            ],
            "entitlement": {name: _entitlement(item) for name, item in entitlements.items()},
            "amounts": {name: _amount(item) for name, item in amounts.items()},
            "trace": result.trace.as_list(),
            "unverified": result.trace.unverified_list(),
        }
    )


def _segment(item: Segment) -> dict[str, Any]:
    return {
        "state": item.state,
        "start_on": item.start_on,
        "end_on": item.end_on,
        "branch": item.branch,
        "treaty": item.treaty,
        "regime": item.regime,
        "source_ids": item.period_ids,
        "counted": item.counted,
        "counted_own": item.counted_own,
        "payer": item.payer,
        "reason": item.reason,
    }


def _overlap(item: Overlap) -> dict[str, Any]:
    return {
        "start_on": item.start_on,
        "end_on": item.end_on,
        "kept": item.kept,
        "dropped": item.dropped,
        "rule": item.rule,
        "effect": item.effect,
        "open_question": item.question if item.kept_state != item.dropped_state else None,
    }


def _gap(item: Run) -> dict[str, Any]:
    return {"start_on": item[0], "end_on": item[1], "days": (item[1] - item[0]).days + 1}


def _state(item: StateTotal) -> dict[str, Any]:
    gate = item.gate
    return {
        **item.stage.as_dict(),
        "total_days": item.days,
        "counted_days": item.counted_days,
        "third_state": item.third_state,
        "branches": {name: stage.as_dict() for name, stage in item.by_branch.items()},
        "treaty_full_months": gate.full_months,
        "treaty_gate_met": gate.met,
        "treaty_gate_strategy": gate.strategy,
        "treaty_gate_required": gate.required,
        "treaty_gate_counts": gate.counts,
        "treaty_gate_reason": gate.reason,
    }


def _entitlement(item: Entitlement) -> dict[str, Any]:
    return {
        "status": item.status,
        "basis": item.basis,
        "own": item.own.as_dict(),
        "totalised": item.totalised.as_dict(),
        "minimum_years": item.minimum_years,
        "age_years": item.age_years,
        "age_reached_on": item.age_reached_on,
        "earliest_on": item.earliest_on,
        "missing": item.missing,
        "reasons": item.reasons,
    }


def _amount(item: Amount) -> dict[str, Any]:
    return {
        "status": item.status,
        "method": item.method,
        "theoretical": item.theoretical,
        "own": item.own,
        "ratio": item.ratio,
        "ratio_unit": item.ratio_unit,
        "theoretical_months": _whole(item.theoretical_months),
        "pro_rata": item.pro_rata,
        "payable": item.payable,
        "chosen": item.chosen,
        "currency": item.currency,
        "reasons": item.reasons,
    }


def _whole(number: Fraction | None) -> int | Fraction | None:
    return int(number) if number is not None and number.denominator == 1 else number
