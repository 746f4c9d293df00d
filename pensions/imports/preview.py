"""What a person sees of an import: where it stands, counts, problems with an example row, its job."""

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _

from common.enums import ImportState
from common.imports import Rejects
from pensions.models import Employer, WorkRecordImport

from .problems import reason

STEPS = (ImportState.UPLOADED, ImportState.CHECKED, ImportState.APPLIED)


def of(run: WorkRecordImport) -> dict[str, Any]:
    """Context for the page of a run, in the current language."""
    counts = run.counts or {}
    employer = Employer.everything.filter(pk=run.employer_id).first()
    idle = run.job is None or run.job.is_over
    return {
        "run": run,
        "job": run.job,
        "idle": idle,
        "employer": employer,
        "steps": [_("Uploaded"), _("Checked"), _("Recorded")],
        "step": _step(run),
        "counts": counts,
        "tiles": _tiles(counts) if counts else [],
        "problem_columns": [
            _("What is wrong"),
            {"title": _("Rows"), "number": True},
            {"title": _("First row"), "number": True},
        ],
        "problem_rows": [
            [reason(one["problem"], one["problem_field"]), one["count"], one["example"]]
            for one in counts.get("problems", [])
        ],
    }


def _step(run: WorkRecordImport) -> int:
    if run.state in {ImportState.UPLOADED, ImportState.STAGING}:
        return 2
    if run.state in {ImportState.CHECKED, ImportState.APPLYING}:
        return 3
    return 4 if run.state == ImportState.APPLIED else 0


def _tiles(counts: dict[str, Any]) -> list[dict[str, Any]]:
    words = (
        ("rows", _("rows in the file"), "neutral"),
        ("ready", _("ready to be recorded"), "info"),
        ("waiting", _("wait for their worker"), "warning"),
        ("known", _("in the record already"), "neutral"),
        ("rejected", _("rejected"), "danger"),
        ("applied", _("recorded"), "success"),
    )
    return [
        {"title": title, "value": counts.get(key, 0), "tone": tone if counts.get(key) else "neutral"}
        for key, title, tone in words
    ]


def download(rejects: Rejects) -> HttpResponse:
    return HttpResponse(
        rejects.content,
        content_type=rejects.media_type,
        headers={"Content-Disposition": _disposition(rejects.name), "Cache-Control": "no-store"},
    )


def _disposition(name: str) -> str:
    from django.utils.http import content_disposition_header

    return content_disposition_header(True, name) or "attachment"
