"""What a record's page tells of the person beside the statement: names, papers, numbers, steps, merges."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import access
from common import clock
from common.formatting import MISSING, country_name, date_short, datetime_short
from pensions import around, identifiers
from pensions.models import (
    Worker,
    WorkerCitizenship,
    WorkerDocument,
    WorkerIdentifier,
    WorkerMerge,
    WorkerName,
    WorkerReport,
    WorkerStep,
)
from pensions.services.merging import records_at


@dataclass(frozen=True)
class Section:
    """One table of the page; a section without rows is not shown."""

    code: str
    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[Any]]


Rows = Mapping[type[models.Model], list[Any]]
SEALED = ["worker__key__wrapped"]


def rows(worker: Worker, user: Any, known_at: dt.datetime | None = None) -> Rows:
    """Everything that hangs on the record and the ones merged into it, in one query; what was known at an earlier
    moment in two."""
    moment = known_at or clock.now()
    records = records_at(worker, moment) if known_at else Worker.everything.of_person(worker).values("pk")

    def own(model: Any) -> Any:
        found = model.everything.filter(worker_id__in=records)
        return found.filter(recorded_at__lte=moment) if known_at else found

    asked = {
        WorkerName: (
            own(WorkerName),
            ["family_name", "given_name", "patronymic", "from_on", "until_on", "recorded_at"],
        ),
        WorkerCitizenship: (own(WorkerCitizenship), ["country", "from_on", "until_on", "recorded_at"]),
        WorkerDocument: (
            own(WorkerDocument),
            [
                *("kind", "country", "number", "latin_family_name", "latin_given_name"),
                *("issued_on", "expires_on", *SEALED),
            ],
        ),
        WorkerIdentifier: (own(WorkerIdentifier), ["kind", "value", "ended_at", *SEALED]),
        WorkerStep: (
            WorkerStep.everything.filter(worker=worker, at__lte=moment),
            ["at", "to_state", "reason", "by__full_name"],
        ),
        WorkerMerge: (
            WorkerMerge.everything.filter(Q(worker_id__in=records) | Q(into=worker), at__lte=moment),
            ["at", "kind", "reason", "by__full_name", "worker__registry_number", "into__registry_number"],
        ),
    }
    if access.permits(user, WorkerReport.VIEW, worker):
        asked[WorkerReport] = (
            own(WorkerReport),
            ["relation", "reporter", "contact", "where", "recorded_at", *SEALED],
        )
    found = around.rows(asked)
    for one in found[WorkerIdentifier]:
        if one.ended_at and one.ended_at > moment:
            one.ended_at = None  # it held then; not to be saved
    return found


def numbers(found: Rows) -> list[WorkerIdentifier]:
    """Those that hold."""
    return [one for one in found[WorkerIdentifier] if one.ended_at is None]


def sections(found: Rows) -> list[Section]:
    made = [
        _names(found[WorkerName]),
        _citizenships(found[WorkerCitizenship]),
        _papers(found[WorkerDocument]),
        _ended([one for one in found[WorkerIdentifier] if one.ended_at]),
        _reports(found.get(WorkerReport, [])),
        _steps(found[WorkerStep]),
        _merges(found[WorkerMerge]),
    ]
    return [one for one in made if one.rows]


def _by(*names: str) -> Callable[[Any], list]:
    """Sorts by these; what is not known stands last."""
    return lambda one: [(value is None, value) for value in (getattr(one, name) for name in names)]


def _day(value: Any) -> str:
    return date_short(value) if value else MISSING


def _moment(value: Any) -> str:
    return datetime_short(timezone.localtime(value))


def _names(rows: list[WorkerName]) -> Section:
    rows = sorted(rows, key=_by("until_on", "recorded_at"))
    cells = [[one.full_name, _day(one.from_on), _day(one.until_on)] for one in rows]
    return Section("former-names", _("Former names"), [_("Name"), _("From"), _("Last day")], cells)


def _citizenships(rows: list[WorkerCitizenship]) -> Section:
    rows = sorted(rows, key=_by("from_on", "recorded_at"))
    cells = [[country_name(one.country), _day(one.from_on), _day(one.until_on)] for one in rows]
    return Section("citizenships", _("Citizenships"), [_("Country"), _("From"), _("Last day")], cells)


def _papers(rows: list[WorkerDocument]) -> Section:
    rows = sorted(rows, key=lambda one: one.issued_on or dt.date.min, reverse=True)
    cells = [
        [
            one.get_kind_display(),
            country_name(one.country),
            one.number or MISSING,
            one.latin_name or MISSING,
            _day(one.issued_on),
            _day(one.expires_on),
        ]
        for one in rows
    ]
    heads = [_("Document"), _("Country"), _("Number"), _("Name as printed"), _("Issued on"), _("Valid until")]
    return Section("papers", _("Documents"), heads, cells)


def _ended(rows: list[WorkerIdentifier]) -> Section:
    cells = [
        [
            one.get_kind_display(),
            identifiers.show(one.kind, one.value) if one.value else MISSING,
            _moment(one.ended_at),
        ]
        for one in sorted(rows, key=_by("ended_at"))
    ]
    heads = [_("Kind of number"), _("Number"), _("Ended")]
    return Section("ended", _("Numbers that hold no longer"), heads, cells)


def _reports(rows: list[WorkerReport]) -> Section:
    rows = sorted(rows, key=_by("recorded_at"))
    cells = [
        [
            one.reporter or MISSING,
            one.get_relation_display(),
            one.contact or MISSING,
            one.where or MISSING,
            _moment(one.recorded_at),
        ]
        for one in rows
    ]
    heads = [
        _("Who reports"),
        _("Relation to the person"),
        _("Contact"),
        _("Where the person works"),
        _("When"),
    ]
    return Section("reports", _("Reported by"), heads, cells)


def _steps(rows: list[WorkerStep]) -> Section:
    rows = sorted(rows, key=_by("at", "pk"))
    cells = [
        [_moment(one.at), one.get_to_state_display(), _who(one.by), one.reason or MISSING] for one in rows
    ]
    return Section("steps", _("Steps of the record"), [_("When"), _("Status"), _("Who"), _("Why")], cells)


def _merges(rows: list[WorkerMerge]) -> Section:
    cells = [
        [
            _moment(one.at),
            one.get_kind_display(),
            str(one.worker),
            str(one.into),
            _who(one.by),
            one.reason or MISSING,
        ]
        for one in sorted(rows, key=_by("at", "pk"))
    ]
    heads = [_("When"), _("What"), _("Record"), _("With"), _("Who"), _("Why")]
    return Section("merges", _("Merged and parted"), heads, cells)


def _who(user: Any) -> str:
    return user.full_name if user else MISSING
