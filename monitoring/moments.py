"""As known when? A day or a moment, as addresses, the API and commands name it."""

import datetime as dt
from typing import Any

from django.http import Http404
from django.utils import timezone


def moment_of(text: str | None) -> dt.datetime | None:
    """The end of a day in Bishkek, or a moment of ISO 8601 (without a zone: in Bishkek); None for anything else."""
    zone = timezone.get_default_timezone()
    text = (text or "").strip()
    try:
        moment = dt.datetime.combine(dt.date.fromisoformat(text), dt.time.max)
    except ValueError:
        try:
            moment = dt.datetime.fromisoformat(text)
        except ValueError:
            return None
    try:
        moment = (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(dt.UTC)
        return moment.astimezone(zone)
    except OverflowError:  # in the first or last hours of the calendar
        return None


def asked(request: Any) -> dict[str, Any]:
    """For a page: `moment` (None: today), the `as_of` of its form, and whether what was asked for is `no_moment`."""
    text = request.GET.get("as_of", "")
    moment = moment_of(text)
    return {"moment": moment, "as_of": text if moment else "", "no_moment": bool(text) and moment is None}


def asked_or_404(request: Any) -> dt.datetime | None:
    """For a file: whoever asks for a day that is none must not get the figures of today instead."""
    found = asked(request)
    if found["no_moment"]:
        raise Http404
    return found["moment"]
