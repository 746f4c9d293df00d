"""Flows from origins to destinations: two columns of names, bands between them as thick as the flow."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _
from matplotlib.axes import Axes
from matplotlib.patches import PathPatch, Rectangle
from matplotlib.path import Path

from common.charts.base import Chart, description, drawable, in_language, new_figure, number_text, wrapped
from common.charts.theme import THEME, style
from common.formatting import language_of
from common.tables.columns import Column

GAP = 0.04  # of the whole height, between two nodes
LEFT, RIGHT, NODE = 0.0, 1.0, 0.025
LABEL = 0.19  # inches that a line of a label takes
MANY = 5  # nodes in a column, beyond which labels have one line


@dataclass(frozen=True)
class Flow:
    """How much goes from one place to another. Missing and suppressed flows stand in the table only."""

    origin: Any
    destination: Any
    value: Any


def flow_chart(
    title: Any,
    flows: Sequence[Flow],
    *,
    unit: Any = "",
    digits: int | None = None,
    language: str | None = None,
    show_title: bool = True,
    sums: bool = True,
) -> Chart:
    """Origins stand on the left, destinations on the right, each with its sum, in the order given.

    Without `sums` a place where several bands meet has its name only: where each number has to be traced.
    """
    language = language_of(language)
    words = [
        (in_language(one.origin, language), in_language(one.destination, language), one.value)
        for one in flows
    ]
    drawn = [(origin, end, drawable(value)) for origin, end, value in words if drawable(value) > 0]
    title, unit = in_language(title, language), in_language(unit, language)
    most = max(len({row[0] for row in drawn}), len({row[1] for row in drawn}), 3)
    height = max(2.4, 0.5 * most + 0.6)
    figure, axes = new_figure(title, height=height, show_title=show_title)
    _draw(axes, drawn, digits, language, LABEL / height, sums)
    if unit:
        axes.set_title(wrapped(unit, 60), loc="left", fontsize=THEME["size"], color=THEME["soft"])
    columns = [
        Column("origin", in_language(_("Origin"), language)),
        Column("destination", in_language(_("Destination"), language)),
        Column("value", unit or in_language(_("Value"), language), "decimal", digits=digits),
    ]
    pairs = [f"{origin} → {end}" for origin, end, _value in words]
    text = description(_("Flow chart"), pairs[:1] + pairs[-1:], [row[2] for row in words], digits, language)
    return Chart(figure, title, text, language, columns, [list(row) for row in words])


def _draw(
    axes: Axes,
    flows: Sequence[tuple[str, str, float]],
    digits: int | None,
    language: str,
    room: float,
    sums: bool,
) -> None:
    axes.set_axis_off()
    axes.set_xlim(-0.45, 1.45)
    axes.set_ylim(1.02, -0.02)
    total = sum(value for _origin, _end, value in flows)
    if not total:
        return
    origins = list(dict.fromkeys(origin for origin, _end, _value in flows))
    ends = list(dict.fromkeys(end for _origin, end, _value in flows))
    scale = (1 - GAP * (max(len(origins), len(ends)) - 1)) / total
    left, right = _column(flows, 0, origins, scale), _column(flows, 1, ends, scale)
    looks = {origin: style(place) for place, origin in enumerate(origins)}
    for origin, end, value in flows:
        top_left, top_right = left[origin][2], right[end][2]
        left[origin][2] += value * scale
        right[end][2] += value * scale
        _band(axes, top_left, top_right, value * scale, looks[origin])
    bands = Counter(end for flow in flows for end in enumerate(flow[:2]))
    for side, (nodes, edge, align) in enumerate(((left, LEFT - NODE, "right"), (right, RIGHT, "left"))):
        lines = 1 if len(nodes) > MANY else 2
        middles = _apart([top + size / 2 for top, size, _used in nodes.values()], lines * room)
        for middle, (name, (top, size, _used)) in zip(middles, nodes.items(), strict=True):
            axes.add_patch(Rectangle((edge, top), NODE, size, color=THEME["ink"], linewidth=0))
            amount = size / scale
            shown = number_text(round(amount, 6 if digits is None else digits), digits, language)
            place = edge - 0.015 if align == "right" else edge + NODE + 0.015
            label = f"{name}  {shown}" if lines == 1 else f"{wrapped(name, 24)}\n{shown}"
            if not sums and bands[side, name] > 1:
                label = wrapped(name, 24)
            axes.text(place, middle, label, ha=align, va="center", fontsize=9)


def _column(flows, side: int, names: Sequence[str], scale: float) -> dict[str, list[float]]:
    """name → [top, height, where the next band begins]; the column stands in the middle of the height."""
    sums = {name: sum(flow[2] for flow in flows if flow[side] == name) * scale for name in names}
    top = (1 - sum(sums.values()) - GAP * (len(names) - 1)) / 2
    nodes = {}
    for name, size in sums.items():
        nodes[name] = [top, size, top]
        top += size + GAP
    return nodes


def _apart(middles: Sequence[float], room: float) -> list[float]:
    """Places of labels, in order, moved as little as it takes for each to have its room."""
    found = list(middles)
    for place in range(1, len(found)):
        found[place] = max(found[place], found[place - 1] + room)
    found[-1] = min(found[-1], max(1.0, middles[-1]))
    for place in range(len(found) - 2, -1, -1):
        found[place] = min(found[place], found[place + 1] - room)
    return found


def _band(axes: Axes, left: float, right: float, thick: float, look: dict) -> None:
    middle = (LEFT + RIGHT) / 2
    points = [
        (LEFT, left),
        *((middle, left), (middle, right), (RIGHT, right)),
        (RIGHT, right + thick),
        *((middle, right + thick), (middle, left + thick), (LEFT, left + thick)),
        (LEFT, left),
    ]
    curve = [Path.CURVE4] * 3
    codes = [Path.MOVETO, *curve, Path.LINETO, *curve, Path.CLOSEPOLY]
    axes.add_patch(
        PathPatch(
            Path(points, codes),
            facecolor=look["color"],
            alpha=0.6,
            hatch=look["hatch"],
            edgecolor=THEME["paper"],
            linewidth=0.4,
        )
    )
