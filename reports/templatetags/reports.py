"""Tables and charts of a report as parts of the design system."""

import hashlib

from django import template
from django.urls import NoReverseMatch, reverse
from django.utils.safestring import mark_safe

from common.templatetags import ui
from reports.renderers.words import Cell, ChartWords, TableWords

register = template.Library()


@register.inclusion_tag("kozot/parts/table.html")
def report_table(block: TableWords) -> dict:
    numeric = [any(row[place].number for row in block.rows) for place in range(len(block.columns))]
    columns = [
        {"title": title, "number": number} for title, number in zip(block.columns, numeric, strict=True)
    ]
    rows = [[{"value": cell.text, "url": _trace(cell)} for cell in row] for row in block.rows]
    return {
        **ui.table_context(columns, rows),
        "caption": block.title,
        "show_caption": True,
        "scroll": len(columns) > 6,
    }


def _trace(cell: Cell) -> str:
    """Where the figure's way can be followed."""
    try:
        return reverse("monitoring:figure", args=[cell.id]) if cell.id else ""
    except NoReverseMatch:
        return ""


@register.inclusion_tag("kozot/parts/chart_figure.html")
def report_chart(block: ChartWords) -> dict:
    chart = block.chart
    name = hashlib.sha256(block.title.encode()).hexdigest()[:8]
    return {
        **ui.table_context(chart.heads, chart.cells),
        "title": block.title,
        "svg": mark_safe(chart.svg(name)),
        "source": block.source,
    }
