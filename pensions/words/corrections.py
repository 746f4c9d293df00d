"""What pages say of a correction request; the worker reads "the office", never a clerk's name."""

from pathlib import PurePath
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from common import formatting
from pensions.enums.corrections import CorrectionState
from pensions.models import CorrectionRequest
from pensions.services import corrections

TONES = {
    CorrectionState.SENT: "info",
    CorrectionState.IN_WORK: "info",
    CorrectionState.ASKED_BACK: "warning",
    CorrectionState.MENDED: "success",
    CorrectionState.KEPT: "neutral",
    CorrectionState.WITHDRAWN: "neutral",
}


def facts(one: CorrectionRequest, *, for_office: bool = False) -> list[tuple[str, Any]]:
    found = [(_("Number"), str(one)), (_("What is wrong"), one.get_wrong_display())]
    if one.employment_id:
        found.append((_("Which work"), one.employment.employer.name))
    found.append((pgettext("correction", "Sent"), _moment(one.sent_at)))
    if for_office:
        found.insert(0, (_("Full name"), one.worker.full_name))
        found.append((pgettext("correction", "Assigned to"), one.held_by.full_name if one.held_by else None))
    return found


def history(one: CorrectionRequest, *, for_office: bool = False) -> list[dict[str, Any]]:
    """Newest first."""
    steps = one.steps.select_related("by", "request__key").prefetch_related("papers").order_by("-at", "-pk")
    return [
        {
            "when": _moment(step.at),
            "title": _title(step),
            "text": step.text,
            "by": _who(one, step, for_office),
            "tone": TONES[step.to_state],
        }
        for step in steps
    ]


def _title(step: Any) -> str:
    """A paper that came by itself moved nothing."""
    if step.papers.all() and step.from_state == step.to_state and not step.text:
        return _("a paper was added")
    return CorrectionState(step.to_state).label


def papers(one: CorrectionRequest) -> list[dict[str, Any]]:
    """Every paper with its address: kind, size, when it came."""
    return [
        {
            "url": reverse("pensions:correction_paper", args=[paper.pk]),
            "kind": PurePath(paper.file.name).suffix.lstrip(".").upper(),
            "size": formatting.file_size(paper.file.size),
            "when": _moment(paper.step.at),
        }
        for paper in corrections.papers(one)
    ]


def _who(one: CorrectionRequest, step: Any, for_office: bool) -> str:
    if step.by is None or step.by_id == one.worker.user_id:
        return _("the worker") if for_office else _("you")
    return step.by.full_name if for_office else _("the office")


def _moment(at: Any) -> str:
    return formatting.datetime_short(timezone.localtime(at))
