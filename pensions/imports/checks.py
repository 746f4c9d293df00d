"""Questions put to all staged rows of a run at once, in SQL that both databases speak.

Each may be asked again: rows that are rejected stay so. What is asked of persons and stretches of work is asked of
spells, which are a dozen times fewer than rows.
"""

from decimal import Decimal

from django.db import connection

from common.bulk import sorted_groups, whole_tables, work_memory

from . import ends, fund_forms, names
from .sql import EVERYTHING, Span, Target, ask, cents, fetch, money, narrowed

MEMORY = 96  # megabytes for one sort or join

# --- rows of one file among themselves ----------------------------------------------------------------

# The first spell of a person stands for all of them: a person may come under two numbers or two spellings.
PERSONS = """
UPDATE pensions_stagedspell AS p SET person = d.first
FROM (
    SELECT number, MIN(number) OVER (
        PARTITION BY COALESCE(CAST(worker_id AS text), identifier_kind || ' ' || identifier_index)
    ) AS first
    FROM pensions_stagedspell WHERE run_id = %(run)s AND problem = ''
) AS d
WHERE p.run_id = %(run)s AND p.number = d.number AND p.person <> d.first"""

# The same month of one person twice in the file: the first row stands.
TWICE = """
UPDATE pensions_stagedrow AS s SET state = 'rejected', problem_field = 'month',
    problem = CASE d.differs WHEN 0 THEN 'twice_in_file' WHEN 1 THEN 'conflicts_in_file' ELSE 'told_and_withdrawn' END
FROM (
    SELECT o.number, ROW_NUMBER() OVER told AS place,
        CASE WHEN (q.kind = 'withdrawal') <> (FIRST_VALUE(q.kind) OVER told = 'withdrawal') THEN 2
            WHEN COALESCE(o.accrued, -1) = COALESCE(FIRST_VALUE(o.accrued) OVER told, -1)
            AND COALESCE(o.wage, -1) = COALESCE(FIRST_VALUE(o.wage) OVER told, -1)
            AND COALESCE(o.base, -1) = COALESCE(FIRST_VALUE(o.base) OVER told, -1)
            AND COALESCE(o.rate, -1) = COALESCE(FIRST_VALUE(o.rate) OVER told, -1)
            AND COALESCE(o.paid, -1) = COALESCE(FIRST_VALUE(o.paid) OVER told, -1)
            AND o.currency = FIRST_VALUE(o.currency) OVER told THEN 0 ELSE 1 END AS differs
    FROM (
        SELECT p.person, s.month, s.fund FROM pensions_stagedrow s
        JOIN pensions_stagedspell p ON {spell}
        WHERE {rows} AND s.state <> 'rejected' AND s.month IS NOT NULL
        GROUP BY p.person, s.month, s.fund HAVING COUNT(*) > 1
    ) AS doubled
    JOIN pensions_stagedspell q ON q.run_id = %(run)s AND q.person = doubled.person
    JOIN pensions_stagedrow o ON o.run_id = %(run)s AND o.spell = q.number AND o.state <> 'rejected'
        AND o.month = doubled.month AND o.fund = doubled.fund
    WINDOW told AS (PARTITION BY q.person, o.month, o.fund ORDER BY o.number)
) AS d
WHERE s.run_id = %(run)s AND s.number = d.number AND d.place > 1 AND s.state = 'ready'"""

CONTRADICTS = """
UPDATE pensions_stagedspell AS p SET problem = 'period_contradicts', problem_field = 'end_on'
FROM (
    SELECT number, end_on, FIRST_VALUE(end_on) OVER (PARTITION BY person, start_on ORDER BY number) AS first_end
    FROM pensions_stagedspell WHERE run_id = %(run)s AND problem = '' AND start_on IS NOT NULL
) AS d
WHERE p.run_id = %(run)s AND p.number = d.number
AND (d.end_on <> d.first_end OR (d.end_on IS NULL) <> (d.first_end IS NULL))"""

# A row that withdraws a period and one that tells it, in one file: in which order they hold is not said.
TOLD_AND_WITHDRAWN = """
UPDATE pensions_stagedspell AS p SET problem = 'told_and_withdrawn', problem_field = 'kind'
FROM (
    SELECT number, FIRST_VALUE(kind) OVER (PARTITION BY person, start_on ORDER BY number) AS first_kind
    FROM pensions_stagedspell WHERE run_id = %(run)s AND problem = '' AND start_on IS NOT NULL
) AS d
WHERE p.run_id = %(run)s AND p.number = d.number AND (p.kind = 'withdrawal') <> (d.first_kind = 'withdrawal')"""

# --- who is meant ---------------------------------------------------------------------------------------

NO_LONGER = """
UPDATE pensions_stagedspell AS p SET worker_id = NULL
WHERE p.run_id = %(run)s AND p.worker_id IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM pensions_workeridentifier i WHERE i.kind = p.identifier_kind
    AND i."index" = p.identifier_index AND i.ended_at IS NULL AND i.worker_id = p.worker_id
)"""

# The same numbers as in the record: nobody is looked up by name.
WORKERS = """
UPDATE pensions_stagedspell AS p SET worker_id = i.worker_id
FROM pensions_workeridentifier i
WHERE p.run_id = %(run)s AND p.worker_id IS NULL AND i.kind = p.identifier_kind
AND i."index" = p.identifier_index AND i.ended_at IS NULL"""

ANOTHER_BIRTH = """
UPDATE pensions_stagedspell AS p SET problem_field = 'birth_on',
    problem = CASE WHEN w.search_key LIKE '%%' || p.name_key || '%%' THEN 'birth_differs' ELSE 'another_person' END
FROM pensions_worker w
WHERE p.run_id = %(run)s AND p.problem = '' AND w.id = p.worker_id AND w.birth_on <> p.birth_on"""

ELSEWHERE = """
UPDATE pensions_stagedspell AS p SET problem = 'registered_elsewhere', problem_field = ''
FROM pensions_worker w
WHERE p.run_id = %(run)s AND p.problem = '' AND w.id = p.worker_id AND w.registered_in <> %(state)s"""

SPOILED = """
UPDATE pensions_stagedrow AS s SET state = 'rejected', problem = p.problem, problem_field = p.problem_field
FROM pensions_stagedspell p
WHERE {rows} AND {spell} AND s.state = 'ready' AND p.problem <> ''"""

# --- what the ledger holds ------------------------------------------------------------------------------

# One look into the key for each spell, however many people the employer has.
_EMPLOYMENT = """(
    SELECT e.id FROM pensions_employment e WHERE e.worker_id = p.worker_id AND e.employer_id = %(employer)s
)"""
EMPLOYMENTS = f"""
UPDATE pensions_stagedspell AS p SET employment_id = {_EMPLOYMENT}
WHERE p.run_id = %(run)s AND p.employment_id IS NULL AND p.worker_id IS NOT NULL AND {_EMPLOYMENT} IS NOT NULL"""

# What other files have told or taken back since the rows were compared changes the answer.
_OF_PERIODS = "('nothing_to_close', 'nothing_to_withdraw', 'unpaid_inside')"
DEPENDS = f"""(s.state = 'known' AND s.month IS NOT NULL) OR (s.state = 'rejected' AND (
    s.problem IN ('differs_from_record', 'nothing_to_correct') OR s.problem IN {_OF_PERIODS}
))"""
FORGOTTEN_OF_PERIODS = f"""
UPDATE pensions_stagedspell AS p SET problem = '', problem_field = ''
WHERE p.run_id = %(run)s AND p.problem IN {_OF_PERIODS}"""
FORGOTTEN = f"""
UPDATE pensions_stagedrow AS s SET state = 'ready', problem = '', problem_field = '', entry_id = NULL,
    entry_version = NULL
WHERE {{rows}} AND s.spell IS NOT NULL AND ({DEPENDS})"""

# Most files bring months of which nothing is known: one look for each spell spares one for each row.
RECORDED = """
UPDATE pensions_stagedspell AS p SET recorded = %(yes)s
WHERE {spells} AND NOT p.recorded AND p.employment_id IS NOT NULL
AND (
    SELECT c.id FROM pensions_contribution c WHERE c.worker_id = p.worker_id AND c.employment_id = p.employment_id
    AND c.month BETWEEN %(first_month)s AND %(last_month)s LIMIT 1
) IS NOT NULL"""

_AMOUNTS = ("wage", "base", "tax", "rate", "paid")
_SAME = (
    "c.accrued = s.accrued AND c.currency = s.currency "
    + " ".join(f"AND COALESCE(c.{name}, -1) = COALESCE(s.{name}, -1)" for name in _AMOUNTS)
    + " AND (c.paid_on = s.paid_on OR (c.paid_on IS NULL AND s.paid_on IS NULL))"
)
# What was earned stands on the insurance row alone, so other funds are not compared by it.
_SAME = _SAME.replace("COALESCE(s.wage, -1)", "COALESCE(CASE WHEN s.fund = 'insurance' THEN s.wage END, -1)")
_SAME = _SAME.replace("COALESCE(s.tax, -1)", "COALESCE(CASE WHEN s.fund = 'insurance' THEN s.tax END, -1)")

_LATEST = """(
    SELECT {told} FROM pensions_contribution c
    WHERE c.worker_id = p.worker_id AND c.employment_id = p.employment_id AND c.month = s.month AND c.fund = s.fund
    AND c.month BETWEEN %(first_month)s AND %(last_month)s ORDER BY c.version DESC LIMIT 1
)"""
_VERDICT = f"CASE WHEN c.voids THEN '=voided' WHEN {_SAME} THEN '=same' ELSE '=differs' END"
# Each row is compared with the last word on its month; the verdict waits in `problem` for the next statement.
COMPARED = f"""
UPDATE pensions_stagedrow AS s SET entry_id = {_LATEST.replace("{told}", "c.id")},
    entry_version = {_LATEST.replace("{told}", "c.version")},
    problem = COALESCE({_LATEST.replace("{told}", _VERDICT)}, '')
FROM pensions_stagedspell p
WHERE {{rows}} AND {{spell}} AND s.state = 'ready' AND p.recorded AND s.month IS NOT NULL"""

JUDGED = """
UPDATE pensions_stagedrow AS s SET
    state = CASE
        WHEN s.problem = '=voided' THEN CASE WHEN p.kind = 'original' THEN 'ready' ELSE 'rejected' END
        WHEN p.kind = 'withdrawal' THEN 'ready'
        WHEN s.problem = '=same' THEN 'known'
        WHEN p.kind = 'original' THEN 'rejected' ELSE 'ready' END,
    problem = CASE
        WHEN s.problem = '=voided' THEN CASE WHEN p.kind = 'original' THEN '' ELSE 'nothing_to_correct' END
        WHEN s.problem = '=differs' AND p.kind = 'original' THEN 'differs_from_record' ELSE '' END,
    problem_field = CASE
        WHEN p.kind <> 'original' AND s.problem = '=voided' THEN 'month'
        WHEN p.kind = 'original' AND s.problem = '=differs' THEN 'accrued' ELSE '' END
FROM pensions_stagedspell p
WHERE {rows} AND {spell} AND s.state = 'ready' AND s.problem <> ''"""

NOTHING_TO_CORRECT = """
UPDATE pensions_stagedrow AS s SET state = 'rejected', problem = 'nothing_to_correct', problem_field = 'month'
FROM pensions_stagedspell p
WHERE {rows} AND {spell} AND s.state = 'ready' AND s.month IS NOT NULL AND s.entry_id IS NULL
AND p.kind <> 'original' AND p.worker_id IS NOT NULL"""


# Most files only tell what is new: then no row need be held against its spell.
_ASKED = """
SELECT COUNT(CASE WHEN p.recorded THEN 1 END), COUNT(CASE WHEN p.kind <> 'original' THEN 1 END)
FROM pensions_stagedspell p WHERE {spells}"""

# A withdrawal names a period by its first day and, if it gives one, its last: a year of an insured stage does not
# take out the whole employment that began with it.
WITHDRAWS_NOTHING = """
UPDATE pensions_stagedspell AS p SET problem = 'nothing_to_withdraw', problem_field = 'start_on'
WHERE {spells} AND p.problem = '' AND p.kind = 'withdrawal' AND p.told = 0 AND p.worker_id IS NOT NULL
AND p.number IN (SELECT s.spell FROM pensions_stagedrow s WHERE {rows})
AND NOT EXISTS (
    SELECT 1 FROM pensions_employmentperiod e
    WHERE e.worker_id = p.worker_id AND e.employment_id = p.employment_id AND e.start_on = p.start_on
    AND NOT e.voids AND (p.end_on IS NULL OR e.end_on = p.end_on) AND NOT EXISTS (
        SELECT 1 FROM pensions_employmentperiod later
        WHERE later.worker_id = e.worker_id AND later.entry = e.entry AND later.version > e.version
    )
)"""

# Unpaid days stay counted where another period of the same work holds them: that period has to leave them out first.
_HOLDS = """{q}.start_on <= p.end_on AND ({q}.end_on IS NULL OR {q}.end_on >= p.start_on)
    AND ({q}.start_on <> p.start_on OR {q}.end_on IS NULL OR {q}.end_on <> p.end_on) AND {q}.not_counted = '[]'"""
UNPAID_INSIDE = f"""
UPDATE pensions_stagedspell AS p SET problem = 'unpaid_inside', problem_field = 'special_conditions'
WHERE {{spells}} AND p.problem = '' AND p.kind <> 'withdrawal' AND p.told = 0 AND p.not_counted <> '[]'
AND p.number IN (SELECT s.spell FROM pensions_stagedrow s WHERE {{rows}})
AND (EXISTS (
    SELECT 1 FROM pensions_stagedspell q WHERE q.run_id = %(run)s AND q.identifier_index = p.identifier_index
    AND q.problem = '' AND q.kind <> 'withdrawal' AND {_HOLDS.format(q="q")}
) OR EXISTS (
    SELECT 1 FROM pensions_employmentperiod e WHERE e.worker_id = p.worker_id AND e.employment_id = p.employment_id
    AND NOT e.voids AND {_HOLDS.format(q="e")} AND NOT EXISTS (
        SELECT 1 FROM pensions_employmentperiod later
        WHERE later.worker_id = e.worker_id AND later.entry = e.entry AND later.version > e.version
    )
))"""


def check_file(target: Target) -> None:
    """What rows of one file say about each other."""
    work_memory(MEMORY)
    with whole_tables():
        ask(PERSONS, target)
        _reject_twice(target)
        spoiled = 0
        if target.run.format in fund_forms.FORMATS:
            spoiled = ask(TOLD_AND_WITHDRAWN, target)
        else:
            ends.complete(target)
        if spoiled + ask(CONTRADICTS, target):
            ask(SPOILED, target)


def _reject_twice(target: Target) -> None:
    """Rows of whoever bears a number of the file by mistake are not the same person's twice."""
    if names.find_two_under_one_number(target):
        ask(SPOILED, target)
    with sorted_groups():
        ask(TWICE, target)


def check_people(target: Target) -> None:
    """Who is known, and whether the known one is the one who is meant."""
    work_memory(MEMORY)
    ask(NO_LONGER, target)
    if not ask(WORKERS, target):
        return
    spoiled = ask(ANOTHER_BIRTH, target) + names.find_strangers(target) + ask(ELSEWHERE, target)
    with whole_tables():
        if spoiled:
            ask(SPOILED, target)
        if ask(PERSONS, target):
            _reject_twice(target)


def forget_record(target: Target) -> None:
    """Rows whose answer hangs on what the ledger held will be compared again before they are written."""
    if target.run.format in fund_forms.FORMATS:
        ask(FORGOTTEN_OF_PERIODS, target)
    ask(FORGOTTEN, target)


def find_employments(target: Target) -> None:
    ask(EMPLOYMENTS, target)


def check_record(target: Target, span: Span = EVERYTHING) -> Span:
    """What the ledger holds already, once the employments are found. Rows stay `ready` if they say something new.

    Returns the span with its bounds.
    """
    work_memory(MEMORY)
    forms = target.run.format in fund_forms.FORMATS
    if forms:
        ends.join_beginnings(target, span)
    span = narrowed(target, span)
    if forms:
        ends.close_recorded(target, span)
        for check in (WITHDRAWS_NOTHING, UNPAID_INSIDE):
            ask(check, target, span)
        # Also what an earlier span has found: its rows may share a spell with ours.
        ask(SPOILED, target, span)
    with whole_tables():
        if span.first_month:
            ask(RECORDED, target, span, yes=True)
        recorded, correcting = fetch(_ASKED, target, span)[0]
        if recorded and span.first_month and ask(COMPARED, target, span):
            ask(JUDGED, target, span)
        if correcting:
            ask(NOTHING_TO_CORRECT, target, span)
    return span


def ledger_sum(entries) -> Decimal:
    """What is accrued in these entries of one currency, exact to the cent."""
    query, params = entries.values_list("accrued").query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {cents('e.accrued')} FROM ({query}) AS e", params)
        return money(cursor.fetchone()[0])
