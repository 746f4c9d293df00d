"""One person in two records: one becomes an alias of the other, and can be parted again.

`Worker.merged_into` points at the record that stands for all of them, so that reading needs one step. Which record
was merged into which is told by the rows of WorkerMerge: parting one puts back what was merged into it before.

Nothing that hangs on a worker moves. So each relation to Worker has to say how it reads through aliases; a merge is
refused while a model has a relation that nobody has declared here.
"""

import datetime as dt
from typing import Any

from django.apps import apps
from django.utils.translation import gettext_lazy as _

from accounts import access
from common import clock, locks
from common.errors import Conflict, Invalid
from common.journal import services as journal
from common.journal.models import Verb
from common.service import service
from pensions.enums import MergeKind, PairState
from pensions.models import DuplicatePair, PairDecision, Worker, WorkerMerge
from pensions.totals.touched import touch

ACTION = "registry.worker.merge"

_declared: dict[str, str] = {
    "pensions.worker.merged_into": "the alias itself",
    "pensions.workername.worker": "OfWorkerQuerySet.of_person",
    "pensions.workercitizenship.worker": "OfWorkerQuerySet.of_person",
    "pensions.workeridentifier.worker": "OfWorkerQuerySet.of_person; a number of an alias finds the person",
    "pensions.workerdocument.worker": "OfWorkerQuerySet.of_person",
    "pensions.workerreport.worker": "OfWorkerQuerySet.of_person",
    "pensions.workerstep.worker": "the history of the record itself",
    "pensions.workermerge.worker": "the history of the record itself",
    "pensions.workermerge.into": "the history of the record itself",
    "pensions.employment.worker": "read with its periods and contributions",
    "pensions.employmentperiod.worker": "OfWorkerQuerySet.of_person",
    "pensions.contribution.worker": "OfWorkerQuerySet.of_person",
    "pensions.periodevidence.worker": "read with its period",
    "pensions.certificate.worker": "OfWorkerQuerySet.of_person; a certificate keeps the record it was issued from",
    "pensions.workerproposal.worker": "tells which record a file's row went to",
    "pensions.erasurerequest.worker": "stands at the record that was asked about; an erasure takes the whole person",
    "pensions.finding.worker": "findings.asked; looked at again whenever the person is",
    "pensions.periodrequest.worker": "own_records; stands at the record that was asked about",
    "pensions.pensionclaim.worker": "OfWorkerQuerySet.of_person; a claim keeps the record from which it was filed",
    "pensions.award.worker": "AwardQuerySet.of_person; awards of one person are compared across records",
    "pensions.correctionrequest.worker": "own_records; stands at the record that it was sent from",
    "pensions.demand.worker": "own_records; a demand stays with its employment",
    "pensions.insurancetotal.worker": "made again of the person and every alias by the next run of totals",
    "pensions.touchedworker.worker": "read as its person when the next run of totals begins",
    "pensions.duplicatepair.first": "the question about the records themselves",
    "pensions.duplicatepair.second": "the question about the records themselves",
}


def declare(relation: str, how: str) -> None:
    """A higher floor says how its rows are read through aliases: declare("cases.client.worker", "…")."""
    _declared[relation.lower()] = how


def relations() -> list[str]:
    """Every foreign key, one-to-one and many-to-many field that points at a worker, as `app.model.field`."""
    found = []
    for model in (one for one in apps.get_models(include_auto_created=True) if not one._meta.proxy):
        for field in model._meta.get_fields():
            if getattr(field, "related_model", None) is Worker and not field.auto_created:
                found.append(f"{model._meta.label_lower}.{field.name}")
    return sorted(set(found))


def unknown_relations() -> list[str]:
    return [name for name in relations() if name not in _declared]


@service
def merge_workers(*, by: Any, keep: Worker, merge: Worker, reason: str) -> None:
    """Declares that two records are one person: `merge` and its aliases become aliases of `keep`."""
    for worker in (keep, merge):
        access.require(by, ACTION, worker)
    _require_reason(reason)
    if unknown := unknown_relations():
        raise Conflict(
            "unknown_relation",
            _("Records cannot be merged: it is not known how %(names)s reads through merged records."),
            way_out=_("Tell whoever looks after the system."),
            names=", ".join(unknown),
        )
    keep, merge = _held(keep, merge)
    if keep.pk == merge.pk or keep.merged_into_id or merge.merged_into_id:
        raise Conflict("cannot_merge", _("One of the records is an alias already, or both are the same."))
    if merge.user_id and keep.user_id and merge.user_id != keep.user_id:
        raise Conflict(
            "two_accounts", _("Both records belong to people who sign in: close one account first.")
        )
    Worker.everything.filter(merged_into=merge).update(merged_into=keep)
    Worker.everything.filter(pk=merge.pk).update(merged_into=keep)
    Worker.everything.filter(pk=keep.pk).update(compare_since=clock.now())  # it has more names now
    touch(keep.pk, merge.pk)
    _write_down(merge, keep, MergeKind.MERGE, by, reason)
    _settle(keep, merge, PairState.SAME, by, reason)


@service
def unmerge_worker(*, by: Any, worker: Worker, reason: str) -> None:
    """Parts an alias from the record into which it was merged; what had been merged into it before comes along."""
    access.require(by, ACTION, worker)
    _require_reason(reason)
    (worker,) = _held(worker)
    if worker.merged_into_id is None:
        raise Conflict("not_merged", _("The record is not merged into another."))
    root = worker.merged_into_id
    edges = _edges(root)
    into = edges.pop(worker.pk)
    mine = [pk for pk in edges if _root(pk, edges) == worker.pk]
    Worker.everything.filter(pk=worker.pk).update(merged_into=None, compare_since=clock.now())
    Worker.everything.filter(pk__in=mine).update(merged_into=worker)
    touch(root, worker.pk)
    former = Worker.everything.get(pk=into)
    _write_down(worker, former, MergeKind.PART, by, reason)
    _settle(former, worker, PairState.DIFFERENT, by, reason)


def _held(*workers: Worker) -> list[Worker]:
    """Fresh rows, while nobody else merges anything."""
    locks.hold("registry.merge")
    rows = Worker.everything.select_for_update().in_bulk([worker.pk for worker in workers])
    return [rows[worker.pk] for worker in workers]


def _edges(root: Any) -> dict[Any, Any]:
    """{record: record into which it was merged directly} for everything that this record stands for."""
    aliases = Worker.everything.filter(merged_into=root).values("pk")
    rows = WorkerMerge.everything.filter(worker__in=aliases).order_by("pk")
    newest = {row.worker_id: row for row in rows}
    found = dict.fromkeys(Worker.everything.filter(merged_into=root).values_list("pk", flat=True), root)
    return found | {pk: row.into_id for pk, row in newest.items() if row.kind == MergeKind.MERGE}


def records_at(worker: Worker, moment: dt.datetime) -> set[Any]:
    """The keys of the records that stood for the person at that moment, as far as they still do: a later merge is not
    known yet, and what was merged by mistake and parted since is not shown again to whom it does not belong."""
    rows = WorkerMerge.everything.filter(worker__merged_into=worker.pk, at__lte=moment).order_by("pk")
    newest = {row.worker_id: row for row in rows}
    edges = {pk: row.into_id for pk, row in newest.items() if row.kind == MergeKind.MERGE}
    return {worker.pk} | {pk for pk in edges if _root(pk, edges) == worker.pk}


def persons_at(moment: dt.datetime) -> dict[Any, Any]:
    """{record: the record that stood for its person at that moment} where a later merge has changed that; what
    `records_at` says of each person, for all of them at once. Reads those merged since, and what they belong to."""
    later = WorkerMerge.everything.filter(at__gt=moment, worker__merged_into__isnull=False)
    groups: dict[Any, set[Any]] = {}
    merged = Worker.everything.filter(merged_into__in=later.values("worker__merged_into"))
    for pk, root in merged.values_list("pk", "merged_into"):
        groups.setdefault(root, {root}).add(pk)
    rows = WorkerMerge.everything.filter(worker__in=merged.values("pk"), at__lte=moment).order_by("pk")
    newest = {row.worker_id: row for row in rows}
    found = {}
    for root, records in groups.items():
        known = (newest[pk] for pk in records if pk in newest)
        edges = {
            row.worker_id: row.into_id
            for row in known
            if row.kind == MergeKind.MERGE and row.into_id in records
        }
        found |= {pk: then for pk in records if (then := _root(pk, edges)) != root}
    return found


def _root(pk: Any, edges: dict[Any, Any]) -> Any:
    while pk in edges:
        pk = edges[pk]
    return pk


def _write_down(worker: Worker, into: Worker, kind: str, by: Any, reason: str) -> None:
    WorkerMerge.everything.create(worker=worker, into=into, kind=kind, by=by, reason=reason[:300])
    for one in (into, worker):
        journal.record(
            by=by,
            verb=Verb.DECIDED,
            obj=one,
            subject_id=one.pk,
            action=ACTION,
            reason=reason,
            details={"kind": str(kind), "worker": str(worker.pk), "into": str(into.pk)},
        )


def _settle(one: Worker, other: Worker, state: str, by: Any, reason: str) -> None:
    """The question about these two is answered; after a parting it is not asked again."""
    first, second = sorted((one, other), key=lambda worker: worker.pk)
    pair, _made = DuplicatePair.everything.get_or_create(
        first=first, second=second, defaults={"score": 1, "reasons": [], "model_version": 0}
    )
    if pair.state != state:
        pair.state = state
        pair.save(update_fields=["state"])
        PairDecision.everything.create(pair=pair, state=state, by=by, reason=reason[:300])


def _require_reason(reason: str) -> None:
    if not reason.strip():
        raise Invalid("reason_missing", _("Say why."), field="reason")
