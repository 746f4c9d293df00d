"""Moving a measure through the chain: only evidence and a recorded decision open a gate."""

import datetime as dt
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.access import require
from common import clock, files
from common.errors import Conflict, Invalid, Refused
from common.journal import services as journal
from common.journal.models import Verb
from common.service import service
from monitoring import events, notices
from monitoring.chain.criteria import Finding, evaluate
from monitoring.chain.outcomes import check_outcome, is_evaluated
from monitoring.chain.template import Template, shipped
from monitoring.chain.wording import EVIDENCE
from monitoring.enums import DisclosureClass, MeasureState, Outcome, Stage, Track
from monitoring.models import (
    ChainRun,
    ChainTemplate,
    Condition,
    EvidenceItem,
    GateDecision,
    GateReview,
    Lesson,
    Measure,
    StageEntry,
    Waiver,
)

from . import signatures

CLOSING = {
    Outcome.STOP: MeasureState.STOPPED,
    Outcome.ACHIEVE: MeasureState.ACHIEVED,
    Outcome.OVERTAKE: MeasureState.OVERTAKEN,
    Outcome.SUSPEND: MeasureState.SUSPENDED,
}
# a comment without answer, a pilot without a plan or without frozen data, and what is overdue are never passed over
NEVER_WAIVED = {
    "all_comments_answered",
    "pilot_design_registered",
    "data_frozen",
    "no_overdue_conditions",
}


def current_template() -> ChainTemplate:
    """The newest template; the shipped one becomes number 1 on first use."""
    newest = ChainTemplate.objects.order_by("-number").first()
    return newest or ChainTemplate.objects.create(
        number=1, content=shipped(), reason="as recommended in 2014"
    )


def where(measure: Measure) -> StageEntry | None:
    """The stage in which the measure stands: the newest entry of its newest run."""
    return (
        StageEntry.objects.filter(run__measure=measure)
        .select_related("run__template", "run__measure")
        .order_by("-run__iteration", "-position")
        .first()
    )


@service
def start(*, by: Any, measure: Measure) -> StageEntry:
    """Opens the first passage of a measure, at intake."""
    require(by, "monitoring.measure.change", measure)
    if where(measure):
        raise Conflict("already_started", _("The measure is in the chain already."))
    run = ChainRun.objects.create(measure=measure, iteration=1, template=current_template())
    entry = StageEntry.objects.create(run=run, position=1, stage=Stage.INTAKE)
    journal.record(
        by=by,
        verb=Verb.CHANGED,
        obj=measure,
        action="monitoring.measure.change",
        details={"stage": entry.stage},
    )
    return entry


def _active(measure: Measure) -> StageEntry:
    """The stage of a measure in the chain, as the database has it now; others wait until this transaction ends."""
    fresh = Measure.everything.select_for_update().get(pk=measure.pk)
    measure.state = fresh.state
    entry = where(fresh)
    if entry is None or fresh.state != MeasureState.OPEN:
        raise Invalid("not_in_chain", _("The measure is not in the chain."))
    return entry


@service
def file_evidence(
    *,
    by: Any,
    measure: Measure,
    type: str,
    title: str,
    body: str = "",
    url: str = "",
    content: bytes | None = None,
    file_name: str = "",
    media_type: str = "application/octet-stream",
    languages: list[str] | None = None,
    data: dict | None = None,
    disclosure: str = DisclosureClass.INTERNAL,
    supersedes: EvidenceItem | None = None,
) -> EvidenceItem:
    """Files one item in the stage where the measure stands."""
    require(by, "monitoring.evidence.file", measure)
    if not (body.strip() or url or content or data):
        raise Invalid("evidence_empty", _("Evidence needs a text, an address or a file."), field="body")
    if type not in EVIDENCE:
        raise Invalid("unknown_type", _("There is no evidence of this type."), field="type")
    entry = _active(measure)
    if supersedes and (supersedes.entry_id, supersedes.type) != (entry.pk, type):
        raise Invalid(
            "replaces_another",
            _("Evidence replaces only evidence of its own type and stage."),
            field="supersedes",
        )
    file = files.store(content, name=file_name, media_type=media_type, by=by) if content else None
    item = EvidenceItem.everything.create(
        entry=entry,
        type=type,
        title=title,
        body=body,
        url=url,
        file=file,
        languages=languages or [],
        data=data or {},
        disclosure=disclosure,
        supersedes=supersedes,
        author=by,
    )
    journal.record(
        by=by,
        verb=Verb.CREATED,
        obj=item,
        action="monitoring.evidence.file",
        details={"measure": measure.code, "type": type, "sha256": file.sha256 if file else ""},
    )
    return item


@service
def submit(*, by: Any, measure: Measure, statement: str = "") -> GateReview:
    """Lays the stage before its gate; what is still missing is written down with it."""
    require(by, "monitoring.gate.submit", measure)
    entry = _active(measure)
    if entry.reviews.filter(decision__isnull=True).exists():
        raise Conflict("review_open", _("The stage lies before its gate already."))
    findings = evaluate(entry)
    review = GateReview.objects.create(
        entry=entry, statement=statement, findings=[one.as_dict() for one in findings], submitted_by=by
    )
    journal.record(
        by=by, verb=Verb.SENT, obj=review, action="monitoring.gate.submit", details={"measure": measure.code}
    )
    events.gate_waits(review)
    return review


@service
def decide(
    *,
    by: Any,
    review: GateReview,
    outcome: str,
    reason: str,
    target: str = "",
    conditions: list[dict] | None = None,
) -> GateDecision | None:
    """Signs for an outcome; returns the decision once enough members have signed for the same, else None.

    `conditions` are dicts with text, owner and due_on. The submitter may not decide.
    """
    measure = review.entry.run.measure
    require(by, "monitoring.gate.decide", measure)
    entry = _active(measure)
    if entry.pk != review.entry_id:
        raise Conflict("review_outdated", _("The measure has left the stage that was submitted."))
    signatures.check_signer(by, review)
    if not reason.strip():
        raise Invalid("reason_missing", _("A decision needs its reason."), field="reason")
    if GateDecision.objects.filter(review=review).exists():
        raise Conflict("decided_already", _("The decision has been taken. A new submission opens a new one."))
    template = Template(entry.run.template.content)
    check_outcome(entry, template, outcome, target, conditions or [])
    signatures.sign(review, by, outcome, target, reason, conditions or [])
    same = list(review.signatures.filter(outcome=outcome, target=target).order_by("signed_at"))
    if len(same) < template.stage(entry.stage).signatures:
        return None
    decision = GateDecision.objects.create(review=review, outcome=outcome, target=target, reason=reason)
    Condition.objects.bulk_create(
        Condition(decision=decision, text=one["text"], owner_id=one["owner"], due_on=one["due_on"])
        for signature in same
        for one in signature.conditions
    )
    _carry_out(decision, template)
    journal.record(
        by=by,
        verb=Verb.DECIDED,
        obj=decision,
        action="monitoring.gate.decide",
        reason=reason,
        details={
            "measure": measure.code,
            "stage": entry.stage,
            "outcome": outcome,
            "target": target,
            "signers": [str(one.signer_id) for one in same],
        },
    )
    notices.tell_authors(decision, by=by)
    return decision


def _carry_out(decision: GateDecision, template: Template) -> None:
    """Enters the next stage, opens the next iteration, or closes the measure."""
    entry = decision.review.entry
    measure = entry.run.measure
    if decision.outcome in {Outcome.GO, Outcome.GO_WITH_CONDITIONS}:
        following = template.after(entry.stage) or entry.stage  # monitoring goes on, review by review
        StageEntry.objects.create(
            run=entry.run, position=entry.position + 1, stage=following, decision=decision
        )
    elif decision.outcome == Outcome.LOOP:
        over = is_evaluated(entry.run)  # once evaluated, an emergency is a measure like any other
        run = ChainRun.objects.create(
            measure=measure,
            iteration=entry.run.iteration + 1,
            template=current_template(),
            track=Track.ORDINARY if over else entry.run.track,
            sunset_on=None if over else entry.run.sunset_on,
        )
        StageEntry.objects.create(run=run, position=1, stage=decision.target, decision=decision)
    else:
        measure.state = CLOSING[decision.outcome]
        measure.save(update_fields=["state"])


@service
def emergency(*, by: Any, measure: Measure, order: str, sunset_on: dt.date) -> StageEntry:
    """Short way to full implementation by a named order, for a stage that somebody else has laid before its gate.

    It ends by itself within a year, and goes on only after an evaluation.
    """
    require(by, "monitoring.gate.decide", measure)
    entry = _active(measure)
    if not order.strip():
        raise Invalid("reason_missing", _("Name the order."), field="order")
    months = current_template().content["rules"]["emergency_sunset_months"]
    latest = clock.today() + dt.timedelta(days=months * 365 // 12)
    if not clock.today() < sunset_on <= latest:
        raise Invalid(
            "sunset_out_of_range", _("An emergency measure ends within twelve months."), field="sunset_on"
        )
    if entry.stage not in {Stage.INTAKE, Stage.RESEARCH}:
        raise Invalid("too_late_for_emergency", _("The emergency track leaves from intake or research."))
    before = measure.runs.filter(track=Track.EMERGENCY)
    if before and not any(is_evaluated(run) for run in before):
        raise Invalid(
            "emergency_once",
            _("An emergency is not ordered a second time before its effects were discussed."),
        )
    review = entry.reviews.filter(decision__isnull=True).select_related("submitted_by").first()
    if review is None:
        raise Invalid(
            "nothing_submitted",
            _("Somebody else lays the stage before the gate first, with what is known."),
        )
    signatures.check_signer(by, review)
    signatures.sign(review, by, Outcome.GO, "", order, [])
    decision = GateDecision.objects.create(review=review, outcome=Outcome.GO, reason=order)
    run = ChainRun.objects.create(
        measure=measure,
        iteration=entry.run.iteration + 1,
        template=current_template(),
        track=Track.EMERGENCY,
        sunset_on=sunset_on,
    )
    made = StageEntry.objects.create(run=run, position=1, stage=Stage.FULL_IMPLEMENTATION, decision=decision)
    journal.record(by=by, verb=Verb.DECIDED, obj=measure, action="monitoring.gate.decide", reason=order)
    notices.tell_authors(decision, by=by)
    return made


@service
def waive(*, by: Any, measure: Measure, criterion: str, reason: str, expires_on: dt.date) -> Waiver:
    """Lets the stage pass without one criterion until a date."""
    require(by, "monitoring.gate.decide", measure)
    entry = _active(measure)
    if not reason.strip():
        raise Invalid("reason_missing", _("A waiver needs its reason."), field="reason")
    if expires_on < clock.today():
        raise Invalid("waiver_expired", _("A waiver ends on a day to come."), field="expires_on")
    asked = {one.code for one in Template(entry.run.template.content).stage(entry.stage).criteria}
    if criterion in NEVER_WAIVED or criterion not in asked:
        raise Invalid("not_waivable", _("This criterion can't be waived."), field="criterion")
    waiver = Waiver.objects.create(
        entry=entry, criterion=criterion, reason=reason, expires_on=expires_on, signer=by
    )
    journal.record(
        by=by,
        verb=Verb.DECIDED,
        obj=measure,
        action="monitoring.gate.decide",
        reason=reason,
        details={"waived": criterion},
    )
    return waiver


@service
def meet_condition(*, by: Any, condition: Condition) -> None:
    """The condition's owner says that it is met."""
    measure = condition.decision.review.entry.run.measure
    require(by, "monitoring.measure.view", measure)
    if condition.owner_id != by.pk:
        raise Refused("not_owner", _("Only the owner of a condition can report that it is met."))
    Condition.objects.filter(pk=condition.pk, met_at__isnull=True).update(met_at=clock.now(), met_by=by)
    journal.record(by=by, verb=Verb.CHANGED, obj=condition, action="monitoring.measure.view")


@service
def record_lesson(*, by: Any, measure: Measure, text: str, language: str = "ky") -> Lesson:
    require(by, "monitoring.measure.change", measure)
    if not text.strip():
        raise Invalid("lesson_empty", _("A lesson needs words."), field="text")
    lesson = Lesson.objects.create(
        measure=measure, entry=where(measure), text=text, language=language, author=by
    )
    journal.record(by=by, verb=Verb.CREATED, obj=lesson, action="monitoring.measure.change")
    return lesson


@service
def resume(*, by: Any, measure: Measure, reason: str) -> None:
    """A suspended measure returns to the stage where it stood."""
    require(by, "monitoring.gate.decide", measure)
    if not reason.strip():
        raise Invalid("reason_missing", _("A decision needs its reason."), field="reason")
    if Measure.everything.select_for_update().get(pk=measure.pk).state != MeasureState.SUSPENDED:
        raise Invalid("not_suspended", _("The measure is not suspended."))
    measure.state = MeasureState.OPEN
    measure.save(update_fields=["state"])
    journal.record(by=by, verb=Verb.DECIDED, obj=measure, action="monitoring.gate.decide", reason=reason)


def waiting_for(measure: Measure) -> list[Finding]:
    """What the gate in front of the measure still asks for."""
    entry = where(measure)
    return [one for one in evaluate(entry) if one.open] if entry else []
