"""Single entries of the ledger, by hand of an official: recorded, corrected, withdrawn, confirmed."""

import datetime as dt
from collections.abc import Iterable
from typing import Any, TypeVar

from django.db import IntegrityError, OperationalError, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts import access
from common import clock, files, locks
from common.errors import Conflict, Invalid
from common.journal import services as journal
from common.journal.models import Verb
from common.partitions import ensure_years
from common.service import service
from pensions import occupations
from pensions.enums import EvidenceStatus, Fund, Scheme
from pensions.models import Contribution, Employer, Employment, EmploymentPeriod, PeriodEvidence, Worker

from . import classifications

Entry = TypeVar("Entry", Contribution, EmploymentPeriod)
RECORD = {Contribution: "registry.contribution.record", EmploymentPeriod: "registry.period.record"}
OURS = {
    "id",
    "worker",
    "employment",
    "entry",
    "version",
    "corrects",
    "voids",
    "recorded_at",
    "recorded_by",
    "import_run",
}


@service
def employ(*, by: Any, worker: Worker, employer: Employer) -> Employment:
    """The employment of the worker with the employer, made where it is not there."""
    access.require(by, "registry.period.record")
    access.require(by, "registry.worker.change", worker)
    return Employment.everything.get_or_create(worker=worker, employer=employer)[0]


@service
def record_period(*, by: Any, employment: Employment, start_on: dt.date, **values: Any) -> EmploymentPeriod:
    """A new period. `end_on` is the last day that counts; left out, the work goes on."""
    access.require(by, "registry.period.record")
    access.require(by, "registry.employment.view", employment)
    _check_period({"start_on": start_on, **values})
    values = _with_occupation(values)
    period = EmploymentPeriod.everything.create(
        worker_id=employment.worker_id,
        employment=employment,
        start_on=start_on,
        effective_on=start_on,
        recorded_by=by,
        **{"state": employment.employer.state, **values},
    )
    _note(by, period, RECORD[EmploymentPeriod], "")
    return period


def _check_period(values: dict[str, Any]) -> None:
    """What the form of a period can get wrong, each with its field."""
    start_on, end_on = values["start_on"], values.get("end_on")
    if end_on is not None and end_on < start_on:
        raise Invalid("end_before_start", _("The period ends before it begins."), field="end_on")
    if end_on is None and values.get("closing_document"):
        raise Invalid(
            "closing_without_end",
            _("Work that goes on has no document of its end."),
            field="closing_document",
        )
    share = values.get("share_of_rate")
    if share is not None and not 0 < share <= 2:
        raise Invalid("share_of_rate", _("A share of rate lies between 0 and 2."), field="share_of_rate")
    for part in values.get("not_counted") or []:
        first, last = (dt.date.fromisoformat(part[name]) for name in ("from_on", "until_on"))
        if first < start_on or last < first or (end_on is not None and last > end_on):
            raise Invalid(
                "not_counted_outside", _("Days that do not count lie inside the period."), field="not_counted"
            )


def _with_occupation(told: dict[str, Any]) -> dict[str, Any]:
    """What is told, its code of an occupation checked; one that stands in the record from before is left alone."""
    code = occupations.plain(told.get("occupation") or "")
    if not code:
        return told
    groups = classifications.codes(Scheme.ISCO08)
    if problem := occupations.problem(code, groups):
        raise Invalid(
            problem,
            occupations.PROBLEMS[problem],
            field="occupation",
            way_out=_("Look it up under Classifications.") if problem == "occupation_unknown" else "",
            groups=occupations.ranges(groups),
        )
    return {**told, "occupation": code}


@service
def record_contribution(*, by: Any, employment: Employment, month: dt.date, **values: Any) -> Contribution:
    """A month that is not in the record yet; Conflict if it is: then correct it."""
    access.require(by, "registry.contribution.record")
    access.require(by, "registry.employment.view", employment)
    _make_year(month.year)
    fund = values.pop("fund", Fund.INSURANCE)
    before = (
        Contribution.everything.filter(
            worker_id=employment.worker_id, employment=employment, month=month, fund=fund
        )
        .latest()
        .first()
    )
    if before is not None and not before.voids:
        raise Conflict("month_is_recorded", _("This month is in the record: correct the entry instead."))
    entry = _insert(
        Contribution(
            worker_id=employment.worker_id,
            employment=employment,
            month=month,
            fund=fund,
            version=before.version + 1 if before else 1,
            corrects=before.pk if before else None,
            effective_on=month,
            recorded_by=by,
            **values,
        )
    )
    _note(by, entry, RECORD[Contribution], "")
    return entry


def _make_year(year: int) -> None:
    try:
        ensure_years(Contribution._meta.db_table, {year})
    except OperationalError as error:
        if not locks.was_sent_back(error):
            raise
        raise Conflict(
            "year_not_free",
            _("Nobody has reported this year yet, and a large file is just being recorded."),
            field="month",
            way_out=_("Try again in some minutes."),
        ) from error


@service
def correct(*, by: Any, entry: Entry, reason: str, **changes: Any) -> Entry:
    """A new version with the changes. Conflict if somebody has corrected the entry in the meantime."""
    return _next_version(by, entry, reason, voids=False, changes=changes)


@service
def withdraw(*, by: Any, entry: Entry, reason: str) -> Entry:
    """A new version that says that the fact is not so."""
    return _next_version(by, entry, reason, voids=True, changes={})


def _next_version(by: Any, entry: Entry, reason: str, *, voids: bool, changes: dict) -> Entry:
    model = type(entry)
    access.require(by, RECORD[model], entry)
    if not reason.strip():
        raise Invalid("reason_missing", _("Say why the entry is corrected."), field="reason")
    if forbidden := OURS & set(changes):
        raise TypeError(f"not to be corrected: {', '.join(sorted(forbidden))}")
    if set(changes) & {name.removesuffix("_id") for name in model.FACT}:
        raise Invalid("another_fact", _("Withdraw the entry and record the other one instead."))
    values = {
        field.name: getattr(entry, field.attname)
        for field in model._meta.concrete_fields
        if field.name != "id"
    }
    if changes.get("occupation") != getattr(entry, "occupation", None):
        changes = _with_occupation(changes)
    values |= {"worker": entry.worker, "employment": entry.employment, **changes}
    if model is EmploymentPeriod:
        if values["end_on"] is None:
            values |= {"closing_event_id": None, "closing_document": changes.get("closing_document", "")}
        _check_period(values)
    values |= {
        "version": entry.version + 1,
        "corrects": entry.pk,
        "voids": voids,
        "recorded_at": clock.now(),
        "recorded_by": by,
        "import_run": None,
        "reason": reason[:300],
    }
    made = _insert(model(**values))
    _note(by, made, RECORD[model], reason)
    return made


def _insert(entry: Entry) -> Entry:
    """The unique key decides between two who correct at the same moment."""
    try:
        with transaction.atomic():
            entry.save(force_insert=True)
    except IntegrityError as error:
        if "version" in str(error):
            raise Conflict() from error
        raise
    return entry


def _note(by: Any, entry: Entry, action: str, reason: str) -> None:
    journal.record(
        by=by, verb=Verb.CHANGED, obj=entry, subject_id=entry.worker_id, action=action, reason=reason
    )


@service
def judge_period(
    *,
    by: Any,
    period: EmploymentPeriod,
    status: str,
    note: str = "",
    attachment: Any = None,
    **document: Any,
) -> PeriodEvidence:
    """Confirms or disputes one version of a period, with the document it stands on.

    `attachment` is an uploaded copy; it is sealed under the person's key and goes when that is destroyed.
    """
    access.require(by, CONFIRM, period)
    if status == EvidenceStatus.DISPUTED and not note.strip():
        raise Invalid("reason_missing", _("Say why the period is disputed."), field="note")
    if attachment is not None:
        document["file"] = files.store(
            attachment.read(),
            name=attachment.name,
            media_type=attachment.content_type or "application/octet-stream",
            by=by,
            key=period.worker.key,
        )
    made = PeriodEvidence.everything.create(
        worker_id=period.worker_id,
        entry=period.entry,
        period_id=period.pk,
        status=status,
        note=note[:500],
        recorded_by=by,
        **document,
    )
    journal.record(
        by=by,
        verb=Verb.DECIDED,
        obj=period,
        subject_id=period.worker_id,
        action=CONFIRM,
        reason=note,
        details={"status": status},
    )
    return made


CONFIRM = "registry.period.confirm"


def unjudged(*, by: Any, employer: Employer, until_on: dt.date | None = None) -> QuerySet[EmploymentPeriod]:
    """Periods of the employer whose last version nobody has confirmed or disputed, as far as the reach goes."""
    rows = EmploymentPeriod.everything.filter(employment__employer=employer).current().unjudged()
    rows = rows.filter(end_on__lte=until_on) if until_on else rows
    return access.narrow(rows, by, CONFIRM) if by is not None else rows


@service
def confirm_many(*, by: Any, periods: Iterable[EmploymentPeriod], document_type: str, **document: Any) -> int:
    """Confirms those of these periods that wait, on one document; returns how many."""
    access.require(by, CONFIRM)
    waiting = EmploymentPeriod.everything.filter(pk__in=[one.pk for one in periods]).current().unjudged()
    rows = list(access.narrow(waiting, by, CONFIRM) if by is not None else waiting)
    _judge_many(by, rows, EvidenceStatus.CONFIRMED, document_type=document_type, **document)
    return len(rows)


def not_waiting(periods: Iterable[EmploymentPeriod]) -> dict[Any, Any]:
    """{key: why not} of versions that are corrected since, or confirmed or disputed already."""
    keys = [one.pk for one in periods]
    waiting = EmploymentPeriod.everything.filter(pk__in=keys).current().unjudged()
    still = set(waiting.values_list("pk", flat=True))
    return {key: _("it is corrected, confirmed or disputed already") for key in keys if key not in still}


@service
def unconfirm(*, by: Any, periods: Iterable[EmploymentPeriod]) -> None:
    """Compensates `confirm_many`: a further judgment says that the period is only declared."""
    access.require(by, CONFIRM)
    _judge_many(by, list(periods), EvidenceStatus.DECLARED, note=str(_("The confirmation is taken back.")))


def judged_since(periods: Iterable[EmploymentPeriod], at: dt.datetime) -> set:
    """Keys of versions about which something was said, or which were corrected, after that moment."""
    rows = {one.pk: one for one in periods}
    workers = {one.worker_id for one in rows.values()}
    later = PeriodEvidence.everything.filter(worker_id__in=workers, period_id__in=rows, recorded_at__gt=at)
    current = EmploymentPeriod.everything.filter(worker_id__in=workers, pk__in=rows).current()
    return set(later.values_list("period_id", flat=True)) | (
        set(rows) - set(current.values_list("pk", flat=True))
    )


def _judge_many(by: Any, rows: list[EmploymentPeriod], status: str, **document: Any) -> None:
    PeriodEvidence.everything.bulk_create(
        PeriodEvidence(
            worker_id=row.worker_id,
            entry=row.entry,
            period_id=row.pk,
            status=status,
            recorded_by=by,
            **document,
        )
        for row in rows
    )
    journal.record_many(
        by=by,
        verb=Verb.DECIDED,
        objects=rows,
        subject_ids=[row.worker_id for row in rows],
        action=CONFIRM,
        details={"status": status},
    )
