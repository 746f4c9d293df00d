"""Workers: registered, reported by a relative, completed, named anew, archived."""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from accounts import access
from common import clock
from common.errors import Conflict, Invalid
from common.journal import services as journal
from common.journal.models import Verb
from common.keys import blind_index
from common.models import SubjectKey
from common.service import service
from pensions import identifiers
from pensions.enums import WorkerState
from pensions.models import (
    Worker,
    WorkerCitizenship,
    WorkerDocument,
    WorkerIdentifier,
    WorkerName,
    WorkerReport,
    WorkerStep,
)
from pensions.totals.touched import touch

NAMES = ("family_name", "given_name", "patronymic", "latin_family_name", "latin_given_name")
PLAIN = {*NAMES, "birth_place"}


@service
def register_worker(
    *,
    by: Any,
    registered_in: str,
    family_name: str,
    given_name: str = "",
    patronymic: str = "",
    latin_family_name: str = "",
    latin_given_name: str = "",
    birth_on: dt.date | None = None,
    birth_place: str = "",
    sex: str = "",
    citizenship: str = "",
    numbers: Sequence[tuple[str, str]] = (),
    one_name: bool = False,
    reported: bool = False,
    held_by: Any = None,
    user: Any = None,
) -> Worker:
    """A new record: registered if name, birth date and a number are there, else incomplete or reported.

    `one_name`: the person's document has a single name, which stands as the family name.

    Conflict if one of the numbers belongs to a record; Invalid if one cannot be right.
    """
    access.require(by, "registry.worker.register")
    _require_own_state(by, registered_in)
    key = SubjectKey.new()
    key.save()
    worker = Worker(
        key=key,
        registered_in=registered_in,
        family_name=_plain(family_name),
        given_name=_plain(given_name),
        patronymic=_plain(patronymic),
        latin_family_name=_plain(latin_family_name),
        latin_given_name=_plain(latin_given_name),
        birth_on=birth_on,
        birth_place=_plain(birth_place),
        sex=sex,
        citizenship=citizenship,
        one_name=one_name,
        held_by=held_by,
        user=user,
        created_by=by,
    )
    complete = worker.is_complete and bool(numbers) and not reported
    worker.state = (
        WorkerState.REGISTERED if complete else WorkerState.REPORTED if reported else WorkerState.INCOMPLETE
    )
    if not worker.family_name:
        raise Invalid("family_name_missing", _("Give the family name."), field="family_name")
    worker.fill_keys()
    worker.save()
    for kind, text in numbers:
        _add_number(worker, kind, text, by)
    WorkerCitizenship.everything.create(worker=worker, country=citizenship) if citizenship else None
    WorkerStep.everything.create(worker=worker, to_state=worker.state, by=by)
    journal.record(
        by=by, verb=Verb.CREATED, obj=worker, subject_id=worker.pk, action="registry.worker.register"
    )
    return worker


@service
def report_worker(
    *, by: Any, relation: str, reporter: str, contact: str = "", where: str = "", **person: Any
) -> Worker:
    """A record of somebody who is away, as a relative tells it: kept as reported until a document is seen."""
    if not reporter.strip():
        raise Invalid("reporter_missing", _("Write who reports the person."), field="reporter")
    worker = register_worker(by=by, reported=True, **person)
    WorkerReport.everything.create(
        worker=worker,
        relation=relation,
        reporter=_plain(reporter),
        contact=_plain(contact),
        where=_plain(where),
        recorded_by=by,
    )
    return worker


def _plain(text: str) -> str:
    return " ".join(text.split())


def _require_own_state(by: Any, state: str) -> None:
    """An official registers people of the own state only; the system registers anybody."""
    if by is None:
        return
    states = {code for who in access.grants(by, "registry.worker.register").values() for code in who.states}
    if state not in states:
        raise Invalid("other_state", _("You register people of your own state only."), field="registered_in")


def not_merged(worker: Worker) -> Worker:
    """The row, held for a change; Conflict if another record stands for it."""
    row = Worker.everything.select_for_update().get(pk=worker.pk)
    if row.merged_into_id:
        raise Conflict(
            "merged",
            _("This record was merged into another."),
            way_out=_("Make the change in the record that stands for both."),
        )
    return row


def refresh_keys(worker: Worker) -> None:
    """Search and comparison follow every name the person has had, in every document."""
    former = [name.full_name for name in WorkerName.everything.filter(worker=worker)]
    former += [paper.latin_name for paper in WorkerDocument.everything.filter(worker=worker)]
    worker.fill_keys(former)


def _add_number(worker: Worker, kind: str, text: str, by: Any) -> WorkerIdentifier:
    reading = identifiers.read(kind, text, identifiers.Person(worker.birth_on, worker.sex))
    if reading.problem:
        raise Invalid(f"number_{reading.problem}", identifiers.PROBLEMS[reading.problem], field=kind)
    try:
        with transaction.atomic():
            return WorkerIdentifier.everything.create(
                worker=worker,
                kind=kind,
                value=reading.value,
                index=blind_index(kind, reading.value),
                warnings=list(reading.warnings),
                recorded_by=by,
            )
    except IntegrityError as error:
        raise Conflict(
            "number_taken",
            _("This number belongs to another record."),
            way_out=_("Search by the number and complete that record."),
            field=kind,
        ) from error


@service
def add_number(*, by: Any, worker: Worker, kind: str, text: str) -> WorkerIdentifier:
    access.require(by, "registry.worker.change", worker)
    worker = not_merged(worker)
    made = _add_number(worker, kind, text, by)
    Worker.everything.filter(pk=worker.pk).update(compare_since=clock.now())
    journal.record(
        by=by, verb=Verb.CHANGED, obj=worker, subject_id=worker.pk, action="registry.worker.change"
    )
    return made


@service
def change_worker(*, by: Any, worker: Worker, **values: Any) -> Worker:
    """Changes names, birth date and place, sex or citizenship. An old name is kept as a former one."""
    access.require(by, "registry.worker.change", worker)
    allowed = {*PLAIN, "birth_on", "sex", "citizenship", "one_name"}
    if unknown := set(values) - allowed:
        raise TypeError(f"not to be changed here: {', '.join(sorted(unknown))}")
    worker = not_merged(worker)
    before = (worker.family_name, worker.given_name, worker.patronymic)
    if values.get("citizenship", worker.citizenship) != worker.citizenship:
        _change_citizenship(worker, values["citizenship"])
    for name, value in values.items():
        setattr(worker, name, _plain(value) if name in PLAIN else value)
    if before != (worker.family_name, worker.given_name, worker.patronymic):
        WorkerName.everything.create(
            worker=worker,
            family_name=before[0],
            given_name=before[1],
            patronymic=before[2],
            until_on=clock.today(),
        )
    refresh_keys(worker)
    worker.save()
    touch(worker.pk)
    journal.record(
        by=by,
        verb=Verb.CHANGED,
        obj=worker,
        subject_id=worker.pk,
        action="registry.worker.change",
        details={"fields": sorted(values)},
    )
    return worker


def _change_citizenship(worker: Worker, country: str) -> None:
    """The one that the record shows ends; the other one of a person who has two goes on."""
    today = clock.today()
    open_ones = WorkerCitizenship.everything.filter(worker=worker, until_on__isnull=True)
    open_ones.filter(country=worker.citizenship).update(until_on=today)
    if country and not open_ones.filter(country=country).exists():
        WorkerCitizenship.everything.create(worker=worker, country=country, from_on=today)


MOVES = {
    WorkerState.REPORTED: {WorkerState.INCOMPLETE, WorkerState.REGISTERED, WorkerState.ARCHIVED},
    WorkerState.INCOMPLETE: {WorkerState.REGISTERED, WorkerState.ARCHIVED},
    WorkerState.REGISTERED: {WorkerState.ARCHIVED},
    WorkerState.ARCHIVED: {WorkerState.REGISTERED},
}


@service
def move_worker(*, by: Any, worker: Worker, to_state: str, reason: str = "") -> Worker:
    """The next state of a record; each change is a row."""
    access.require(by, "registry.worker.change", worker)
    worker = not_merged(worker)
    if to_state not in MOVES[worker.state]:
        raise Conflict("no_such_step", _("The record cannot take this step from where it stands."))
    if to_state == WorkerState.REGISTERED:
        numbers = WorkerIdentifier.everything.of_person(worker).filter(ended_at__isnull=True)
        if not (worker.is_complete and numbers.exists()):
            raise Invalid(
                "incomplete", _("A registered worker has a given name, a birth date and at least one number.")
            )
    WorkerStep.everything.create(
        worker=worker, from_state=worker.state, to_state=to_state, by=by, reason=reason[:300]
    )
    worker.state = to_state
    worker.save(update_fields=["state"])
    journal.record(
        by=by,
        verb=Verb.DECIDED,
        obj=worker,
        subject_id=worker.pk,
        action="registry.worker.change",
        reason=reason,
        details={"state": to_state},
    )
    return worker


def note_reading(
    *, by: Any, workers: Iterable[Worker], action: str, verb: str = Verb.READ, reason: str = ""
) -> None:
    """Every look at a person's record stands in the journal."""
    workers = list(workers)
    journal.record_many(
        by=by,
        verb=verb,
        objects=workers,
        subject_ids=[worker.pk for worker in workers],
        action=action,
        reason=reason,
    )
