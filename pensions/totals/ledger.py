"""The ledger as it was known at a moment, in columns: what the rules of pensions.services.statement make of each row.

Read in blocks into DuckDB, which joins and spills to disk, so that memory does not grow with the registry. Nothing
here decides anything that the statement decides otherwise: newest version, not withdrawn, not disputed, without the
days that the record takes out, contributions by the months of the employment.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
import uuid
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import duckdb
import numpy as np
from django.db.models import Q

from accounts.enums import State
from common import columns
from common.columns import Column, among, halves, moment, read, whole
from common.partitions import partitions_of
from pensions.enums import LegalBasis
from pensions.models import EmploymentPeriod
from pensions.services.merging import persons_at
from pensions.services.stage_codes import doubtful_codes
from pensions.totalisation.intervals import subtract
from pensions.totalisation.periods import P5000_KINDS

from .calendar import number
from .pieces import Pieces
from .slices import kind_number

STATES = sorted(State.values)
MEMORY = "400MB"
BLOCK = 10_000
TABLE_OF = re.compile(r"FROM (\w+)")
Report = Callable[[str], None]


def _case(column: str, values: dict[str, int], otherwise: str) -> str:
    cases = " ".join(f"WHEN '{key}' THEN {value}" for key, value in values.items())
    return f"CASE {column} {cases} ELSE {otherwise} END"


_STATE = {code: place for place, code in enumerate(STATES)}
_BASIS = _case(
    "p.legal_basis",
    {LegalBasis.VOLUNTARY: kind_number("voluntary"), LegalBasis.EQUIVALENT: kind_number("equivalent")},
    str(kind_number("compulsory")),
)
TABLES: dict[str, tuple[list[Column], str, str]] = {
    # name: columns, FROM and WHERE, the column that names the worker
    "worker": (
        [
            Column("id", "uuid", "w.id"),
            Column("person", "uuid", "coalesce(w.merged_into_id, w.id)"),
            Column("sex", "number", _case("w.sex", {"female": 0, "male": 1}, "-1")),
            Column("birth", "day", "w.birth_on"),
        ],
        "FROM pensions_worker w WHERE 1 = 1",
        "",
    ),
    "employment": (
        [
            Column("id", "uuid", "e.id"),
            Column("worker", "uuid", "e.worker_id"),
            Column("state", "number", _case("r.state", _STATE, "-1")),
        ],
        "FROM pensions_employment e JOIN pensions_employer r ON r.id = e.employer_id WHERE 1 = 1",
        "e.worker_id",
    ),
    "period": (
        [
            Column("id", "big", "p.id"),
            Column("worker", "uuid", "p.worker_id"),
            Column("employment", "uuid", "p.employment_id"),
            Column("entry", "uuid", "p.entry"),
            Column("version", "number", "p.version"),
            Column("voids", "flag", "p.voids"),
            Column("state", "number", _case("p.state", _STATE, "-1")),
            Column("s", "day", "p.start_on"),
            Column("e", "day", "p.end_on"),
            Column("kind", "number", _case("p.p5000_type", {code: kind_number(code) for code in P5000_KINDS}, _BASIS)),
            Column("cut", "flag", "p.not_counted <> '[]'"),
            Column("coded", "flag", "p.special_conditions <> '[]'"),
        ],
        "FROM pensions_employmentperiod p WHERE p.recorded_at <= %s",
        "p.worker_id",
    ),
    "evidence": (
        [
            Column("period", "big", "v.period_id"),
            Column("id", "big", "v.id"),
            Column("disputed", "flag", "v.status = 'disputed'"),
        ],
        "FROM pensions_periodevidence v WHERE v.recorded_at <= %s",
        "v.worker_id",
    ),
    "contribution": (
        [
            Column("employment", "uuid", "c.employment_id"),
            Column("month", "day", "c.month"),
            Column("version", "number", "c.version"),
            Column("voids", "flag", "c.voids"),
            Column("paid", "flag", "coalesce(c.paid, 0) > 0"),
        ],
        "FROM pensions_contribution c WHERE c.fund = 'insurance' AND c.recorded_at <= %s",
        "c.worker_id",
    ),
}  # fmt: skip
_TYPES = {"uuid": "UBIGINT", "day": "INTEGER", "number": "INTEGER", "big": "BIGINT", "flag": "BOOLEAN"}


@dataclass(frozen=True, slots=True)
class People:
    """A block of persons and everything that is counted of them; person numbers count from the block's first."""

    keys: list[uuid.UUID]
    pieces: Pieces
    sex: np.ndarray
    birth: np.ndarray
    disputed: np.ndarray
    doubtful: np.ndarray
    month_key: np.ndarray
    month: np.ndarray
    month_paid: np.ndarray


class Ledger:
    """`load` reads once; `people` gives blocks. `folder` is emptied by whoever made it."""

    def __init__(self, folder: Path) -> None:
        self.db = duckdb.connect(str(folder / "ledger.duckdb"))
        self.db.execute(f"SET memory_limit = '{MEMORY}'")
        self.db.execute("SET temp_directory = ?", [str(folder / "spill")])
        self.db.execute("SET threads = 2")
        self.db.execute("SET preserve_insertion_order = false")

    def close(self) -> None:
        self.db.close()

    def load(
        self,
        *,
        known_at: dt.datetime,
        on: dt.date,
        persons: list[uuid.UUID] | None = None,
        report: Report = lambda step: None,
    ) -> None:
        """`persons` None is everybody; else these, with the records that were merged into them."""
        self._people(persons)
        self._stand_as_known(known_at)
        self._gather()
        keys = None if persons is None else self._members()
        for name in ("employment", "period", "evidence", "contribution"):
            self._read(name, known_at, keys, report)
        report("joining")
        self._join(on, keys)
        self._doubt(keys)

    # --- reading ----------------------------------------------------------------------------------

    def _read(self, name: str, known_at: dt.datetime, keys: list[uuid.UUID] | None, report: Report) -> None:
        given, rest, owner = TABLES[name]
        self._create(name, given)
        condition, more = among(owner, keys) if owner else ("", [])
        known = [moment(known_at)] if "%s" in rest else []
        table = TABLE_OF.match(rest)[1]
        for part in (partitions_of(table) if keys is None else []) or [table]:
            for block in read(given, rest.replace(table, part, 1) + condition, [*known, *more]):
                self._insert(name, block)
            report(name)

    def _create(self, name: str, given: Iterable[Column]) -> None:
        fields = ", ".join(f"{field} {_TYPES[one.kind]}" for one in given for field in one.fields)
        self.db.execute(f"CREATE OR REPLACE TABLE {name} ({fields})")

    def _insert(self, name: str, block: columns.Block) -> None:
        self.db.register("block", block)
        self.db.execute(f"INSERT INTO {name} SELECT * FROM block")
        self.db.unregister("block")

    def _people(self, persons: list[uuid.UUID] | None) -> None:
        given, rest, _owner = TABLES["worker"]
        self._create("worker", given)
        mine, alias = among("w.id", persons), among("w.merged_into_id", persons)
        condition = "" if persons is None else f" AND ((1 = 1{mine[0]}) OR (1 = 1{alias[0]}))"
        for block in read(given, rest + condition, [*mine[1], *alias[1]]):
            self._insert("worker", block)

    def _stand_as_known(self, known_at: dt.datetime) -> None:
        """A merge that came later is not known yet. Those are few, and put right one by one."""
        for pk, person in persons_at(known_at).items():
            self.db.execute(
                "UPDATE worker SET person_hi = ?, person_lo = ? WHERE id_hi = ? AND id_lo = ?",
                [*halves(person), *halves(pk)],
            )

    def _gather(self) -> None:
        """The persons, and whose every record is."""
        self.db.execute("""
            CREATE OR REPLACE TABLE person AS
            SELECT (row_number() OVER (ORDER BY id_hi, id_lo) - 1)::INTEGER AS n, id_hi AS hi, id_lo AS lo, sex,
                CASE WHEN birth BETWEEN 0 AND 65534 THEN birth ELSE -1 END AS birth
            FROM worker WHERE id_hi = person_hi AND id_lo = person_lo""")
        self.db.execute("""
            CREATE OR REPLACE TABLE member AS
            SELECT w.id_hi AS hi, w.id_lo AS lo, p.n FROM worker w
            JOIN person p ON p.hi = w.person_hi AND p.lo = w.person_lo""")

    def _members(self) -> list[uuid.UUID]:
        return [whole(high, low) for high, low in self.db.execute("SELECT hi, lo FROM member").fetchall()]

    # --- what it says -----------------------------------------------------------------------------

    def _join(self, on: dt.date, keys: list[uuid.UUID] | None) -> None:
        self.db.execute("""
            CREATE OR REPLACE TABLE job AS
            SELECT (row_number() OVER () - 1)::INTEGER AS j, e.id_hi AS hi, e.id_lo AS lo, m.n, e.state
            FROM employment e JOIN member m ON m.hi = e.worker_hi AND m.lo = e.worker_lo""")
        self.db.execute("""
            CREATE OR REPLACE TABLE month AS
            SELECT j.j, j.n, j.state, c.month, c.paid FROM contribution c
            JOIN job j ON j.hi = c.employment_hi AND j.lo = c.employment_lo
            LEFT JOIN (
                SELECT employment_hi, employment_lo, month, max(version) AS latest
                FROM contribution WHERE version > 1 GROUP BY ALL) l
            ON l.employment_hi = c.employment_hi AND l.employment_lo = c.employment_lo AND l.month = c.month
            WHERE c.version >= coalesce(l.latest, 1) AND NOT c.voids""")
        self.db.execute("""
            CREATE OR REPLACE TABLE span AS
            SELECT j, min(month) AS first, max(month) AS last, min(month) FILTER (paid) AS first_paid,
                max(month) FILTER (paid) AS last_paid
            FROM month GROUP BY j""")
        self.db.execute(
            """
            CREATE OR REPLACE TABLE current AS
            SELECT p.id, m.n, j.j, p.state, p.s, least(p.e, $1) AS e, p.kind, p.cut, p.coded,
                coalesce(v.disputed, false) AS disputed
            FROM period p JOIN member m ON m.hi = p.worker_hi AND m.lo = p.worker_lo
            LEFT JOIN job j ON j.hi = p.employment_hi AND j.lo = p.employment_lo
            LEFT JOIN (
                SELECT worker_hi, worker_lo, entry_hi, entry_lo, max(version) AS latest
                FROM period WHERE version > 1 GROUP BY ALL) l
            ON l.worker_hi = p.worker_hi AND l.worker_lo = p.worker_lo
                AND l.entry_hi = p.entry_hi AND l.entry_lo = p.entry_lo
            LEFT JOIN (SELECT period, arg_max(disputed, id) AS disputed FROM evidence GROUP BY period) v
            ON v.period = p.id
            WHERE p.version >= coalesce(l.latest, 1) AND NOT p.voids AND p.s <= $1""",
            [number(on)],
        )
        self._cut(keys)
        self.db.execute("""
            CREATE OR REPLACE TABLE piece AS
            SELECT c.n, c.state, c.s, c.e, c.kind,
                coalesce(a.first <= c.e AND a.last >= c.head, false)
                    AND NOT coalesce(a.first_paid <= c.e AND a.last_paid >= c.head, false) AS unpaid
            FROM (
                SELECT *, s - day(DATE '1900-01-01' + s) + 1 AS head FROM (
                    SELECT n, j, state, s, e, kind FROM current WHERE NOT cut AND NOT disputed
                    UNION ALL SELECT c.n, c.j, c.state, k.s, k.e, c.kind FROM current c JOIN kept k ON k.id = c.id
                        WHERE NOT c.disputed)) c
            LEFT JOIN span a ON a.j = c.j
            WHERE c.s >= 0""")

    def _cut(self, keys: list[uuid.UUID] | None) -> None:
        """Pieces of the periods from which the record takes days out. They are few, and read one by one."""
        self.db.execute("CREATE OR REPLACE TABLE kept (id BIGINT, s INTEGER, e INTEGER)")
        wanted = dict(self.db.execute("SELECT id, e FROM current WHERE cut").fetchall())
        if not wanted:
            return
        rows = EmploymentPeriod.everything.filter(~Q(not_counted=[]))
        if keys is not None:
            rows = rows.filter(worker_id__in=keys)
        found = []
        for pk, start, taken in rows.values_list("pk", "start_on", "not_counted").iterator(10_000):
            if pk in wanted:
                run = (start, dt.date(1900, 1, 1) + dt.timedelta(days=wanted[pk]))
                found += [(pk, number(low), number(high)) for low, high in subtract([run], _days(taken))]
        if found:
            block = np.array(found, np.int64)
            self._insert("kept", {"id": block[:, 0], "s": block[:, 1], "e": block[:, 2]})

    def _doubt(self, keys: list[uuid.UUID] | None) -> None:
        """Periods of which the days count although nobody has settled their codes. Those with codes are few, and read
        one by one."""
        self.db.execute("CREATE OR REPLACE TABLE doubt (id BIGINT)")
        coded = self.db.execute("SELECT id FROM current WHERE coded AND NOT disputed").fetchnumpy()["id"]
        wanted = set(coded.tolist())
        if not wanted:
            return
        rows = EmploymentPeriod.everything.filter(~Q(special_conditions=[]))
        if keys is not None:
            rows = rows.filter(worker_id__in=keys)
        for block in _batched(row for row in rows.iterator(BLOCK) if row.pk in wanted):
            if found := list(doubtful_codes(block)):
                self._insert("doubt", {"id": np.array(found, np.int64)})

    # --- blocks -----------------------------------------------------------------------------------

    def count(self, table: str) -> int:
        return self.db.execute(f"SELECT count(*) FROM {table}").fetchone()[0]

    def left_out(self) -> int:
        """Periods that begin before the calendar of the engine does."""
        return self.db.execute("SELECT count(*) FROM current WHERE s < 0").fetchone()[0]

    def digest(self) -> str:
        """Hash of what the totals are made of, whatever the order of rows. Holds for one version of DuckDB."""
        parts = [
            self.db.execute(f"SELECT count(*), bit_xor(hash({row})) FROM {table}").fetchone()
            for table, row in (
                ("piece JOIN person USING (n)", "hi, lo, state, s, e, kind, unpaid"),
                ("month JOIN person USING (n)", "hi, lo, state, month, paid"),
                ("person", "hi, lo, sex, birth"),
                ("doubt JOIN current USING (id) JOIN person USING (n)", "hi, lo, state, s, e"),
            )
        ]
        return hashlib.sha256(repr((duckdb.__version__, parts)).encode()).hexdigest()

    def members_of(self, people: People) -> list[uuid.UUID]:
        """The keys of the block's people and of every record that was merged into one of them."""
        keys = np.array([halves(key) for key in people.keys], np.uint64).reshape(-1, 2)
        self.db.register("wanted", {"hi": keys[:, 0], "lo": keys[:, 1]})
        found = self.db.execute(
            "SELECT m.hi, m.lo FROM member m JOIN person p USING (n) JOIN wanted w ON w.hi = p.hi AND w.lo = p.lo"
        ).fetchall()
        self.db.unregister("wanted")
        return [whole(high, low) for high, low in found]

    def people(self, size: int) -> Iterator[People]:
        for low in range(0, self.count("person"), size):
            yield self._block(low, low + size - 1)

    def _block(self, low: int, high: int) -> People:
        between = f"WHERE n BETWEEN {low} AND {high}"

        def get(sql: str) -> dict[str, np.ndarray]:
            return {name: np.asarray(values) for name, values in self.db.execute(sql).fetchnumpy().items()}

        who = get(f"SELECT hi, lo, sex, birth FROM person {between} ORDER BY n")
        piece = get(f"SELECT n - {low} AS n, state, s, e, kind, unpaid FROM piece {between}")
        key = f"(n - {low})::BIGINT * 256 + state"
        month = get(f"SELECT {key} AS k, month, bool_or(paid) AS paid FROM month {between} GROUP BY ALL")
        disputed = get(f"SELECT DISTINCT {key} AS k FROM current {between} AND disputed")
        doubtful = get(f"SELECT DISTINCT {key} AS k FROM current JOIN doubt USING (id) {between}")
        return People(
            [whole(int(one), int(two)) for one, two in zip(who["hi"], who["lo"], strict=True)],
            Pieces(*(piece[name] for name in ("n", "state", "s", "e", "kind", "unpaid"))),
            who["sex"],
            who["birth"],
            disputed["k"],
            doubtful["k"],
            month["k"],
            month["month"],
            month["paid"],
        )


def _batched(rows: Iterable[EmploymentPeriod]) -> Iterator[list[EmploymentPeriod]]:
    rows = iter(rows)
    while block := list(islice(rows, BLOCK)):
        yield block


def _days(taken: list[dict[str, str]]) -> list[tuple[dt.date, dt.date]]:
    return [(dt.date.fromisoformat(one["from_on"]), dt.date.fromisoformat(one["until_on"])) for one in taken]
