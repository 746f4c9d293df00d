"""Whose end is told. An event that only ends work (a dismissal in a form of the Russian fund) finds the work that it
ends: one that the same file begins, wherever in it that stands, else one that the record holds.
"""

from .sql import Span, Target, ask

_IN_SPAN = "p.number IN (SELECT s.spell FROM pensions_stagedrow s WHERE {rows})"
_ENDS = f"""{{spells}} AND p.problem = '' AND p.kind <> 'withdrawal' AND p.start_on IS NULL AND p.end_on IS NOT NULL
    AND {_IN_SPAN}"""
_LAST_WORD = """NOT e.voids AND NOT EXISTS (
    SELECT 1 FROM pensions_employmentperiod later
    WHERE later.worker_id = e.worker_id AND later.entry = e.entry AND later.version > e.version
)"""
_OWN_EVENT = "e.closing_event_id = p.closing_event_id"

# --- begun in the same file ---------------------------------------------------------------------------

# Events of one day follow each other as in the file. So they do inside one block (`fund_events.worked`).
_BEGINS = """({q}.opened_by <> '' AND {q}.problem = '' AND {q}.kind = p.kind AND ({q}.start_on < p.end_on
    OR ({q}.start_on = p.end_on AND {q}.number < p.number)))"""
_SAME_EVENT = """({q}.closed_by = p.closed_by AND ({q}.closing_event_id IS NULL OR p.closing_event_id IS NULL
    OR {q}.closing_event_id = p.closing_event_id))"""
_SAME_PERSON = (
    "{q}.run_id = p.run_id AND {q}.identifier_index = p.identifier_index AND {q}.name_key = p.name_key"
)
# It ends the last work begun before, if nothing else has ended that and the record has no other one that it ends.
_PAIRS = f"""
SELECT p.*, h.number AS begun, ROW_NUMBER() OVER (
    PARTITION BY h.number ORDER BY CASE WHEN p.closing_event_id IS NULL THEN 1 ELSE 0 END, p.number
) AS place
FROM pensions_stagedspell p JOIN pensions_stagedspell h ON {_SAME_PERSON.format(q="h")}
WHERE {_ENDS} AND p.worker_id IS NOT NULL AND h.told = 0 AND {_BEGINS.format(q="h")}
AND (h.end_on IS NULL OR (h.end_on = p.end_on AND {_SAME_EVENT.format(q="h")}))
AND NOT EXISTS (
    SELECT 1 FROM pensions_stagedspell q WHERE {_SAME_PERSON.format(q="q")} AND q.number NOT IN (p.number, h.number)
    AND (({_BEGINS.format(q="q")} AND (q.start_on > h.start_on OR (q.start_on = h.start_on AND q.number < h.number)))
    OR (q.start_on IS NULL AND q.problem = '' AND q.kind = p.kind
        AND (q.end_on > h.start_on OR (q.end_on = h.start_on AND q.number > h.number))
        AND (q.end_on < p.end_on OR (q.end_on = p.end_on AND q.number < p.number AND NOT {_SAME_EVENT.format(q="q")}))
    ))
) AND NOT EXISTS (
    SELECT 1 FROM pensions_employmentperiod e
    WHERE e.worker_id = p.worker_id AND e.employment_id = p.employment_id AND e.start_on <> h.start_on
    AND ({_OWN_EVENT} OR (e.end_on IS NULL AND e.start_on > h.start_on AND e.start_on <= p.end_on)) AND {_LAST_WORD}
)"""


def _or_else(name: str, blank: str = "''") -> str:
    return f"{name} = CASE WHEN h.{name} = {blank} THEN d.{name} ELSE h.{name} END"


JOINED = f"""
UPDATE pensions_stagedspell AS h SET end_on = d.end_on, closed_by = d.closed_by,
    closing_event_id = d.closing_event_id, closing_document = d.closing_document,
    dismissal_ground = d.dismissal_ground, {", ".join(map(_or_else, ("position", "occupation", "unit")))},
    share_of_rate = COALESCE(h.share_of_rate, d.share_of_rate)
FROM ({_PAIRS}) AS d WHERE h.run_id = %(run)s AND h.number = d.begun AND d.place = 1 AND h.end_on IS NULL"""

# Its row goes with that of the beginning from now on.
TOGETHER = f"""
UPDATE pensions_stagedrow AS r SET spell = d.begun FROM ({_PAIRS}) AS d
WHERE r.run_id = %(run)s AND r.spell = d.number AND r.state = 'ready'"""

# --- in the record ------------------------------------------------------------------------------------

# An event that only ends something ends the work that the record has open. Told once more it belongs to the work that
# it ended: the one whose ending event it is, or that ended so on that day by an event of which no number is known.
# A correction may name the event and give another day. Older records hold the event of an end as the period's own.
_EVENT_BEFORE = "e.closing_event_id IS NULL AND e.end_on IS NOT NULL AND e.event_id = p.closing_event_id"
_SAME_END = """e.end_on = p.end_on AND e.closed_by = p.closed_by
    AND (p.kind = 'correction' OR p.closing_event_id IS NULL OR e.closing_event_id IS NULL)"""
CLOSES = f"""
UPDATE pensions_stagedspell AS p SET start_on = d.start_on, opened_by = d.opened_by
FROM (
    SELECT p.number, e.start_on, e.opened_by, ROW_NUMBER() OVER (PARTITION BY p.number ORDER BY
        CASE WHEN {_OWN_EVENT} THEN 0 WHEN {_EVENT_BEFORE} THEN 1 WHEN {_SAME_END} THEN 2 ELSE 3 END,
        e.start_on DESC, e.id) AS place
    FROM pensions_stagedspell p
    JOIN pensions_employmentperiod e ON e.worker_id = p.worker_id AND e.employment_id = p.employment_id
    WHERE {_ENDS} AND e.start_on <= p.end_on AND (e.end_on IS NULL OR ({_SAME_END}) OR (
        (e.end_on = p.end_on OR p.kind = 'correction') AND ({_OWN_EVENT} OR ({_EVENT_BEFORE}))
    )) AND {_LAST_WORD}
) AS d
WHERE {{spells}} AND p.number = d.number AND d.place = 1"""

CLOSES_NOTHING = f"""
UPDATE pensions_stagedspell AS p SET problem = 'nothing_to_close', problem_field = 'end_on'
WHERE {_ENDS} AND p.worker_id IS NOT NULL"""


# --- told in another row of a table -------------------------------------------------------------------

# A table has a row for each month, and the last day of the work stands in some of them or in the last one alone.
_OF_THE_END = ("closed_by", "closing_document", "dismissal_ground")
_TAKEN_OVER = ", ".join(
    f"{one} = CASE WHEN p.{one} = '' THEN d.{one} ELSE p.{one} END" for one in _OF_THE_END
)
TOLD_LATER = f"""
UPDATE pensions_stagedspell AS p SET end_on = d.end_on, {_TAKEN_OVER},
    closing_event_id = COALESCE(p.closing_event_id, d.closing_event_id)
FROM (
    SELECT q.person, q.start_on, q.end_on, q.closing_event_id, {", ".join(f"q.{one}" for one in _OF_THE_END)},
        ROW_NUMBER() OVER (PARTITION BY q.person, q.start_on ORDER BY q.number) AS place
    FROM pensions_stagedspell q WHERE q.run_id = %(run)s AND q.problem = '' AND q.kind = 'original'
    AND q.start_on IS NOT NULL AND q.end_on IS NOT NULL
) AS d
WHERE p.run_id = %(run)s AND p.problem = '' AND p.kind = 'original' AND p.end_on IS NULL AND d.place = 1
AND p.person = d.person AND p.start_on = d.start_on"""
BEYOND = """
UPDATE pensions_stagedrow AS s SET state = 'rejected', problem = 'outside_period', problem_field = 'month'
FROM pensions_stagedspell p WHERE {rows} AND {spell} AND s.state = 'ready' AND s.month > p.end_on"""


def complete(target: Target) -> None:
    """Rows of a table that leave the last day out have that of the same work; months behind it are rejected."""
    if ask(TOLD_LATER, target):
        ask(BEYOND, target)


def join_beginnings(target: Target, span: Span) -> None:
    """Ends of the span become those of work that the file begins, which may lie in another span."""
    ask(JOINED, target, span)
    ask(TOGETHER, target, span)


def close_recorded(target: Target, span: Span) -> None:
    """Then, ends of the span belong to work of the record, or are told as closing nothing."""
    ask(CLOSES, target, span)
    ask(CLOSES_NOTHING, target, span)
