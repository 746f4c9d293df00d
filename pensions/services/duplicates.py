"""Records that may be one person: found by a job, asked at the desk, answered by a person, never merged by itself.

The job compares what is new or changed (`Worker.compare_since`) with everybody who shares a block with it: blocking is
SQL in the registry's own database, scoring is `pensions.linkage`. Only records of one state's registry are compared:
nobody's reach covers a pair across two, and telling of it would tell of the other state's record.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts import access
from common import clock, jobs
from common.errors import Conflict, Invalid
from common.journal import services as journal
from common.journal.models import Verb
from common.models import Job
from common.service import service
from pensions import folding
from pensions.enums import PairState
from pensions.linkage.scoring import People, Row, Scored, model
from pensions.models import DuplicatePair, PairDecision, Worker, WorkerDocument, WorkerIdentifier, WorkerName
from pensions.other_names import Names, other_names

from .merging import merge_workers

KIND = "registry.find_duplicates"
CHUNK = 5_000
WHOLE = 5  # a fifth of the registry is new: comparing all with all costs no more


# --- finding ----------------------------------------------------------------------------------------


@service
def look(*, by: Any) -> Job:
    """Starts the search for duplicates."""
    access.require(by, "registry.duplicate.search")
    return jobs.enqueue(KIND, by=by)


def look_soon(*, by: Any) -> Job | None:
    """After an import: one job, unless one waits already or nothing is new."""
    return jobs.enqueue_unless_waiting(KIND, by=by) if _due().exists() else None


def find(job: jobs.RunningJob) -> dict:
    """The work of the job. Pairs that are known, whatever was decided, stay as they are; safe to run again."""
    moment = clock.now()
    due = _due().filter(compare_since__lte=moment)
    count, total = due.count(), Worker.everything.persons().count()
    if not count:
        return {"compared": 0, "found": 0}
    rows = Worker.everything.persons() if count * WHOLE >= total else _sharing_a_block(due)
    with People() as people:
        for chunk in _records(rows, moment):
            people.add(chunk)
            job.advance(min(people.count, total), total + 1, "load")
        made = _keep(people.pairs())
    _compared(moment)
    job.advance(total + 1, total + 1, "score")
    return {"compared": count, "found": made}


def _due() -> QuerySet[Worker]:
    return Worker.everything.persons().filter(compare_since__isnull=False)


def _compared(moment: dt.datetime) -> None:
    """What was changed while the job ran stays due."""
    _due().filter(compare_since__lte=moment).update(compare_since=None)


def _sharing_a_block(due: QuerySet[Worker]) -> QuerySet[Worker]:
    """The due records, and those with the birth date, a name or a number of one of them.

    Names are those of today, those before, the passport's, and those of records that were merged into one.
    """
    indexes = WorkerIdentifier.everything.filter(worker__in=due.values("pk")).values("index")
    papers = WorkerDocument.everything.filter(worker__in=due.values("pk")).values("index")
    keys = _keys(due.values("pk"))
    former = WorkerName.everything.filter(block_key__in=keys)
    aliases = Worker.everything.filter(merged_into__isnull=False)
    return Worker.everything.persons().filter(
        Q(compare_since__isnull=False)
        | Q(birth_on__in=due.filter(birth_on__isnull=False).values("birth_on"))
        | Q(block_key__in=keys)
        | Q(latin_block_key__in=keys)
        | Q(pk__in=former.values("worker_id"))
        | Q(pk__in=aliases.filter(block_key__in=keys).values("merged_into_id"))
        | Q(pk__in=aliases.filter(pk__in=former.values("worker_id")).values("merged_into_id"))
        | Q(pk__in=WorkerIdentifier.everything.filter(index__in=indexes).values("worker_id"))
        | Q(pk__in=WorkerDocument.everything.filter(index__in=papers).values("worker_id"))
    )


def _keys(people: QuerySet) -> QuerySet:
    """The keys of every name of these people."""
    records = Worker.everything.filter(Q(pk__in=people) | Q(merged_into__in=people))
    former = WorkerName.everything.filter(worker__in=records.values("pk")).exclude(block_key="")
    return (
        records.exclude(block_key="")
        .values("block_key")
        .union(
            records.exclude(latin_block_key="").values("latin_block_key"),
            former.values("block_key"),
        )
    )


_FIELDS = ("pk", "registered_in", "folded_names", "birth_on", "sex", "compare_since")


def _records(rows: QuerySet[Worker], moment: dt.datetime) -> Iterator[list[Row]]:
    values = rows.values_list(*_FIELDS).iterator(chunk_size=CHUNK)
    while chunk := list(islice(values, CHUNK)):
        ids = [row[0] for row in chunk]
        (numbers, kinds), others = _numbers(ids), other_names(ids)
        yield [_row(row, others[row[0]], numbers[row[0]], kinds[row[0]], moment) for row in chunk]


def _row(row: tuple, others: list[Names], numbers: list[str], kinds: list[str], moment: dt.datetime) -> Row:
    pk, register, names, born, sex, since = row
    due = since is not None and since <= moment
    return Row.of(str(pk), register, folding.unfolded(names), others, born, sex, numbers, kinds, due)


def _numbers(ids: Sequence[UUID]) -> tuple[dict[UUID, list[str]], dict[UUID, list[str]]]:
    """By worker: blind indexes, ended ones too, and the kinds of which a number holds."""
    indexes: dict[UUID, list[str]] = defaultdict(list)
    kinds: dict[UUID, list[str]] = defaultdict(list)
    rows = WorkerIdentifier.everything.filter(worker__in=ids)
    for worker, kind, index, ended_at in rows.values_list("worker_id", "kind", "index", "ended_at"):
        indexes[worker].append(f"{kind} {index}")
        if ended_at is None:
            kinds[worker].append(kind)
    papers = WorkerDocument.everything.filter(worker__in=ids)
    for worker, index in papers.values_list("worker_id", "index"):
        indexes[worker].append(f"document {index}")
    return indexes, kinds


def _keep(pairs: Iterable[Scored]) -> int:
    """Writes down new pairs; returns how many."""
    before = DuplicatePair.everything.count()
    version = model()["version"]
    rows = (
        DuplicatePair(
            first_id=UUID(one.first),
            second_id=UUID(one.second),
            score=round(one.score, 4),
            reasons=list(one.reasons),
            model_version=version,
        )
        for one in pairs
    )
    while chunk := list(islice(rows, 1_000)):
        DuplicatePair.everything.bulk_create(chunk, ignore_conflicts=True)
    return DuplicatePair.everything.count() - before


# --- deciding ---------------------------------------------------------------------------------------


def _held(by: Any, pair: DuplicatePair, action: str, *states: str) -> DuplicatePair:
    access.require(by, action, pair)
    pair = DuplicatePair.everything.select_for_update().get(pk=pair.pk)
    if pair.state not in states:
        raise Conflict("decided", _("This question has been answered meanwhile."))
    return pair


def _answer(pair: DuplicatePair, state: str, by: Any, reason: str, action: str) -> None:
    if not reason.strip():
        raise Invalid("reason_missing", _("Say why."), field="reason")
    pair.state = state
    pair.save(update_fields=["state"])
    PairDecision.everything.create(pair=pair, state=state, by=by, reason=reason[:300])
    for worker_id in (pair.first_id, pair.second_id):
        journal.record(
            by=by,
            verb=Verb.DECIDED,
            obj=pair,
            subject_id=worker_id,
            action=action,
            reason=reason,
            details={"state": str(state)},
        )


OPEN = (PairState.WAITING, PairState.ASKED)


@service
def decide_same(*, by: Any, pair: DuplicatePair, keep: Worker, reason: str) -> None:
    """One person: the other record becomes an alias of `keep`, one of the two."""
    pair = _held(by, pair, "registry.duplicate.decide", *OPEN)
    sides = {pair.first_id: pair.second_id, pair.second_id: pair.first_id}
    if keep.pk not in sides:
        raise Invalid("not_in_pair", _("Choose one of the two records."), field="keep")
    stays, goes = standing_for(keep.pk), standing_for(sides[keep.pk])
    _answer(pair, PairState.SAME, by, reason, "registry.duplicate.decide")
    if stays.pk != goes.pk:
        merge_workers(by=by, keep=stays, merge=goes, reason=reason)


def standing_for(worker_id: UUID) -> Worker:
    """The record itself, or the one that it was merged into."""
    worker = Worker.everything.select_related("merged_into").get(pk=worker_id)
    return worker.merged_into or worker


@service
def decide_different(*, by: Any, pair: DuplicatePair, reason: str) -> None:
    """Two persons: the pair is never proposed again."""
    pair = _held(by, pair, "registry.duplicate.decide", *OPEN)
    _answer(pair, PairState.DIFFERENT, by, reason, "registry.duplicate.decide")


@service
def ask(*, by: Any, pair: DuplicatePair, reason: str) -> None:
    """It cannot be said yet: the person or an office was asked; the reason says whom and what."""
    pair = _held(by, pair, "registry.duplicate.ask", *OPEN)
    _answer(pair, PairState.ASKED, by, reason, "registry.duplicate.ask")


@service
def reopen(*, by: Any, pair: DuplicatePair, reason: str) -> None:
    """Two persons, it was said by mistake: the question waits again."""
    pair = _held(by, pair, "registry.duplicate.decide", PairState.DIFFERENT)
    _answer(pair, PairState.WAITING, by, reason, "registry.duplicate.decide")
