"""What every chart has: a figure, words, and the table of its values."""

import io
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import override
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from common import formatting
from common.charts.svg import accessible
from common.charts.theme import THEME
from common.tables.columns import SUPPRESSED, SUPPRESSED_MARK, Column, Table

CHARACTERS_PER_INCH = 15  # of 10 point Roboto, on the safe side


@dataclass(frozen=True)
class Series:
    """A name and one value for each label of the chart."""

    name: Any
    values: Sequence[Any]


@dataclass
class Chart:
    """`columns` and `rows` are the values behind the picture, as `common.tables` understands them."""

    figure: Figure
    title: str
    description: str
    language: str
    columns: list[Column]
    rows: list[list[Any]]
    notes: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        # Labels find their room in steps. Once and for all: the next writing would move them a little again.
        for _step in range(3):
            self.figure.draw_without_rendering()
        self.figure.set_layout_engine("none")

    def svg(self, name: str = "chart") -> str:
        """Inline markup with real text, title and description; `name` makes its ids unique on the page.

        No style attributes, so that it shows under a strict content security policy.
        """
        return accessible(
            self._drawn,
            name=name,
            title=self.title,
            description=self.description,
            language=self.language,
        )

    @cached_property
    def _drawn(self) -> bytes:
        """Written once for the page and the document; their ids are given afterwards."""
        return self._written("svg", metadata={"Date": None, "Creator": None})

    def pdf(self) -> bytes:
        return self._written("pdf", metadata={"CreationDate": None, "Creator": None, "Producer": None})

    def png(self, dpi: int = 200) -> bytes:
        return self._written("png", dpi=dpi, metadata={"Software": None})

    def _written(self, file_format: str, **options: Any) -> bytes:
        target = io.BytesIO()
        self.figure.savefig(target, format=file_format, **options)
        return target.getvalue()

    @property
    def table(self) -> Table:
        return Table(self.columns, self.rows, title=self.title, notes=self.notes)

    @property
    def heads(self) -> list[dict[str, Any]]:
        """For the page's table: titles, and which columns are numbers."""
        return [{"title": column.title, "number": column.kind != "text"} for column in self.columns]

    @property
    def cells(self) -> list[list[str]]:
        """For the page's table: values written out in the chart's language."""
        return [
            [shown(value, column, self.language) for value, column in zip(row, self.columns, strict=True)]
            for row in self.rows
        ]


def shown(value: Any, column: Column, language: str) -> str:
    if value is SUPPRESSED:
        return SUPPRESSED_MARK
    if value is None:
        return formatting.MISSING
    if column.kind == "date":
        return formatting.date_short(value, language)
    if isinstance(value, int | float | Decimal) and column.kind != "text":
        return number_text(value, column.digits, language)
    return str(value)


def number_text(value: Any, digits: int | None, language: str) -> str:
    if digits is None:
        return formatting.number(value, language)
    return formatting.decimal(value, digits, language)


def drawable(value: Any) -> float:
    """NaN leaves a gap where nothing may or can be shown."""
    return float("nan") if value is None or value is SUPPRESSED else float(value)


def in_language(text: Any, language: str) -> str:
    with override(language):
        return str(text)


# --- parts of a figure ------------------------------------------------------------------------------


def new_figure(title: str, *, height: float | None = None, show_title: bool = True) -> tuple[Figure, Axes]:
    """Width is the text width of a page; long titles are broken into lines and given the room they need."""
    lines = textwrap.wrap(title, int(THEME["width"] * CHARACTERS_PER_INCH * 0.72)) if show_title else []
    inches = (height or THEME["height"]) + 0.22 * len(lines)
    figure = Figure(figsize=(THEME["width"], inches), layout="constrained")
    figure.get_layout_engine().set(w_pad=0.08, h_pad=0.06)
    if lines:
        figure.suptitle("\n".join(lines), fontsize=THEME["title_size"], fontweight="bold", x=0.01, ha="left")
    return figure, figure.add_subplot()


def value_axis(axes: Axes, which: str, language: str, unit: str = "", digits: int | None = None) -> None:
    """Ticks as the language writes numbers, light lines across, the unit at the end of the axis."""
    axis = getattr(axes, f"{which}axis")
    axis.set_major_locator(MaxNLocator(nbins=6, steps=[1, 2, 2.5, 5, 10]))
    axis.set_major_formatter(FuncFormatter(lambda value, _place: tick_text(value, language)))
    axes.grid(axis=which)
    axis.set_tick_params(length=0)
    if unit and which == "y":
        axes.set_title(wrapped(unit, 60), loc="left", fontsize=THEME["size"], color=THEME["soft"])
    elif unit:
        axes.set_xlabel(wrapped(unit, 60), color=THEME["soft"])


def tick_text(value: float, language: str) -> str:
    exact = round(float(value), 6)
    return formatting.number(int(exact) if exact.is_integer() else exact, language)


def wrapped(text: str, characters: int) -> str:
    return "\n".join(textwrap.wrap(text, characters)) or text


def label_axis(axes: Axes, labels: Sequence[str], most: int = 12) -> None:
    """Labels below; of many only every second, third … so that none overlaps."""
    step = -(-len(labels) // most)
    places = list(range(0, len(labels), step))
    axes.set_xticks(places, [wrapped(labels[place], 14) for place in places])


def legend_below(figure: Figure, axes: Axes) -> None:
    handles, names = axes.get_legend_handles_labels()
    if len(names) > 1:
        longest = max(map(len, names))
        columns = max(1, min(len(names), int(THEME["width"] * CHARACTERS_PER_INCH / (longest + 8))))
        figure.legend(handles, [wrapped(name, 70) for name in names], loc="outside lower left", ncols=columns)


DESCRIPTION = _("%(kind)s: %(first)s – %(last)s; lowest value %(low)s, highest value %(high)s")
KIND_ONLY = _("%(kind)s. The table below holds the values.")


def description(
    kind: Any, labels: Sequence[str], values: Sequence[Any], digits: int | None, language: str
) -> str:
    """One sentence for those who do not see the picture; the table has the rest."""
    numbers = [value for value in values if value is not None and value is not SUPPRESSED]
    with override(language):
        if not numbers or not labels:
            return str(KIND_ONLY) % {"kind": kind}
        return str(DESCRIPTION) % {
            "kind": kind,
            "first": labels[0],
            "last": labels[-1],
            "low": number_text(min(numbers), digits, language),
            "high": number_text(max(numbers), digits, language),
        }
