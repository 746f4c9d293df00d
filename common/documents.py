"""Documents: typst templates with data, to PDF or PNG.

    pdf = render("pensions/typst/statement.typ", {"lang": "ky", "title": …}, made_at=issued_at)

Only the fonts we ship are used, never those of the machine: the same data give the same pages everywhere. A
letter that no font has is refused before anything is made; a certificate with a blank box is worse than none.
"""

import datetime as dt
import json
import os
import shutil
import threading
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import font_roboto
import font_source_serif_pro
import matplotlib
import typst
from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from fontTools.ttLib import TTFont

from common.errors import KozotError

PDF_ACCESSIBLE = ("ua-1",)
PDF_ARCHIVE = ("a-3a",)
_KEPT_BLANK = set("\n\r\t\u200b\u200c\u200d\u2060\u00ad\ufeff\u202f")  # set as space or nothing


class DocumentError(KozotError):
    """The template failed on these data: a fault of ours, not of the person."""

    code = "document_failed"
    message = _("The document could not be made.")


class MissingLetter(DocumentError):
    """`params`: letter, number (U+20C0), place in the data (lines[3].name)."""

    code = "missing_letter"
    message = _(
        "The document cannot be printed: no font has the letter “%(letter)s” (%(number)s) in %(place)s."
    )
    way_out = _("Replace the letter, or write the word instead of the sign.")


def render(
    template: str | Path,
    data: Mapping[str, Any],
    *,
    made_at: dt.datetime,
    standards: Sequence[str] = PDF_ACCESSIBLE,
) -> bytes:
    """The finished PDF. `template` lies under the project's root, which is all that it may read.

    `data` reach the template as `json(bytes(sys.inputs.data))` and are never read as markup. Decimals and
    dates arrive as text: format them before, by `common.formatting`. `made_at` is the only time in the file;
    the same data and time give the same bytes on one machine.
    """
    timestamp = int(made_at.timestamp())
    return _made(template, data, format="pdf", pdf_standards=list(standards), timestamp=timestamp)


def pictures(template: str | Path, data: Mapping[str, Any], *, ppi: float = 150) -> list[bytes]:
    """The pages of the same document as PNG."""
    made = _made(template, data, format="png", ppi=ppi)
    return made if isinstance(made, list) else [made]


def _made(template: str | Path, data: Mapping[str, Any], **options: Any) -> Any:
    refuse_missing_letters(data)
    path = Path(settings.BASE_DIR) / template
    try:
        with _lock:
            return _compiler(path).compile(sys_inputs={"data": as_json(data)}, **options)
    except typst.TypstError as error:
        raise DocumentError(template=str(template), reason=str(error)) from error


def as_json(data: Mapping[str, Any]) -> str:
    return json.dumps(data, default=_plain, ensure_ascii=False, sort_keys=True)


def _plain(value: Any) -> str:
    if isinstance(value, Decimal | Promise):
        return str(value)
    if isinstance(value, dt.date | dt.datetime):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} does not go into a document")


# --- letters ----------------------------------------------------------------------------------------


def refuse_missing_letters(data: Any) -> None:
    """MissingLetter for the first letter in any text of `data` that our fonts lack."""
    known = letters()
    for place, text in _texts(data, ""):
        for letter in text:
            if letter not in known and letter not in _KEPT_BLANK:
                number = f"U+{ord(letter):04X}"
                raise MissingLetter(letter=letter, number=number, place=place or "?")


def _texts(value: Any, place: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, str | Promise):
        yield place, str(value)
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            if key not in ("svg", "lang"):  # pictures of our own making, with text of their own
                yield from _texts(inner, f"{place}.{key}" if place else str(key))
    elif isinstance(value, list | tuple):
        for number, inner in enumerate(value, start=1):
            yield from _texts(inner, f"{place}[{number}]")


@cache
def letters() -> frozenset[str]:
    """Every letter that stands in at least one font of the documents."""
    found: set[int] = set()
    for file in ("Roboto-Regular.ttf", "SourceSerifPro-Regular.ttf", "DejaVuSans.ttf"):
        with TTFont(font_folder() / file, lazy=True) as font:
            found |= font.getBestCmap().keys()
    return frozenset(map(chr, found))


# --- fonts and compilers ----------------------------------------------------------------------------

_lock = threading.Lock()  # a compiler serves one thread at a time
_compilers: dict[Path, tuple[float, typst.Compiler]] = {}


@cache
def font_folder() -> Path:
    """A folder with exactly our fonts.

    matplotlib keeps beside DejaVu a "last resort" font with a box for every letter there is: were its folder
    used as it stands, no letter would ever be missing.
    """
    folder = Path(settings.VAR_DIR) / "fonts"
    folder.mkdir(parents=True, exist_ok=True)
    for source in _font_files():
        target = folder / source.name
        if not target.exists() or target.stat().st_size != source.stat().st_size:
            fresh = target.with_name(f"{source.name}.{os.getpid()}")
            shutil.copyfile(source, fresh)
            fresh.replace(target)
    return folder


def _font_files() -> Iterator[Path]:
    styles = ("Regular", "Italic", "Medium", "MediumItalic", "Bold", "BoldItalic")
    sans = Path(font_roboto.__file__).parent / "files"
    yield from (sans / f"Roboto-{style}.ttf" for style in styles)
    serif = Path(font_source_serif_pro.__file__).parent / "files"
    yield from (serif / f"SourceSerifPro-{style}.ttf" for style in ("Regular", "Semibold", "Bold"))
    fallback = Path(matplotlib.get_data_path()) / "fonts" / "ttf"
    yield from (fallback / f"DejaVuSans{style}.ttf" for style in ("", "-Bold", "-Oblique", "-BoldOblique"))


@cache
def fonts() -> typst.Fonts:
    return typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(font_folder())]
    )


def _compiler(path: Path) -> typst.Compiler:
    """One for each template, made anew when a template of ours has changed since."""
    changed = _last_change()
    known = _compilers.get(path)
    if known is None or known[0] != changed:
        root = str(settings.BASE_DIR)
        known = (changed, typst.Compiler(str(path), root=root, font_paths=fonts(), ignore_system_fonts=True))
        _compilers[path] = known
    return known[1]


def _last_change() -> float:
    if not settings.DEBUG:
        return 0.0
    return max(file.stat().st_mtime for file in Path(settings.BASE_DIR).glob("*/typst/*.typ"))
