"""Codes of occupations, by hand and by file: ISCO-08 in one to four digits, or the Russian ОКЗ, which is built on it
and puts a check digit behind the fourth ("2411.6"; PENSIONS.md 5.1)."""

import re
from collections.abc import Collection

from django.utils.translation import gettext_lazy as _

_FORM = re.compile(r"[0-9]{1,4}|[0-9]{4}\.[0-9]")
# The digits of a code times these, added up and divided by 11, leave its check digit; where they leave 10 the second
# row decides, after that nought: annex of Rosstandart's rules for all-Russian classifiers (copy: learn.chistoug.ru).
# Codes of ОКЗ that are published with their posts agree: 2411.6, 2611.8 by the second row, 1120.9 (ngs123.ru).
_WEIGHTS = ((1, 2, 3, 4), (3, 4, 5, 6))
LISTED = 2  # digits of the finest groups that the table is sure to list; see docs/adr/0045

PROBLEMS = {
    "occupation_form": _("Write one to four digits of ISCO-08, or the code of the Russian ОКЗ as 2411.6."),
    "occupation_digit": _(
        "The check digit behind the point does not belong to this code of ОКЗ: a digit is wrong. Look the code up, or "
        "write its four digits alone."
    ),
    "occupation_unknown": _(
        "ISCO-08 has no such group of occupations: a code begins with one of %(groups)s."
    ),
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
    if groups and code[:LISTED] not in groups:
        return "occupation_unknown"
    group, _point, digit = code.partition(".")
    return "occupation_digit" if digit and digit != _check_digit(group) else ""


def _check_digit(group: str) -> str:
    for weights in _WEIGHTS:
        rest = sum(weight * int(digit) for weight, digit in zip(weights, group, strict=True)) % 11
        if rest < 10:
            return str(rest)
    return "0"


def words(problem: str, groups: Collection[str]) -> str:
    """The sentence for its reader, in the current language."""
    return str(PROBLEMS[problem]) % {"groups": ranges(groups)}


def ranges(groups: Collection[str]) -> str:
    """The groups of two digits on one line: "01–03, 11–14, 21"."""
    runs: list[list[str]] = []
    for code in sorted(code for code in groups if len(code) == LISTED):
        if runs and int(code) == int(runs[-1][-1]) + 1:
            runs[-1].append(code)
        else:
            runs.append([code])
    return ", ".join(run[0] if len(run) == 1 else f"{run[0]}–{run[-1]}" for run in runs)
