"""Measures on the emergency track: how long they still run, and what is proposed. Nothing is carried out from here."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import OuterRef, QuerySet, Subquery

from .board import places, with_place
from .chain.facts import gather
from .chain.template import Loop, Template
from .chain.wording import evidence_name
from .enums import MeasureState, Stage, Track
from .models import ChainRun, Measure, StageEntry

NEAR = dt.timedelta(days=60)
RESEARCHED = {Stage.PILOT_RESEARCH, Stage.EFFECTS_DISCUSSION}


@dataclass(frozen=True)
class Emergency:
    """One measure that runs by order and has not been evaluated yet; `ways` lead back from where it stands."""

    measure: Measure
    entry: StageEntry
    sunset_on: dt.date
    today: dt.date
    ways: Sequence[Loop]

    @property
    def is_over(self) -> bool:
        return self.sunset_on < self.today

    @property
    def is_near(self) -> bool:
        return not self.is_over and self.sunset_on - self.today <= NEAR

    @property
    def is_researched(self) -> bool:
        """Its effects are being looked at already."""
        return self.entry.stage in RESEARCHED

    @property
    def way_back(self) -> Loop | None:
        """The way that leads to an evaluation, or else the shortest."""
        return next(
            (one for one in self.ways if one.target == Stage.PILOT_RESEARCH), next(iter(self.ways), None)
        )

    @property
    def target_label(self) -> str:
        return str(Stage(self.way_back.target).label) if self.way_back else ""

    @property
    def needs_name(self) -> str:
        """What has to be filed before a decision may go that way."""
        return evidence_name(self.way_back.needs) if self.way_back else ""


def emergencies(today: dt.date, measures: QuerySet[Measure] | None = None) -> list[Emergency]:
    """By the day they end, in a fixed number of queries; those that were evaluated are emergencies no more."""
    found = on_the_track(measures)
    entries = places(found.values_list("entry_id", flat=True))
    facts = gather(list(entries.values()), today) if entries else {}
    rows = [
        Emergency(
            entry.run.measure,
            entry,
            entry.run.sunset_on,
            today,
            [one for one in Template(entry.run.template.content).loops if one.start == entry.stage],
        )
        for pk, entry in entries.items()
        if not facts[pk].is_evaluated
    ]
    return sorted(rows, key=lambda one: (one.sunset_on, one.measure.code))


def on_the_track(measures: QuerySet[Measure] | None = None) -> QuerySet[Measure]:
    """Measures in the chain whose newest passage is by emergency order."""
    newest = ChainRun.objects.filter(measure=OuterRef("pk")).order_by("-iteration")
    measures = Measure.everything.all() if measures is None else measures
    return (
        with_place(measures.filter(state=MeasureState.OPEN))
        .annotate(track=Subquery(newest.values("track")[:1]))
        .filter(track=Track.EMERGENCY)
    )


def pressing(today: dt.date) -> list[Emergency]:
    """Near their end, or past it."""
    return [one for one in emergencies(today) if one.is_near or one.is_over]
