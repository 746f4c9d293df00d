"""The statement as a tagged PDF/A by typst. A letter that no own font has refuses the document."""

import json
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

import typst
from django.http import HttpResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from common import formatting
from pensions.certificates.fonts import require_glyphs, typst_fonts
from pensions.services.statement import Statement

from . import timeline, words

FORM = Path(__file__).parent / "form"


def pdf(statement: Statement) -> bytes:
    """In the current language. MissingGlyphError names a letter that cannot be printed."""
    data = _data(statement)
    require_glyphs(_texts(data))
    return _compiler().compile(
        format="pdf",
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
        pdf_standards="a-2a",
        timestamp=int(statement.known_at.timestamp()),
    )


def answer(statement: Statement) -> HttpResponse:
    """The PDF as a download, kept by nobody on the way."""
    name = f"statement-{statement.worker}.pdf"
    return HttpResponse(
        pdf(statement),
        content_type="application/pdf",
        headers={"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"},
    )


@cache
def _compiler() -> typst.Compiler:
    return typst.Compiler(
        str(FORM / "statement.typ"), root=str(FORM), font_paths=typst_fonts(), ignore_system_fonts=True
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
    return {
        "language": get_language() or "ky",
        "title": _("Statement of work and insurance record"),
        "subtitle": _(
            "This is an estimate for information. Each state decides by its own law what it counts."
        ),
        "facts": [[str(term), str(value or formatting.MISSING)] for term, value in said["person"]],
        "tables": [_table(title, table) for title, table in tables if table["rows"]],
        "lists": [{"title": title, "lines": lines} for title, lines in lists if lines],
        "timeline": {"svg": timeline.svg(statement), "title": _("Periods of work by state")},
        "footer": _("Made on %(date)s") % {"date": formatting.date_short(statement.on)},
        "number": str(statement.worker),
    }


def _table(title: str, table: dict[str, Any]) -> dict[str, Any]:
    columns = [column if isinstance(column, dict) else {"title": column} for column in table["columns"]]
    return {
        "title": title,
        "head": [str(column["title"]) for column in columns],
        "numbers": [bool(column.get("number")) for column in columns],
        "rows": [
            [str(cell["value"] if isinstance(cell, dict) else cell) for cell in row] for row in table["rows"]
        ],
    }


def _texts(value: Any) -> Iterable[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, inner in value.items():
            if key != "svg":
                yield from _texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner)
