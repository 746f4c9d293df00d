"""Two records side by side, line by line, with what differs marked. For whoever decides whether they are one person."""

from typing import Any

from django.db.models import Count, Max, Min
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from common.formatting import MISSING, country_name, date_range, date_short
from pensions import identifiers
from pensions.models import (
    Certificate,
    EmploymentPeriod,
    Worker,
    WorkerDocument,
    WorkerIdentifier,
    WorkerName,
)

DIFFERS = "warning"


def rows(first: Worker, second: Worker) -> list[list[Any]]:
    """[what, first, second]; a cell that differs is {value, tone}. Ten queries, whatever lies in the records."""
    sides = [_lines(one) for one in (first, second)]
    return [
        [title, *_marked(one, other, compared)]
        for (title, one, compared), (_title, other, _compared) in zip(*sides, strict=True)
    ]


def _marked(one: str, other: str, compared: bool) -> list[Any]:
    if not compared or one == other or MISSING in (one, other):
        return [one, other]
    return [{"value": one, "tone": DIFFERS}, {"value": other, "tone": DIFFERS}]


def _lines(worker: Worker) -> list[tuple[str, str, bool]]:
    """(title, text, whether a difference is worth a mark)"""
    return [
        (_("Family name"), worker.family_name or MISSING, True),
        (_("Given name"), worker.given_name or MISSING, True),
        (_("Patronymic"), worker.patronymic or MISSING, True),
        (_("Name in the passport"), worker.latin_name or MISSING, True),
        (_("Former names"), _former(worker), False),
        (_("Born"), date_short(worker.birth_on) if worker.birth_on else MISSING, True),
        (_("Place of birth"), worker.birth_place or MISSING, False),
        (_("Sex"), str(worker.get_sex_display()) or MISSING, True),
        (_("Citizenship"), country_name(worker.citizenship) if worker.citizenship else MISSING, True),
        (_("Numbers"), _numbers(worker), True),
        (_("Documents"), _papers(worker), True),
        (_("Work in the record"), _work(worker), False),
        (_("Certificates"), _certificates(worker), False),
        (_("Status"), str(worker.get_state_display()), False),
        (_("Held by"), worker.holder or MISSING, False),
        (_("Recorded on"), date_short(worker.created_at.date()), False),
    ]


def _listed(parts: Any) -> str:
    return "; ".join(parts) or MISSING


def _former(worker: Worker) -> str:
    return _listed(one.full_name for one in WorkerName.everything.of_person(worker).order_by("recorded_at"))


def _numbers(worker: Worker) -> str:
    found = WorkerIdentifier.everything.of_person(worker).filter(ended_at__isnull=True).order_by("kind")
    return _listed(
        f"{one.get_kind_display()} {identifiers.show(one.kind, one.value) if one.value else MISSING}"
        for one in found.select_related("worker__key")
    )


def _papers(worker: Worker) -> str:
    found = WorkerDocument.everything.of_person(worker).order_by("issued_on")
    return _listed(f"{one.number or MISSING} {one.latin_name}" for one in found.select_related("worker__key"))


def _work(worker: Worker) -> str:
    found = (
        EmploymentPeriod.everything.of_person(worker)
        .current()
        .aggregate(
            count=Count("pk"),
            employers=Count("employment__employer", distinct=True),
            start=Min("start_on"),
            end=Max("end_on"),
        )
    )
    if not found["count"]:
        return MISSING
    said = ngettext("%(count)d period", "%(count)d periods", found["count"]) % found
    return f"{said}, {date_range(found['start'], found['end'])}"


def _certificates(worker: Worker) -> str:
    return str(Certificate.everything.of_person(worker).count())
