"""What has a day: discussions, ends of emergencies, laws to be reviewed; for participants also conditions and waivers.

Dates warn, they open no gate. The public part leaves as iCalendar (RFC 5545) too.
"""

import datetime as dt
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from common import clock

from .enums import ConsultationKind, MeasureState, Track
from .laws import laws_now
from .models import ChainRun, Condition, Consultation, Waiver
from .rollout import standing

BACK, AHEAD = dt.timedelta(days=30), dt.timedelta(days=400)
LINE = 75  # octets, by the standard


@dataclass(frozen=True)
class Entry:
    """`key` tells entries apart from each other and from one day to the next."""

    day: dt.date
    title: str
    measure: str
    url: str
    key: str
    is_public: bool = True


def agenda(*, whole: bool) -> list[Entry]:
    """A month back and a year ahead, by day; `whole` for participants of the chain."""
    today = clock.today()
    found = [
        *_discussions(),
        *_sunsets(),
        *_laws(),
        *_milestones(),
        *(_conditions() if whole else ()),
        *(_waivers() if whole else ()),
    ]
    found = {one.key: one for one in found}.values()  # passages of one emergency end on one day
    near = [one for one in found if today - BACK <= one.day <= today + AHEAD]
    return sorted(near, key=lambda one: (one.day, one.measure, one.title))


def _of_measure(code: str) -> str:
    return reverse("monitoring:measure", args=[code])


def _discussions() -> Iterator[Entry]:
    held = Consultation.everything.filter(kind=ConsultationKind.PUBLIC).select_related("entry__run__measure")
    for one in held:
        code, url = one.entry.run.measure.code, reverse("monitoring:consultation", args=[one.pk])
        yield Entry(one.opens_on, _("A public discussion opens"), code, url, f"opens-{one.pk}")
        yield Entry(one.closes_on, _("Last day of a public discussion"), code, url, f"closes-{one.pk}")


def _sunsets() -> Iterator[Entry]:
    runs = ChainRun.objects.filter(track=Track.EMERGENCY, measure__state=MeasureState.OPEN)
    for run in runs.select_related("measure").order_by("measure", "-iteration").distinct():
        yield Entry(
            run.sunset_on,
            _("An emergency measure ends by itself"),
            run.measure.code,
            _of_measure(run.measure.code),
            f"sunset-{run.measure_id}",
        )


def _laws() -> Iterator[Entry]:
    for law in laws_now().select_related("measure"):
        code = law.measure.code
        yield Entry(law.next_on, _("A law is to be reviewed again"), code, _of_measure(code), f"law-{law.pk}")


def _milestones() -> Iterator[Entry]:
    for one in standing().filter(measure__state=MeasureState.OPEN).select_related("measure"):
        code = one.measure.code
        yield Entry(one.due_on, _("A milestone is due"), code, _of_measure(code), f"milestone-{one.pk}")


def _conditions() -> Iterator[Entry]:
    still = Condition.objects.filter(met_at__isnull=True).select_related(
        "decision__review__entry__run__measure"
    )
    for one in still:
        code = one.decision.review.entry.run.measure.code
        yield Entry(
            one.due_on, _("A condition is due"), code, _of_measure(code), f"condition-{one.pk}", False
        )


def _waivers() -> Iterator[Entry]:
    for one in Waiver.objects.select_related("entry__run__measure"):
        code = one.entry.run.measure.code
        yield Entry(one.expires_on, _("A waiver ends"), code, _of_measure(code), f"waiver-{one.pk}", False)


def icalendar(entries: Iterable[Entry], *, site: str) -> str:
    """The entries as a calendar of whole days. `site` is the address that links begin with."""
    made = f"{timezone.now():%Y%m%dT%H%M%SZ}"
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Kozot//Monitoring//KY", "CALSCALE:GREGORIAN"]
    for one in {one.key: one for one in entries}.values():
        lines += [
            "BEGIN:VEVENT",
            f"UID:{uuid.uuid5(uuid.NAMESPACE_URL, site + one.key)}",
            f"DTSTAMP:{made}",
            f"DTSTART;VALUE=DATE:{one.day:%Y%m%d}",
            f"DTEND;VALUE=DATE:{one.day + dt.timedelta(days=1):%Y%m%d}",
            f"SUMMARY:{_escaped(f'{one.measure}: {one.title}')}",
            f"URL:{site}{one.url}",
            "TRANSP:TRANSPARENT",
            "END:VEVENT",
        ]
    lines.append("END:VCALENDAR")
    return "".join(f"{_folded(line)}\r\n" for line in lines)


def _escaped(text: str) -> str:
    for mark in ("\\", ";", ","):
        text = text.replace(mark, f"\\{mark}")
    return text.replace("\n", "\\n")


def _folded(line: str) -> str:
    """Lines over 75 octets go on after a line end and a space; no letter is cut in two."""
    parts, current = [], ""
    for letter in line:
        room = LINE if not parts else LINE - 1
        if len((current + letter).encode()) > room:
            parts.append(current)
            current = ""
        current += letter
    return "\r\n ".join([*parts, current])
