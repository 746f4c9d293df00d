"""Moving a measure through the chain: only evidence and a recorded decision open a gate."""

import datetime as dt
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.access import require
from accounts.models import Deputy
from common import clock, files
from common.errors import Conflict, Invalid, Refused
from common.journal import services as journal
from common.journal.models import Verb
from common.kyrgyz import fold
from common.service import service
from monitoring import events, notices
from monitoring.chain.criteria import Finding, evaluate
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
# a comment without answer, a pilot without a plan or without frozen data, and what is overdue are never passed over
NEVER_WAIVED = {
    "all_comments_answered",
    "pilot_design_registered",
    "data_frozen",
    "no_overdue_conditions",
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
    _check_signer(by, review)
    if not reason.strip():
        raise Invalid("reason_missing", _("A decision needs its reason."), field="reason")
    if GateDecision.objects.filter(review=review).exists():
        raise Conflict("decided_already", _("The decision has been taken. A new submission opens a new one."))
    template = Template(entry.run.template.content)
    _check_outcome(entry, template, outcome, target, conditions or [])
    _sign(review, by, outcome, target, reason, conditions or [])
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


def _check_signer(by: Any, review: GateReview) -> None:
    """Not the submitter, not whoever waived a criterion of the stage, nor a second login or deputy of them."""
    if one_authority(review.submitted_by, by, since=_day(review.submitted_at)):
        raise Refused("own_submission", _("Whoever submitted a stage may not decide on it."))
    waivers = Waiver.objects.filter(entry=review.entry_id, expires_on__gte=clock.today())
    if any(
        one_authority(one.signer, by, since=_day(one.signed_at)) for one in waivers.select_related("signer")
    ):
        raise Refused(
            "own_waiver", _("Whoever waived a criterion may not decide on the stage; another member signs.")
        )
    for one in review.signatures.select_related("signer"):
        if one.signer_id != by.pk and one_authority(one.signer, by, since=_day(one.signed_at)):
            raise Conflict("signed_already", _("You have signed this review already."), way_out=" ")


def _day(moment: dt.datetime) -> dt.date:
    return timezone.localtime(moment).date()


def one_authority(one: Any, other: Any, *, since: dt.date) -> bool:
    """One person, or two of whom one has stood in for the other on a day since then: they are not two opinions."""
    if same_person(one, other):
        return True
    pair = Q(deputy=one, membership__user=other) | Q(deputy=other, membership__user=one)
    standing = Deputy.objects.filter(pair, from_on__lte=clock.today(), until_on__gte=since)
    return standing.exclude(ended_at__date__lt=since).exists()


def same_person(one: Any, other: Any) -> bool:
    """One login, or two under one name: who is refused wrongly lets another member of the board sign."""
    return one.pk == other.pk or fold(one.full_name) == fold(other.full_name)


def _sign(
    review: GateReview, by: Any, outcome: str, target: str, reason: str, conditions: list[dict]
) -> None:
    """Conditions stay with the signature, so that those of the first signer are not lost to the second."""
    kept = [
        {"text": one["text"], "owner": str(one["owner"].pk), "due_on": one["due_on"].isoformat()}
        for one in conditions
    ]
    try:
        with transaction.atomic():
            GateSignature.objects.create(
                review=review, outcome=outcome, target=target, reason=reason, conditions=kept, signer=by
            )
    except IntegrityError as error:
        raise Conflict("signed_already", _("You have signed this review already."), way_out=" ") from error


def _check_outcome(
    entry: StageEntry, template: Template, outcome: str, target: str, conditions: list[dict]
) -> None:
    if outcome not in Outcome.values:
        raise Invalid("unknown_outcome", _("There is no such outcome."), field="outcome")
    if outcome != Outcome.LOOP and target:
        raise Invalid(
            "target_without_loop", _("A stage to go back to stands only with going back."), field="target"
        )
    if outcome in {Outcome.GO, Outcome.GO_WITH_CONDITIONS}:
        _check_emergency(entry)
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
    if conditions and outcome != Outcome.GO_WITH_CONDITIONS:
        raise Invalid("conditions_without_go", _("Conditions stand only with going on."), field="conditions")
    for one in conditions:
        if not one["text"].strip() or one["due_on"] < clock.today():
            raise Invalid(
                "condition_unclear", _("A condition has a text and a date to come."), field="conditions"
            )
    if outcome == Outcome.ACHIEVE and entry.stage != Stage.PERFORMANCE_MONITORING:
        raise Invalid(
            "not_monitored", _("Only what has been monitored can be closed as achieved."), field="outcome"
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
    # the double stages share one limit: going back for the same reason is the same way, whichever half it leaves
    starts = {one.start for one in template.loops if (one.target, one.needs) == (loop.target, loop.needs)}
    used = GateDecision.objects.filter(
        review__entry__run__measure=entry.run.measure,
        review__entry__stage__in=starts,
        outcome=Outcome.LOOP,
        target=target,
    ).count()
    if loop.limit is not None and used >= loop.limit:
        raise Invalid("loop_limit", _("This way back has been used as often as it may be."), field="target")


def _check_emergency(entry: StageEntry) -> None:
    """An emergency goes on only once its effects were discussed, and that before its end."""
    if entry.run.track != Track.EMERGENCY or is_evaluated(entry.run):
        return
    if entry.run.sunset_on < clock.today():
        raise Invalid(
            "sunset_passed", _("The emergency track has ended; only closing or going back is left.")
        )
    if entry.stage == Stage.FULL_IMPLEMENTATION:
        raise Invalid(
            "not_evaluated", _("An emergency measure is evaluated first: go back to research on the pilot.")
        )


def is_evaluated(run: ChainRun) -> bool:
    """Its effects were discussed and the gate behind that was passed."""
    return run.entries.filter(
        decision__review__entry__stage=Stage.EFFECTS_DISCUSSION, decision__review__entry__run=run
    ).exists()


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
    _check_signer(by, review)
    _sign(review, by, Outcome.GO, "", order, [])
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
