"""All measures in one picture: where each stands and what it waits for, in a fixed number of queries."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from common import formatting
from common.enums import TranslationState
from common.translated import translation_state

from .chain.criteria import Finding, evaluate_all
from .chain.wording import criterion_name, sentence
from .enums import Horizon, MeasureState, Stage
from .models import ChainRun, ChainTemplate, GateReview, Measure, MeasureVersion, StageEntry

NOT_STARTED = "not_started"
SHOWN_CRITERIA = 3


@dataclass
class Row:
    """A measure, its newest words, and the stage where it stands (None: not in the chain yet)."""

    measure: Measure
    version: MeasureVersion
    entry: StageEntry | None = None
    findings: list[Finding] = field(default_factory=list)
    review: GateReview | None = None

    @property
    def stage(self) -> str:
        return self.entry.stage if self.entry else NOT_STARTED

    @property
    def place(self) -> str:
        """The stage, or how the measure left the chain."""
        if self.measure.state != MeasureState.OPEN:
            return self.measure.get_state_display()
        return self.entry.get_stage_display() if self.entry else _("not in the chain yet")

    @property
    def tone(self) -> str:
        tones = {
            MeasureState.ACHIEVED: "success",
            MeasureState.STOPPED: "danger",
            MeasureState.SUSPENDED: "warning",
        }
        return tones.get(self.measure.state, "info" if self.entry else "neutral")

    @cached_property
    def missing(self) -> list[Finding]:
        return [one for one in self.findings if one.open]

    @property
    def is_overdue(self) -> bool:
        return any(one.code == "no_overdue_conditions" for one in self.missing)

    @property
    def is_unreviewed(self) -> bool:
        return translation_state(self.version, "title") != TranslationState.APPROVED

    @property
    def waits_for(self) -> str:
        """One sentence."""
        if self.measure.state != MeasureState.OPEN:
            return ""
        if self.entry is None:
            return _("Waits to be taken into the chain.")
        if self.review:
            return _("Waits for the decision at the gate.")
        if not self.missing:
            return _("The evidence is complete: it can be laid before the gate.")
        names = [criterion_name(one.code) for one in self.missing[:SHOWN_CRITERIA]]
        rest = len(self.missing) - len(names)
        if not rest:
            return _("Waits for: %(names)s.") % {"names": formatting.join_list(names)}
        return ngettext(
            "Waits for: %(names)s and %(rest)s more.", "Waits for: %(names)s and %(rest)s more.", rest
        ) % {"names": ", ".join(names), "rest": rest}

    @property
    def sentences(self) -> list[dict[str, Any]]:
        return [said(one) for one in self.findings]


def said(finding: Finding) -> dict[str, Any]:
    """A criterion for the page: its sentence, whether it stands, and a tone."""
    words = sentence(finding.code, finding.kind, finding.met, finding.figures)
    state = _("met") if finding.met else _("waived") if finding.waived else _("still missing")
    tone = "success" if finding.met else "info" if finding.waived else "warning"
    return {"code": finding.code, "text": words, "state": state, "tone": tone, "open": finding.open}


def with_place(measures: QuerySet[Measure]) -> QuerySet[Measure]:
    """Adds `entry_id` and `stage`: the newest entry of the newest run."""
    newest = StageEntry.objects.filter(run__measure=OuterRef("pk")).order_by("-run__iteration", "-position")
    return measures.annotate(
        entry_id=Subquery(newest.values("pk")[:1]), stage=Subquery(newest.values("stage")[:1])
    )


def rows_of(measures: QuerySet[Measure]) -> list[Row]:
    """A row for each measure of the queryset, with the state of its gate."""
    found = list(with_place(measures).with_version())
    versions = MeasureVersion.objects.in_bulk([one.version_id for one in found])
    entries = places([one.entry_id for one in found if one.entry_id])
    live = [entries[one.entry_id] for one in found if one.entry_id and one.state == MeasureState.OPEN]
    findings = evaluate_all(live) if live else {}
    reviews = {review.entry_id: review for review in open_reviews().filter(entry__in=live)} if live else {}
    return [
        Row(
            one,
            versions[one.version_id],
            entries.get(one.entry_id),
            findings.get(one.entry_id, []),
            reviews.get(one.entry_id),
        )
        for one in found
    ]


def row_of(measure: Measure) -> Row:
    return rows_of(Measure.everything.filter(pk=measure.pk))[0]


def places(ids: Iterable) -> dict[Any, StageEntry]:
    """Stage entries with run, measure and template; a template is read once, however many runs stand on it."""
    entries = StageEntry.objects.select_related("run__measure").in_bulk(list(ids))
    templates = ChainTemplate.objects.in_bulk({entry.run.template_id for entry in entries.values()})
    for entry in entries.values():
        entry.run.template = templates[entry.run.template_id]
    return entries


def open_reviews() -> QuerySet[GateReview]:
    """Submissions that wait for a decision, of measures that are in the chain, in their newest run."""
    later = ChainRun.objects.filter(
        measure=OuterRef("entry__run__measure"), iteration__gt=OuterRef("entry__run__iteration")
    )
    return GateReview.objects.filter(
        ~Exists(later), decision__isnull=True, entry__run__measure__state=MeasureState.OPEN
    )


@dataclass(frozen=True)
class Picture:
    """Counts of measures by horizon and stage, for the table at the head of the board."""

    columns: list[tuple[str, Any]]
    lines: list[tuple[str, Any, list[int]]]


def picture(rows: Sequence[Row]) -> Picture:
    columns = [(NOT_STARTED, _("not in the chain yet")), *Stage.choices, *MeasureState.choices[1:]]
    counts = Counter((row.measure.horizon, _column(row)) for row in rows)
    used = [(code, name) for code, name in columns if any(counts[h, code] for h in Horizon.values)]
    return Picture(used, [(h, name, [counts[h, code] for code, _n in used]) for h, name in Horizon.choices])


def _column(row: Row) -> str:
    return row.stage if row.measure.state == MeasureState.OPEN else row.measure.state
