"""A chord diagram: states around a circle, bands between them as thick as what goes from one to the other."""

import math
from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _
from matplotlib.axes import Axes
from matplotlib.patches import PathPatch, Wedge
from matplotlib.path import Path

from common.charts.base import Chart, description, drawable, in_language, new_figure, number_text, wrapped
from common.charts.flows import Flow
from common.charts.theme import THEME, style
from common.formatting import language_of
from common.tables.columns import Column

GAP = 3.0  # degrees between two states
INNER, OUTER = 0.94, 1.0


def chord_chart(
    title: Any,
    flows: Sequence[Flow],
    *,
    unit: Any = "",
    digits: int | None = None,
    corner: Any = _("Origin"),
    language: str | None = None,
    show_title: bool = True,
) -> Chart:
    """A state's arc is what leaves it and what arrives together; a band has the colour of its origin.

    The table is the matrix: a row for each origin, a column for each destination, in the order of the flows.
    """
    language = language_of(language)
    title, unit = in_language(title, language), in_language(unit, language)
    known = {
        (in_language(one.origin, language), in_language(one.destination, language)): one.value
        for one in flows
    }
    names = list(dict.fromkeys(name for pair in known for name in pair))
    drawn = {pair: drawable(value) for pair, value in known.items() if drawable(value) > 0}
    figure, axes = new_figure(title, height=5.4, show_title=show_title)
    _draw(axes, names, drawn, digits, language)
    if unit:
        axes.set_title(wrapped(unit, 60), loc="left", fontsize=THEME["size"], color=THEME["soft"])
    columns = [Column("origin", in_language(corner, language))]
    columns += [Column(f"to{place}", name, "decimal", digits=digits) for place, name in enumerate(names)]
    rows = [[origin, *(known.get((origin, end)) for end in names)] for origin in names]
    pairs = [f"{origin} → {end}" for origin, end in known]
    text = description(_("Chord diagram"), pairs[:1] + pairs[-1:], list(known.values()), digits, language)
    return Chart(figure, title, text, language, columns, rows)


def _draw(
    axes: Axes, names: Sequence[str], flows: dict[tuple[str, str], float], digits, language: str
) -> None:
    axes.set_axis_off()
    axes.set_aspect("equal")
    axes.set_xlim(-1.9, 1.9)
    axes.set_ylim(-1.25, 1.25)
    sizes = {name: sum(value for pair, value in flows.items() if name in pair) for name in names}
    shown = [name for name in names if sizes[name]]
    total = sum(sizes.values())
    if not total:
        return
    scale = (360 - GAP * len(shown)) / total
    at, angle = {}, 90.0
    looks = {name: style(place) for place, name in enumerate(names)}
    for name in shown:
        size = sizes[name] * scale
        axes.add_patch(
            Wedge((0, 0), OUTER, angle - size, angle, width=OUTER - INNER, color=looks[name]["color"])
        )
        amount = round(sizes[name], 6 if digits is None else digits)
        _label(axes, angle - size / 2, f"{wrapped(name, 18)}\n{number_text(amount, digits, language)}")
        at[name] = angle
        angle -= size + GAP
    for (origin, end), value in sorted(flows.items(), key=lambda flow: -flow[1]):
        size = value * scale
        _band(axes, (at[origin], at[origin] - size), (at[end], at[end] - size), looks[origin])
        at[origin] -= size
        at[end] -= size


def _point(angle: float, radius: float) -> tuple[float, float]:
    return radius * math.cos(math.radians(angle)), radius * math.sin(math.radians(angle))


def _label(axes: Axes, angle: float, text: str) -> None:
    across, up = _point(angle, 1)
    align = "left" if across > 0.1 else "right" if across < -0.1 else "center"
    height = "bottom" if up > 0.9 else "top" if up < -0.9 else "center"
    axes.text(*_point(angle, OUTER + 0.05), text, ha=align, va=height, fontsize=9)


def _arc(start: float, end: float) -> tuple[list, list]:
    """Points along the circle, as straight pieces of at most two degrees."""
    steps = max(2, math.ceil(abs(end - start) / 2))
    points = [_point(start + (end - start) * step / steps, INNER) for step in range(1, steps + 1)]
    return points, [Path.LINETO] * steps


def _band(axes: Axes, here: tuple[float, float], there: tuple[float, float], look: dict) -> None:
    (first, arc_one), (second, arc_two) = _arc(*here), _arc(*there)
    centre = (0.0, 0.0)
    points = [_point(here[0], INNER), *first, centre, _point(there[0], INNER), *second, centre]
    points.append(_point(here[0], INNER))
    curve = [Path.CURVE3, Path.CURVE3]
    path = Path(points, [Path.MOVETO, *arc_one, *curve, *arc_two, *curve])
    axes.add_patch(
        PathPatch(
            path,
            facecolor=look["color"],
            alpha=0.55,
            hatch=look["hatch"],
            edgecolor=THEME["paper"],
            linewidth=0.4,
        )
    )
