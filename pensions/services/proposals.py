"""People whom files name and the registry does not know: an official confirms or refuses them, many at once."""

import datetime as dt
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts import access
from accounts.models import Organisation
from common import clock, jobs, locks
from common.enums import ImportState
from common.errors import Conflict, Invalid
from common.journal import services as journal
from common.journal.models import Verb
from common.keys import blind_index
from common.kyrgyz import fold
from common.models import ImportRun, Job
from common.service import service
from pensions.enums import ProposalState, RowState, WorkerState
from pensions.folding import is_called
from pensions.models import (
    StagedRow,
    StagedSpell,
    Worker,
    WorkerCitizenship,
    WorkerIdentifier,
    WorkerProposal,
    WorkerStep,
)
from pensions.services import duplicates

BATCH = 500
TEXTS = ("family_name", "given_name", "patronymic", "sex", "citizenship")


@dataclass(frozen=True)
class Confirmation:
    """How many new records were made, how many proposals belonged to a record that was there, and how many were refused
    because a number of theirs belongs to somebody else."""

    made: int
    joined: int
    refused: int = 0


@service
def confirm_proposals(*, by: Any, proposals: Iterable[WorkerProposal]) -> Confirmation:
    """Makes a record for each person, or joins the proposal to the record that holds one of its numbers.

    Rows that waited for them are applied if their import was.
    """
    access.require(by, "registry.proposal.confirm")
    rows = _waiting(by, [proposal.pk for proposal in proposals])
    if not rows:
        raise Conflict("nothing_waits", _("None of these proposals waits for a decision."))
    made = _confirm(rows, by)
    for run_id in {row.run_id for row in rows}:
        apply_waiting_rows(run_id, by)
    duplicates.look_soon(by=by)
    return made


def decided(proposals: Iterable[WorkerProposal]) -> dict[Any, Any]:
    """{key: why not} of those that no longer wait."""
    return {
        one.pk: _("it is decided already: %(state)s") % {"state": one.get_state_display()}
        for one in proposals
        if one.state != ProposalState.WAITING
    }


@service
def confirm_all(*, by: Any, run: ImportRun) -> Job:
    """Confirms everybody whom one file proposes, as a job with progress."""
    access.require(by, "registry.proposal.confirm")
    return jobs.enqueue("registry.confirm_proposals", by=by, params={"run_id": str(run.pk)})


def confirm_run(job: jobs.RunningJob, run: ImportRun) -> dict:
    """The work of that job: batches, each a transaction; safe to run again."""
    done, joined, refused = 0, 0, 0
    waiting = WorkerProposal.everything.filter(run=run, state=ProposalState.WAITING)
    total = waiting.count()
    while ids := list(waiting.order_by("first_row").values_list("pk", flat=True)[:BATCH]):
        with transaction.atomic():
            rows = _waiting(job.by, ids)
            if not rows:
                break
            made = _confirm(rows, job.by)
        done, joined, refused = done + made.made, joined + made.joined, refused + made.refused
        job.advance(done + joined + refused, total, "confirm")
    with transaction.atomic():
        apply_waiting_rows(run.pk, job.by)
        duplicates.look_soon(by=job.by)
    return {"made": done, "joined": joined, "refused": refused}


def apply_waiting_rows(run_id: Any, by: Any) -> None:
    """Rows that have their worker now go the way that their import has gone. One that is being undone forgets them."""
    run = ImportRun.everything.select_for_update(of=("self",)).get(pk=run_id)
    undone = jobs.at_work(run_id=run.pk).filter(kind="registry.undo_import").exists()
    if run.state in {ImportState.APPLIED, ImportState.APPLYING} and not undone:
        run.job = jobs.enqueue("registry.apply_import", by=by, params={"run_id": str(run.pk)})
        run.save(update_fields=["job"])


def _waiting(by: Any, ids: Sequence) -> list[WorkerProposal]:
    rows = WorkerProposal.everything.filter(pk__in=ids, state=ProposalState.WAITING)
    rows = access.narrow(rows, by, "registry.proposal.confirm") if by is not None else rows
    return list(rows.select_related("key").select_for_update(of=("self",)).order_by("pk"))


def read(proposal: WorkerProposal) -> dict:
    """The sealed data: names, birth_on, sex, citizenship, numbers [{kind, value, warnings}]; {} once destroyed."""
    return json.loads(proposal.data) if proposal.data else {}


def _confirm(rows: list[WorkerProposal], by: Any) -> Confirmation:
    """Two files that name the same person wait for each other: the second joins the record that the first made."""
    locks.hold("registry.people of files")
    people = {row.pk: read(row) for row in rows}
    owners, offices = owners_of(people.values()), _offices(by)
    now, new, numbers, strangers = clock.now(), [], [], []
    for row in rows:
        data = people[row.pk]
        if kind := another_owner(data, owners):
            reject_rows(row, "number_of_another", kind)
            strangers.append(row)
            continue
        keys = _keys(data)
        worker = next((owners[key] for key in keys if key in owners), None)
        if worker is None:
            worker = _new_worker(row, data, by, offices.get(row.registered_in))
            new.append(worker)
        for number, key in zip(data["numbers"], keys, strict=True):
            if key not in owners:
                owners[key] = worker
                numbers.append(_number(worker, number, key[1], by))
        row.worker, row.state, row.decided_by, row.decided_at = worker, ProposalState.CONFIRMED, by, now
    kept = [row for row in rows if row.worker_id]
    _save(kept, new, numbers, by)
    _refuse(strangers, by, str(_("A number in the file belongs to another person.")))
    return Confirmation(made=len(new), joined=len(kept) - len(new), refused=len(strangers))


Owners = Mapping[tuple[str, str], Worker]


def _keys(data: dict) -> list[tuple[str, str]]:
    return [(number["kind"], blind_index(number["kind"], number["value"])) for number in data["numbers"]]


def owners_of(people: Iterable[dict]) -> dict[tuple[str, str], Worker]:
    """Who holds any of these numbers already."""
    indexes = [index for data in people for _kind, index in _keys(data)]
    rows = WorkerIdentifier.everything.filter(index__in=indexes, ended_at__isnull=True)
    return {(row.kind, row.index): row.worker for row in rows.select_related("worker__key")}


def another_owner(data: dict, owners: Owners) -> str:
    """The kind of a number whose owner cannot be this person: another birth date, or neither name the same. "" if
    there is none. Without this a mistyped number would bring a stranger's numbers into somebody's record."""
    return next((key[0] for key in _keys(data) if key in owners and not _may_be(owners[key], data)), "")


def _may_be(worker: Worker, data: dict) -> bool:
    if data["birth_on"] and worker.birth_on and data["birth_on"] != worker.birth_on.isoformat():
        return False
    return is_called(worker.search_key, fold(data["family_name"]), fold(data["given_name"]))


def _offices(by: Any) -> dict[str, Organisation]:
    """{state: the organisation for which this official confirms, and which holds the new records}."""
    found = access.grants(by, "registry.proposal.confirm").values() if by is not None else ()
    own = [one.organisation for who in found for one in who.memberships if one.organisation_id]
    return {organisation.state: organisation for organisation in reversed(own)}


def _new_worker(row: WorkerProposal, data: dict, by: Any, office: Organisation | None) -> Worker:
    """The proposal's key becomes the person's."""
    worker = Worker(
        key=row.key,
        registered_in=row.registered_in,
        held_by=office,
        birth_on=dt.date.fromisoformat(data["birth_on"]) if data["birth_on"] else None,
        created_by=by,
        birth_place=data.get("birth_place", ""),  # proposals of earlier files do not have it
        **{name: data[name] for name in TEXTS},
    )
    whole = worker.given_name and worker.birth_on
    worker.state = WorkerState.REGISTERED if whole else WorkerState.INCOMPLETE
    worker.fill_keys()
    return worker


def _number(worker: Worker, number: dict, index: str, by: Any) -> WorkerIdentifier:
    return WorkerIdentifier(
        worker=worker,
        kind=number["kind"],
        value=number["value"],
        index=index,
        warnings=list(number["warnings"]),
        recorded_by=by,
    )


def _save(rows: list[WorkerProposal], new: list[Worker], numbers: list[WorkerIdentifier], by: Any) -> None:
    Worker.everything.bulk_create(new, batch_size=200)
    WorkerIdentifier.everything.bulk_create(numbers, batch_size=200)
    WorkerCitizenship.everything.bulk_create(
        WorkerCitizenship(worker=worker, country=worker.citizenship) for worker in new if worker.citizenship
    )
    WorkerStep.everything.bulk_create(
        WorkerStep(worker=worker, to_state=worker.state, by=by) for worker in new
    )
    WorkerProposal.everything.bulk_update(
        rows, ["worker", "state", "decided_by", "decided_at"], batch_size=200
    )
    journal.record_many(
        by=by,
        verb=Verb.CREATED,
        objects=new,
        subject_ids=[worker.pk for worker in new],
        action="registry.proposal.confirm",
    )
    joined = [row for row in rows if row.worker not in set(new)]
    journal.record_many(
        by=by,
        verb=Verb.CHANGED,
        objects=[row.worker for row in joined],
        subject_ids=[row.worker_id for row in joined],
        action="registry.proposal.confirm",
    )


@service
def refuse_proposals(*, by: Any, proposals: Iterable[WorkerProposal], reason: str) -> int:
    """No such person: the rows are rejected, and what the file said of the person is destroyed with its key."""
    access.require(by, "registry.proposal.confirm")
    if not reason.strip():
        raise Invalid("reason_missing", _("Say why the proposals are refused."), field="reason")
    rows = _waiting(by, [proposal.pk for proposal in proposals])
    for row in rows:
        reject_rows(row, "worker_refused", "")
    _refuse(rows, by, reason)
    return len(rows)


def reject_rows(row: WorkerProposal, problem: str, field: str) -> None:
    """The rows of this person: their sender gets them back with the reason."""
    spells = StagedSpell.objects.filter(
        run_id=row.run_id, identifier_kind=row.identifier_kind, identifier_index=row.identifier_index
    )
    told = StagedRow.objects.filter(run_id=row.run_id, state=RowState.READY)
    told.filter(spell__in=spells.values("number")).update(
        state=RowState.REJECTED, problem=problem, problem_field=field
    )


def _refuse(rows: list[WorkerProposal], by: Any, reason: str) -> None:
    """What the file said of these people is destroyed with its keys."""
    if not rows:
        return
    for row in rows:
        row.state, row.decided_by, row.decided_at = ProposalState.REFUSED, by, clock.now()
        row.key.destroy()
    WorkerProposal.everything.bulk_update(rows, ["state", "decided_by", "decided_at"], batch_size=200)
    journal.record_many(
        by=by, verb=Verb.DECIDED, objects=rows, action="registry.proposal.confirm", reason=reason
    )
