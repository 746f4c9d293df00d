"""Trace of a totalisation: where periods were cut, what survived, what was summed; and what in it is open."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from pensions.legislation.regimes import national_regimes
from pensions.legislation.sentences import Code, Measure, why_word
from pensions.legislation.sentences import sentence as _
from pensions.legislation.trace import UNVERIFIED, Trace
from pensions.totalisation.arithmetic import ONE_DAY, calendar_stage, inclusive_days
from pensions.totalisation.gate import GateAnswer
from pensions.totalisation.intervals import union
from pensions.totalisation.overlaps import Overlap
from pensions.totalisation.periods import InsurancePeriod
from pensions.totalisation.results import Segment, StateTotal, Total
from pensions.totalisation.treaties import Treaty

CIS_LEFT_BY_RUSSIA_ON = date(2023, 1, 1)
CIS_LAST_DAY = date(2020, 12, 31)
COUNTED = {
    "full_calendar_months": lambda count: _("%(count)s whole calendar months", count=count),
    "thirty_day_months": lambda count: _("%(count)s times 30 days", count=count),
    "calendar_stage_months": lambda count: _("%(count)s months from date to date", count=count),
}
GATE_WORDS = {
    "yes": lambda: _("yes"),
    "no": lambda: _("no"),
    "undetermined": lambda: _("undetermined"),
}


def explain(
    trace: Trace,
    treaty: Treaty,
    segments: Sequence[Segment],
    overlaps: Sequence[Overlap],
    states: dict[str, StateTotal],
    total: Total,
) -> None:
    trace.add(
        "treaty_chosen",
        treaty.id,
        _("The record is totalised under %(title)s.", title=treaty.title),
        treaty.id,
    )
    _explain_cuts(trace, treaty, segments)
    _explain_regimes(trace, treaty, segments)
    if "citizenship_choice" in treaty.questions:
        text = treaty.questions["citizenship_choice"]["text"]
        trace.add("choice_open", "citizenship_choice", text, source=treaty.sources["treaty"])
    _explain_overlaps(trace, treaty, overlaps)
    for name, state in states.items():
        _explain_lengths(trace, name, state, segments)
        trace.add(
            "state_summed",
            "calendar_then_thirty_twelve",
            _("%(state)s: %(length)s, %(days)s days.", state=name, length=state.stage, days=state.days),
            {**state.stage.as_dict(), "total_days": state.days},
            state=name,
        )
        _explain_gate(trace, treaty, name, state)
    trace.add(
        "total_summed",
        "calendar_then_thirty_twelve",
        _("Total: %(length)s, %(days)s days; a day counts once.", length=total.stage, days=total.days),
        {**total.stage.as_dict(), "total_days": total.days},
    )


def _explain_overlaps(trace: Trace, treaty: Treaty, overlaps: Sequence[Overlap]) -> None:
    for item in overlaps:
        trace.add(
            "overlap_decided",
            item.rule,
            _(
                "From %(start_on)s to %(end_on)s %(kept)s and %(dropped)s coincide: %(text)s.",
                start_on=item.start_on,
                end_on=item.end_on,
                kept=item.kept,
                dropped=item.dropped,
                text=item.text,
            ),
            {
                "start_on": item.start_on,
                "end_on": item.end_on,
                "kept": item.kept,
                "dropped": item.dropped,
                "effect": item.effect,
            },
            source=treaty.sources.get(item.source, item.source),
        )


def _explain_cuts(trace: Trace, treaty: Treaty, segments: Sequence[Segment]) -> None:
    ends = {(s.state, s.end_on) for s in segments}
    for day, branch in treaty.boundaries:
        cut = sorted({s.state for s in segments if s.start_on == day and (s.state, day - ONE_DAY) in ends})
        if cut:
            trace.add(
                "split_at_boundary",
                branch.id,
                _(
                    "Periods of %(states)s are cut before %(day)s: %(text)s.",
                    states=cut,
                    day=day,
                    text=branch.text,
                ),
                {"day": day, "states": cut},
                source=treaty.sources.get(branch.source, branch.source),
            )


def _explain_lengths(trace: Trace, name: str, state: StateTotal, segments: Sequence[Segment]) -> None:
    for start, end in union((s.start_on, s.end_on) for s in segments if s.state == name and s.counted_own):
        stage, days = calendar_stage(start, end), inclusive_days(start, end)
        trace.add(
            "run_measured",
            "calendar",
            _(
                "%(state)s: %(start)s to %(end)s, both days counted, is %(length)s, %(days)s days.",
                state=name,
                start=start,
                end=end,
                length=stage,
                days=days,
            ),
            {"start_on": start, "end_on": end, **stage.as_dict(), "total_days": days},
            state=name,
        )
    for item in state.durations:
        given = [Measure(number, unit) for unit, number in item.amounts]
        trace.add(
            "duration_converted",
            "Art. 13(1) Regulation (EC) No 987/2009",
            _(
                "%(state)s: %(given)s without dates are %(months)s months, %(length)s.",
                state=name,
                given=given,
                months=item.months,
                length=item.stage,
            ),
            {"given": dict(item.amounts), "months": item.months, **item.stage.as_dict()},
            state=name,
        )


def _explain_regimes(trace: Trace, treaty: Treaty, segments: Sequence[Segment]) -> None:
    starts = {(s.state, s.start_on): s.regime for s in segments}
    before = {(s.state, s.end_on + ONE_DAY): s.regime for s in segments if s.end_on < date.max}
    for (state, day), regime in sorted(starts.items()):
        if regime and (state, day) in before and before[state, day] != regime:
            change = next(item for item in national_regimes(state) if item.id == regime)
            trace.add(
                "split_at_national_change",
                change.id,
                _(
                    "Periods of %(state)s are cut before %(day)s: %(text)s.",
                    state=state,
                    day=day,
                    text=change.text,
                ),
                day,
                state=state,
                source=change.source,
            )
            if change.confidence in UNVERIFIED:
                trace.doubt(
                    change.id,
                    change.confidence,
                    _(
                        "The change of %(day)s in %(state)s is not verified (%(confidence)s).",
                        day=day,
                        state=state,
                        confidence=why_word(change.confidence),
                    ),
                    state=state,
                )


def _explain_gate(trace: Trace, treaty: Treaty, name: str, state: StateTotal) -> None:
    gate = state.gate
    if treaty.gate is None:
        return
    counts = [COUNTED[strategy](count) for strategy, count in gate.counts.items()]
    trace.add(
        "gate_counted",
        gate.strategy,
        _(
            "%(state)s: %(counts)s of %(required)s full months asked for; the gate answer is %(met)s.",
            state=name,
            counts=counts,
            required=gate.required,
            met=GATE_WORDS[gate.met](),
        ),
        {"met": gate.met, "required": gate.required, "counts": gate.counts},
        state=name,
        source=treaty.sources.get(treaty.gate.source, treaty.gate.source),
    )
    if gate.met == "undetermined":
        _question_gate(trace, treaty, name, gate)


def _question_gate(trace: Trace, treaty: Treaty, name: str, gate: GateAnswer) -> None:
    if gate.reason == "undated_durations":
        text = _("A total without dates may lie before the treaty; ask the state for the dates.")
        trace.doubt("undated_gate", "missing", text, state=name)
    elif treaty.gate and treaty.gate.question:
        text = treaty.questions[treaty.gate.question]["text"]
        trace.doubt(treaty.gate.question, "open_question", text, state=name)


def question(
    trace: Trace,
    treaty: Treaty,
    record: Sequence[InsurancePeriod],
    segments: Sequence[Segment],
    overlaps: Sequence[Overlap],
    states: dict[str, StateTotal],
    as_of: date | None,
    residence: str | None,
) -> None:
    """Open legal questions and assumptions that this record touches."""
    _question_overlaps(trace, treaty, overlaps)
    outside = {s.state for s in segments if s.reason == "third_state"}
    for name in sorted(outside | {name for name, state in states.items() if state.third_state}):
        trace.doubt("third_state", "open_question", treaty.questions["third_state"]["text"], state=name)
    for name in sorted({s.state for s in segments if s.counted} & treaty.unverified_parties):
        text = _(
            "That %(state)s is a party of %(title)s is from memory, not from a page.",
            state=name,
            title=treaty.title,
        )
        trace.doubt("party_unverified", "memory_medium", text, state=name)
    _question_russia(trace, treaty, segments, as_of)
    if any(state.durations for state in states.values()):
        text = treaty.questions.get("undated", {}).get(
            "text", _("Totals without dates are taken not to overlap.")
        )
        trace.doubt("undated_durations", "assumption", text)
    if any(d.scheme is None and d.smallest_unit == "days" for s in states.values() for d in s.durations):
        trace.doubt(
            "day_scheme",
            "assumption",
            _("No day scheme was given with a number of days: the 7-day scheme is taken; ask the state."),
        )
    _question_contributions(trace, treaty, record, segments)
    _question_codes(trace, record, segments)
    if residence is None and any(s.payer is None and s.reason is None for s in segments):
        trace.doubt(
            "residence_missing",
            "missing",
            _("The state of residence decides who pays for some days; give residence."),
        )


def _question_overlaps(trace: Trace, treaty: Treaty, overlaps: Sequence[Overlap]) -> None:
    across = [o for o in overlaps if o.question and o.kept_state != o.dropped_state]
    for code in sorted({o.question for o in across}):
        trace.doubt(code, "open_question", treaty.questions[code]["text"])
    if any(o.rule == "equivalent_last_compulsory_state" for o in overlaps):
        trace.doubt("first_after", "memory_high", treaty.questions["first_after"]["text"])


def _question_russia(trace: Trace, treaty: Treaty, segments: Sequence[Segment], as_of: date | None) -> None:
    asked = "ru_left_cis" in treaty.questions and (as_of is None or as_of >= CIS_LEFT_BY_RUSSIA_ON)
    if asked and any(s.state == "RU" and s.treaty == "cis-1992" for s in segments):
        trace.doubt("ru_left_cis", "open_question", treaty.questions["ru_left_cis"]["text"], state="RU")


def _question_contributions(
    trace: Trace, treaty: Treaty, record: Sequence[InsurancePeriod], segments: Sequence[Segment]
) -> None:
    if not treaty.national_regimes:
        return
    unknown = {p.id for p in record if p.contributions == "unknown"}
    counted = {i for s in segments if s.counted_own for i in s.period_ids}
    if unknown & counted:
        trace.doubt(
            "contributions_unknown",
            "assumption",
            _(
                "Contribution status is not given and taken as paid for: %(ids)s.",
                ids=sorted(unknown & counted),
            ),
        )


def _question_codes(trace: Trace, record: Sequence[InsurancePeriod], segments: Sequence[Segment]) -> None:
    counted = {i for s in segments if s.counted or s.counted_own for i in s.period_ids}
    found = {(p.place, code) for p in record if p.id in counted for code in p.doubtful}
    for name in sorted({state for state, _code in found}):
        text = _(
            "Whether days with the code %(codes)s are insured is not settled: here they count.",
            codes=[Code(code) for state, code in sorted(found) if state == name],
        )
        trace.doubt("insured_stage_code", "open_question", text, state=name)
