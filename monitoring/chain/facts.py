"""What the checks of a gate look at, read for any number of stages in a fixed number of queries."""

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.db.models import Count, F, Max, Q

from monitoring.enums import ConsultationKind, Stage, Track
from monitoring.models import (
    AnalysisRun,
    Comment,
    Condition,
    Consultation,
    DataFreeze,
    EvidenceItem,
    MeasureVersion,
    PanelMember,
    PilotDesign,
    PilotRecord,
    StageEntry,
    Waiver,
)
from monitoring.rollout import Progress, progress, standing


class Filed(NamedTuple):
    type: str
    author_id: uuid.UUID
    languages: list[str]


@dataclass
class Discussion:
    """A consultation of the run: `present` members took part, `silent` of them declared nothing;
    of `received` comments `open` wait for an answer or a class."""

    consultation: Consultation
    present: int = 0
    silent: int = 0
    received: int = 0
    open: int = 0


@dataclass
class Pilot:
    """The measure's newest registered design: a loop back to the pilot keeps it until another is registered."""

    design: PilotDesign
    reported: set[tuple[str, str]] = field(default_factory=set)
    last_record_at: dt.datetime | None = None
    freeze: DataFreeze | None = None
    analysis: AnalysisRun | None = None


@dataclass
class Facts:
    """One stage of one run, and what has been done in it.

    `filed` is what stands; `authors` are by type, also of what was replaced since; `unanswered` are the public's
    comments on the measure without class or answer, in this passage or an earlier one; `milestones` those that
    hold, read for full implementation only; `is_evaluated`: the effects of this passage were discussed.
    """

    entry: StageEntry
    version: MeasureVersion
    filed: list[Filed] = field(default_factory=list)
    authors: dict[str, set[uuid.UUID]] = field(default_factory=lambda: defaultdict(set))
    unanswered: int = 0
    waived: set[str] = field(default_factory=set)
    overdue: int = 0
    discussions: list[Discussion] = field(default_factory=list)
    pilot: Pilot | None = None
    milestones: list[Progress] = field(default_factory=list)
    is_evaluated: bool = False

    def of_type(self, type: str) -> list[Filed]:
        return [one for one in self.filed if one.type == type]

    def held(self, kind: str) -> list[Discussion]:
        return [one for one in self.discussions if one.consultation.kind == kind]


def gather(entries: Sequence[StageEntry], today: dt.date) -> dict[uuid.UUID, Facts]:
    """{stage entry: facts}. The entries come with their run."""
    measures = {entry.run.measure_id for entry in entries}
    versions = _newest(MeasureVersion.objects.filter(measure__in=measures).order_by("number"), "measure_id")
    pilots = _pilots(measures)
    discussions = _discussions({entry.run_id for entry in entries})
    overdue = _overdue(measures, today)
    unanswered = _unanswered(measures)
    milestones = _milestones(
        {entry.run.measure_id for entry in entries if entry.stage == Stage.FULL_IMPLEMENTATION}
    )
    evaluated = _evaluated({entry.run_id for entry in entries if entry.run.track == Track.EMERGENCY})
    facts = {
        entry.pk: Facts(
            entry,
            versions[entry.run.measure_id],
            overdue=overdue.get(entry.run.measure_id, 0),
            unanswered=unanswered.get(entry.run.measure_id, 0),
            discussions=discussions[entry.run_id],
            pilot=pilots.get(entry.run.measure_id),
            milestones=milestones[entry.run.measure_id],
            is_evaluated=entry.run_id in evaluated,
        )
        for entry in entries
    }
    items = EvidenceItem.everything.filter(entry__in=facts)
    for entry_id, replaced, *item in items.values_list(
        "entry", "superseded_by", "type", "author", "languages"
    ):
        filed = Filed(*item)
        facts[entry_id].authors[filed.type].add(filed.author_id)
        if replaced is None:
            facts[entry_id].filed.append(filed)
    waivers = Waiver.objects.filter(entry__in=facts, expires_on__gte=today)
    for entry_id, criterion in waivers.values_list("entry", "criterion"):
        facts[entry_id].waived.add(criterion)
    return facts


def _newest(rows: Iterable[Any], name: str) -> dict[Any, Any]:
    """The last row of each group, in the order given."""
    return {getattr(row, name): row for row in rows}


def _overdue(measures: set, today: dt.date) -> dict[uuid.UUID, int]:
    measure = "decision__review__entry__run__measure"
    late = Condition.objects.filter(**{f"{measure}__in": measures}, met_at__isnull=True, due_on__lt=today)
    return dict(late.order_by().values_list(measure).annotate(late=Count("pk")))


def _milestones(measures: set) -> dict[uuid.UUID, list[Progress]]:
    found: dict[uuid.UUID, list[Progress]] = defaultdict(list)
    for one in progress(standing().filter(measure__in=measures)) if measures else ():
        found[one.milestone.measure_id].append(one)
    return found


def _evaluated(runs: set) -> set[uuid.UUID]:
    """Runs whose effects were discussed, with the gate behind that passed."""
    behind = StageEntry.objects.filter(
        run__in=runs,
        decision__review__entry__stage=Stage.EFFECTS_DISCUSSION,
        decision__review__entry__run=F("run"),
    )
    return set(behind.values_list("run", flat=True)) if runs else set()


def _unanswered(measures: set) -> dict[uuid.UUID, int]:
    measure = "consultation__entry__run__measure"
    waiting = Comment.objects.filter(
        Q(responses__isnull=True) | Q(topic=""),
        consultation__kind=ConsultationKind.PUBLIC,
        **{f"{measure}__in": measures},
    )
    return dict(waiting.order_by().values_list(measure).annotate(waits=Count("pk", distinct=True)))


def _discussions(runs: set) -> dict[uuid.UUID, list[Discussion]]:
    held = Consultation.everything.filter(entry__run__in=runs).select_related("entry")
    found = {one.pk: Discussion(one) for one in held}
    attended = Q(attended=True)
    members = PanelMember.objects.filter(consultation__in=found).order_by().values_list("consultation")
    for pk, present, silent in members.annotate(
        present=Count("pk", filter=attended),
        silent=Count("pk", filter=attended & Q(declared_at__isnull=True)),
    ):
        found[pk].present, found[pk].silent = present, silent
    comments = Comment.objects.filter(consultation__in=found).order_by().values_list("consultation")
    waiting = Q(responses__isnull=True) | Q(topic="")
    for pk, received, waits in comments.annotate(
        all=Count("pk", distinct=True), waits=Count("pk", distinct=True, filter=waiting)
    ):
        found[pk].received, found[pk].open = received, waits
    by_run: dict[uuid.UUID, list[Discussion]] = defaultdict(list)
    for one in found.values():
        by_run[one.consultation.entry.run_id].append(one)
    return by_run


def _pilots(measures: set) -> dict[uuid.UUID, Pilot]:
    designs = PilotDesign.objects.filter(run__measure__in=measures).select_related("run")
    pilots = {design.run.measure_id: Pilot(design) for design in designs.order_by("run__iteration")}
    by_design = {pilot.design.pk: pilot for pilot in pilots.values()}
    records = PilotRecord.objects.filter(design__in=by_design).order_by()
    for pk, unit, period, at in records.values_list("design", "unit", "period").annotate(
        at=Max("recorded_at")
    ):
        pilot = by_design[pk]
        pilot.reported.add((unit, period))
        pilot.last_record_at = max(filter(None, (pilot.last_record_at, at)))
    for freeze in DataFreeze.objects.filter(design__in=by_design).order_by("frozen_at"):
        by_design[freeze.design_id].freeze = freeze
    analyses = AnalysisRun.objects.filter(freeze__design__in=by_design).select_related("freeze")
    for analysis in analyses.order_by("made_at"):
        by_design[analysis.freeze.design_id].analysis = analysis
    return pilots
