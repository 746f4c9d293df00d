"""Which rows a person reaches, kept by PostgreSQL itself: a second wall behind the permission table.

The session follows the scope (`common.scoping`). Inside `acting_as(user)` statements run as a plain role of the
database that owns nothing, under the policies declared here; inside `system(reason)` and outside any scope they run as
the account that signed in, which owns the tables and is held by none. So a page that forgets to narrow its rows is held
by the database, while services, which ask the permission table themselves, jobs and commands go on as they were.

Each room declares its tables in `row_security.py`; a table that hangs on a declared one is declared too or excused by
name, and a test says which is neither. Policies and grants are made again after every migrate.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db import connections

from common.scoping import System

# PERSON reaches what the policies say; OFFICIAL too, and every row of the tables that are open to officials.
PERSON, OFFICIAL = "kozot_person", "kozot_official"
ROLES = (PERSON, OFFICIAL)


@dataclass(frozen=True)
class Policy:
    """`reached` is SQL over a row of the table: true where a person reaches it, for reading and for writing."""

    table: str
    reached: str
    officials: bool


@dataclass(frozen=True)
class Identity:
    """The role of the database, and one list of keys for each setting, as PostgreSQL spells an array."""

    role: str
    lists: tuple[str, ...]


_policies: dict[str, Policy] = {}
_excused: dict[str, str] = {}
_settings: dict[str, Callable[[Any], Iterable]] = {}
_lists: dict[str, str] = {}
_functions: dict[str, str] = {}
_officials: list[Callable[[Any], bool]] = []


def declare(table: str, reached: str, *, officials: bool = False) -> None:
    made = Policy(table, " ".join(reached.split()), officials)
    if _policies.setdefault(table, made) != made:
        raise ValueError(f"{table} has two policies")


def excuse(table: str, why: str) -> None:
    """The table hangs on one that has a policy, and has none itself."""
    _excused[table] = why


def setting(name: str, keys: Callable[[Any], Iterable]) -> None:
    """A list of keys that is told to the session of a signed-in person; nobody else has any."""
    _settings[name] = keys


def listing(name: str, query: str) -> None:
    """A short list that the database finds out of the settings when a session becomes a person's: one array."""
    _lists[name] = " ".join(query.split())


def function(name: str, query: str) -> None:
    """A list that may be long, so that it is found, over all rows, only by the statement that asks for it."""
    _functions[name] = " ".join(query.split())


def officials(are: Callable[[Any], bool]) -> None:
    """Says who works with every row of the tables that are open to officials."""
    _officials.append(are)


# --- words for conditions ---------------------------------------------------------------------------
# In parentheses with SELECT a list is found once for a statement, not once for a row.


def told(column: str, name: str) -> str:
    return f"{column} = ANY ((SELECT NULLIF(current_setting('{name}', true), '')::uuid[])::uuid[])"


def found(column: str, name: str) -> str:
    return f"{column} = ANY ((SELECT {name}())::uuid[])"


def with_row(table: str, column: str, *, of: str, key: str = "id") -> str:
    """The row that `column` names is reached: its own policy is asked."""
    return f'EXISTS (SELECT 1 FROM "{of}" reached WHERE reached."{key}" = "{table}"."{column}")'


def with_row_among(column: str, *, of: str, key: str = "id") -> str:
    """The same, where a statement asks it of many rows: the reached rows are found once for a statement and hashed.

    Correlated, as `with_row` has it, the condition makes the planner join such a table last without statistics.
    """
    return f'{column} IN (SELECT reached."{key}" FROM "{of}" reached)'


# --- what was declared ------------------------------------------------------------------------------


def policies() -> dict[str, Policy]:
    return _policies


def excused() -> dict[str, str]:
    return _excused


def functions() -> dict[str, str]:
    return _functions


def setting_names() -> tuple[str, ...]:
    return tuple(_settings)


def listings() -> dict[str, str]:
    return _lists


def identity(scope: Any) -> Identity | None:
    """Who the session is to be for a scope; None is the account that signed in."""
    if scope is None or isinstance(scope, System):
        return None
    if not (getattr(scope, "is_authenticated", False) and scope.is_active):
        return Identity(PERSON, ("",) * len(_settings))
    wide = any(are(scope) for are in _officials)
    lists = tuple("{" + ",".join(str(key) for key in keys(scope)) + "}" for keys in _settings.values())
    return Identity(OFFICIAL if wide else PERSON, lists)


def leave() -> None:
    """The request is over: its session is nobody's again, for whoever gets the connection next."""
    for connection in connections.all(initialized_only=True):
        if hasattr(connection, "leave"):
            connection.leave()
