"""Parts of words, found through a trigram index: GIN on PostgreSQL, an FTS5 table beside the rows on SQLite.

    search.index(Worker, "search_key", "registry_number")        # in the app's ready()
    search.find(rows, "search_key", [["asan"], ["bakit", "bakyt"]], limit=200)

PostgreSQL's index is made by a migration (`gin_trgm_ops` on the column). SQLite's lies in two tables that triggers
keep in step, inside the same transaction as the row; they are installed again after every migrate, because SQLite
drops triggers with a table that it remakes, and filled again when one was missing. The copy has whole numbers as
keys of its own: SQLite may renumber hidden row ids in VACUUM.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import islice
from operator import and_, itemgetter, or_
from uuid import UUID

from django.apps import apps
from django.db import connections, models, router
from django.db.models import Q
from django.db.models.expressions import RawSQL

SHORTEST = 3
SPARE = 200


@dataclass(frozen=True)
class Index:
    model: type[models.Model]
    fields: tuple[str, ...]
    coarse: tuple[str, ...] = ()

    @property
    def table(self) -> str:
        return self.model._meta.db_table

    @property
    def copy(self) -> str:
        return f"find_{self.table}"

    @property
    def words(self) -> str:
        return f"find_{self.table}_words"


_indexes: dict[type[models.Model], Index] = {}


def index(model: type[models.Model], *fields: str, coarse: Sequence[str] = ()) -> None:
    """Says that these text fields of a model are searched by parts.

    `coarse`: indexes of two columns whose first parts the table into few pieces, such as a state. SQLite without
    statistics takes any index for a fine one, and would walk a whole state to check four keys.
    """
    _indexes[model] = Index(model, fields, tuple(coarse))


def find(
    rows: models.QuerySet,
    field: str,
    groups: Sequence[Sequence[str]],
    *,
    limit: int,
    columns: Sequence[str] = ("pk",),
) -> list[tuple]:
    """Columns of at most `limit` of the rows in whose field, of each group, at least one part stands. In no order.

    Parts have three signs or more; upper and lower case are the caller's business. One query on PostgreSQL; on SQLite
    the index is asked first and its hits are narrowed to the rows, some at a time, until there are enough.
    """
    return best(rows, field, groups, limit=limit, look=limit, columns=columns)[0][:limit]


def best(
    rows: models.QuerySet,
    field: str,
    groups: Sequence[Sequence[str]],
    *,
    limit: int,
    look: int,
    columns: Sequence[str],
    rank: Callable[[str], int] | None = None,
) -> tuple[list[tuple], bool]:
    """The same; more of the index is looked at, and the hits whose field has the lowest rank (0 is the best there is)
    come before others are fetched. Not sorted; with them, whether all hits were looked at: where not, better ones may
    lie behind.
    """
    if short := [part for group in groups for part in group if len(part) < SHORTEST]:
        raise ValueError(f"parts of fewer than {SHORTEST} signs cannot be looked up: {short}")
    if connections[rows.db].vendor != "sqlite":
        found = list(rows.filter(_like(field, groups)).values_list(*columns)[:look])
        return found, len(found) < look
    sql, params = _match(_indexes[rows.model], field, groups)
    with connections[rows.db].cursor() as cursor:
        cursor.execute(sql, params)
        return _walked(rows, iter(cursor), limit, look, columns, rank or (lambda _key: 0))


def _walked(
    rows: models.QuerySet,
    index: Iterator[tuple[str, str]],
    limit: int,
    look: int,
    columns: Sequence[str],
    rank: Callable[[str], int],
) -> tuple[list[tuple], bool]:
    """SQLite finds hits one by one while they are taken: whoever has enough takes no more. Each step looks at twice
    as many as the one before, so the count of queries hardly follows that of hits.
    """
    few = limit + min(limit // 2, SPARE)  # some are not for this reader
    step = max(look, few)
    hits, over = _best(index, rank, few, step)
    found, waiting = _of(rows, hits[:few], columns), hits[few:]
    while len(found) < limit and (waiting or not over):
        if not waiting:
            waiting = [key for key, _text in islice(index, step)]
            over, step = len(waiting) < step, step * 2
        found += _of(rows, waiting, columns)
        waiting = []
    return found, over


def _best(
    index: Iterator[tuple[str, str]], rank: Callable[[str], int], few: int, look: int
) -> tuple[list[str], bool]:
    """Keys of the first hits, the better ones before the others, and whether these are all: no more than are looked at,
    nor more than it takes to have a few that nothing can surpass.
    """
    hits: list[tuple[int, str]] = []
    perfect = 0
    for key, text in islice(index, look):
        hits.append((rank(text), key))
        perfect += not hits[-1][0]
        if perfect == few:
            break
    over = len(hits) < look and perfect < few
    return [key for _rank, key in sorted(hits, key=itemgetter(0))], over


def _of(rows: models.QuerySet, stored: list[str], columns: Sequence[str]) -> list[tuple]:
    return list(_listed(rows, stored).values_list(*columns)) if stored else []


def keyed(rows: models.QuerySet, keys: Sequence[UUID]) -> models.QuerySet:
    """Those of the rows that have one of these keys; they are one parameter, where the ORM would make one of each."""
    if connections[rows.db].vendor == "sqlite":
        return _listed(rows, [key.hex for key in keys])
    return rows.filter(pk__in=RawSQL("SELECT unnest(%s)", [list(keys)]))


def _listed(rows: models.QuerySet, stored: list[str]) -> models.QuerySet:
    return rows.filter(pk__in=RawSQL("SELECT value FROM json_each(%s)", [json.dumps(stored)]))


def _like(field: str, groups: Sequence[Sequence[str]]) -> Q:
    return reduce(
        and_, (reduce(or_, (Q(**{f"{field}__contains": part}) for part in group)) for group in groups)
    )


def _match(index: Index, field: str, groups: Sequence[Sequence[str]]) -> tuple[str, list[str]]:
    """SQL that gives key and text of each hit, and its one parameter: column : ("a") AND ("b" OR "c")."""
    said = " AND ".join("(" + " OR ".join(_quoted(part) for part in group) + ")" for group in groups)
    return (
        f'SELECT c.id, c.{field} FROM "{index.words}" w CROSS JOIN "{index.copy}" c ON c.n = w.rowid '
        f'WHERE "{index.words}" MATCH %s',
        [f"{field} : ({said})"],
    )


def _quoted(part: str) -> str:
    return '"' + part.replace('"', '""') + '"'


# --- the tables beside the rows on SQLite -----------------------------------------------------------


def install(using: str) -> None:
    """Makes what is missing; fills the copy again where a trigger on the rows was missing."""
    connection = connections[using]
    if connection.vendor != "sqlite":
        return
    present = set(connection.introspection.table_names())
    for one in _indexes.values():
        if one.table in present and router.allow_migrate_model(using, one.model):
            with connection.cursor() as cursor:
                cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
                known = {row[0] for row in cursor.fetchall()}
                for statement in _tables(one):
                    cursor.execute(statement)
                for statement in _triggers(one).values():
                    cursor.execute(statement)
            if not set(_triggers(one)) <= known:
                rebuild(one.model, using=using)
            _say_what_is_coarse(one, using)


def _say_what_is_coarse(one: Index, using: str) -> None:
    """Statistics of the table; where it is still empty, what they will be like."""
    with connections[using].cursor() as cursor:
        cursor.execute(f'ANALYZE "{one.table}"')
        cursor.execute("SELECT idx FROM sqlite_stat1 WHERE tbl = %s", [one.table])
        known = {row[0] for row in cursor.fetchall()}
        for name in set(one.coarse) - known:
            cursor.execute(
                "INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES (%s, %s, '1000000 200000 2')",
                [one.table, name],
            )
        cursor.execute("ANALYZE sqlite_master")


def rebuild(model: type[models.Model], *, using: str = "default") -> None:
    """Fills the copy and the index from the rows; nothing to do on PostgreSQL."""
    if connections[using].vendor != "sqlite":
        return
    one = _indexes[model]
    names = ", ".join(one.fields)
    with connections[using].cursor() as cursor:
        # Without its triggers the copy is filled first and indexed in one go.
        for name in _copy_triggers(one):
            cursor.execute(f'DROP TRIGGER IF EXISTS "{name}"')
        cursor.execute(f'DELETE FROM "{one.copy}"')
        cursor.execute(f'INSERT INTO "{one.copy}" (id, {names}) SELECT id, {names} FROM "{one.table}"')
        cursor.execute(f'INSERT INTO "{one.words}" ("{one.words}") VALUES (\'rebuild\')')
        for statement in _copy_triggers(one).values():
            cursor.execute(statement)


def _tables(one: Index) -> list[str]:
    names = ", ".join(one.fields)
    return [
        f'CREATE TABLE IF NOT EXISTS "{one.copy}" (n INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, {names})',
        f'CREATE VIRTUAL TABLE IF NOT EXISTS "{one.words}" USING fts5({names}, content="{one.copy}", '
        'content_rowid="n", tokenize="trigram")',
    ]


def _triggers(one: Index) -> dict[str, str]:
    return {**_row_triggers(one), **_copy_triggers(one)}


def _row_triggers(one: Index) -> dict[str, str]:
    """The copy follows the rows."""
    names = ", ".join(one.fields)
    values = ", ".join(f"new.{field}" for field in one.fields)
    changes = ", ".join(f"{field} = new.{field}" for field in one.fields)
    acts = {
        "INSERT": f'INSERT INTO "{one.copy}" (id, {names}) VALUES (new.id, {values});',
        f"UPDATE OF {names}": f'UPDATE "{one.copy}" SET {changes} WHERE id = new.id;',
        "DELETE": f'DELETE FROM "{one.copy}" WHERE id = old.id;',
    }
    return _spelled("row", one, one.table, acts)


def _copy_triggers(one: Index) -> dict[str, str]:
    """The index follows the copy, in the way that SQLite asks for with external content."""
    names = ", ".join(one.fields)
    new, old = (", ".join(f"{which}.{field}" for field in one.fields) for which in ("new", "old"))
    add = f'INSERT INTO "{one.words}" (rowid, {names}) VALUES (new.n, {new});'
    drop = f'INSERT INTO "{one.words}" ("{one.words}", rowid, {names}) VALUES (\'delete\', old.n, {old});'
    return _spelled("copy", one, one.copy, {"INSERT": add, "UPDATE": f"{drop} {add}", "DELETE": drop})


def _spelled(kind: str, one: Index, table: str, acts: dict[str, str]) -> dict[str, str]:
    found = {}
    for event, body in acts.items():
        name = f"find_{kind}_{one.table}_{event.partition(' ')[0].lower()}"
        found[name] = f'CREATE TRIGGER IF NOT EXISTS "{name}" AFTER {event} ON "{table}" BEGIN {body} END'
    return found


def install_after_migrate(sender, using: str, **kwargs) -> None:
    """Runs once for each migrate: after the last app, when all tables stand."""
    if sender is list(apps.get_app_configs())[-1]:
        install(using)
