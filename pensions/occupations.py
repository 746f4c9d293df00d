"""Codes of occupations, by hand and by file: ISCO-08 in one to four digits, or the Russian ОКЗ, which is built on it
and puts a check digit behind the fourth ("2411.6"; PENSIONS.md 5.1)."""

import re
from collections.abc import Collection

from django.utils.translation import gettext_lazy as _

_FORM = re.compile(r"[0-9]{1,4}|[0-9]{4}\.[0-9]")
LISTED = 2  # digits of the finest groups that the table is sure to list; see docs/adr/0045

PROBLEMS = {
    "occupation_form": _("Write one to four digits of ISCO-08, or the code of the Russian ОКЗ as 2411.6."),
    "occupation_unknown": _("ISCO-08 has no such group of occupations: look it up under Classifications."),
}


def plain(text: str) -> str:
    """As it is kept: no spaces, and a point where a spreadsheet wrote a comma."""
    return "".join(text.split()).replace(",", ".")


def problem(code: str, groups: Collection[str]) -> str:
    """A key of PROBLEMS, or "" for a code of the right form in a group that there is.

    `groups` are the codes of the table; while it is empty, only the form is looked at.
    """
    if not _FORM.fullmatch(code):
        return "occupation_form"
    return "occupation_unknown" if groups and code[:LISTED] not in groups else ""
