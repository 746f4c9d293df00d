"""Questions put to all staged rows of a run at once, in SQL that both databases speak.

Each takes a run and a span of row numbers, and may be asked again: rows that are applied or rejected stay so.
"""

import uuid
from dataclasses import dataclass

from django.db import connection

from common.bulk import key
from common.models import ImportRun

OPEN = "s.state IN ('ready', 'waiting')"
SPAN = "s.run_id = %(run)s AND s.number BETWEEN %(first)s AND %(last)s"
EVERYTHING = (0, 2_147_483_647)

# The same month of one person twice in the file: the first row stands.
TWICE = """
UPDATE pensions_stagedrow AS s SET state = 'rejected', problem = 'twice_in_file', problem_field = 'month'
WHERE {open} AND s.id IN (
    SELECT id FROM (
        SELECT id, ROW_NUMBER() OVER (PARTITION BY {person}, month, fund ORDER BY number) AS place
        FROM pensions_stagedrow WHERE run_id = %(run)s AND state <> 'rejected' AND {given}
    ) AS d WHERE place > 1
)"""

CONTRADICTS = """
UPDATE pensions_stagedrow AS s SET state = 'rejected', problem = 'period_contradicts', problem_field = 'end_on'
WHERE {open} AND s.id IN (
    SELECT id FROM (
        SELECT id, end_on,
            FIRST_VALUE(end_on) OVER (PARTITION BY identifier_index, start_on ORDER BY number) AS first_end
        FROM pensions_stagedrow
        WHERE run_id = %(run)s AND state <> 'rejected' AND start_on IS NOT NULL
    ) AS d WHERE end_on <> first_end OR (end_on IS NULL) <> (first_end IS NULL)
)"""

# The same numbers as in the record: nobody is looked up by name.
WORKERS = """
UPDATE pensions_stagedrow AS s SET worker_id = (
    SELECT i.worker_id FROM pensions_workeridentifier i
    WHERE i.kind = s.identifier_kind AND i."index" = s.identifier_index AND i.ended_at IS NULL
)
WHERE {span} AND {open}"""

KNOWN_WORKERS = """
UPDATE pensions_stagedrow AS s SET state = CASE WHEN s.worker_id IS NULL THEN 'waiting' ELSE 'ready' END
WHERE {span} AND {open}"""

ANOTHER_PERSON = """
UPDATE pensions_stagedrow AS s SET state = 'rejected', problem = {problem}, problem_field = 'birth_on'
WHERE {span} AND s.state = 'ready' AND EXISTS (
    SELECT 1 FROM pensions_worker w
    WHERE w.id = s.worker_id AND w.birth_on <> s.birth_on
    AND w.search_key {like} '%%' || s.name_key || '%%'
)"""

ELSEWHERE = """
UPDATE pensions_stagedrow AS s SET state = 'rejected', problem = 'registered_elsewhere', problem_field = ''
WHERE {span} AND s.state = 'ready' AND EXISTS (
    SELECT 1 FROM pensions_worker w WHERE w.id = s.worker_id AND w.registered_in <> %(state)s
)"""

EMPLOYMENTS = """
UPDATE pensions_stagedrow AS s SET employment_id = (
    SELECT e.id FROM pensions_employment e WHERE e.worker_id = s.worker_id AND e.employer_id = %(employer)s
)
WHERE {span} AND s.state = 'ready'"""

_LATEST = """
    SELECT c.{column} FROM pensions_contribution c
    WHERE c.worker_id = s.worker_id AND c.employment_id = s.employment_id AND c.month = s.month
    AND c.fund = s.fund ORDER BY c.version DESC LIMIT 1"""

ENTRIES = f"""
UPDATE pensions_stagedrow AS s SET entry_id = ({_LATEST.format(column="id")}),
    entry_version = ({_LATEST.format(column="version")})
WHERE {{span}} AND s.state = 'ready' AND s.employment_id IS NOT NULL"""

_LIVE = """EXISTS (
    SELECT 1 FROM pensions_contribution c
    WHERE c.worker_id = s.worker_id AND c.month = s.month AND c.id = s.entry_id AND NOT c.voids {same}
)"""
_AMOUNTS = ("wage", "base", "tax", "paid")
_SAME = (
    "AND c.accrued = s.accrued AND c.currency = s.currency "
    + " ".join(f"AND COALESCE(c.{name}, -1) = COALESCE(s.{name}, -1)" for name in _AMOUNTS)
    + " AND (c.paid_on = s.paid_on OR (c.paid_on IS NULL AND s.paid_on IS NULL))"
)

KNOWN = f"""
UPDATE pensions_stagedrow AS s SET state = 'known'
WHERE {{span}} AND s.state = 'ready' AND s.kind <> 'withdrawal' AND s.entry_id IS NOT NULL
AND {_LIVE.format(same=_SAME)}"""

DIFFERS = f"""
UPDATE pensions_stagedrow AS s SET state = 'rejected', problem = 'differs_from_record', problem_field = 'accrued'
WHERE {{span}} AND s.state = 'ready' AND s.kind = 'original' AND s.entry_id IS NOT NULL
AND {_LIVE.format(same="")}"""

NOTHING_TO_CORRECT = f"""
UPDATE pensions_stagedrow AS s SET state = 'rejected', problem = 'nothing_to_correct', problem_field = 'month'
WHERE {{span}} AND s.state = 'ready' AND s.kind <> 'original'
AND (s.entry_id IS NULL OR NOT {_LIVE.format(same="")})"""


@dataclass(frozen=True)
class Target:
    """For which employer the file speaks, and in which state's registry its people are."""

    run: ImportRun
    employer_id: uuid.UUID
    state: str

    @classmethod
    def of(cls, run: ImportRun) -> "Target":
        return cls(run, uuid.UUID(run.params["employer_id"]), run.params["state"])


def _ask(statement: str, target: Target, span: tuple[int, int], **words: str) -> int:
    values = {
        "run": key(target.run.pk),
        "employer": key(target.employer_id),
        "state": target.state,
        "first": span[0],
        "last": span[1],
    }
    with connection.cursor() as cursor:
        cursor.execute(*_placed(statement.format(open=OPEN, span=SPAN, **words), values))
        return cursor.rowcount


def _placed(statement: str, values: dict) -> tuple[str, list]:
    """Named places as positional ones: SQLite's wrapper takes names, but a single style keeps both alike."""
    parts, found = [], []
    rest = statement
    while True:
        before, mark, after = rest.partition("%(")
        parts.append(before)
        if not mark:
            return "".join(parts), found
        name, _, rest = after.partition(")s")
        parts.append("%s")
        found.append(values[name])


def check_file(target: Target) -> None:
    """What rows of one file say about each other."""
    _ask(
        TWICE, target, EVERYTHING, person="identifier_kind, identifier_index", given="identifier_index <> ''"
    )
    _ask(CONTRADICTS, target, EVERYTHING)


def check_people(target: Target, span: tuple[int, int] = EVERYTHING) -> None:
    """Who is known, and whether the known one is the one who is meant."""
    _ask(WORKERS, target, span)
    _ask(KNOWN_WORKERS, target, span)
    _ask(ANOTHER_PERSON, target, span, problem="'birth_differs'", like="LIKE")
    _ask(ANOTHER_PERSON, target, span, problem="'another_person'", like="NOT LIKE")
    _ask(ELSEWHERE, target, span)
    _ask(TWICE, target, span, person="worker_id", given="worker_id IS NOT NULL")


def check_record(target: Target, span: tuple[int, int] = EVERYTHING) -> None:
    """What the ledger holds already. Rows stay `ready` if they say something new."""
    _ask(EMPLOYMENTS, target, span)
    _ask(ENTRIES, target, span)
    for statement in (KNOWN, DIFFERS, NOTHING_TO_CORRECT):
        _ask(statement, target, span)


INSERT = """
INSERT INTO pensions_contribution (worker_id, employment_id, version, corrects, voids, effective_on, recorded_at,
    recorded_by_id, import_run_id, reason, month, fund, currency, wage, base, tax, rate, accrued, paid, paid_on)
SELECT s.worker_id, s.employment_id, COALESCE(s.entry_version, 0) + 1, s.entry_id, s.kind = 'withdrawal', s.month,
    %(now)s, %(by)s, %(run)s, '', s.month, s.fund, s.currency,
    CASE WHEN s.fund = 'insurance' THEN s.wage END, s.base, CASE WHEN s.fund = 'insurance' THEN s.tax END, NULL,
    COALESCE(s.accrued, 0), s.paid, s.paid_on
FROM pensions_stagedrow s WHERE {span} AND s.state = 'ready' ORDER BY s.worker_id, s.month"""

APPLIED = "UPDATE pensions_stagedrow AS s SET state = 'applied' WHERE {span} AND s.state = 'ready'"


def write_contributions(target: Target, span: tuple[int, int], *, by, now) -> int:
    """Ready rows of the span become ledger entries and are marked; returns how many."""
    values = {"run": key(target.run.pk), "first": span[0], "last": span[1], "by": by and key(by.pk)}
    values["now"] = connection.ops.adapt_datetimefield_value(now)
    with connection.cursor() as cursor:
        cursor.execute(*_placed(INSERT.format(span=SPAN), values))
        written = cursor.rowcount
        cursor.execute(*_placed(APPLIED.format(span=SPAN), values))
    return written
