"""A span of checked rows is held against the record and written; span after span, or several of them at once."""

from collections.abc import Callable, Sequence
from decimal import Decimal
from functools import partial
from typing import Any

from django.db import IntegrityError, OperationalError, connection, transaction

from common import locks
from common.bulk import work_memory
from common.jobs import RunningJob
from common.models import ImportRun
from common.side_by_side import SideBySide

from . import checks, fund_forms, ledger
from .sql import Span, Target, money

MOVING = 2  # spans that move into the ledger at once
UNDER_LOCK = 10  # spans under one lock: some three seconds in which another file of the employer waits


def write_all(job: RunningJob, target: Target, spans: Sequence[Span]) -> None:
    if _may_go_side_by_side(target, spans):
        SeveralSpans(job, target, spans).write()
        return
    first, last = spans[0].first, spans[-1].last

    @transaction.atomic
    def write(span: Span) -> None:
        write_span(target, span, by=job.by)
        # told inside: nothing of the span stays if the job was lost meanwhile
        job.advance(span.last - first + 1, last - first + 1, "apply")

    for span in spans:
        with job.kept_alive():
            ledger.steadily(partial(write, span))


def write_span(target: Target, span: Span, *, by: Any, write=ledger.write_contributions) -> None:
    """One transaction, made anew when an official has written an entry by hand in the same moment."""
    ledger.steadily(lambda: _write_span(target, span, by=by, write=write))


@transaction.atomic
def _write_span(target: Target, span: Span, *, by: Any, write: Callable[..., dict]) -> None:
    """Two files of one employer wait for each other, so the second sees what the first wrote."""
    ledger.hold(target)
    _keep_account(target.run, write(target, _prepare(target, span, by=by), by=by))


def _prepare(target: Target, span: Span, *, by: Any) -> Span:
    work_memory(checks.MEMORY)
    span = checks.check_record(target, span)
    ledger.write_periods(target, span, by=by)
    return span


def _keep_account(run: ImportRun, written: dict[str, tuple[int, int]]) -> None:
    """Adds to what the run says of itself, in the transaction that wrote the rows."""
    if not written:
        return
    run = ImportRun.everything.select_for_update(of=("self",)).get(pk=run.pk)
    for currency, (count, cents) in written.items():
        run.counts["applied"] = run.counts.get("applied", 0) + count
        told = run.counts.setdefault("sums", {}).setdefault(currency, {"file": "0.00"})
        told["applied"] = str(Decimal(told.get("applied", "0.00")) + money(cents))
    run.save(update_fields=["counts"])


# --- several at once ----------------------------------------------------------------------------------


def _may_go_side_by_side(target: Target, spans: Sequence[Span]) -> bool:
    """Not inside a transaction, whose rows other connections would not see. In forms of a fund a later span may
    reject a spell of which an earlier one has rows: they go one after another."""
    return (
        connection.vendor == "postgresql"
        and len(spans) > 1
        and not connection.in_atomic_block
        and target.run.format not in fund_forms.FORMATS
    )


class SeveralSpans:
    """While the ready rows of two spans move into the ledger, the next one is compared and its periods are written.

    Each is written as `write_span` has it, but in two transactions under one lock of this session. Both end with a
    look at the job: of a worker that lost it nothing stays.
    """

    def __init__(self, job: RunningJob, target: Target, spans: Sequence[Span]):
        self.job, self.target, self.spans = job, target, spans
        self.moved = 0

    def write(self) -> None:
        for start in range(0, len(self.spans), UNDER_LOCK):
            with self.job.kept_alive(), ledger.held(self.target), SideBySide(MOVING) as others:
                for span in self.spans[start : start + UNDER_LOCK]:
                    others.begin(self._move, span, ledger.steadily(partial(self._prepare, span)))
            self._advance(0)  # spans that end at once may tell of each other's rows too late

    @transaction.atomic
    def _prepare(self, span: Span) -> Span:
        prepared = _prepare(self.target, span, by=self.job.by)
        self._advance(0)
        return prepared

    def _move(self, span: Span, prepared: Span) -> None:
        """Compared once more where that could not be written: an entry made by hand may have come in between."""
        try:
            self._write(span, lambda: prepared)
        except (IntegrityError, OperationalError) as error:
            if isinstance(error, OperationalError) and not locks.was_sent_back(error):
                raise
            ledger.steadily(lambda: self._write(span, lambda: _prepare(self.target, span, by=self.job.by)))

    def _write(self, span: Span, prepare: Callable[[], Span]) -> None:
        rows = span.last - span.first + 1
        with transaction.atomic():
            work_memory(checks.MEMORY)
            _keep_account(self.target.run, ledger.write_contributions(self.target, prepare(), by=self.job.by))
            self._advance(rows)
        self.moved += rows

    def _advance(self, more: int) -> None:
        self.job.advance(self.moved + more, self.spans[-1].last - self.spans[0].first + 1, "apply")
