"""The record as a picture: a lane for each state, a bar for each period. Plain SVG without style attributes."""

import datetime as dt
from xml.sax.saxutils import escape, quoteattr

from django.utils.translation import gettext as _

from common import formatting
from pensions.services.statement import Statement

WIDTH, LEFT, RIGHT, TOP, LANE = 880, 130, 20, 10, 34
COLOURS = {"KG": "#b3261e", "RU": "#1f5fa8", "KZ": "#0b7a75", "BY": "#2f7d32", "AM": "#9a5b00"}
OTHER = "#5b5f6b"


def svg(statement: Statement) -> str:
    """Empty when there is nothing to show."""
    bars = [
        (one.period.state, one.period.start_on, min(one.period.end_on or statement.on, statement.on), one)
        for one in statement.periods
    ]
    if not bars:
        return ""
    first, last = min(bar[1] for bar in bars), max(bar[2] for bar in bars)
    first, last = dt.date(first.year, 1, 1), dt.date(last.year, 12, 31)
    days = (last - first).days + 1
    scale = (WIDTH - LEFT - RIGHT) / days
    states = list(dict.fromkeys(bar[0] for bar in bars))
    height = TOP + LANE * len(states) + 30
    parts = [_years(first, last, scale, height)]
    for place, state in enumerate(states):
        y = TOP + LANE * place
        parts.append(
            f'<text x="{LEFT - 10}" y="{y + 21}" text-anchor="end" fill="currentColor" font-size="14">'
            f"{escape(formatting.country_name(state))}</text>"
        )
        parts += [_bar(bar, first, scale, y) for bar in bars if bar[0] == state]
    title = escape(_("Periods of work by state"))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}" '
        f'role="img" font-family="Roboto, sans-serif"><title>{title}</title>{"".join(parts)}</svg>'
    )


def _years(first: dt.date, last: dt.date, scale: float, height: int) -> str:
    step = max(1, (last.year - first.year + 1) // 12)
    lines = []
    for year in range(first.year, last.year + 2, step):
        x = LEFT + (dt.date(year, 1, 1) - first).days * scale
        lines.append(
            f'<line x1="{x:.1f}" y1="{TOP}" x2="{x:.1f}" y2="{height - 24}" stroke="#8a8f98" stroke-opacity="0.35"/>'
        )
        if year <= last.year:
            lines.append(
                f'<text x="{x + 2:.1f}" y="{height - 8}" fill="currentColor" font-size="12">{year}</text>'
            )
    return "".join(lines)


def _bar(bar: tuple, first: dt.date, scale: float, y: int) -> str:
    state, start_on, end_on, one = bar
    x, width = LEFT + (start_on - first).days * scale, max(((end_on - start_on).days + 1) * scale, 2)
    label = f"{one.employer}, {formatting.date_range(start_on, one.period.end_on)}"
    opacity = 1 if one.counts else 0.35
    return (
        f'<rect x="{x:.1f}" y="{y + 6}" width="{width:.1f}" height="{LANE - 12}" rx="3" '
        f'fill={quoteattr(COLOURS.get(state, OTHER))} fill-opacity="{opacity}">'
        f"<title>{escape(label)}</title></rect>"
    )
