"""From a stored file to checked rows and proposals: nothing here touches the record."""

import json
from collections.abc import Iterator
from contextlib import closing
from itertools import chain, groupby, islice
from typing import NamedTuple

from django.db import connection, transaction
from django.db.models import Count, Min

from common import bulk, clock, imports
from common.ahead import ahead
from common.bulk_columns import Column, load_columns
from common.enums import ImportState
from common.imports.receiving import LEFT_OUT, refusal
from common.jobs import RunningJob
from common.models import ImportRun, SubjectKey
from common.tables.errors import TableError
from common.tables.header import normalise
from common.tables.reader import OpenTable
from common.tables.row import Row
from pensions.enums import ProposalState, RowState, Scheme
from pensions.models import Employer, StagedRow, StagedSpell, WorkerProposal
from pensions.services import classifications, proposals
from pensions.services.legislation import verified_library

from . import checks, fund_forms
from .many_rows import ManyRows
from .rows import RowReader, Setting, Staged
from .spells import Spell
from .sql import Target, cents, fetch, money

CHUNK = 10_000
CHECKS = (checks.check_people, checks.check_file, checks.find_employments, checks.check_record)
# Of a table, for its sender.
NOTES = ("skipped", "said", "unread", "codes", "formulas", "sheets", "other_sheets", "other_columns")
ASKED_OF_ROWS = "run_id, number, spell, state, month, fund"
ASKED_OF_SPELLS = """run_id, number, person, kind, identifier_kind, identifier_index, worker_id, employment_id,
    start_on, end_on, recorded, told, problem"""
IN_STAGING = ("ready", "waiting", "known", "rejected")
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
            reader = row_reader(run, table)
            total = _load(job, run, table, reader)
            table.notes["other_columns"] = _other_columns(table, run)
            notes = {name: table.notes[name] for name in NOTES if table.notes.get(name)}
    except TableError as error:
        raise refusal(error) from error
    told_by_planner()
    for place, check in enumerate(CHECKS):
        job.advance(place * total // len(CHECKS), total, "check")
        with job.kept_alive(), transaction.atomic():
            check(target)
    job.advance(total, total, "propose")
    propose(run)
    run.refresh_from_db()
    run.counts = {
        "applied": 0,
        "unreadable": reader.unreadable,
        "sums": _file_sums(reader),
        "notes": notes,
    }
    with transaction.atomic():
        run.state, run.counts = ImportState.CHECKED, counts(run)
        run.save(update_fields=["state", "counts"])
        job.must_be_mine()  # the file may be applied by now
    return run.counts


def _other_columns(table: OpenTable, run: ImportRun) -> list[str]:
    """Titles of columns that nobody reads and nobody has chosen to leave out."""
    if run.format in fund_forms.FORMATS:
        return []
    left_out = {normalise(title) for title in run.mapping.get(LEFT_OUT, ())}
    others = (title for place, title in enumerate(table.header) if place not in table.places.values())
    return [
        title[:60] for title in others if (name := normalise(title)) and name not in _NUMBERING | left_out
    ]


_NUMBERING = {"п п", "номер", "n", "катар номери", "no", "т б"}  # "№ п/п"


def told_by_planner() -> None:
    """Fresh figures for PostgreSQL's planner: it has never seen the rows that were just loaded. Of the columns by which
    rows are chosen, joined and grouped: those of all would take as long again."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(
                f"ANALYZE pensions_stagedrow ({ASKED_OF_ROWS}), pensions_stagedspell ({ASKED_OF_SPELLS})"
            )


def _file_sums(reader: RowReader) -> dict:
    return {
        currency: {"file": f"{total:.2f}", "applied": "0.00"}
        for currency, total in sorted(reader.sums.items())
    }


def clear(run: ImportRun) -> None:
    """Forgets what was staged; proposals that nobody has decided go with it."""
    with transaction.atomic():
        StagedRow.objects.filter(run=run).delete()
        StagedSpell.objects.filter(run=run).delete()
        waiting = WorkerProposal.everything.filter(run=run, state=ProposalState.WAITING)
        keys = list(waiting.values_list("key_id", flat=True))
        waiting.delete()
        SubjectKey.objects.filter(pk__in=keys).delete()


def row_reader(run: ImportRun, table: OpenTable) -> RowReader:
    employer = Employer.everything.get(pk=run.params["employer_id"])
    setting = Setting(
        today=clock.today(),
        currency=run.params.get("currency") or CURRENCIES.get(employer.state, ""),
        employer_numbers=frozenset(employer.identifiers.values_list("value", flat=True)),
        kind=run.params.get("entries", "original"),
        periods=run.format in fund_forms.FORMATS,
        occupations=classifications.codes(Scheme.ISCO08),
        law=verified_library(),
    )
    return RowReader(setting, table.places)


def _load(job: RunningJob, run: ImportRun, table: OpenTable, reader: RowReader) -> int:
    """Of a worker that was held up so long that another one has begun anew, no rows come in between."""
    done, names, key = 0, ("run_id", *Staged._fields), bulk.key_text(run.pk)
    blocks = _read(table, reader)
    if connection.vendor == "postgresql":  # SQLite works in this process: there is nothing to wait for
        blocks = ahead(blocks)
    with closing(blocks):  # nobody reads on in a file that its caller closes
        for block in blocks:
            with transaction.atomic():
                if block.columns:
                    done += load_columns(StagedRow, names, [key, *block.columns])
                done += bulk.load_plain(StagedRow, names, ((key, *row) for row in block.rows))
                bulk.load(StagedSpell, ("run_id", *Spell._fields), ((run.pk, *one) for one in block.spells))
                job.advance(done, int(done / block.share) if block.share else None, "read")
    return done


class _Block(NamedTuple):
    """Rows that are ready as columns, single ones, the spells that both tell of first, and the share of the file that
    has been read with them."""

    columns: list[Column]
    rows: list[Staged]
    spells: list[Spell]
    share: float | None


def _read(table: OpenTable, reader: RowReader) -> Iterator[_Block]:
    """Up to some 10,000 rows at a time."""
    many = ManyRows(reader)
    for single, parts in groupby(table.parts(), lambda part: part.__class__ is Row):
        for first in parts:
            if single:
                columns, rows = [], [reader.read(*row) for row in chain((first,), islice(parts, CHUNK - 1))]
            else:
                columns, rows = many.read(first)
            yield _Block(columns, rows, reader.take_spells(), table.share_read())


def propose(run: ImportRun) -> int:
    """One sealed proposal for each unknown person; their data are read from the file once more, by row."""
    known = set(WorkerProposal.everything.filter(run=run).values_list("identifier_index", flat=True))
    unknown = {
        first: {"identifier_kind": kind, "identifier_index": index, "rows": rows, "first": first}
        for kind, index, rows, first in fetch(UNKNOWN, Target.of(run))
        if index not in known
    }
    if not unknown:
        return 0
    made = 0
    with imports.open_run(run) as table:
        reader = row_reader(run, table)
        wanted = (
            (unknown[row.number], reader.person(row.values)) for row in table.rows() if row.number in unknown
        )
        while chunk := list(islice(wanted, 500)):
            chunk = _without_strangers(run, chunk)
            _save_proposals(run, chunk)
            made += len(chunk)
    return made


def _without_strangers(run: ImportRun, chunk: list) -> list:
    """The rows of a person of whom another number is known as somebody else's are rejected before anybody decides."""
    told = [person.as_dict() for _row, person in chunk]
    owners, kept = proposals.owners_of(told), []
    for pair, data in zip(chunk, told, strict=True):
        if kind := proposals.another_owner(data, owners):
            row = WorkerProposal(
                run=run, **{key: pair[0][key] for key in ("identifier_kind", "identifier_index")}
            )
            proposals.reject_rows(row, "number_of_another", kind)
        else:
            kept.append(pair)
    return kept


UNKNOWN = """
SELECT p.identifier_kind, p.identifier_index, COUNT(*), MIN(p.number)
FROM pensions_stagedrow s JOIN pensions_stagedspell p ON {spell}
WHERE {rows} AND s.state = 'ready' AND p.worker_id IS NULL
GROUP BY p.identifier_kind, p.identifier_index"""


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


STATES = """
SELECT s.state, s.state = 'ready' AND p.worker_id IS NULL, s.currency, COUNT(*), {sum}
FROM pensions_stagedrow s LEFT JOIN pensions_stagedspell p ON {spell}
WHERE {rows} GROUP BY 1, 2, 3"""


def counts(run: ImportRun) -> dict:
    """What the preview shows: rows and accrued sums by state, problems by code, people.

    What is applied has left the staging: `run.counts` carries it on, with the sums that the reader found.
    """
    states = dict.fromkeys(RowState.values, 0) | {"applied": run.counts.get("applied", 0)}
    sums = {currency: dict(told) for currency, told in run.counts.get("sums", {}).items()}
    found: dict[str, dict[str, int]] = {}
    for state, waits, currency, count, total in fetch(
        STATES.replace("{sum}", cents("s.accrued")), Target.of(run)
    ):
        name = RowState.WAITING.value if waits else state
        states[name] += count
        of_currency = found.setdefault(currency, dict.fromkeys(IN_STAGING, 0))
        of_currency[name] += total
    for currency, told in sums.items():
        staged = found.get(currency) or dict.fromkeys(IN_STAGING, 0)  # what has left altogether is nought now
        told |= {name: str(money(total)) for name, total in staged.items()}
    problems = (
        StagedRow.objects.filter(run=run, state=RowState.REJECTED)
        .values("problem", "problem_field")
        .annotate(count=Count("number"), example=Min("number"))
        .order_by("-count", "problem", "problem_field")
    )
    proposals = WorkerProposal.everything.filter(run=run, state=ProposalState.WAITING).count()
    return {
        "rows": sum(states.values()),
        **states,
        "proposals": proposals,
        "problems": list(problems),
        "unreadable": run.counts.get("unreadable", 0),
        "notes": run.counts.get("notes", {}),
        "sums": sums,
    }
