"""The employer's people against the months of a year, missing months marked."""

from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from common import clock
from common.journal.models import Verb
from pensions import people
from pensions.services.workers import note_reading

from .employer import _uuid, own_employers

FIRST_YEAR = 1991


def _cell(mark: str) -> Any:
    """A word, and a colour that only repeats it."""
    return {
        "reported": {"value": pgettext("a month", "reported"), "tone": "success"},
        "missing": {"value": pgettext("a month", "missing"), "tone": "danger"},
        "outside": {"value": pgettext("a month", "no period"), "tone": "warning"},
    }.get(mark, "—")


@login_required
def employer_year(request: HttpRequest) -> HttpResponse:
    employers, today = own_employers(request), clock.today()
    asked = request.GET.get("year", "")
    year = int(asked) if asked.isdigit() and FIRST_YEAR <= int(asked) <= today.year else today.year
    found = people.matrix(
        employers=employers, year=year, today=today, after=_uuid(request.GET.get("after", ""))
    )
    workers = [row.employment.worker for row in found.rows]
    note_reading(by=request.user, workers=workers, action="registry.employment.view", verb=Verb.LISTED)
    context = {
        "year": year,
        "columns": [_("Full name"), *(f"{number:02}.{year}" for number in range(1, 13))],
        "rows": [[row.employment.worker.full_name, *map(_cell, row.marks)] for row in found.rows],
        "earlier": f"?year={year - 1}" if year > FIRST_YEAR else "",
        "later": f"?year={year + 1}" if year < today.year else "",
        "next_url": "?" + urlencode({"year": year, "after": found.after}) if found.after else "",
    }
    return render(request, "pensions/employer/year.html", context)
