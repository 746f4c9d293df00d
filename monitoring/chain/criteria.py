"""What a gate asks: filed evidence, and checks that look at consultations, designs, records and freezes."""

import datetime as dt
import uuid
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from common import clock
from common.enums import Language, TranslationState
from monitoring.enums import ConsultationKind, MilestoneKind, Stage, Track
from monitoring.models import StageEntry

from .facts import Facts, gather
from .template import Criterion, Template


@dataclass(frozen=True)
class Finding:
    """Whether one criterion is met, and the figures behind the answer (`wording.sentence` says them)."""

    code: str
    kind: str
    met: bool
    waived: bool = False
    figures: dict[str, Any] = field(default_factory=dict)

    @property
    def open(self) -> bool:
        return not (self.met or self.waived)

    as_dict = asdict


Check = Callable[[Facts, Template, dt.date], tuple[bool, dict[str, Any]]]
_checks: dict[str, Check] = {}


def automatic(code: str) -> Callable[[Check], Check]:
    def register(check: Check) -> Check:
        _checks[code] = check
        return check

    return register


def known_checks() -> set[str]:
    return set(_checks)


def evaluate(entry: StageEntry, today: dt.date | None = None) -> list[Finding]:
    """Every criterion of the stage's exit gate, and overdue conditions of earlier gates."""
    return evaluate_all([entry], today)[entry.pk]


def evaluate_all(
    entries: Sequence[StageEntry], today: dt.date | None = None
) -> dict[uuid.UUID, list[Finding]]:
    """The same for many stages, in as many queries as for one. The entries come with run and template."""
    today = today or clock.today()
    facts = gather(entries, today)
    return {entry.pk: _findings(facts[entry.pk], today) for entry in entries}


def _findings(facts: Facts, today: dt.date) -> list[Finding]:
    template = Template(facts.entry.run.template.content)
    criteria = template.stage(facts.entry.stage).criteria
    findings = [_look(facts, template, one, today) for one in criteria]
    if facts.overdue:
        findings.append(
            Finding("no_overdue_conditions", "automatic", False, figures={"overdue": facts.overdue})
        )
    if facts.unanswered and not any(one.code == "all_comments_answered" for one in criteria):
        met, figures = _answered(facts, template, today)
        findings.append(Finding("all_comments_answered", "automatic", met, figures=figures))
    return [*findings, *_emergency(facts, today)]


def _emergency(facts: Facts, today: dt.date) -> list[Finding]:
    """What an emergency lacks before it may go on; no template asks for it, and nobody waives it."""
    run = facts.entry.run
    if run.track != Track.EMERGENCY or facts.is_evaluated:
        return []
    codes = ["emergency_evaluated"] if facts.entry.stage == Stage.FULL_IMPLEMENTATION else []
    codes += ["emergency_in_time"] if run.sunset_on < today else []
    figures = {"sunset_on": run.sunset_on.isoformat()}
    return [Finding(code, "automatic", False, figures=figures) for code in codes]


def _look(facts: Facts, template: Template, criterion: Criterion, today: dt.date) -> Finding:
    if criterion.kind == "evidence":
        met, figures = bool(facts.of_type(criterion.code)), {}
    else:
        met, figures = _checks[criterion.code](facts, template, today)
    return Finding(criterion.code, criterion.kind, met, criterion.code in facts.waived, figures)


@automatic("titles_in_three_languages")
def _titles(facts, template, today):
    version = facts.version
    missing = [code for code in Language.values if not getattr(version, f"title_{code}")]
    unreviewed = [
        code
        for code in Language.values
        if getattr(version, f"title_{code}_state") != TranslationState.APPROVED
    ]
    return not missing, {"missing": missing, "unreviewed": unreviewed}


@automatic("peer_review_by_another")
def _peer_review(facts, template, today):
    authors = facts.authors[
        "research_report"
    ]  # also of a report that was replaced: its author does not review it
    reviewers = {one.author_id for one in facts.of_type("peer_review")}
    return bool(authors and reviewers - authors), {"reviews": len(reviewers - authors)}


@automatic("summary_in_three_languages")
def _summary(facts, template, today):
    languages = {language for one in facts.of_type("summary") for language in one.languages}
    return set(Language.values) <= languages, {"missing": sorted(set(Language.values) - languages)}


@automatic("panel_quorum")
def _quorum(facts, template, today):
    needed = template.rules["panel_quorum"]
    present = max((panel.present for panel in facts.held(ConsultationKind.EXPERT)), default=0)
    return present >= needed, {"present": present, "needed": needed}


@automatic("interests_declared")
def _interests(facts, template, today):
    panels = facts.held(ConsultationKind.EXPERT)
    silent = sum(panel.silent for panel in panels)
    return bool(panels) and not silent, {"silent": silent}


@automatic("public_window")
def _window(facts, template, today):
    needed = template.rules["public_window_days"]
    public = [one.consultation for one in facts.held(ConsultationKind.PUBLIC)]
    done = [one for one in public if one.closes_on < today]
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
def _answered(facts, template, today):
    """Every comment is classified and answered, by itself or in a group; also those of an earlier passage."""
    received = sum(one.received for one in facts.held(ConsultationKind.PUBLIC))
    return facts.unanswered == 0, {"received": max(received, facts.unanswered), "open": facts.unanswered}


@automatic("pilot_design_registered")
def _registered(facts, template, today):
    digest = facts.pilot.design.digest[:16] if facts.pilot else ""
    return facts.pilot is not None, {"digest": digest}


@automatic("feasibility_computed")
def _feasible(facts, template, today):
    figures = facts.pilot.design.feasibility if facts.pilot else {}
    return "smallest_p" in figures and "detectable_effect" in figures, figures


@automatic("periods_reached")
def _periods(facts, template, today):
    if facts.pilot is None:
        return False, {}
    reached = {period for _unit, period in facts.pilot.reported}
    missing = [period for period in facts.pilot.design.planned_periods if period not in reached]
    return not missing, {"missing": missing}


@automatic("completeness")
def _completeness(facts, template, today):
    """The least complete unit decides: a good average must not hide a silent region."""
    design = facts.pilot.design if facts.pilot else None
    if design is None or not design.planned_periods or not design.units:
        return False, {}
    reported = facts.pilot.reported
    counts = {unit: sum((unit, p) in reported for p in design.planned_periods) for unit in design.units}
    worst = min(counts.values()) * 100 // len(design.planned_periods)
    needed = template.rules["completeness_percent"]
    return worst >= needed, {"percent": worst, "needed": needed}


@automatic("data_frozen")
def _frozen(facts, template, today):
    """Frozen after the last record came in, so that what is analysed is what was collected."""
    freeze = facts.pilot.freeze if facts.pilot else None
    if freeze is None:
        return False, {}
    last = facts.pilot.last_record_at
    return last is None or last <= freeze.frozen_at, {"sha256": freeze.sha256[:16], "rows": freeze.rows}


@automatic("analysis_from_freeze")
def _from_freeze(facts, template, today):
    analysis = facts.pilot.analysis if facts.pilot else None
    return analysis is not None and analysis.freeze_id == facts.pilot.freeze.pk, {
        "made": analysis is not None
    }


@automatic("registered_against_executed")
def _deviations(facts, template, today):
    """The difference was computed; deviations are listed, which is not to say that there are none."""
    analysis = facts.pilot.analysis if facts.pilot else None
    return analysis is not None, {"deviations": analysis.deviations if analysis else []}


@automatic("milestones_reached")
def _milestones(facts, template, today):
    """Coverage, training and funding each have a milestone, and each that holds is reached by its newest report."""
    found = facts.milestones
    kinds = {one.milestone.kind for one in found}
    below = [one.milestone.title for one in found if not one.is_reached]
    lacking = [kind for kind in MilestoneKind.values if kind not in kinds]
    return not below and not lacking, {"all": len(found), "below": below, "lacking": lacking}
