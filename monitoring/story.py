"""A measure told in the order in which things happened, in a fixed number of queries.

The public hears of stages, decisions, public evidence and discussions, lessons and findings; participants of the
chain also of submissions, waivers, conditions, the records of the pilot, and who did what.
"""

from collections.abc import Iterator
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from common import formatting

from .board import Row
from .chain.template import Template
from .chain.wording import criterion_name, evidence_name
from .enums import ConsultationKind, DisclosureClass, Outcome, Stage
from .models import (
    AnalysisRun,
    Condition,
    Consultation,
    DataFreeze,
    EvidenceItem,
    GateDecision,
    GateReview,
    GateSignature,
    Measure,
    PilotDesign,
    Waiver,
)

Event = dict[str, Any]


def measure_story(row: Row, *, whole: bool) -> dict[str, Any]:
    """Context of `monitoring/story.html`; `whole` for participants of the chain."""
    measure = row.measure
    evidence = EvidenceItem.objects.filter(entry__run__measure=measure).select_related(
        "entry", "file", "author", "superseded_by"
    )
    if not whole:
        evidence = evidence.filter(disclosure=DisclosureClass.PUBLIC)
    evidence = list(evidence.order_by("-filed_at"))
    decisions = list(
        GateDecision.objects.filter(review__entry__run__measure=measure)
        .select_related("review__entry__run")
        .order_by("decided_at")
    )
    pilot = pilot_story(measure, whole=whole, decisions=decisions)
    events = [
        *_stages(measure),
        *_decisions(decisions),
        *_evidence(evidence, whole),
        *_discussions(measure, whole),
        *_words(measure),
        *_lessons(measure),
        *(_pilot_events(pilot) if pilot else ()),
        *(_inside(measure) if whole else ()),
    ]
    events.sort(key=lambda event: event["at"], reverse=True)
    for event in events:
        event["when"] = formatting.datetime_short(timezone.localtime(event["at"]))
        if not whole:
            event.pop("by", None)
    return {
        "row": row,
        "steps": chain_steps(row),
        "evidence": [_item(one) for one in evidence],
        "conditions": _conditions(measure) if whole else [],
        "pilot": pilot,
        "lessons": list(measure.lessons.order_by("-recorded_at")),
        "events": events,
        "whole": whole,
    }


def chain_steps(row: Row) -> list[dict[str, Any]]:
    """Every stage of the chain, in order, and where the measure stands."""
    if row.entry is None:
        return [{"title": name, "state": "ahead"} for _code, name in Stage.choices]
    codes = [one.code for one in Template(row.entry.run.template.content).stages]
    here = codes.index(row.stage)
    return [
        {
            "title": Stage(code).label,
            "state": "done" if place < here else "current" if place == here else "ahead",
        }
        for place, code in enumerate(codes)
    ]


def _item(one: EvidenceItem) -> dict[str, Any]:
    return {
        "item": one,
        "name": evidence_name(one.type),
        "stage": one.entry.get_stage_display(),
        "languages": formatting.join_list([formatting.language_name(code) for code in one.languages]),
        "replaced": hasattr(one, "superseded_by"),
    }


def _stages(measure: Measure) -> Iterator[Event]:
    for run in measure.runs.prefetch_related("entries").order_by("iteration"):
        for entry in run.entries.all():
            text = _("Passage %(number)s through the chain") % {"number": run.iteration}
            if run.sunset_on:
                text = _("Emergency track: ends by itself on %(date)s") % {
                    "date": formatting.date_short(run.sunset_on)
                }
            yield {"at": entry.entered_at, "title": entry.get_stage_display(), "text": text, "tone": "info"}


def _decisions(decisions: list[GateDecision]) -> Iterator[Event]:
    tones = {Outcome.GO: "success", Outcome.GO_WITH_CONDITIONS: "success", Outcome.STOP: "danger"}
    for one in decisions:
        title = _("Decision at the gate of the stage “%(stage)s”") % {
            "stage": one.review.entry.get_stage_display()
        }
        badge = one.get_outcome_display()
        if one.target:
            badge = _("back to: %(stage)s") % {"stage": one.get_target_display()}
        yield {
            "at": one.decided_at,
            "title": title,
            "text": one.reason,
            "badge": badge,
            "tone": tones.get(one.outcome, "warning"),
        }


def _evidence(evidence: list[EvidenceItem], whole: bool) -> Iterator[Event]:
    for one in evidence:
        yield {
            "at": one.filed_at,
            "title": _("Evidence: %(what)s") % {"what": evidence_name(one.type)},
            "text": one.title,
            "by": one.author,
            "badge": one.get_disclosure_display() if whole else "",
        }


def _discussions(measure: Measure, whole: bool) -> Iterator[Event]:
    found = Consultation.objects.filter(entry__run__measure=measure)
    if not whole:
        found = found.filter(kind=ConsultationKind.PUBLIC)
    for one in found:
        public = one.kind == ConsultationKind.PUBLIC
        yield {
            "at": one.created_at,
            "title": one.get_kind_display(),
            "text": one.question or one.title,
            "url": reverse("monitoring:consultation", args=[one.pk]) if public else "",
            "badge": formatting.date_range(one.opens_on, one.closes_on),
        }


def _words(measure: Measure) -> Iterator[Event]:
    for version in measure.versions.exclude(reason="").select_related("recorded_by", "carried_from"):
        carried = hasattr(version, "carried_from")
        yield {
            "at": version.recorded_at,
            "title": _("Carried over into a later term")
            if carried
            else _("The words of the measure changed"),
            "text": version.reason,
            "badge": version.get_horizon_display() if carried else "",
            "by": version.recorded_by,
        }


def _lessons(measure: Measure) -> Iterator[Event]:
    for lesson in measure.lessons.select_related("author"):
        yield {"at": lesson.recorded_at, "title": _("Lesson"), "text": lesson.text, "by": lesson.author}


def pilot_story(measure: Measure, *, whole: bool, decisions: list[GateDecision]) -> dict[str, Any] | None:
    """The registered design, the freezes, and what the analysis found: for the public once the experts have it."""
    designs = PilotDesign.objects.filter(run__measure=measure).select_related("run", "registered_by")
    design = designs.order_by("-run__iteration").first()
    if design is None:
        return None
    freezes = list(DataFreeze.objects.filter(design=design).select_related("frozen_by").order_by("frozen_at"))
    passed = any(
        one.review.entry.stage == Stage.PILOT_RESEARCH
        and one.outcome in {Outcome.GO, Outcome.GO_WITH_CONDITIONS}
        for one in decisions
    )
    analysis = None
    if whole or passed:
        analyses = AnalysisRun.objects.filter(freeze__design=design).select_related("analyst")
        analysis = analyses.order_by("-made_at").first()
    return {
        "design": design,
        "freezes": freezes,
        "analysis": analysis,
        "finding": _finding(analysis.result) if analysis else "",
        "feasibility": _feasibility(design),
    }


def _finding(result: dict) -> str:
    words = result.get("finding") or {}
    language = (get_language() or "ky")[:2]
    return words.get(language) or words.get("ru") or words.get("en") or ""


def _feasibility(design: PilotDesign) -> str:
    return _finding({"finding": design.feasibility.get("finding")})


def _pilot_events(pilot: dict[str, Any]) -> Iterator[Event]:
    design, analysis = pilot["design"], pilot["analysis"]
    yield {
        "at": design.registered_at,
        "title": _("The design of the pilot was registered"),
        "text": _("Hash: %(digest)s") % {"digest": design.digest},
        "by": design.registered_by,
    }
    for one in pilot["freezes"]:
        yield {
            "at": one.frozen_at,
            "title": _("The data of the pilot were frozen"),
            "text": _("%(rows)s records, hash %(digest)s") % {"rows": one.rows, "digest": one.sha256},
            "by": one.frozen_by,
        }
    if analysis:
        yield {
            "at": analysis.made_at,
            "title": _("The pilot was analysed"),
            "text": pilot["finding"],
            "by": analysis.analyst,
        }


def _inside(measure: Measure) -> Iterator[Event]:
    """What participants of the chain see besides."""
    for review in GateReview.objects.filter(entry__run__measure=measure).select_related(
        "entry", "submitted_by"
    ):
        yield {
            "at": review.submitted_at,
            "title": _("Laid before the gate: %(stage)s") % {"stage": review.entry.get_stage_display()},
            "text": review.statement,
            "by": review.submitted_by,
        }
    for one in GateSignature.objects.filter(review__entry__run__measure=measure).select_related("signer"):
        yield {
            "at": one.signed_at,
            "title": _("Signature"),
            "text": one.reason,
            "by": one.signer,
            "badge": one.get_outcome_display(),
        }
    for one in Waiver.objects.filter(entry__run__measure=measure).select_related("signer"):
        yield {
            "at": one.signed_at,
            "title": _("Waived: %(what)s") % {"what": criterion_name(one.criterion)},
            "text": one.reason,
            "by": one.signer,
            "badge": _("until %(date)s") % {"date": formatting.date_short(one.expires_on)},
        }


def _conditions(measure: Measure) -> list[Condition]:
    return list(
        Condition.objects.filter(decision__review__entry__run__measure=measure)
        .select_related("owner")
        .order_by("due_on")
    )
