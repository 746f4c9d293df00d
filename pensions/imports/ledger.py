"""Checked rows of a span become employments, periods and contributions, each by one statement."""

import datetime as dt
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any, TypeVar

from django.db import IntegrityError, OperationalError, connection, transaction

from common import bulk, clock, locks
from common.bulk import key
from common.ids import NEW_ID_SQL, new_id
from pensions import fund_conditions
from pensions.models import Employment

from . import checks, fund_forms
from .sql import Span, Target, ask, cents, fetch

Result = TypeVar("Result")
ATTEMPTS = 4
WRITTEN_OF = "p.worker_id IS NOT NULL AND p.problem = ''"
READY = f"s.state = 'ready' AND {WRITTEN_OF}"


def hold(target: Target) -> None:
    """Whatever writes entries of an employer for a file waits for each other, until the end of the transaction."""
    locks.hold(_lock(target))


def held(target: Target) -> AbstractContextManager[None]:
    """The same over several transactions, some of which may run over another connection."""
    return locks.held(_lock(target))


def _lock(target: Target) -> str:
    return f"ledger of employer {target.employer_id}"


def steadily(write: Callable[[], Result], *, unique: str = "version") -> Result:
    """Writes anew when the unique key of this name says that an entry made by hand has come first, and when the
    database has sent this transaction back to let another one through. One that stands inside another cannot be done
    anew by itself: there the outer one is what has to be written steadily."""
    for _attempt in range(ATTEMPTS - 1):
        try:
            return write()
        except IntegrityError as error:
            if unique not in str(error):
                raise
        except OperationalError as error:
            if connection.in_atomic_block or not locks.was_sent_back(error):
                raise
    return write()


# Where nothing is known there is nothing to correct, to withdraw or to close: such rows make no employment, and are
# rejected when their span is compared with the record.
MISSING = f"""
SELECT DISTINCT p.worker_id FROM pensions_stagedspell p JOIN (
    SELECT s.spell, COUNT(*) - COUNT(s.month) AS monthless
    FROM pensions_stagedrow s WHERE {{rows}} AND s.state = 'ready' GROUP BY s.spell
) AS r ON r.spell = p.number
WHERE {{spells}} AND {WRITTEN_OF} AND p.employment_id IS NULL AND p.kind <> 'withdrawal'
AND (p.start_on IS NOT NULL OR p.end_on IS NULL) AND (p.kind = 'original' OR r.monthless > 0)"""

# PostgreSQL makes the ids too, and tells them to the spells at once.
MADE = f"""
WITH made AS (
    INSERT INTO pensions_employment (id, worker_id, employer_id, created_at)
    SELECT {NEW_ID_SQL}, worker_id, %(employer)s, %(now)s FROM ({MISSING}) AS missing ORDER BY worker_id
    RETURNING id, worker_id
)
UPDATE pensions_stagedspell AS p SET employment_id = made.id
FROM made WHERE p.run_id = %(run)s AND p.worker_id = made.worker_id AND p.employment_id IS NULL"""


def make_employments(target: Target) -> None:
    """Of everybody whom the file tells of; for workers whom this employer reports for the first time, new ones.
    Inside a transaction."""
    steadily(lambda: _make_employments(target), unique="employment_once")


@transaction.atomic
def _make_employments(target: Target) -> None:
    checks.find_employments(target)
    now = connection.ops.adapt_datetimefield_value(clock.now())
    with bulk.whole_tables():
        if connection.vendor == "postgresql":
            ask(MADE, target, now=now)
        elif found := fetch(MISSING, target):
            rows = ((new_id(), worker, target.employer_id, now) for (worker,) in sorted(found))
            bulk.load(Employment, ["id", "worker_id", "employer_id", "created_at"], rows)
            checks.find_employments(target)


# --- periods ----------------------------------------------------------------------------------------

# The last version of a period for the same work begun on the same day. Of one that a file has withdrawn only the
# chain is known: telling it anew goes on with it, so that files are taken back in any order.
_CHAIN = ("id", "version", "entry")
_TOLD_BEFORE = ("state", "end_on", "legal_basis", "p5000_type", "insurance_scheme", "day_scheme", "opened_by")
_TOLD_BEFORE += (
    "closed_by",
    "event_id",
    "closing_event_id",
    "position",
    "occupation",
    "unit",
    "share_of_rate",
    "special_conditions",
)
_TOLD_BEFORE += ("not_counted", "basis_document", "closing_document", "dismissal_ground")
_TOLD_BEFORE += ("declared_years", "declared_months", "declared_days")
_BEFORE_NAMES = tuple(f"before_{name}" for name in (*_CHAIN, *_TOLD_BEFORE))
_BEFORE = f"""(
    SELECT e.worker_id, e.employment_id, e.start_on, {", ".join(f"e.{name} AS before_{name}" for name in _CHAIN)},
        {", ".join(f"CASE WHEN NOT e.voids THEN e.{name} END AS before_{name}" for name in _TOLD_BEFORE)}
    FROM pensions_employmentperiod e
    WHERE NOT EXISTS (
        SELECT 1 FROM pensions_employmentperiod later
        WHERE later.worker_id = e.worker_id AND later.entry = e.entry AND later.version > e.version
    ) AND (NOT e.voids OR (e.import_run_id IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM pensions_employmentperiod other
        WHERE other.worker_id = e.worker_id AND other.employment_id = e.employment_id
        AND other.start_on = e.start_on AND other.entry <> e.entry AND other.id > e.id
    )))
) AS b ON b.worker_id = p.worker_id AND b.employment_id = p.employment_id AND b.start_on = p.start_on"""

# What a correction changes where its cell is not empty.
_TEXTS = ("opened_by", "position", "occupation", "unit", "basis_document", "dismissal_ground")
_CHANGED = " OR ".join(f"(p.{name} <> '' AND p.{name} <> d.before_{name})" for name in _TEXTS)
_CHANGED += " OR (p.end_on IS NOT NULL AND p.closed_by <> '' AND p.closed_by <> d.before_closed_by)"
_CHANGED += "".join(
    f" OR p.{name} <> d.before_{name} OR (p.{name} IS NOT NULL AND d.before_{name} IS NULL)"
    for name in ("share_of_rate", "event_id")
)
# Older records hold the event and document of an end as those of the period: told once more, they are known.
_END_OF_ITS_OWN = (
    "(p.closing_event_id IS NULL OR d.before_event_id IS NULL OR p.closing_event_id <> d.before_event_id)"
)
_END_EVENT_NEW = "(p.closing_event_id IS NOT NULL AND d.before_closing_event_id IS NULL)"
_CHANGED += f""" OR ({_END_OF_ITS_OWN} AND (
    {_END_EVENT_NEW} OR p.closing_event_id <> d.before_closing_event_id
    OR (p.closing_document <> '' AND p.closing_document <> d.before_closing_document)
))"""

# What an original adds to a known period of which it tells nothing else anew: the events and documents by which it
# began and ended.
_ADDED = f"""((p.end_on IS NULL OR p.end_on = d.before_end_on) AND p.opened_by IN ('', d.before_opened_by)
    AND (p.closed_by = '' OR d.before_closed_by IN ('', p.closed_by)) AND (
        (p.event_id IS NOT NULL AND d.before_event_id IS NULL)
        OR (p.basis_document <> '' AND d.before_basis_document = '')
        OR (p.dismissal_ground <> '' AND d.before_dismissal_ground = '')
        OR ({_END_OF_ITS_OWN} AND (
            {_END_EVENT_NEW} OR (p.closing_document <> '' AND d.before_closing_document = '')
        ))
    ))"""

# The last day that is written. Silence leaves the end as it is; only a correction that is no single event opens
# the work again by leaving the end out.
_REOPENS = "(p.kind = 'correction' AND p.opened_by = '')"
_END = f"(CASE WHEN p.end_on IS NULL AND NOT {_REOPENS} THEN before_end_on ELSE p.end_on END)"
_END_CHANGES = f"(d.before_end_on <> {_END} OR (d.before_end_on IS NULL) <> ({_END} IS NULL))"

# Of several spells that begin on the same day, the first in the file tells. A period that is known is told anew
# when it was open and is closed now, when its special conditions or its events were not known, or when it is
# corrected. A withdrawal takes it out where a row is about the period itself (forms of a fund) and names its days.
# With IS TRUE the planner makes a set of the spells of the rows; by itself it may look through the rows for each spell.
CHOOSE = f"""
UPDATE pensions_stagedspell AS p SET told = {{told}}
FROM (
    SELECT p.number, {", ".join(f"b.{name}" for name in _BEFORE_NAMES)}
    FROM (
        SELECT p.number, p.worker_id, p.employment_id, p.start_on,
            ROW_NUMBER() OVER (PARTITION BY p.worker_id, p.start_on ORDER BY p.number) AS place
        FROM pensions_stagedspell p
        WHERE {{spells}} AND p.told = 0 AND p.start_on IS NOT NULL AND (%(periods)s OR p.kind <> 'withdrawal')
        AND p.employment_id IS NOT NULL AND p.problem = '' AND (p.number IN (
            SELECT s.spell FROM pensions_stagedrow s WHERE {{rows}} AND s.state IN ('ready', 'known')
        )) IS TRUE
    ) AS p
    LEFT JOIN {_BEFORE}
    WHERE p.place = 1
) AS d
WHERE {{spells}} AND p.number = d.number AND p.told = 0 AND CASE
    WHEN p.kind = 'withdrawal' THEN d.before_state IS NOT NULL AND (p.end_on IS NULL OR p.end_on = d.before_end_on)
    ELSE d.before_state IS NULL
    OR (d.before_end_on IS NULL AND p.end_on IS NOT NULL)
    OR (p.kind = 'correction' AND ({_END_CHANGES} OR {_CHANGED}))
    OR (p.kind = 'original' AND {_ADDED})
    OR (p.special_conditions <> '[]' AND p.special_conditions <> d.before_special_conditions
        AND (d.before_special_conditions = '[]' OR p.kind = 'correction'))
END"""


# An original adds to what is known and changes it only where it closes open work; the beginning of that stays.
_ORIGINAL = "p.kind = 'original'"
_ADDS = f"{_ORIGINAL} AND NOT (before_end_on IS NULL AND p.end_on IS NOT NULL)"


def _text(name: str, otherwise: str = "", kept: str = _ADDS) -> str:
    """What the file tells, else what stood before; a withdrawal repeats what it takes out."""
    told = f"CASE WHEN p.kind <> 'withdrawal' THEN NULLIF(p.{name}, '') END"
    return (
        f"COALESCE(CASE WHEN {kept} THEN NULLIF(before_{name}, '') END, {told}, before_{name}, '{otherwise}')"
    )


_OTHER_END = "p.closed_by <> '' AND before_closed_by <> '' AND p.closed_by <> before_closed_by"


def _of_end(told: str, before: str, otherwise: str) -> str:
    """What belongs to the event that ended the period: gone where that goes on, or was ended by one of another kind."""
    stood = f"CASE WHEN {_OTHER_END} THEN NULL ELSE {before} END"
    return f"""CASE WHEN {{end}} IS NULL THEN {otherwise}
        WHEN p.kind = 'withdrawal' THEN COALESCE({before}, {otherwise})
        ELSE COALESCE(CASE WHEN {_ADDS} THEN {stood} END, {told}, {stood}, {otherwise}) END"""


# The whole period does not count and its form said why: another code of a correction takes the place of both.
_TAKEN_OUT_BY_A_CODE = f"""CAST(before_special_conditions AS text) LIKE '%%{fund_conditions.MORE}%%'
    AND CAST(before_not_counted AS text) LIKE '%%"from_on": "' || CAST(p.start_on AS text) || '"%%'
    AND CAST(before_not_counted AS text) LIKE '%%"until_on": "' || CAST(before_end_on AS text) || '"%%'"""

# Conditions and uncounted days are told by the file or stay; everything that no file tells stays as it was.
PERIODS = f"""
INSERT INTO pensions_employmentperiod (worker_id, employment_id, version, corrects, voids, effective_on, recorded_at,
    recorded_by_id, import_run_id, reason, entry, state, start_on, end_on, legal_basis, p5000_type, insurance_scheme,
    day_scheme, opened_by, closed_by, event_id, closing_event_id, position, occupation, unit, share_of_rate,
    special_conditions, not_counted, basis_document, closing_document, dismissal_ground, declared_years,
    declared_months, declared_days)
SELECT p.worker_id, p.employment_id, COALESCE(before_version, 0) + 1, before_id, p.kind = 'withdrawal', p.start_on,
    %(now)s, %(by)s, %(run)s, '', COALESCE(before_entry, {{uuid}}), COALESCE(before_state, x.state),
    p.start_on, {{end}},
    CASE WHEN p.opened_by = 'civil_start' AND COALESCE(before_opened_by, '') <> 'civil_start' THEN 'civil_contract'
        WHEN p.opened_by NOT IN ('', 'civil_start') AND before_opened_by = 'civil_start' THEN 'employment'
        ELSE COALESCE(before_legal_basis, 'employment') END,
    COALESCE(before_p5000_type, ''), COALESCE(before_insurance_scheme, ''), COALESCE(before_day_scheme, 'calendar'),
    {_text("opened_by", "hire")},
    CASE WHEN {{end}} IS NULL THEN '' ELSE COALESCE(
        CASE WHEN p.kind <> 'withdrawal' THEN NULLIF(p.closed_by, '') END, NULLIF(before_closed_by, ''),
        CASE WHEN %(periods)s OR p.end_on IS NULL THEN '' ELSE 'dismissal' END
    ) END,
    CASE p.kind WHEN 'withdrawal' THEN before_event_id WHEN 'correction' THEN COALESCE(p.event_id, before_event_id)
        ELSE COALESCE(before_event_id, p.event_id) END,
    {_of_end("p.closing_event_id", "before_closing_event_id", "NULL")},
    {_text("position")}, {_text("occupation")}, {_text("unit")},
    CASE WHEN p.kind <> 'withdrawal' THEN COALESCE(p.share_of_rate, before_share_of_rate)
        ELSE before_share_of_rate END,
    CASE WHEN (p.special_conditions = '[]' OR p.kind = 'withdrawal') AND before_state IS NOT NULL
        THEN before_special_conditions ELSE p.special_conditions END,
    CASE WHEN before_state IS NOT NULL AND (p.kind = 'withdrawal' OR (p.not_counted = '[]' AND NOT (
        p.kind = 'correction' AND p.special_conditions <> '[]' AND {_TAKEN_OUT_BY_A_CODE}
    ))) THEN before_not_counted ELSE p.not_counted END,
    {_text("basis_document", kept=_ORIGINAL)},
    {_of_end("NULLIF(p.closing_document, '')", "NULLIF(before_closing_document, '')", "''")},
    {_of_end("NULLIF(p.dismissal_ground, '')", "NULLIF(before_dismissal_ground, '')", "''")},
    before_declared_years, before_declared_months, before_declared_days
FROM {{chosen}}
JOIN pensions_employer x ON x.id = %(employer)s
ORDER BY p.worker_id, p.number""".replace("{end}", _END)

# PostgreSQL writes what it chooses in the same statement: each change of a spell costs as much as a ledger entry.
CHOSEN_AND_WRITTEN = f"""WITH chosen AS ({CHOOSE.replace("{told}", "2")}
    RETURNING p.*, {", ".join(f"d.{name}" for name in _BEFORE_NAMES)}
) {PERIODS.replace("{chosen}", "chosen p").replace("{uuid}", "gen_random_uuid()")}"""

CHOSEN = f"(SELECT * FROM pensions_stagedspell p WHERE {{spells}} AND p.told = 1) AS p LEFT JOIN {_BEFORE}"
PERIODS_OF_CHOSEN = PERIODS.replace("{chosen}", CHOSEN).replace("{uuid}", "lower(hex(randomblob(16)))")

WRITTEN = "UPDATE pensions_stagedspell AS p SET told = 2 WHERE {spells} AND p.told = 1"


def write_periods(target: Target, span: Span, *, by: Any) -> int:
    """A new period for each date of hire that is not known; an open one is closed when its end is told."""
    periods = {"periods": target.run.format in fund_forms.FORMATS}
    signed = _signed(by) | periods
    if connection.vendor == "postgresql":
        return ask(CHOSEN_AND_WRITTEN, target, span, **signed)
    if not ask(CHOOSE.replace("{told}", "1"), target, span, **periods):
        return 0
    written = ask(PERIODS_OF_CHOSEN, target, span, **signed)
    ask(WRITTEN, target, span)
    return written


# --- contributions ------------------------------------------------------------------------------------

# A row that tells of its spell alone is known when the record knew the spell; a withdrawal has to have withdrawn.
PERIODS_KNOWN = """
UPDATE pensions_stagedrow AS s SET state = CASE WHEN p.kind = 'withdrawal' THEN 'rejected' ELSE 'known' END,
    problem = CASE WHEN p.kind = 'withdrawal' THEN 'nothing_to_withdraw' ELSE '' END,
    problem_field = CASE WHEN p.kind = 'withdrawal' THEN 'start_on' ELSE '' END
FROM pensions_stagedspell p
WHERE {rows} AND {spell} AND s.state = 'ready' AND s.month IS NULL AND p.worker_id IS NOT NULL AND p.told = 0"""

# Spells are few: SQLite looks into a list of them for each row of the span, where a join would go to the table.
_WRITTEN_NOW = f"""{{rows}} AND s.state = 'ready' AND s.spell IN (
    SELECT p.number FROM pensions_stagedspell p WHERE {{spells}} AND {WRITTEN_OF}
) {{more}}"""
WHAT = (
    f"SELECT s.currency, COUNT(*), {{sum}} FROM pensions_stagedrow s WHERE {_WRITTEN_NOW} GROUP BY s.currency"
)
GONE = f"DELETE FROM pensions_stagedrow AS s WHERE {_WRITTEN_NOW}"

_LEDGER = """worker_id, employment_id, version, corrects, voids, effective_on, recorded_at,
    recorded_by_id, import_run_id, reason, month, fund, currency, wage, base, tax, rate, accrued, paid, paid_on"""
_STAGED = (
    *("entry_version", "entry_id", "month", "fund", "currency"),
    *("wage", "base", "tax", "rate", "accrued", "paid", "paid_on"),
)
_ENTRY = """{p}.worker_id, {p}.employment_id, COALESCE({s}.entry_version, 0) + 1, {s}.entry_id, {p}.kind = 'withdrawal',
    {s}.month, %(now)s, %(by)s, %(run)s, '', {s}.month, {s}.fund, {s}.currency,
    CASE WHEN {s}.fund = 'insurance' THEN {s}.wage END, {s}.base, CASE WHEN {s}.fund = 'insurance' THEN {s}.tax END,
    {s}.rate, COALESCE({s}.accrued, 0), {s}.paid, {s}.paid_on"""

CONTRIBUTIONS = f"""
INSERT INTO {{table}} ({_LEDGER})
SELECT {_ENTRY.format(p="p", s="s")}
FROM pensions_stagedrow s JOIN pensions_stagedspell p ON {{spell}}
WHERE {{rows}} AND {READY} AND s.month IS NOT NULL {{more}} ORDER BY p.worker_id, s.month"""

# The three in one, so that PostgreSQL looks for the rows once: they leave the staging, and what has left is written.
MOVED = f"""
WITH gone AS (
    DELETE FROM pensions_stagedrow s USING pensions_stagedspell p
    WHERE {{rows}} AND {{spells}} AND {{spell}} AND {READY} {{more}}
    RETURNING p.worker_id, p.employment_id, p.kind, {", ".join(f"s.{name}" for name in _STAGED)}
), written AS (
    INSERT INTO {{table}} ({_LEDGER})
    SELECT {_ENTRY.format(p="gone", s="gone")} FROM gone WHERE month IS NOT NULL ORDER BY worker_id, month
)
SELECT currency, COUNT(*), {{sum}} FROM gone GROUP BY currency"""


def write_contributions(
    target: Target, span: Span, *, by: Any, table: str = "pensions_contribution", more: str = ""
) -> dict[str, tuple[int, int]]:
    """Ready rows of the span become ledger entries and leave the staging; {currency: (rows, cents accrued)}."""
    what, insert, gone, moved = (one.replace("{more}", more) for one in (WHAT, CONTRIBUTIONS, GONE, MOVED))
    with bulk.whole_tables():
        if target.run.format in fund_forms.FORMATS:
            ask(PERIODS_KNOWN, target, span)
        if connection.vendor == "postgresql":
            moved = moved.replace("{table}", table).replace("{sum}", cents("accrued"))
            told = fetch(moved, target, span, **_signed(by))
        elif told := fetch(what.replace("{sum}", cents("s.accrued")), target, span):
            ask(insert.replace("{table}", table), target, span, **_signed(by))
            ask(gone, target, span)
    return {currency: (count, int(total)) for currency, count, total in told}


def _signed(by: Any) -> dict[str, Any]:
    now: dt.datetime = clock.now()
    return {"by": key(by.pk) if by else None, "now": connection.ops.adapt_datetimefield_value(now)}
