"""What a person sees of an import: where it stands, counts, problems with an example row, its job."""

import datetime as dt
from decimal import Decimal
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from common import clock
from common.enums import ImportState
from common.formatting import join_list, money
from common.imports import Rejects
from common.tables.sheets import place
from pensions.enums import Scheme
from pensions.legislation.stage_codes import verdict
from pensions.models import ClassificationCode, Employer, WorkRecordImport
from pensions.occupations import LISTED
from pensions.services import classifications
from pensions.services.legislation import verified_library

from . import confirming
from .problems import reason

LINES_SHOWN = 20
PARTS = ("applied", "known", "rejected", "waiting", "ready")
STATE_WORDS = {
    "applied": _lazy("recorded"),
    "known": _lazy("in the record already"),
    "rejected": _lazy("rejected"),
    "waiting": _lazy("wait for their worker"),
    "ready": _lazy("ready to be recorded"),
}
STEP_WORDS = {
    "read": _lazy("The rows are being read"),
    "check": _lazy("The rows are being checked"),
    "propose": _lazy("Unknown people are being gathered"),
    "apply": _lazy("The rows are being recorded"),
    "undo": _lazy("The entries are being answered"),
    "confirm": _lazy("The people are being recorded"),
}
STANDS_OR_STOOD = {ImportState.APPLIED, ImportState.UNDONE}
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
        "asks_columns": run.state == ImportState.MAPPING,
        "doing": STEP_WORDS.get(run.job.step) if run.job else None,
        "account": _account(counts),
        "left": _left(counts),
        "confirming": confirming.files(run) if run.state in STANDS_OR_STOOD else [],
        "notes": _notes(counts.get("notes", {})),
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
            [
                reason(one["problem"], one["problem_field"]),
                one["count"],
                _shown(one["example"], counts.get("notes", {})),
            ]
            for one in counts.get("problems", [])
        ],
        "occupations": _occupations(counts),
    }


def _occupations(counts: dict[str, Any]) -> list[ClassificationCode]:
    """The groups that there are, for who has given another one."""
    if not any(one["problem"] == "occupation_unknown" for one in counts.get("problems", [])):
        return []
    return classifications.groups(Scheme.ISCO08, LISTED)


def _account(counts: dict[str, Any]) -> dict[str, Any]:
    """The control total: for each currency what the file holds, and what became of it, equal to the cent. Most files
    are in one currency: one below the other, the sums fit any screen."""
    told, agrees = counts.get("sums", {}), True
    sums: dict[str, list[str]] = {name: [] for name in ("file", *PARTS)}
    for currency, found in told.items():
        of = {name: Decimal(found.get(name, "0")) for name in sums}
        agrees = agrees and sum(of[name] for name in PARTS) == of["file"]
        for name, amount in of.items():
            sums[name].append(money(amount, currency))
    columns = [_("Contributions"), *({"title": currency, "number": True} for currency in told)]
    words = {"file": _("In the file"), **STATE_WORDS}
    rows = [[words[name], *amounts] for name, amounts in sums.items()] if told else []
    return {"columns": columns, "rows": rows, "agrees": agrees, "unreadable": counts.get("unreadable", 0)}


def _left(counts: dict[str, Any]) -> list[dict[str, Any]]:
    """What an undo left alone, by who corrected it."""
    return [
        {"by": name or _("an official, by hand"), "count": count}
        for name, count in counts.get("left", {}).items()
    ]


def _shown(line: int, notes: dict[str, Any]) -> str | int:
    """As the spreadsheet shows it, with its sheet where several were read."""
    sheet, number = place(line, notes.get("sheets", ()))
    return f"{sheet}: {number}" if sheet else number


def _notes(found: dict[str, Any]) -> list[str]:
    """What stands in the file and was not taken as rows, so that nothing is left out without a word."""
    told = []
    if lines := found.get("skipped"):
        shown = ", ".join(str(_shown(line, found)) for line in lines[:LINES_SHOWN]) + (
            " …" if len(lines) > LINES_SHOWN else ""
        )
        told.append(_("Lines taken for titles, totals or remarks: %(lines)s.") % {"lines": shown})
    if count := found.get("formulas"):
        told.append(_("Calculated cells, of which the saved value was taken: %(count)s.") % {"count": count})
    if read := found.get("sheets"):
        names = join_list(name for name, _before in read)
        told.append(_("Sheets that were read one after another: %(sheets)s.") % {"sheets": names})
    if columns := found.get("other_columns"):
        shown = join_list(f"“{title}”" for title in columns[:LINES_SHOWN])
        told.append(_("Columns that were not read: %(columns)s.") % {"columns": shown})
    if sheets := found.get("other_sheets"):
        told.append(_("Sheets that were not read: %(sheets)s.") % {"sheets": join_list(sheets)})
    if unread := found.get("unread"):
        places = ", ".join(f"{place} ({count})" for place, count in unread.items())
        told.append(_("Elements of the form that are not read here: %(places)s.") % {"places": places})
    if doubtful := _unsettled(found.get("codes", {})):
        told.append(
            _(
                "Codes of which no source says whether their days are insured: %(codes)s. The days count until a legal "
                "officer settles it under “Pension law in figures”, and what rests on them says so."
            )
            % {"codes": doubtful}
        )
    if said := found.get("said"):
        values = ", ".join(f"{place}: {value}" for place, value in said)
        told.append(
            _("Said of the whole form, without amounts, and kept with the file only: %(values)s.")
            % {"values": values}
        )
    return told


def _unsettled(codes: dict[str, dict[str, int]]) -> str:
    """Asked for the first day of each stretch, as when the file is applied; for today where no day is kept, as of
    files that were checked before there were any."""
    law, told = verified_library() if codes else None, []
    for code, days in codes.items():
        doubtful = [
            count
            for day, count in (days if isinstance(days, dict) else {"": days}).items()
            if not verdict(code, dt.date.fromisoformat(day) if day else clock.today(), law)
        ]
        if doubtful:
            told.append(f"{code} ({sum(doubtful)})")
    return ", ".join(told)


def _step(run: WorkRecordImport) -> int:
    if run.state in {ImportState.UPLOADED, ImportState.MAPPING, ImportState.STAGING}:
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
