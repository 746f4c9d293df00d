"""What an outcome needs before it may be decided: evidence for going on, a way back for a loop, a lesson for an end."""

from django.utils.translation import gettext_lazy as _

from common import clock
from common.errors import Invalid
from monitoring.enums import Outcome, Stage, Track
from monitoring.models import ChainRun, EvidenceItem, GateDecision, Lesson, StageEntry

from .criteria import evaluate
from .template import Template

NEEDS_LESSON = {Outcome.STOP, Outcome.ACHIEVE, Outcome.OVERTAKE}


def check_outcome(
    entry: StageEntry, template: Template, outcome: str, target: str, conditions: list[dict]
) -> None:
    """Raises Invalid, naming the field and what is missing, unless this outcome may be decided for the stage."""
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
