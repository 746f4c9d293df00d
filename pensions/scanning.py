"""Blank forms scanned one after the other at a desk: a running list, a refusal with its reason, and whole ranges.

The list lives in the page, not in the database. What is told of a number is only what the person may see: a number
that is not one's own to see and one that was never printed are answered alike.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from pensions import blank_codes, ranges
from pensions.certificates import reading
from pensions.certificates.errors import UnreadableError
from pensions.enums.issuing import BlankState
from pensions.models import Blank
from pensions.models.blank import DIGITS, label

Sheet = tuple[str, int]
MOST = 2_000
HELD = re.compile(r"([^:;\s]{1,8}):(\d{1,9})")
REFUSALS_SHOWN = 10


@dataclass
class Scanned:
    """`sheets` in the order in which they came; `said` is what the last scan came to, `refused` why not."""

    sheets: list[Sheet]
    said: str = ""
    refused: list[str] = field(default_factory=list)

    @property
    def held(self) -> str:
        return ";".join(f"{series}:{number}" for series, number in self.sheets)

    @property
    def runs(self) -> list[dict[str, Any]]:
        """By series, each run of numbers without a gap: what one movement can take."""
        found = []
        for series in sorted({one for one, _number in self.sheets}):
            numbers = [(number, number) for one, number in self.sheets if one == series]
            for first, last in ranges.merged(numbers):
                text = ranges.written([(first, last)], DIGITS)
                found.append({"series": series, "first": first, "last": last, "text": f"{series} {text}"})
        return found


def read_held(text: str) -> list[Sheet]:
    """What the page held; anything else in it is passed over."""
    return list(dict.fromkeys((series, int(number)) for series, number in HELD.findall(text)))[:MOST]


def scan(held: Sequence[Sheet], code: str) -> Scanned:
    """One more sheet. A number without a series is taken for one of the series scanned last."""
    list_now = Scanned(list(held))
    found = blank_codes.read(code)
    if found is None:
        return _no(list_now, _("“%(text)s” is no code of a blank form.") % {"text": code[:40]})
    series = found[0] or (held[-1][0] if held else "")
    if not series:
        return _no(list_now, _("The series is missing: scan the code, or type it with the number."))
    sheet = (series, found[1])
    name = label(*sheet)
    if sheet in held:
        return _no(list_now, _("%(blank)s: scanned already.") % {"blank": name})
    if len(held) >= MOST:
        return _no(list_now, _("The list is full. Deal with these first."))
    reason = _reasons([sheet]).get(sheet)
    if reason:
        return _no(list_now, f"{name}: {reason}")
    list_now.sheets.append(sheet)
    list_now.said = _("%(blank)s: taken.") % {"blank": name}
    return list_now


def scan_picture(held: Sequence[Sheet], picture: bytes) -> Scanned:
    """Every blank form that a photograph shows: several may lie side by side."""
    try:
        codes = reading.codes_in_picture(picture, f"{blank_codes.PREFIX}:")
    except UnreadableError:
        codes = []
    list_now = Scanned(list(held))
    if not codes:
        return _no(
            list_now,
            _("No code of a blank form was found in the photo. Go nearer, and hold the camera still."),
        )
    for code in codes:
        one = scan(list_now.sheets, code)
        list_now.sheets, refused = one.sheets, [*list_now.refused, *one.refused]
        list_now.said, list_now.refused = f"{list_now.said} {one.said}".strip(), refused
    return list_now


def fill_between(held: Sequence[Sheet]) -> Scanned:
    """All numbers between the last two sheets: the first and the last of a pack are enough."""
    list_now = Scanned(list(held))
    if len(held) < 2 or held[-1][0] != held[-2][0]:
        return _no(list_now, _("Scan the first and the last blank form of one series first."))
    series = held[-1][0]
    first, last = sorted((held[-2][1], held[-1][1]))
    between = [(series, number) for number in range(first + 1, min(last, first + MOST + 1))]
    new = [sheet for sheet in between if sheet not in set(held)]
    if len(held) + len(new) > MOST or last - first > MOST:
        return _no(list_now, _("These are too many for one list."))
    reasons = _reasons(new)
    taken = [sheet for sheet in new if sheet not in reasons]
    list_now.sheets += taken
    list_now.said = ngettext(
        "%(count)d blank form between them taken.", "%(count)d blank forms between them taken.", len(taken)
    ) % {"count": len(taken)}
    list_now.refused = [f"{label(*sheet)}: {reason}" for sheet, reason in reasons.items()][:REFUSALS_SHOWN]
    if len(reasons) > REFUSALS_SHOWN:
        more = len(reasons) - REFUSALS_SHOWN
        list_now.refused.append(ngettext("and %(count)d more", "and %(count)d more", more) % {"count": more})
    return list_now


def take_back(held: Sequence[Sheet]) -> Scanned:
    """Without the last one."""
    list_now = Scanned(list(held)[:-1])
    if held:
        list_now.said = _("%(blank)s: taken off the list.") % {"blank": label(*held[-1])}
    return list_now


def _reasons(sheets: Sequence[Sheet]) -> dict[Sheet, str]:
    """Why these cannot be dealt with; one question, whatever their number."""
    if not sheets:
        return {}
    numbers = [number for _series, number in sheets]
    rows = Blank.objects.between(sheets[0][0], min(numbers), max(numbers))
    known = {row.number: row for row in rows.only("number", "state", "series")}
    found = {}
    for sheet in sheets:
        row = known.get(sheet[1])
        if row is None:
            found[sheet] = _("not among the blank forms that you may see.")
        elif row.state != BlankState.IN_STOCK:
            found[sheet] = row.get_state_display()
    return found


def _no(list_now: Scanned, reason: str) -> Scanned:
    list_now.refused = [reason]
    return list_now
