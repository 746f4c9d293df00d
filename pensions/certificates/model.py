"""What an employment certificate says: plain facts, checked when they are put together.

Fields follow the minimum list of a harmonised certificate: person, employer, work, months with money, and what it
stands on. Amounts are Decimals in one currency; a month is the first day of it; `end_on` is the last day that counts.
"""

import base64
import secrets
import unicodedata
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from enum import IntEnum

from pensions.certificates.errors import PayloadError

UID_SIZE = 10
ROWS_IN_QR = 12
_CROCKFORD = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", "0123456789ABCDEFGHJKMNPQRSTVWXYZ")
_FORBIDDEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


class Variant(IntEnum):
    """What a print shows. Each variant is sealed by itself and holds no more than it shows."""

    PERIOD = 1
    CONTRIBUTIONS = 2
    FULL = 3


class Basis(IntEnum):
    """What the issuer relied on."""

    EMPLOYER = 0
    LEDGER = 1
    ARCHIVE = 2


def month_number(month: date) -> int:
    """Months since year 0, so that differences are calendar months."""
    return month.year * 12 + month.month - 1


def month_of(number: int) -> date:
    return date(number // 12, number % 12 + 1, 1)


def clean(text: str, limit: int, what: str) -> str:
    """The text in NFC without outer blanks; refuses controls, direction marks and anything longer than `limit`."""
    if not isinstance(text, str):
        raise PayloadError(f"{what} is not a text", code="field_invalid", field=what)
    text = unicodedata.normalize("NFC", text.strip())
    if len(text) > limit:
        raise PayloadError(
            f"{what} is longer than {limit} letters", code="field_too_long", field=what, limit=limit
        )
    # Printable text has no character of the forbidden kinds; only a rare no-break space needs the closer look.
    for character in "" if text.isprintable() else text:
        if unicodedata.category(character) in _FORBIDDEN:
            name = f"U+{ord(character):04X}"
            raise PayloadError(f"{what} holds {name}", code="character_forbidden", field=what, character=name)
    return text


def _texts(instance: object, limits: dict[str, int]) -> None:
    for name, limit in limits.items():
        what = f"{type(instance).__name__.lower()}.{name}"
        object.__setattr__(instance, name, clean(getattr(instance, name), limit, what))


def _pairs(instance: object, name: str) -> None:
    what = f"{type(instance).__name__.lower()}.{name}"
    pairs = tuple(
        sorted((clean(a, 12, what), clean(b, 40, what)) for a, b in dict(getattr(instance, name)).items())
    )
    object.__setattr__(instance, name, pairs)


@dataclass(frozen=True)
class Person:
    """`identifiers` are (scheme, value) pairs such as ("KG.PIN", "…") or ("RU.SNILS", "…"); citizenship is alpha-2."""

    name: str
    birth_on: date | None = None
    latin_name: str = ""
    former_names: tuple[str, ...] = ()
    citizenship: str = ""
    identifiers: tuple[tuple[str, str], ...] = ()
    birth_place: str = ""
    document: str = ""

    def __post_init__(self) -> None:
        _texts(self, {"name": 160, "latin_name": 160, "citizenship": 2, "birth_place": 160, "document": 80})
        _pairs(self, "identifiers")
        names = tuple(clean(name, 160, "person.former_names") for name in self.former_names)
        object.__setattr__(self, "former_names", names)
        if not self.name:
            raise PayloadError("A certificate names a person", code="field_missing", field="person.name")


@dataclass(frozen=True)
class Employer:
    """Name at the time of work, country (alpha-2), identifiers such as ("RU.INN", "…"), address."""

    name: str
    country: str
    identifiers: tuple[tuple[str, str], ...] = ()
    address: str = ""

    def __post_init__(self) -> None:
        _texts(self, {"name": 250, "country": 2, "address": 250})
        _pairs(self, "identifiers")
        if not self.name:
            raise PayloadError("A certificate names an employer", code="field_missing", field="employer.name")


@dataclass(frozen=True)
class Work:
    """`state` is where the work was insured; `period_type` a P5000 code (11: compulsory, employed).

    `declared` is the length as the issuer states it (years, months, days): shown beside the computed one, never
    instead of it.
    """

    position: str
    start_on: date
    end_on: date
    state: str
    occupation_code: str = ""
    period_type: int = 11
    declared: tuple[int, int, int] | None = None
    conditions: str = ""

    def __post_init__(self) -> None:
        _texts(self, {"position": 160, "state": 2, "occupation_code": 12, "conditions": 40})
        if self.end_on < self.start_on:
            raise PayloadError("The work ends before it begins", code="period_invalid")


@dataclass(frozen=True, slots=True)
class MonthRow:
    """One month. An amount is None where the variant does not show it."""

    month: date
    days: int
    contribution: Decimal | None = None
    wage: Decimal | None = None
    tax: Decimal | None = None

    def amounts(self) -> tuple[Decimal | None, ...]:
        return self.contribution, self.wage, self.tax


@dataclass(frozen=True, slots=True)
class TotalRow:
    """Totals of one calendar year, or of the whole period when `year` is 0."""

    year: int
    months: int
    days: int
    contribution: Decimal | None = None
    wage: Decimal | None = None
    tax: Decimal | None = None

    def amounts(self) -> tuple[Decimal | None, ...]:
        return self.contribution, self.wage, self.tax


@dataclass(frozen=True)
class Certificate:
    """The content of one sealed variant. The full record is the variant FULL with all its rows.

    `rows` are complete in the record; a payload for more than twelve months carries `totals` and `rows_digest`
    instead. `uid` is the unguessable id from which the check code comes; `status` is (status list, index in it).
    `grounds` names the documents behind a basis that is not the employer's word.
    """

    number: str
    issuer: str
    issued_at: datetime
    issued_on: date
    person: Person
    employer: Employer
    work: Work
    currency: str = ""
    rows: tuple[MonthRow, ...] = ()
    variant: Variant = Variant.FULL
    uid: bytes = field(default_factory=lambda: secrets.token_bytes(UID_SIZE))
    blank: tuple[str, str] | None = None
    supersedes: str = ""
    status: tuple[int, int] | None = None
    basis: Basis = Basis.EMPLOYER
    grounds: str = ""
    totals: tuple[TotalRow, ...] = ()
    rows_digest: bytes | None = None
    root: bytes | None = None

    def __post_init__(self) -> None:
        _texts(self, {"number": 40, "issuer": 40, "currency": 3, "supersedes": 40, "grounds": 200})
        object.__setattr__(self, "issued_at", self.issued_at.replace(microsecond=0))
        if not self.number or not self.issuer or self.issued_at.tzinfo is None or len(self.uid) != UID_SIZE:
            raise PayloadError(
                "Number, issuer, moment and uid are needed", code="field_missing", field="number"
            )
        if self.blank is not None:
            object.__setattr__(self, "blank", tuple(clean(part, 16, "blank") for part in self.blank))
        numbers = [*(self.status or ()), *(row.days for row in self.rows), self.work.period_type]
        pairs = (self.status, self.blank)
        if any(type(number) is not int or number < 0 for number in numbers) or any(
            pair is not None and len(pair) != 2 for pair in pairs
        ):
            raise PayloadError("A number of the certificate is none", code="field_invalid", field="status")
        self._check_rows()

    def _check_rows(self) -> None:
        first, last = month_number(self.work.start_on), month_number(self.work.end_on)
        numbers = [month_number(row.month) for row in self.rows]
        if numbers != sorted(set(numbers)) or any(row.month.day != 1 for row in self.rows):
            raise PayloadError("Months stand once each and in order", code="rows_invalid")
        if numbers and not first <= numbers[0] <= numbers[-1] <= last:
            raise PayloadError("A month lies outside the period of work", code="rows_invalid")
        if any(not 0 <= row.days <= 31 for row in self.rows):
            raise PayloadError("A month has at most 31 days", code="rows_invalid")
        if (self.rows or self.totals) and self.variant != Variant.PERIOD and len(self.currency) != 3:
            raise PayloadError("Amounts need a currency", code="field_missing", field="currency")

    @property
    def check_code(self) -> str:
        """Sixteen letters of the unguessable id, in fours: asked for beside the number."""
        letters = base64.b32encode(self.uid).decode().translate(_CROCKFORD)
        return "-".join(letters[start : start + 4] for start in range(0, 16, 4))

    def restricted(self, variant: Variant) -> "Certificate":
        """What `variant` shows of this certificate, and nothing else."""
        if variant > self.variant:
            raise PayloadError("A variant cannot show more than the record holds", code="variant_invalid")
        if variant == Variant.FULL:
            return self
        person = replace(self.person, former_names=(), birth_place="", document="")
        work = replace(self.work, conditions="")
        if variant == Variant.PERIOD:
            person = replace(person, identifiers=(), citizenship="")
            bare = {"currency": "", "rows": (), "totals": (), "rows_digest": None}
            return replace(self, variant=variant, person=person, work=work, **bare)
        rows = tuple(replace(row, wage=None, tax=None) for row in self.rows)
        return replace(self, variant=variant, person=person, work=work, rows=rows)


def total(rows: tuple[MonthRow, ...], year: int = 0) -> TotalRow:
    """Sum of the rows; a column that some row does not show has no total."""
    columns = zip(*(row.amounts() for row in rows), strict=True) if rows else [(), (), ()]
    sums = [None if None in column or not rows else sum(column, Decimal(0)) for column in columns]
    return TotalRow(year, len(rows), sum(row.days for row in rows), *sums)


def totals_of(rows: tuple[MonthRow, ...]) -> tuple[TotalRow, ...]:
    """Yearly totals; one total of the whole period when there are more than twelve years."""
    years = sorted({row.month.year for row in rows})
    if len(years) > ROWS_IN_QR:
        return (total(rows),)
    return tuple(total(tuple(row for row in rows if row.month.year == year), year) for year in years)
