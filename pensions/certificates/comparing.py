"""Print held against seal: every figure of the tables and every sealed fact, as they stand in the text layer."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from pensions.certificates.document import SECOND_LANGUAGES, form_texts
from pensions.certificates.model import Certificate, MonthRow, total
from pensions.certificates.printed import print_month, print_total, printed_fields

HEAD_FIELDS = ("number", "issued_on", "blank", "check_code")
HEADINGS = ("person", "employer", "work", "months", "years", "annex", "total", "check_code")
_SPACES = re.compile(r"\s+")
_CELL = r"(?<![\d,])(\d{1,3}(?: \d{3})*,\d\d|\d+)(?![\d,])"
_MONTH_LABEL = re.compile(r"(?<![\d.])(\d{2}\.\d{4})(?![\d.])")


@dataclass(frozen=True)
class Line:
    """One line as sealed beside the same line as printed; `printed` is empty when the print does not hold it."""

    label: str
    sealed: tuple[str, ...]
    printed: tuple[str, ...]

    @property
    def same(self) -> bool:
        return self.sealed == self.printed


def compare_print(certificate: Certificate, rows: Sequence[MonthRow], texts: Sequence[str]) -> list[Line]:
    """All sealed lines next to what the text layer says in their place.

    `rows` are the sealed months (from the payload, or from the disclosure that its digest covers). A line counts as
    the same only when its cells stand in the text one after another; a month that the seal does not know is a line
    with an empty `sealed`.
    """
    text = plain(" ".join(texts))
    lines = _fields(certificate, text)
    expected = [tuple(map(plain, print_month(row))) for row in rows]
    lines += [_row(cells, text) for cells in expected]
    lines += _unknown_months(expected, text, certificate)
    if rows:
        _label, _months, *cells = map(plain, print_total(total(tuple(rows)), ""))
        lines.append(_total("total", tuple(cells), text))
    for row in certificate.totals:
        cells = tuple(map(plain, print_total(row, str(row.year) if row.year else "")))
        lines.append(_row(cells, text) if row.year else _total("whole_period", cells[1:], text))
    return lines


def plain(text: str) -> str:
    """Text with every run of blanks as one space; the line-break hyphens that pdfium marks are dropped."""
    return _SPACES.sub(" ", text.replace("\ufffe", "").replace("\x02", "")).strip()


def _fields(certificate: Certificate, text: str) -> list[Line]:
    """Facts outside the tables. What stands between a label and the next label is what was printed there."""
    words = form_texts()
    second = next(
        (code for code in SECOND_LANGUAGES if plain(words["title"][code]) in text), SECOND_LANGUAGES[0]
    )
    marks = _marks(text, second)
    head = text[: marks[0][1]] if marks else text
    sealed = printed_fields(certificate)
    sealed["basis"] = (
        f"{words[f'basis_{certificate.basis:d}']['ru']} / {words[f'basis_{certificate.basis:d}'][second]}"
    )
    lines = []
    for key, value in sealed.items():
        if key in HEAD_FIELDS:
            found = _stands_alone(plain(value), text if key == "check_code" else head)
            lines.append(Line(key, (plain(value),), (plain(value),) if found else ()))
        else:
            lines.append(_labelled(key, plain(value), text, marks))
    return lines


def _labelled(key: str, value: str, text: str, marks: list[tuple[str, int, int]]) -> Line:
    for place, (label, _start, end) in enumerate(marks):
        if label == key:
            until = marks[place + 1][1] if place + 1 < len(marks) else len(text)
            printed = text[end:until].strip()
            # A long value may be broken between any two letters: blanks do not count.
            same = printed.replace(" ", "") == value.replace(" ", "")
            return Line(key, (value,), (value,) if same else (printed[:200],))
    return Line(key, (value,), ())


def _marks(text: str, second: str) -> list[tuple[str, int, int]]:
    """Labels and headings in the text as (key, start, end), in the order in which they stand."""
    marks = []
    for key, words in form_texts().items():
        if key.startswith(("variant", "basis_")) or key in ("title", "blank", "qr_alt", "address_alt"):
            continue
        between = " / " if key in HEADINGS else " "
        pattern = r"\s?".join(map(re.escape, plain(words["ru"] + between + words[second]).split(" ")))
        marks += [
            (key, match.start(), match.end()) for match in re.finditer(rf"(?<!\w){pattern}(?!\w)", text)
        ]
    return sorted(marks, key=lambda mark: mark[1])


def _row(cells: tuple[str, ...], text: str) -> Line:
    """A table row begins with its label (month or year); what follows in the print is shown when it differs."""
    label, *rest = cells
    if _stands_alone(" ".join(cells), text):
        return Line(label, cells, cells)
    match = re.search(rf"(?<![\d.]){re.escape(label)} ((?:{_CELL} ?){{1,{len(rest)}}})", text)
    printed = tuple(re.findall(_CELL, match[1])) if match else ()
    return Line(label, cells, (label, *printed) if match else ())


def _total(key: str, cells: tuple[str, ...], text: str) -> Line:
    found = _stands_alone(" ".join(cells), text)
    return Line(key, cells, cells if found else ())


def _unknown_months(expected: list[tuple[str, ...]], text: str, certificate: Certificate) -> list[Line]:
    """Month labels at the head of printed rows that the seal does not know, or that stand there twice."""
    known = {cells[0] for cells in expected}
    seen: set[str] = set()
    lines = []
    for match in _MONTH_LABEL.finditer(text):
        label, follows = match[1], text[match.end() : match.end() + 24]
        if not re.match(r" \d{1,2} \d", follows):
            continue
        if label not in known or label in seen:
            lines.append(Line(label, (), (label, *re.findall(_CELL, follows)[:2])))
        seen.add(label)
    return lines


def _stands_alone(piece: str, text: str) -> bool:
    """True when the piece stands in the text and no digit or letter touches it on either side."""
    return re.search(rf"(?<![\w.,]){re.escape(piece)}(?![\w,]|\.\d)", text) is not None
