"""Who a row is about and which stretch of work it tells of: read once for all rows that tell the same."""

import datetime as dt
from collections.abc import Container, Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID

from common.keys import blind_index
from common.kyrgyz import fold
from common.tables import values
from pensions import fund_conditions, identifiers
from pensions.enums import EventKind, RowKind
from pensions.legislation.parameters import Library, load_library

from . import cells, words
from .cells import EARLIEST, Cells, RowProblem
from .columns import IDENTIFIERS

YOUNGEST = 14
HIRED_AHEAD = dt.timedelta(days=31)
YEARS_AHEAD = 10  # a contract for a term may tell its last day beforehand
LONGEST_CONDITIONS = 4_000
OLDEST_BIRTH = dt.date(1900, 1, 1)
BEGINNINGS = {EventKind.HIRE, EventKind.TRANSFER, EventKind.CIVIL_START}
PERSONAL = (
    "family_name",
    "given_name",
    "patronymic",
    "birth_on",
    "birth_place",
    "sex",
    "citizenship",
    *IDENTIFIERS,
)
STRETCH = ("kind", "employer", "start_on", "end_on", "position", "occupation", "unit", "share_of_rate")
EVENTS = ("opened_by", "closed_by", "event_id", "closing_event_id", "basis_document", "closing_document")
EVENTS += ("dismissal_ground",)
# Rows that tell the same in these tell of the same spell: nothing else of a row is asked for it.
COLUMNS = (*PERSONAL, *STRETCH, *EVENTS, "special_conditions")
_NOTHING: dict[str, Any] = dict.fromkeys(COLUMNS)


class Spell(NamedTuple):
    """What goes into the table of spells, in the order of its columns. The two last lists are JSON."""

    number: int
    person: int
    kind: str
    identifier_kind: str
    identifier_index: str
    name_key: str
    given_key: str
    birth_on: dt.date | None
    start_on: dt.date | None
    end_on: dt.date | None
    opened_by: str
    closed_by: str
    event_id: UUID | None
    closing_event_id: UUID | None
    position: str
    occupation: str
    unit: str
    share_of_rate: Decimal | None
    basis_document: str
    closing_document: str
    dismissal_ground: str
    special_conditions: str
    not_counted: str
    recorded: bool = False
    told: int = 0
    problem: str = ""
    problem_field: str = ""


class Person(NamedTuple):
    """Who a row is about; `numbers` in the order in which they identify."""

    family_name: str
    given_name: str
    patronymic: str
    birth_on: dt.date | None
    birth_place: str
    sex: str
    citizenship: str
    numbers: tuple[identifiers.Reading, ...]

    def as_dict(self) -> dict:
        return self._asdict() | {
            "birth_on": self.birth_on.isoformat() if self.birth_on else None,
            "numbers": [number._asdict() for number in self.numbers],
        }


@dataclass(frozen=True)
class Setting:
    """What holds for the whole file. `periods`: its rows tell of stretches of work and have neither months nor
    birth dates, as the forms of the Russian fund and the tables of their rejected rows. `occupations`: the groups of
    ISCO-08; none while their table is empty. `law`: which codes of those forms bring no insured days."""

    today: dt.date
    currency: str
    employer_numbers: frozenset[str] = frozenset()
    kind: str = RowKind.ORIGINAL.value
    periods: bool = False
    occupations: frozenset[str] = frozenset()
    law: Library = field(default_factory=load_library)


def read_person(row: Cells, setting: Setting) -> Person:
    """RowProblem if the row does not say who it is about."""
    family_name = cells.needed("family_name", cells.name("family_name", row["family_name"]))
    given_name = cells.name("given_name", row["given_name"])
    birth_on = cells.cell("birth_on", cells.date, row["birth_on"])
    if birth_on is None and not setting.periods:
        raise RowProblem("missing", "birth_on")
    if birth_on is not None and birth_on > setting.today:
        raise RowProblem("in_future", "birth_on")
    if birth_on is not None and birth_on < OLDEST_BIRTH:
        raise RowProblem("too_early", "birth_on")
    sex = cells.word("sex", words.SEXES, row["sex"], "")
    return Person(
        family_name=family_name,
        given_name=given_name,
        patronymic=cells.name("patronymic", row["patronymic"]),
        birth_on=birth_on,
        birth_place=cells.text("birth_place", row["birth_place"], 160),
        sex=sex,
        citizenship=words.COUNTRIES.get(cells.lowered(row["citizenship"]), ""),
        numbers=_numbers(row, birth_on, sex),
    )


def read_spell(number: int, row: Cells, setting: Setting) -> Spell:
    person = read_person(row, setting)
    _check_employer(row, setting)
    kind = cells.word("kind", words.KINDS, row["kind"], setting.kind)
    start_on, end_on = _stretch(row, person, setting)
    if kind != RowKind.WITHDRAWAL:  # which may take out what should never have been written
        _not_too_far(start_on, end_on, setting.today)
    first, special = person.numbers[0], _special(row)
    folded = _folded(person.family_name)
    return Spell(
        number=number,
        person=number,
        kind=kind,
        identifier_kind=first.kind,
        identifier_index=blind_index(first.kind, first.value),
        name_key=folded,
        given_key=_folded(person.given_name),
        birth_on=person.birth_on,
        start_on=start_on,
        end_on=end_on,
        opened_by=_opened_by(row),
        closed_by=cells.word("closed_by", words.EVENTS, row["closed_by"], ""),
        position=cells.text("position", row["position"], 300),
        occupation=cells.occupation(row["occupation"], setting.occupations),
        unit=cells.text("unit", row["unit"], 300),
        share_of_rate=cells.share(row["share_of_rate"]),
        special_conditions=special,
        not_counted=_not_counted(special, start_on, end_on, setting.law),
        **_events(row, start_on, end_on),
    )


@lru_cache(maxsize=20_000)
def _folded(name: str) -> str:
    """The first word by which the name is compared; names come again and again."""
    return (fold(name).split() or [""])[0]


def _numbers(row: Cells, birth_on: dt.date | None, sex: str) -> tuple[identifiers.Reading, ...]:
    found, person = [], identifiers.Person(birth_on, sex)
    for kind in IDENTIFIERS:
        value = row[kind]
        if values.is_blank(value):
            continue
        reading = identifiers.read(kind, values.text(value), person)
        if not reading.value.strip("0"):  # 000-000-000 00: what programs write where there is none
            continue
        if reading.problem:
            raise RowProblem(reading.problem, kind)
        found.append(reading)
    if not found:
        raise RowProblem("no_identifier", "")
    return tuple(found)


def _stretch(row: Cells, person: Person, setting: Setting) -> tuple[dt.date | None, dt.date | None]:
    start_on = cells.cell("start_on", cells.date, row["start_on"])
    end_on = cells.cell("end_on", cells.last_day, row["end_on"])
    if start_on is None:
        if (end_on is None) == setting.periods:
            raise RowProblem("missing", "start_on")
        return None, end_on
    if start_on < EARLIEST:
        raise RowProblem("too_early", "start_on")
    if end_on is not None and end_on < start_on:
        raise RowProblem("end_before_start", "end_on")
    born = person.birth_on
    if born and (start_on.year - born.year, start_on.month, start_on.day) < (YOUNGEST, born.month, born.day):
        raise RowProblem("too_young", "start_on")
    return start_on, end_on


def _not_too_far(start_on: dt.date | None, end_on: dt.date | None, today: dt.date) -> None:
    if start_on is not None and start_on > today + HIRED_AHEAD:
        raise RowProblem("in_future", "start_on")
    if end_on is not None and end_on.year > today.year + YEARS_AHEAD:
        raise RowProblem("too_far_ahead", "end_on")


def _opened_by(row: Cells) -> str:
    """Empty where the file does not say: what the record has is kept, and a new period begins by a hire."""
    kind = cells.word("opened_by", words.EVENTS, row["opened_by"], "")
    if kind and kind not in BEGINNINGS:
        raise RowProblem("event_without_period", "opened_by")
    return kind


def _events(row: Cells, start_on: dt.date | None, end_on: dt.date | None) -> dict[str, Any]:
    """What began the stretch and what ended it. An end alone was begun by nothing: in a table of rejected rows without
    columns of the end, those of the beginning tell of its event."""
    begun = cells.event_id("event_id", row["event_id"])
    ended = cells.event_id("closing_event_id", row["closing_event_id"])
    basis = cells.text("basis_document", row["basis_document"], 300)
    closing = cells.text("closing_document", row["closing_document"], 300)
    if start_on is None:
        begun, ended, basis, closing = None, ended or begun, "", closing or basis
    ground = row["dismissal_ground"]
    ground = "" if values.is_blank(ground) else cells.text("dismissal_ground", ground, 300)
    if ended or closing or ground:
        cells.needed("end_on", end_on)
    return {
        "event_id": begun,
        "closing_event_id": ended,
        "basis_document": basis,
        "closing_document": closing,
        "dismissal_ground": ground,
    }


def _special(row: Cells) -> str:
    shown = values.text(row["special_conditions"])
    found = fund_conditions.read(shown) if shown else "[]"
    if found is None or len(found) > LONGEST_CONDITIONS:
        raise RowProblem("unknown_word", "special_conditions")
    return found


def _not_counted(special: str, start_on: dt.date | None, end_on: dt.date | None, law: Library) -> str:
    on = start_on or end_on
    code = fund_conditions.uncounted(special, on, law) if on and special != "[]" else ""
    if not code:
        return "[]"
    return fund_conditions.not_counted(
        cells.needed("start_on", start_on), cells.needed("end_on", end_on), code
    )


def _check_employer(row: Cells, setting: Setting) -> None:
    told = row["employer"]
    if told is None:
        return
    number = "".join(sign for sign in values.text(told) if sign.isdigit())
    if number and setting.employer_numbers and number not in setting.employer_numbers:
        raise RowProblem("other_employer", "employer")


def common_columns(places: Container[str]) -> list[str]:
    """The columns of a file that decide about the spell."""
    return [column for column in COLUMNS if column in places]


def row_of(columns: Iterable[str], told: Iterable[Any]) -> Cells:
    """What a row tells in these columns."""
    return _NOTHING | dict(zip(columns, told, strict=True))
