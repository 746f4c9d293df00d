"""From a stored file to checked rows and proposals: nothing here touches the record."""

import json
from collections.abc import Iterator
from itertools import islice

from django.db import transaction
from django.db.models import Count, Min

from common import bulk, clock, imports
from common.enums import ImportState
from common.imports.receiving import refusal
from common.jobs import RunningJob
from common.models import ImportRun, SubjectKey
from common.tables.errors import TableError
from common.tables.reader import OpenTable
from pensions.enums import ProposalState, RowState
from pensions.models import Employer, StagedRow, WorkerProposal

from . import checks
from .checks import Target
from .rows import RowReader, Setting, Staged

CHUNK = 5_000
CURRENCIES = {"RU": "RUB", "KG": "KGS", "KZ": "KZT", "BY": "BYN", "AM": "AMD"}


def stage(job: RunningJob, run: ImportRun) -> dict:
    """Reads the file into staging, checks it and proposes unknown people. Begins anew if it was cut off before."""
    if run.state not in {ImportState.UPLOADED, ImportState.STAGING}:
        return run.counts
    ImportRun.everything.filter(pk=run.pk).update(state=ImportState.STAGING)
    clear(run)
    target = Target.of(run)
    try:
        with imports.open_run(run) as table:
            total = _load(job, run, table, row_reader(run))
    except TableError as error:
        raise refusal(error) from error
    job.advance(total, total, "check")
    with transaction.atomic():
        checks.check_file(target)
        checks.check_people(target)
        checks.check_record(target)
    job.advance(total, total, "propose")
    propose(run)
    run.refresh_from_db()
    run.state, run.counts = ImportState.CHECKED, counts(run)
    run.save(update_fields=["state", "counts"])
    return run.counts


def clear(run: ImportRun) -> None:
    """Forgets what was staged; proposals that nobody has decided go with it."""
    with transaction.atomic():
        StagedRow.objects.filter(run=run).delete()
        waiting = WorkerProposal.everything.filter(run=run, state=ProposalState.WAITING)
        keys = list(waiting.values_list("key_id", flat=True))
        waiting.delete()
        SubjectKey.objects.filter(pk__in=keys).delete()


def row_reader(run: ImportRun) -> RowReader:
    employer = Employer.everything.get(pk=run.params["employer_id"])
    return RowReader(
        Setting(
            today=clock.today(),
            currency=run.params.get("currency") or CURRENCIES.get(employer.state, ""),
            employer_numbers=frozenset(employer.identifiers.values_list("value", flat=True)),
            kind=run.params.get("entries", "original"),
        )
    )


def records(table: OpenTable) -> Iterator[tuple[int, dict, bool]]:
    """(line, {column key: cell}, whether cells were left over)."""
    places = table.places.items()
    for row in table.rows():
        yield row.number, {key: row.values[place] for key, place in places}, row.overflow


def _load(job: RunningJob, run: ImportRun, table: OpenTable, reader: RowReader) -> int:
    done, lines = 0, records(table)
    names = ("run_id", *Staged._fields)
    while chunk := list(islice(lines, CHUNK)):
        rows = [(run.pk, *reader.read(*line)) for line in chunk]
        with transaction.atomic():
            bulk.load(StagedRow, names, rows)
        done += len(chunk)
        job.advance(done, step="read")
    return done


def propose(run: ImportRun) -> int:
    """One sealed proposal for each unknown person; their data are read from the file once more, by row."""
    unknown = {
        row["first"]: row
        for row in StagedRow.objects.filter(run=run, state=RowState.WAITING)
        .values("identifier_kind", "identifier_index")
        .annotate(first=Min("number"), rows=Count("id"))
    }
    known = set(WorkerProposal.everything.filter(run=run).values_list("identifier_index", flat=True))
    reader, made = row_reader(run), 0
    if not unknown:
        return 0
    with imports.open_run(run) as table:
        wanted = (
            (unknown[number], reader.person(record))
            for number, record, _overflow in records(table)
            if number in unknown and unknown[number]["identifier_index"] not in known
        )
        while chunk := list(islice(wanted, 500)):
            _save_proposals(run, chunk)
            made += len(chunk)
    return made


@transaction.atomic
def _save_proposals(run: ImportRun, chunk: list) -> None:
    keys = [SubjectKey.new() for _pair in chunk]
    SubjectKey.objects.bulk_create(keys)
    WorkerProposal.everything.bulk_create(
        WorkerProposal(
            run=run,
            key=subject_key,
            identifier_kind=row["identifier_kind"],
            identifier_index=row["identifier_index"],
            data=json.dumps(person.as_dict(), ensure_ascii=False),
            rows=row["rows"],
            first_row=row["first"],
            registered_in=run.params["state"],
        )
        for subject_key, (row, person) in zip(keys, chunk, strict=True)
    )


def counts(run: ImportRun) -> dict:
    """What the preview shows: rows by state, problems by code, people and months."""
    rows = StagedRow.objects.filter(run=run)
    states = dict(rows.values_list("state").annotate(Count("id")))
    problems = (
        rows.filter(state=RowState.REJECTED)
        .values("problem", "problem_field")
        .annotate(count=Count("id"), example=Min("number"))
        .order_by("-count", "problem", "problem_field")
    )
    proposals = WorkerProposal.everything.filter(run=run, state=ProposalState.WAITING).count()
    return {
        "rows": sum(states.values()),
        **{state: states.get(state, 0) for state in RowState.values},
        "proposals": proposals,
        "problems": list(problems),
    }
