"""A whole import is taken back by compensating entries, set-wise: each answers an entry of the run that is still the
last word, with what stood before the run or with a withdrawal. What was corrected since is left alone, and told.

An answer that repeats an entry belongs to the import of that entry: so imports may be taken back one after another in
any order, and what an import that is taken back itself once said is never brought back.
"""

from collections.abc import Iterator
from functools import partial
from typing import Any

from django.db import connection, transaction

from common import clock
from common.bulk import key, work_memory
from common.enums import ImportState
from common.jobs import RunningJob
from common.models import ImportRun
from pensions.models import Contribution, EmploymentPeriod

from . import checks, ledger, staging
from .sql import Target, ask, fetch

CHUNK = 50_000
MODELS = (Contribution, EmploymentPeriod)
OWN = {"id", "version", "corrects", "voids", "recorded_at", "recorded_by_id", "import_run_id", "reason"}

# The workers at whom a new portion begins, so that each portion is about CHUNK entries and holds whole persons.
PORTIONS = """
SELECT MIN(CAST(worker_id AS text)), MAX(CAST(worker_id AS text)) FROM (
    SELECT c.worker_id, (ROW_NUMBER() OVER (ORDER BY c.worker_id) - 1) / {chunk} AS portion
    FROM {table} c WHERE c.import_run_id = %(run)s
) AS numbered GROUP BY portion ORDER BY 1"""

# Nothing later is said of the same fact.
_LAST = """c.import_run_id = %(run)s AND NOT EXISTS (
    SELECT 1 FROM {table} later WHERE {fact} AND later.worker_id BETWEEN %(from)s AND %(until)s
    AND later.version > c.version
)"""

# What stood before the first entry of the run: the last one that no other import which was taken back has told.
_BEFORE = """CASE WHEN c.version > 1 THEN (
    SELECT e.id FROM {table} e LEFT JOIN common_importrun r ON r.id = e.import_run_id
    WHERE {of_fact} AND e.version < (
        SELECT MIN(o.version) FROM {table} o WHERE {own_of_fact} AND o.import_run_id = %(run)s AND o.reason = ''
    ) AND (r.id IS NULL OR r.state <> 'undone') ORDER BY e.version DESC LIMIT 1
) END"""

# Told at each table, the bounds of a portion keep PostgreSQL from going through the whole ledger for it.
ANSWER = f"""
INSERT INTO {{table}} (version, corrects, voids, recorded_at, recorded_by_id, import_run_id, reason, {{columns}})
SELECT c.version + 1, c.id, b.id IS NULL OR b.voids, %(now)s, %(by)s, b.import_run_id, %(reason)s, {{values}}
FROM {{table}} c
LEFT JOIN {{table}} b ON {{before}} AND b.worker_id BETWEEN %(from)s AND %(until)s AND b.id = {_BEFORE}
WHERE {_LAST} AND c.worker_id BETWEEN %(from)s AND %(until)s
ORDER BY c.worker_id, c.id"""

# What another import that is taken back at the same time has brought back behind us: it saw this one stand still.
BROUGHT_BACK = """
SELECT c.id FROM {table} c WHERE c.import_run_id = %(run)s AND c.reason <> '' AND NOT EXISTS (
    SELECT 1 FROM {table} later WHERE {fact} AND later.version > c.version
) LIMIT 1"""

LEFT = """
SELECT f.name, COUNT(*) FROM {table} c
JOIN {table} later ON {fact} AND later.version = c.version + 1 AND later.reason <> %(reason)s
LEFT JOIN common_importrun r ON r.id = later.import_run_id
LEFT JOIN common_storedfile f ON f.id = r.file_id
WHERE c.import_run_id = %(run)s AND c.reason = '' AND NOT EXISTS (
    SELECT 1 FROM {table} e WHERE {of_fact} AND e.version > c.version AND e.reason = %(reason)s
) GROUP BY f.name"""


def undo(job: RunningJob, run: ImportRun) -> dict:
    """Safe to run again: what is answered is no longer the last word."""
    if run.state == ImportState.UNDONE:
        return run.counts
    target, answered = Target.of(run), run.counts.get("undone", 0)
    while True:
        for model in MODELS:
            for ends in _portions(model, target):
                with job.kept_alive():
                    answer = partial(_answer_portion, job, model, target, ends, answered)
                    answered = ledger.steadily(answer)
                job.advance(answered, run.counts.get("applied", 0) or None, "undo")
        with job.kept_alive(), transaction.atomic():
            ledger.hold(target)
            if not any(fetch(_of(BROUGHT_BACK, model), target) for model in MODELS):
                counts = _finish(run, target, answered)
                job.must_be_mine()
                return counts


def _finish(run: ImportRun, target: Target, answered: int) -> dict:
    run.refresh_from_db()
    left = _left(target)
    run.state = ImportState.UNDONE
    run.counts = {**run.counts, "undone": answered, "superseded": sum(left.values()), "left": left}
    run.save(update_fields=["state", "counts"])
    staging.clear(run)
    return run.counts


def _portions(model: type, target: Target) -> Iterator[tuple[Any, Any]]:
    yield from fetch(_of(PORTIONS, model).replace("{chunk}", str(CHUNK)), target)


@transaction.atomic
def _answer_portion(
    job: RunningJob, model: type, target: Target, ends: tuple[Any, Any], answered: int
) -> int:
    """How many are answered now. A file of the same employer that is being written is waited for."""
    work_memory(checks.MEMORY)
    ledger.hold(target)
    answered += _answer(model, target, ends, by=job.by)
    ImportRun.everything.filter(pk=target.run.pk).update(counts={**target.run.counts, "undone": answered})
    job.must_be_mine()  # another worker counts for itself
    return answered


def _answer(model: type, target: Target, ends: tuple[Any, Any], *, by: Any) -> int:
    told = [field.column for field in model._meta.concrete_fields if field.attname not in OWN]
    values = ", ".join(f"CASE WHEN b.id IS NULL THEN c.{name} ELSE b.{name} END" for name in told)
    statement = _of(ANSWER, model).replace("{columns}", ", ".join(told)).replace("{values}", values)
    return ask(
        statement,
        target,
        **{"from": ends[0], "until": ends[1]},
        by=key(by.pk) if by else None,
        now=connection.ops.adapt_datetimefield_value(clock.now()),
        reason=_reason(target.run),
    )


def _left(target: Target) -> dict[str, int]:
    """How many entries were corrected since, by the file that did it; "" for what officials wrote by hand."""
    left: dict[str, int] = {}
    for model in MODELS:
        for name, count in fetch(_of(LEFT, model), target, reason=_reason(target.run)):
            left[name or ""] = left.get(name or "", 0) + count
    return left


def _reason(run: ImportRun) -> str:
    return f"undo {run.pk}"


def _of(statement: str, model: type) -> str:
    """The statement for a table of the ledger, with the keys of its facts."""
    named = {"{fact}": "later", "{before}": "b", "{of_fact}": "e", "{own_of_fact}": "o"}
    for mark, alias in named.items():
        fact = " AND ".join(f"{alias}.{name} = c.{name}" for name in model.FACT)
        statement = statement.replace(mark, fact)
    return statement.replace("{table}", model._meta.db_table)
