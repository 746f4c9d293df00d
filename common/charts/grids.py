"""Numbers in squares: a board of rows and columns, and a schematic map of Kyrgyzstan, one square for each oblast."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.patches import Rectangle

from common.charts.base import (
    Chart,
    Series,
    description,
    drawable,
    in_language,
    new_figure,
    shown,
    wrapped,
)
from common.charts.theme import THEME
from common.formatting import language_of
from common.tables.columns import SUPPRESSED, Column

BOARD, MAP = _("Board"), _("Schematic map")
SCHEMATIC = _("One square for each oblast and city; shapes and areas are not those of the land.")
# (column, row) from the north-west, by ISO 3166-2 code. No outline of the oblasts with a licence was at hand.
PLACES = {
    "KG-T": (1, 0),
    "KG-GB": (2, 0),
    "KG-C": (3, 0),
    "KG-Y": (4, 0),
    "KG-J": (1, 1),
    "KG-N": (3, 1),
    "KG-B": (0, 2),
    "KG-GO": (1, 2),
    "KG-O": (2, 2),
}
INSET = 0.03


def board_chart(
    title: Any,
    labels: Sequence[Any],
    series: Sequence[Series],
    *,
    unit: Any = "",
    digits: int | None = None,
    label_title: Any = _("Stage"),
    language: str | None = None,
    show_title: bool = True,
) -> Chart:
    """A row for each label, a column for each series; the larger, the darker. Noughts are left blank."""
    language = language_of(language)
    said = [in_language(label, language) for label in labels]
    names = [in_language(one.name, language) for one in series]
    column = Column("value", "", "decimal", digits=digits)
    figure, axes = new_figure(
        in_language(title, language), height=0.36 * len(said) + 0.9, show_title=show_title
    )
    values = [value for one in series for value in one.values]
    most = max((drawable(value) for value in values if _counts(value)), default=0)
    for place, one in enumerate(series):
        for row, value in enumerate(one.values):
            text = "" if value == 0 else shown(value, column, language)
            _square(axes, (place, row), value, most, text)
    axes.set_xlim(-0.02, len(series) + 0.02)
    axes.set_ylim(len(said) + 0.02, -0.02)
    axes.set_xticks([place + 0.5 for place in range(len(names))], [wrapped(text, 16) for text in names])
    axes.set_yticks([row + 0.5 for row in range(len(said))], [wrapped(text, 40) for text in said])
    axes.tick_params(length=0)
    axes.xaxis.tick_top()
    for side in axes.spines.values():
        side.set_visible(False)
    columns = [Column("label", in_language(label_title, language))]
    columns += [Column(f"v{place}", name, "decimal", digits=digits) for place, name in enumerate(names)]
    rows = [[label, *(one.values[place] for one in series)] for place, label in enumerate(said)]
    text = description(BOARD, said, values, digits, language)
    return Chart(figure, in_language(title, language), text, language, columns, rows)


def oblast_map(
    title: Any,
    values: Mapping[str, Any],
    names: Mapping[str, Any],
    *,
    unit: Any = "",
    digits: int | None = None,
    language: str | None = None,
    show_title: bool = True,
) -> Chart:
    """`values` and `names` by ISO 3166-2 code (KG-B …); an oblast without a value has a hatched square."""
    language = language_of(language)
    column = Column("value", in_language(unit, language), "decimal", digits=digits)
    figure, axes = new_figure(in_language(title, language), height=3.4, show_title=show_title)
    most = max((drawable(value) for value in values.values() if _counts(value)), default=0)
    said = {code: in_language(names[code], language) for code in PLACES}
    for code, place in PLACES.items():
        value = values.get(code)
        _square(axes, place, value, most, shown(value, column, language), name=said[code])
    axes.set_xlim(-0.02, 5.02)
    axes.set_ylim(3.02, -0.02)
    axes.set_axis_off()
    if unit:
        axes.set_title(in_language(unit, language), loc="left", fontsize=THEME["size"], color=THEME["soft"])
    columns = [Column("area", in_language(_("Oblast"), language)), column]
    rows = [[said[code], values.get(code)] for code in PLACES]
    text = description(MAP, list(said.values()), list(values.values()), digits, language)
    note = in_language(SCHEMATIC, language)
    return Chart(figure, in_language(title, language), f"{text}. {note}", language, columns, rows, [note])


def _counts(value: Any) -> bool:
    return value is not None and value is not SUPPRESSED


def _square(
    axes: Axes, place: tuple[float, float], value: Any, most: float, text: str, name: str = ""
) -> None:
    """Lightness tells how much, the number says it; what is not shown is hatched."""
    share = drawable(value) / most if _counts(value) and most else 0
    paper, full = to_rgb(THEME["paper"]), to_rgb(THEME["series"][0])
    fill = tuple(low + (high - low) * max(0, share) * 0.85 for low, high in zip(paper, full, strict=True))
    ink = THEME["paper"] if share > 0.72 else THEME["ink"]
    x, y = place
    axes.add_patch(
        Rectangle(
            (x + INSET, y + INSET),
            1 - 2 * INSET,
            1 - 2 * INSET,
            facecolor=fill,
            edgecolor=THEME["axis"],
            linewidth=0.8,
        )
    )
    if not _counts(value):
        axes.add_patch(
            Rectangle(
                (x + INSET, y + INSET),
                1 - 2 * INSET,
                1 - 2 * INSET,
                fill=False,
                hatch="//",
                hatchcolor=THEME["line"],
                linewidth=0,
            )
        )
    middle = y + (0.66 if name else 0.5)
    axes.text(x + 0.5, middle, text, ha="center", va="center", color=ink, fontsize=11, fontweight="bold")
    if name:
        axes.text(x + 0.5, y + 0.3, wrapped(name, 12), ha="center", va="center", color=ink, fontsize=8.5)
