"""The statement as a tagged PDF. A letter that no font of ours has refuses the document."""

from collections.abc import Iterator
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _

from common import documents, formatting
from pensions.services.statement import Statement

from . import entitlement, timeline, words
from .download import download

TEMPLATE = "pensions/typst/statement.typ"


def pdf(statement: Statement) -> bytes:
    """In the current language; the same record and moment give the same bytes."""
    return documents.render(TEMPLATE, _data(statement), made_at=statement.known_at)


def answer(statement: Statement) -> HttpResponse:
    """The PDF as a download, kept by nobody on the way."""
    return download(pdf(statement), f"statement-{statement.worker}.pdf", "application/pdf")


def _data(statement: Statement) -> dict[str, Any]:
    said = words.in_words(statement)
    return {
        "lang": formatting.language_of(),
        "title": _("Statement of work and insurance record"),
        "facts": [[str(term), str(value or formatting.MISSING)] for term, value in said["person"]],
        "sections": list(_sections(statement, said)),
        "made": _("Made on %(date)s") % {"date": formatting.date_short(statement.on)},
        "number": str(statement.worker),
    }


def _sections(statement: Statement, said: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Headings with a table, lines or a picture below, in the order of the page."""
    if not statement.periods:
        yield {"title": _("The record holds no periods yet")}
    else:
        note = _("This is an estimate for information. Each state decides by its own law what it counts.")
        scope = _(
            "Only old-age pensions are judged here, not disability pensions and not survivors' pensions."
        )
        picture = {
            "svg": timeline.svg(statement),
            "title": _("Periods of work by state"),
            "description": _("The same periods stand in the table below."),
        }
        yield {
            "title": _("Insurance period by state"),
            "table": _table(said["states"]),
            "note": note,
            "chart": picture,
        }
        yield from _tables((_("Insurance period by stretch of the agreement"), said["branches"]))
        if statement.answer:
            yield {
                "title": _("Entitlement to an old-age pension"),
                "table": _table(entitlement.table(statement.answer)),
                "note": f"{note} {scope}",
            }
        yield from _tables((_("Periods"), said["periods"]))
        yield from _lists((_("Periods that coincide"), said["overlaps"]), (_("Gaps"), said["gaps"]))
        yield from _tables(
            (_("Contributions by year and currency"), said["currencies"]),
            (_("Contributions by year and employer"), said["years"]),
        )
    yield from _tables((_("Certificates"), said["certificates"]))
    yield from _lists((_("What this rests on"), said["doubts"]))
    yield from _tables((_("Values of the law that nobody has verified"), said["parameters"]))


def _tables(*named: tuple[str, dict[str, Any]]) -> Iterator[dict[str, Any]]:
    return ({"title": title, "table": _table(table)} for title, table in named if table["rows"])


def _lists(*named: tuple[str, list[str]]) -> Iterator[dict[str, Any]]:
    return ({"title": title, "lines": lines} for title, lines in named if lines)


def _table(table: dict[str, Any]) -> dict[str, Any]:
    columns = [column if isinstance(column, dict) else {"title": column} for column in table["columns"]]
    return {
        "heads": [str(column["title"]) for column in columns],
        "kinds": ["number" if column.get("number") else "text" for column in columns],
        "rows": [
            [str(cell["value"] if isinstance(cell, dict) else cell) for cell in row] for row in table["rows"]
        ],
    }
