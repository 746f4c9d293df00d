"""Moving a measure through the chain: only evidence and a recorded decision open a gate."""

import datetime as dt
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from accounts.access import require
from common import clock, files
from common.errors import Conflict, Invalid, Refused
from common.journal import services as journal
from common.journal.models import Verb
from common.service import service
from monitoring.chain.criteria import Finding, evaluate
from monitoring.chain.template import Template, shipped
from monitoring.enums import DisclosureClass, MeasureState, Outcome, Stage, Track
from monitoring.models import (
    ChainRun,
    ChainTemplate,
    Condition,
    EvidenceItem,
    GateDecision,
    GateReview,
    GateSignature,
    Lesson,
    Measure,
    StageEntry,
    Waiver,
)

CLOSING = {
    Outcome.STOP: MeasureState.STOPPED,
    Outcome.ACHIEVE: MeasureState.ACHIEVED,
    Outcome.OVERTAKE: MeasureState.OVERTAKEN,
    Outcome.SUSPEND: MeasureState.SUSPENDED,
}
NEEDS_LESSON = {Outcome.STOP, Outcome.ACHIEVE, Outcome.OVERTAKE}


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
    entry = where(measure)
    if entry is None or measure.state != MeasureState.OPEN:
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
    if not (body or url or content or data):
        raise Invalid("evidence_empty", _("Evidence needs a text, an address or a file."), field="body")
    file = files.store(content, name=file_name, media_type=media_type, by=by) if content else None
    item = EvidenceItem.everything.create(
        entry=_active(measure),
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
    entry = review.entry
    require(by, "monitoring.gate.decide", entry.run.measure)
    if review.submitted_by_id == by.pk:
        raise Refused("own_submission", _("Whoever submitted a stage may not decide on it."))
    if not reason.strip():
        raise Invalid("reason_missing", _("A decision needs its reason."), field="reason")
    if hasattr(review, "decision"):
        raise Conflict("decided_already", _("The decision has been taken. A new submission opens a new one."))
    template = Template(entry.run.template.content)
    _check_outcome(entry, template, outcome, target, conditions or [])
    _sign(review, by, outcome, target, reason)
    same = review.signatures.filter(outcome=outcome, target=target).count()
    if same < template.stage(entry.stage).signatures:
        return None
    decision = GateDecision.objects.create(review=review, outcome=outcome, target=target, reason=reason)
    Condition.objects.bulk_create(Condition(decision=decision, **one) for one in conditions or [])
    _carry_out(decision, template)
    journal.record(
        by=by,
        verb=Verb.DECIDED,
        obj=decision,
        action="monitoring.gate.decide",
        reason=reason,
        details={
            "measure": entry.run.measure.code,
            "stage": entry.stage,
            "outcome": outcome,
            "target": target,
        },
    )
    return decision


def _sign(review: GateReview, by: Any, outcome: str, target: str, reason: str) -> None:
    try:
        with transaction.atomic():
            GateSignature.objects.create(
                review=review, outcome=outcome, target=target, reason=reason, signer=by
            )
    except IntegrityError as error:
        raise Conflict("signed_already", _("You have signed this review already."), way_out=" ") from error


def _check_outcome(
    entry: StageEntry, template: Template, outcome: str, target: str, conditions: list[dict]
) -> None:
    measure = entry.run.measure
    if measure.state != MeasureState.OPEN:
        raise Invalid("not_in_chain", _("The measure is not in the chain."))
    if outcome in {Outcome.GO, Outcome.GO_WITH_CONDITIONS}:
        missing = [one.code for one in evaluate(entry) if one.open]
        if missing:
            raise Invalid(
                "gate_closed",
                _("The gate stays closed: %(missing)s."),
                missing=", ".join(missing),
                way_out=_("File what is missing, or ask for a waiver."),
            )
    if outcome == Outcome.GO_WITH_CONDITIONS and not conditions:
        raise Invalid(
            "conditions_missing", _("Name each condition with its owner and date."), field="conditions"
        )
    if outcome == Outcome.LOOP:
        _check_loop(entry, template, target)
    if outcome in NEEDS_LESSON and not Lesson.objects.filter(entry=entry).exists():
        raise Invalid(
            "lesson_missing", _("Write down the lesson before the measure is closed."), field="lesson"
        )


def _check_loop(entry: StageEntry, template: Template, target: str) -> None:
    loop = template.loop(entry.stage, target)
    if loop is None:
        raise Invalid("no_way_back", _("The chain has no way back from here to that stage."), field="target")
    if not EvidenceItem.everything.standing().filter(entry=entry, type=loop.needs).exists():
        raise Invalid(
            "loop_evidence_missing",
            _("Going back needs evidence of the type %(type)s."),
            field="target",
            type=loop.needs,
        )
    used = GateDecision.objects.filter(
        review__entry__run__measure=entry.run.measure,
        review__entry__stage=entry.stage,
        outcome=Outcome.LOOP,
        target=target,
    ).count()
    if loop.limit is not None and used >= loop.limit:
        raise Invalid("loop_limit", _("This way back has been used as often as it may be."), field="target")


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
        run = ChainRun.objects.create(
            measure=measure,
            iteration=entry.run.iteration + 1,
            template=current_template(),
            track=entry.run.track,
            sunset_on=entry.run.sunset_on,
        )
        StageEntry.objects.create(run=run, position=1, stage=decision.target, decision=decision)
    else:
        measure.state = CLOSING[decision.outcome]
        measure.save(update_fields=["state"])


@service
def emergency(*, by: Any, measure: Measure, order: str, sunset_on: dt.date) -> StageEntry:
    """Short way to full implementation by a named order; it ends by itself within a year."""
    require(by, "monitoring.gate.decide", measure)
    entry = _active(measure)
    months = current_template().content["rules"]["emergency_sunset_months"]
    latest = clock.today() + dt.timedelta(days=months * 365 // 12)
    if not clock.today() < sunset_on <= latest:
        raise Invalid(
            "sunset_out_of_range", _("An emergency measure ends within twelve months."), field="sunset_on"
        )
    if entry.stage not in {Stage.INTAKE, Stage.RESEARCH}:
        raise Invalid("too_late_for_emergency", _("The emergency track leaves from intake or research."))
    review = GateReview.objects.create(entry=entry, statement=order, submitted_by=by)
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
    return made


@service
def waive(*, by: Any, measure: Measure, criterion: str, reason: str, expires_on: dt.date) -> Waiver:
    """Lets the stage pass without one criterion until a date."""
    require(by, "monitoring.gate.decide", measure)
    entry = _active(measure)
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
    lesson = Lesson.objects.create(
        measure=measure, entry=where(measure), text=text, language=language, author=by
    )
    journal.record(by=by, verb=Verb.CREATED, obj=lesson, action="monitoring.measure.change")
    return lesson


@service
def resume(*, by: Any, measure: Measure, reason: str) -> None:
    """A suspended measure returns to the stage where it stood."""
    require(by, "monitoring.gate.decide", measure)
    if measure.state != MeasureState.SUSPENDED:
        raise Invalid("not_suspended", _("The measure is not suspended."))
    measure.state = MeasureState.OPEN
    measure.save(update_fields=["state"])
    journal.record(by=by, verb=Verb.DECIDED, obj=measure, action="monitoring.gate.decide", reason=reason)


def waiting_for(measure: Measure) -> list[Finding]:
    """What the gate in front of the measure still asks for."""
    entry = where(measure)
    return [one for one in evaluate(entry) if one.open] if entry else []
