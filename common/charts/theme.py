"""How charts look. The colours are those of common/static/kozot/css/tokens.css."""

from pathlib import Path

import font_roboto
import matplotlib
from matplotlib import font_manager

THEME = {
    "paper": "#ffffff",
    "ink": "#1a2230",
    "soft": "#4b5666",
    "line": "#d3d8d4",
    "axis": "#76818d",
    # told apart by lightness as well as hue, and each with a marker, a dash and a hatch of its own
    "series": ("#1f3f73", "#b3384a", "#c08a1e", "#3c7f6b", "#7a5b9a"),
    "markers": ("o", "s", "^", "D", "v"),
    "dashes": ("-", "--", "-.", ":", (0, (5, 1, 1, 1, 1, 1))),
    "hatches": ("", "///", "|||", "xxx", "---"),
    "font": ("Roboto", "DejaVu Sans"),
    "size": 10,
    "title_size": 12,
    "width": 7.2,  # inches
    "height": 4.0,
}

for _file in sorted((Path(font_roboto.__file__).parent / "files").glob("Roboto-*.ttf")):
    if _file.stem in ("Roboto-Regular", "Roboto-Bold", "Roboto-Italic", "Roboto-BoldItalic"):
        font_manager.fontManager.addfont(_file)

# For the whole process, since a context of settings would be shared by threads anyway.
matplotlib.rcParams.update(
    {
        "font.family": list(THEME["font"]),
        "font.size": THEME["size"],
        "text.color": THEME["ink"],
        "axes.labelcolor": THEME["ink"],
        "axes.edgecolor": THEME["axis"],
        "axes.linewidth": 0.8,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.unicode_minus": True,
        "axes.axisbelow": True,
        "xtick.color": THEME["soft"],
        "ytick.color": THEME["soft"],
        "grid.color": THEME["line"],
        "grid.linewidth": 0.8,
        "hatch.linewidth": 0.6,
        "hatch.color": THEME["paper"],
        "legend.frameon": False,
        "figure.facecolor": THEME["paper"],
        "text.hinting": "none",  # text as wide at every resolution as when its room was measured
        "svg.fonttype": "none",
        "svg.hashsalt": "kozot",
        "pdf.fonttype": 42,
    }
)


def style(place: int) -> dict:
    """Colour, marker, dash and hatch of the series at `place`; after five of them the dash moves on."""
    count = len(THEME["series"])
    return {
        "color": THEME["series"][place % count],
        "marker": THEME["markers"][place % count],
        "dash": THEME["dashes"][(place + place // count) % count],
        "hatch": THEME["hatches"][(place + place // count) % count],
    }
