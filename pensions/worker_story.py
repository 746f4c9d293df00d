"""What a record's page tells of the person beside the statement: names, papers, numbers, steps, merges."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import access
from common.formatting import MISSING, country_name, date_short, datetime_short
from pensions import identifiers
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


@dataclass(frozen=True)
class Section:
    """One table of the page; a section without rows is not shown."""

    code: str
    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[Any]]


def sections(worker: Worker, user: Any) -> list[Section]:
    """Seven queries at most, whatever the length of the record."""
    made = [_names(worker), _citizenships(worker), _papers(worker), _ended(worker)]
    if access.permits(user, WorkerReport.VIEW, worker):
        made.append(_reports(worker))
    made += [_steps(worker), _merges(worker)]
    return [one for one in made if one.rows]


def _day(value: Any) -> str:
    return date_short(value) if value else MISSING


def _moment(value: Any) -> str:
    return datetime_short(timezone.localtime(value))


def _names(worker: Worker) -> Section:
    rows = WorkerName.everything.of_person(worker).order_by("until_on", "recorded_at")
    cells = [[one.full_name, _day(one.from_on), _day(one.until_on)] for one in rows]
    return Section("former-names", _("Former names"), [_("Name"), _("From"), _("Last day")], cells)


def _citizenships(worker: Worker) -> Section:
    rows = WorkerCitizenship.everything.of_person(worker).order_by("from_on", "recorded_at")
    cells = [[country_name(one.country), _day(one.from_on), _day(one.until_on)] for one in rows]
    return Section("citizenships", _("Citizenships"), [_("Country"), _("From"), _("Last day")], cells)


def _papers(worker: Worker) -> Section:
    rows = WorkerDocument.everything.of_person(worker).select_related("worker__key").order_by("-issued_on")
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


def _ended(worker: Worker) -> Section:
    rows = WorkerIdentifier.everything.of_person(worker).filter(ended_at__isnull=False)
    cells = [
        [
            one.get_kind_display(),
            identifiers.show(one.kind, one.value) if one.value else MISSING,
            _moment(one.ended_at),
        ]
        for one in rows.select_related("worker__key").order_by("ended_at")
    ]
    heads = [_("Kind of number"), _("Number"), _("Ended")]
    return Section("ended", _("Numbers that hold no longer"), heads, cells)


def _reports(worker: Worker) -> Section:
    rows = WorkerReport.everything.of_person(worker).select_related("worker__key").order_by("recorded_at")
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


def _steps(worker: Worker) -> Section:
    rows = WorkerStep.everything.filter(worker=worker).select_related("by").order_by("at", "pk")
    cells = [
        [_moment(one.at), one.get_to_state_display(), _who(one.by), one.reason or MISSING] for one in rows
    ]
    return Section("steps", _("Steps of the record"), [_("When"), _("Status"), _("Who"), _("Why")], cells)


def _merges(worker: Worker) -> Section:
    rows = WorkerMerge.everything.of_person(worker) | WorkerMerge.everything.filter(into=worker)
    cells = [
        [
            _moment(one.at),
            one.get_kind_display(),
            str(one.worker),
            str(one.into),
            _who(one.by),
            one.reason or MISSING,
        ]
        for one in rows.distinct().select_related("worker", "into", "by").order_by("at", "pk")
    ]
    heads = [_("When"), _("What"), _("Record"), _("With"), _("Who"), _("Why")]
    return Section("merges", _("Merged and parted"), heads, cells)


def _who(user: Any) -> str:
    return user.full_name if user else MISSING
