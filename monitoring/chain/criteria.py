"""What a gate asks: filed evidence, and checks that look at consultations, designs, records and freezes."""

import datetime as dt
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Any

from django.db.models import Max

from common import clock
from common.enums import Language, TranslationState
from monitoring.enums import ConsultationKind
from monitoring.models import (
    AnalysisRun,
    Condition,
    Consultation,
    DataFreeze,
    EvidenceItem,
    PilotDesign,
    StageEntry,
)

from .template import Criterion, Template


@dataclass(frozen=True)
class Finding:
    """Whether one criterion is met, and the figures behind the answer (shown by a template per code)."""

    code: str
    kind: str
    met: bool
    waived: bool = False
    figures: dict[str, Any] = field(default_factory=dict)

    @property
    def open(self) -> bool:
        return not (self.met or self.waived)

    as_dict = asdict


Check = Callable[[StageEntry, Template, dt.date], tuple[bool, dict[str, Any]]]
_checks: dict[str, Check] = {}


def automatic(code: str) -> Callable[[Check], Check]:
    def register(check: Check) -> Check:
        _checks[code] = check
        return check

    return register


def evaluate(entry: StageEntry, today: dt.date | None = None) -> list[Finding]:
    """Every criterion of the stage's exit gate, and overdue conditions of earlier gates."""
    today = today or clock.today()
    template = Template(entry.run.template.content)
    filed = set(_evidence(entry).values_list("type", flat=True))
    waived = set(entry.waivers.filter(expires_on__gte=today).values_list("criterion", flat=True))
    findings = [
        _look(entry, template, one, filed, waived, today) for one in template.stage(entry.stage).criteria
    ]
    overdue = Condition.objects.filter(
        decision__review__entry__run__measure=entry.run.measure, met_at__isnull=True, due_on__lt=today
    ).count()
    if overdue:
        findings.append(Finding("no_overdue_conditions", "automatic", False, figures={"overdue": overdue}))
    return findings


def _look(entry, template, criterion: Criterion, filed, waived, today) -> Finding:
    if criterion.kind == "evidence":
        met, figures = criterion.code in filed, {}
    else:
        met, figures = _checks[criterion.code](entry, template, today)
    return Finding(criterion.code, criterion.kind, met, criterion.code in waived, figures)


def _evidence(entry: StageEntry):
    """Evidence filed in this stage of this run."""
    return EvidenceItem.everything.standing().filter(entry=entry)


@automatic("titles_in_three_languages")
def _titles(entry, template, today):
    version = entry.run.measure.version
    missing = [code for code in Language.values if not getattr(version, f"title_{code}")]
    unreviewed = [
        code
        for code in Language.values
        if getattr(version, f"title_{code}_state") != TranslationState.APPROVED
    ]
    return not missing, {"missing": missing, "unreviewed": unreviewed}


@automatic("peer_review_by_another")
def _peer_review(entry, template, today):
    items = _evidence(entry)
    authors = set(items.filter(type="research_report").values_list("author_id", flat=True))
    reviewers = set(items.filter(type="peer_review").values_list("author_id", flat=True))
    return bool(authors and reviewers - authors), {"reviews": len(reviewers - authors)}


@automatic("summary_in_three_languages")
def _summary(entry, template, today):
    languages: set[str] = set()
    for filed in _evidence(entry).filter(type="summary").values_list("languages", flat=True):
        languages |= set(filed)
    return set(Language.values) <= languages, {"missing": sorted(set(Language.values) - languages)}


def _discussions(entry: StageEntry, kind: str):
    return Consultation.everything.filter(entry__run=entry.run, kind=kind)


@automatic("panel_quorum")
def _quorum(entry, template, today):
    needed = template.rules["panel_quorum"]
    present = max(
        (
            panel.members.filter(attended=True).count()
            for panel in _discussions(entry, ConsultationKind.EXPERT)
        ),
        default=0,
    )
    return present >= needed, {"present": present, "needed": needed}


@automatic("interests_declared")
def _interests(entry, template, today):
    panels = _discussions(entry, ConsultationKind.EXPERT)
    silent = sum(panel.members.filter(attended=True, declared_at__isnull=True).count() for panel in panels)
    return panels.exists() and not silent, {"silent": silent}


@automatic("public_window")
def _window(entry, template, today):
    needed = template.rules["public_window_days"]
    done = [one for one in _discussions(entry, ConsultationKind.PUBLIC) if one.closes_on < today]
    longest = max((one.days for one in done), default=0)
    offline = any(one.offline_channel for one in done)
    both = any(one.question_ky and one.question_ru for one in done)
    return longest >= needed and offline and both, {
        "days": longest,
        "needed": needed,
        "offline": offline,
        "both": both,
    }


@automatic("all_comments_answered")
def _answered(entry, template, today):
    """Every comment is classified and answered, by itself or in a group; an empty discussion has none left."""
    open_comments = received = 0
    for one in _discussions(entry, ConsultationKind.PUBLIC):
        received += one.comments.count()
        open_comments += one.comments.filter(responses__isnull=True).count()
        open_comments += one.comments.filter(responses__isnull=False, topic="").distinct().count()
    return open_comments == 0, {"received": received, "open": open_comments}


def _design(entry: StageEntry) -> PilotDesign | None:
    """The measure's newest registered design: a loop back to the pilot keeps it until another is registered."""
    return PilotDesign.objects.filter(run__measure=entry.run.measure).order_by("-run__iteration").first()


@automatic("pilot_design_registered")
def _registered(entry, template, today):
    design = _design(entry)
    return design is not None, {"digest": design.digest[:16] if design else ""}


@automatic("feasibility_computed")
def _feasible(entry, template, today):
    design = _design(entry)
    figures = design.feasibility if design else {}
    return "smallest_p" in figures and "detectable_effect" in figures, figures


def _reported(design: PilotDesign) -> set[tuple[str, str]]:
    return set(design.records.values_list("unit", "period"))


@automatic("periods_reached")
def _periods(entry, template, today):
    design = _design(entry)
    if design is None:
        return False, {}
    reached = {period for _, period in _reported(design)}
    missing = [period for period in design.planned_periods if period not in reached]
    return not missing, {"missing": missing}


@automatic("completeness")
def _completeness(entry, template, today):
    """The least complete unit decides: a good average must not hide a silent region."""
    design = _design(entry)
    if design is None or not design.planned_periods or not design.units:
        return False, {}
    reported = _reported(design)
    counts = {unit: sum((unit, p) in reported for p in design.planned_periods) for unit in design.units}
    worst = min(counts.values()) * 100 // len(design.planned_periods)
    return worst >= template.rules["completeness_percent"], {
        "percent": worst,
        "needed": template.rules["completeness_percent"],
    }


@automatic("data_frozen")
def _frozen(entry, template, today):
    """Frozen after the last record came in, so that what is analysed is what was collected."""
    design = _design(entry)
    freeze = DataFreeze.objects.filter(design=design).order_by("-frozen_at").first() if design else None
    if freeze is None:
        return False, {}
    last = design.records.aggregate(last=Max("recorded_at"))["last"]
    return last is None or last <= freeze.frozen_at, {"sha256": freeze.sha256[:16], "rows": freeze.rows}


def _analysis(entry: StageEntry) -> AnalysisRun | None:
    design = _design(entry)
    return AnalysisRun.objects.filter(freeze__design=design).order_by("-made_at").first() if design else None


@automatic("analysis_from_freeze")
def _from_freeze(entry, template, today):
    analysis = _analysis(entry)
    newest = DataFreeze.objects.filter(design=_design(entry)).order_by("-frozen_at").first()
    return analysis is not None and analysis.freeze_id == newest.pk, {"made": analysis is not None}


@automatic("registered_against_executed")
def _deviations(entry, template, today):
    """The difference was computed; deviations are listed, which is not to say that there are none."""
    analysis = _analysis(entry)
    return analysis is not None, {"deviations": analysis.deviations if analysis else []}
