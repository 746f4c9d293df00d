"""The statement as a tagged PDF. A letter that no font of ours has refuses the document."""

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _

from common import documents, formatting
from pensions.services.statement import Statement

from . import timeline, words

TEMPLATE = "pensions/typst/statement.typ"


def pdf(statement: Statement) -> bytes:
    """In the current language; the same record and moment give the same bytes."""
    return documents.render(TEMPLATE, _data(statement), made_at=statement.known_at)


def answer(statement: Statement) -> HttpResponse:
    """The PDF as a download, kept by nobody on the way."""
    name = f"statement-{statement.worker}.pdf"
    return HttpResponse(
        pdf(statement),
        content_type="application/pdf",
        headers={"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"},
    )


def _data(statement: Statement) -> dict[str, Any]:
    said = words.in_words(statement)
    tables = [
        (_("Insurance period by state"), said["states"]),
        (_("Periods"), said["periods"]),
        (_("Contributions by year"), said["years"]),
    ]
    lists = [
        (_("Periods that coincide"), said["overlaps"]),
        (_("Gaps"), said["gaps"]),
        (_("What this rests on"), said["doubts"]),
    ]
    if not statement.periods:
        tables, lists = [], [(_("The record holds no periods yet"), [""])]
    return {
        "lang": formatting.language_of(),
        "title": _("Statement of work and insurance record"),
        "subtitle": _(
            "This is an estimate for information. Each state decides by its own law what it counts."
        ),
        "facts": [[str(term), str(value or formatting.MISSING)] for term, value in said["person"]],
        "tables": [_table(title, table) for title, table in tables if table["rows"]],
        "lists": [{"title": title, "lines": lines} for title, lines in lists if lines],
        "timeline": {
            "svg": timeline.svg(statement),
            "title": _("Periods of work by state"),
            "description": _("The same periods stand in the table below."),
        },
        "made": _("Made on %(date)s") % {"date": formatting.date_short(statement.on)},
        "number": str(statement.worker),
    }


def _table(title: str, table: dict[str, Any]) -> dict[str, Any]:
    columns = [column if isinstance(column, dict) else {"title": column} for column in table["columns"]]
    return {
        "title": title,
        "heads": [str(column["title"]) for column in columns],
        "kinds": ["number" if column.get("number") else "text" for column in columns],
        "rows": [
            [str(cell["value"] if isinstance(cell, dict) else cell) for cell in row] for row in table["rows"]
        ],
    }
