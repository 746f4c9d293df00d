"""What is added to a worker's record one by one: former names, citizenships, documents; numbers that hold no longer."""

import datetime as dt
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts import access
from common import clock
from common.errors import Conflict, Invalid
from common.journal import services as journal
from common.journal.models import Verb
from common.service import service
from pensions import identifiers
from pensions.models import Worker, WorkerCitizenship, WorkerDocument, WorkerIdentifier, WorkerName

from .workers import not_merged, refresh_keys

ACTION = "registry.worker.change"
SHORTEST_NUMBER = 5


def _open(by: Any, worker: Worker) -> Worker:
    access.require(by, ACTION, worker)
    return not_merged(worker)


def _note(by: Any, worker: Worker, field: str, reason: str = "") -> None:
    journal.record(
        by=by,
        verb=Verb.CHANGED,
        obj=worker,
        subject_id=worker.pk,
        action=ACTION,
        reason=reason,
        details={"fields": [field]},
    )


def _in_order(from_on: dt.date | None, until_on: dt.date | None, field: str = "until_on") -> None:
    if from_on and until_on and until_on < from_on:
        raise Invalid("dates_reversed", _("The last day lies before the first."), field=field)


@service
def add_former_name(
    *,
    by: Any,
    worker: Worker,
    family_name: str,
    given_name: str = "",
    patronymic: str = "",
    from_on: dt.date | None = None,
    until_on: dt.date | None = None,
) -> WorkerName:
    """A name that the person bore before: the record is found by it from now on."""
    worker = _open(by, worker)
    _in_order(from_on, until_on)
    parts = [" ".join(part.split()) for part in (family_name, given_name, patronymic)]
    if not parts[0]:
        raise Invalid("family_name_missing", _("Give the family name."), field="family_name")
    made = WorkerName.everything.create(
        worker=worker,
        family_name=parts[0],
        given_name=parts[1],
        patronymic=parts[2],
        from_on=from_on,
        until_on=until_on,
    )
    refresh_keys(worker)
    worker.save()
    _note(by, worker, "former_name")
    return made


@service
def add_citizenship(
    *,
    by: Any,
    worker: Worker,
    country: str,
    from_on: dt.date | None = None,
    until_on: dt.date | None = None,
) -> WorkerCitizenship:
    """A citizenship beside those that are known: a person may have two."""
    worker = _open(by, worker)
    _in_order(from_on, until_on)
    known = WorkerCitizenship.everything.filter(worker=worker, country=country, until_on__isnull=True)
    if until_on is None and known.exists():
        raise Conflict("citizenship_known", _("The record has this citizenship already."), field="country")
    made = WorkerCitizenship.everything.create(
        worker=worker, country=country, from_on=from_on, until_on=until_on
    )
    _note_citizenship(by, worker)
    return made


@service
def end_citizenship(*, by: Any, citizenship: WorkerCitizenship, until_on: dt.date) -> None:
    """The person gave it up or lost it on that day."""
    worker = _open(by, citizenship.worker)
    _in_order(citizenship.from_on, until_on)
    WorkerCitizenship.everything.filter(pk=citizenship.pk, until_on__isnull=True).update(until_on=until_on)
    _note_citizenship(by, worker)


def _note_citizenship(by: Any, worker: Worker) -> None:
    """The record's first line shows the newest citizenship that has not ended."""
    still = WorkerCitizenship.everything.filter(worker=worker, until_on__isnull=True)
    newest = still.order_by("-recorded_at").values_list("country", flat=True).first()
    worker.citizenship = newest or ""
    worker.save(update_fields=["citizenship"])
    _note(by, worker, "citizenship")


@service
def add_document(
    *,
    by: Any,
    worker: Worker,
    kind: str,
    country: str,
    number: str,
    latin_family_name: str = "",
    latin_given_name: str = "",
    issued_on: dt.date | None = None,
    expires_on: dt.date | None = None,
) -> WorkerDocument:
    """A document that was shown, with the Latin name as printed there; the newest gives the record its Latin name."""
    worker = _open(by, worker)
    _in_order(issued_on, expires_on, "expires_on")
    text = identifiers.spelled(number)
    if len(text) < SHORTEST_NUMBER or not text.isalnum():
        raise Invalid("document_number", _("This cannot be the number of a document."), field="number")
    index = identifiers.document_index(number)
    if WorkerDocument.everything.filter(worker=worker, index=index).exists():
        raise Conflict("document_known", _("The document is in the record already."), field="number")
    made = WorkerDocument.everything.create(
        worker=worker,
        kind=kind,
        country=country,
        number=text,
        index=index,
        latin_family_name=" ".join(latin_family_name.split()),
        latin_given_name=" ".join(latin_given_name.split()),
        issued_on=issued_on,
        expires_on=expires_on,
        recorded_by=by,
    )
    _take_latin_name(worker)
    refresh_keys(worker)
    worker.save()
    _note(by, worker, "document")
    return made


def _take_latin_name(worker: Worker) -> None:
    papers = list(WorkerDocument.everything.filter(worker=worker).exclude(latin_family_name=""))
    if papers:
        newest = max(papers, key=lambda paper: (paper.issued_on or dt.date.min, paper.recorded_at))
        worker.latin_family_name, worker.latin_given_name = (
            newest.latin_family_name,
            newest.latin_given_name,
        )


@service
def end_number(*, by: Any, number: WorkerIdentifier, reason: str) -> None:
    """The number was wrong or holds no longer: it is kept, finds nobody any longer, and is free for another record."""
    worker = _open(by, number.worker)
    if not reason.strip():
        raise Invalid("reason_missing", _("Say why."), field="reason")
    open_one = WorkerIdentifier.everything.filter(pk=number.pk, ended_at__isnull=True)
    if not open_one.update(ended_at=clock.now()):
        raise Conflict("number_ended", _("The number was ended already."))
    Worker.everything.filter(pk=worker.pk).update(compare_since=clock.now())
    _note(by, worker, "number", reason)


@service
def take_over(*, by: Any, worker: Worker, organisation: Any) -> None:
    """The record is held by this organisation from now on: its people have the next step."""
    worker = _open(by, worker)
    if organisation is None or organisation.pk not in set(by.organisation_ids()):
        raise Invalid("other_organisation", _("You can take a record over only for your own organisation."))
    worker.held_by = organisation
    worker.save(update_fields=["held_by"])
    _note(by, worker, "held_by")
