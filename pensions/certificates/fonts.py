"""The project's own fonts, and whether they have every letter of a text.

Three packages supply them; system fonts are never used. matplotlib's folder also holds LastResort, a font that draws
a box for every letter there is: the template therefore names its families and forbids any other fallback.
"""

from collections.abc import Iterable
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import typst
from fontTools.ttLib import TTFont

from pensions.certificates.errors import MissingGlyphError

FAMILIES = ("Source Serif Pro", "DejaVu Serif", "DejaVu Sans")
_FOLDERS = (
    ("font_source_serif_pro", "files"),
    ("font_roboto", "files"),
    ("matplotlib", "mpl-data/fonts/ttf"),
)
# A letter must stand in the regular and in the bold cut of one family: names are set in both.
_CUTS = (
    ("font_source_serif_pro", "files/SourceSerifPro-Regular.ttf", "files/SourceSerifPro-Semibold.ttf"),
    ("matplotlib", "mpl-data/fonts/ttf/DejaVuSerif.ttf", "mpl-data/fonts/ttf/DejaVuSerif-Bold.ttf"),
    ("matplotlib", "mpl-data/fonts/ttf/DejaVuSans.ttf", "mpl-data/fonts/ttf/DejaVuSans-Bold.ttf"),
)


def font_folders() -> list[Path]:
    """Folders of the font packages, found without importing them."""
    return [_package(package) / folder for package, folder in _FOLDERS]


@cache
def typst_fonts() -> typst.Fonts:
    """Loaded once per process: reading the fonts takes longer than a page."""
    return typst.Fonts(
        include_system_fonts=False,
        include_embedded_fonts=False,
        font_paths=[str(folder) for folder in font_folders()],
    )


def require_glyphs(texts: Iterable[str]) -> None:
    """Return when the fonts have every letter; else MissingGlyphError names the letters and where they stand."""
    letters = _letters()
    for text in texts:
        missing = sorted({letter for letter in text if letter not in letters and not letter.isspace()})
        if missing:
            listed = ", ".join(f"{letter} (U+{ord(letter):04X})" for letter in missing)
            raise MissingGlyphError(
                f"No font has {listed}", letters="".join(missing), listed=listed, text=text
            )


@cache
def _letters() -> frozenset[str]:
    found: set[int] = set()
    for package, *files in _CUTS:
        cuts = [set(TTFont(_package(package) / file, lazy=True).getBestCmap()) for file in files]
        found |= set.intersection(*cuts)
    return frozenset(map(chr, found))


def _package(name: str) -> Path:
    spec = find_spec(name)
    if spec is None or not spec.submodule_search_locations:
        raise FileNotFoundError(f"The font package {name} is not installed")
    return Path(next(iter(spec.submodule_search_locations)))
