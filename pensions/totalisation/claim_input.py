"""Reads a claim from JSON. Every error names the field and what to write instead."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Any

from pensions.legislation.sentences import sentence as _
from pensions.totalisation.amounts import Given
from pensions.totalisation.arithmetic import LAST_YEAR, Stage
from pensions.totalisation.conversion import UNITS
from pensions.totalisation.periods import Duration, InsurancePeriod
from pensions.totalisation.treaties import load_treaty

CLAIM_FIELDS = (
    "worker", "claim_on", "residence", "citizenship", "treaty", "periods", "durations", "amounts", "points", "wages",
)  # fmt: skip
PERIOD_FIELDS = (
    "id", "state", "start_on", "end_on", "kind", "scheme", "territory", "contributions", "contribution_status",
    "declared", "preferred",
)  # fmt: skip

FIRST_YEAR = 1900


class ClaimError(ValueError):
    """A field of the claim is wrong. ``field`` is its path, the text says the way out."""

    def __init__(self, field_: str, text: str) -> None:
        super().__init__(f"{field_}: {text}")
        self.field, self.text = field_, text


@dataclass(frozen=True, slots=True)
class Claim:
    treaty: str
    periods: list[InsurancePeriod]
    durations: list[Duration]
    amounts: dict[str, Given]
    sex: str | None = None
    birth_on: date | None = None
    claim_on: date | None = None
    residence: str | None = None
    citizenship: frozenset[str] | None = None
    points: dict[str, Decimal] = field(default_factory=dict)
    paid_base: dict[int, Decimal] = field(default_factory=dict)
    ignored: list[str] = field(default_factory=list)


def read_claim(raw: Any) -> Claim:
    """The claim in typed form. Raises ClaimError for the first field that is wrong."""
    _mapping(raw, "claim")
    worker = _mapping(raw.get("worker", {}), "worker")
    ignored = [name for name in raw if name not in CLAIM_FIELDS]
    ignored += [f"worker.{name}" for name in worker if name not in ("sex", "birth_on")]
    treaty = raw.get("treaty")
    if not treaty:
        raise ClaimError("treaty", _("is missing: name one, for example eaeu-2019"))
    try:
        load_treaty(treaty)
    except (ValueError, TypeError) as error:
        raise ClaimError("treaty", str(error)) from None
    periods = _list(raw, "periods")
    claim = Claim(
        treaty=treaty,
        periods=[_period(item, number, ignored) for number, item in enumerate(periods)],
        durations=[_duration(item, number, ignored) for number, item in enumerate(_list(raw, "durations"))],
        amounts=_amounts(_mapping(raw.get("amounts") or {}, "amounts")),
        sex=_sex(worker.get("sex")),
        birth_on=_date(worker.get("birth_on"), "worker.birth_on"),
        claim_on=_date(raw.get("claim_on"), "claim_on"),
        residence=_state(raw["residence"], "residence") if raw.get("residence") else None,
        citizenship=_citizenship(raw.get("citizenship")),
        points=_points(_mapping(raw.get("points") or {}, "points")),
        paid_base=_wages(_mapping(raw.get("wages") or {}, "wages"), ignored),
        ignored=ignored,
    )
    if not claim.periods and not claim.durations:
        raise ClaimError(
            "periods", _("are missing: give periods with dates, or durations where only totals are known")
        )
    if claim.birth_on and claim.claim_on and claim.birth_on > claim.claim_on:
        raise ClaimError(
            "worker.birth_on",
            _(
                "%(birth_on)s lies after claim_on %(claim_on)s: correct one",
                birth_on=claim.birth_on,
                claim_on=claim.claim_on,
            ),
        )
    return claim


def _period(raw: Any, number: int, ignored: list[str]) -> InsurancePeriod:
    path = f"periods[{number}]"
    _mapping(raw, path)
    ignored += [f"{path}.{name}" for name in raw if name not in PERIOD_FIELDS]
    for name in ("state", "start_on", "end_on"):
        if not raw.get(name):
            raise ClaimError(f"{path}.{name}", _("is missing: a period needs state, start_on and end_on"))
    try:
        return InsurancePeriod(
            id=str(raw.get("id") or f"p{number + 1}"),
            state=_state(raw["state"], f"{path}.state"),
            start_on=_needed(raw["start_on"], f"{path}.start_on"),
            end_on=_needed(raw["end_on"], f"{path}.end_on"),
            kind=str(raw.get("kind") or "compulsory"),
            scheme=str(raw.get("scheme") or "calendar"),
            territory=_state(raw["territory"], f"{path}.territory") if raw.get("territory") else None,
            contributions=_contributions(raw.get("contributions", raw.get("contribution_status"))),
            declared=_declared(raw.get("declared"), f"{path}.declared"),
            preferred=bool(raw.get("preferred", False)),
        )
    except ClaimError:
        raise
    except ValueError as error:
        raise ClaimError(path, str(error)) from None


def _duration(raw: Any, number: int, ignored: list[str]) -> Duration:
    path = f"durations[{number}]"
    _mapping(raw, path)
    known = ("id", "state", "scheme", "after", "before", "calendar_years", *UNITS)
    ignored += [f"{path}.{name}" for name in raw if name not in known]
    if not raw.get("state"):
        raise ClaimError(f"{path}.state", _("is missing: say which state certified the total"))
    amounts = tuple(
        (unit, _number(raw[unit], f"{path}.{unit}")) for unit in UNITS if raw.get(unit) is not None
    )
    if not amounts:
        raise ClaimError(path, _("has no length: give one or more of %(units)s", units=UNITS))
    scheme = raw.get("scheme")
    if scheme is not None and scheme not in ("5-day", "6-day", "7-day", "calendar"):
        raise ClaimError(
            f"{path}.scheme", _("%(scheme)s is unknown: use 5-day, 6-day or 7-day", scheme=repr(scheme))
        )
    return Duration(
        state=_state(raw["state"], f"{path}.state"),
        amounts=amounts,
        scheme="7-day" if scheme == "calendar" else scheme,
        after=_date(raw.get("after"), f"{path}.after"),
        before=_date(raw.get("before"), f"{path}.before"),
        calendar_years=_years(raw.get("calendar_years"), f"{path}.calendar_years"),
        id=str(raw.get("id") or f"d{number + 1}"),
    )


def _years(raw: Any, path: str) -> int | None:
    if raw is None:
        return None
    number = _number(raw, path)
    if number.denominator != 1 or number < 1:
        raise ClaimError(path, _("%(value)s is not a number of years: give 1 or more", value=repr(raw)))
    return int(number)


def _amounts(raw: Mapping[str, Any]) -> dict[str, Given]:
    found = {}
    for state, item in raw.items():
        path = f"amounts.{state}"
        _mapping(item, path)
        career = item.get("full_career")
        found[_state(state, path)] = Given(
            theoretical=_money(item.get("theoretical"), f"{path}.theoretical"),
            own=_money(item.get("own"), f"{path}.own"),
            currency=_currency(item.get("currency"), f"{path}.currency"),
            full_career_months=_career(career, f"{path}.full_career") if career else None,
        )
    return found


def _currency(raw: Any, path: str) -> str | None:
    if raw is None or (isinstance(raw, str) and len(raw) == 3 and raw.isascii() and raw.isalpha()):
        return raw
    raise ClaimError(path, _("is not a currency code: write three letters, for example RUB"))


def _career(raw: Any, path: str) -> Fraction:
    _mapping(raw, path)
    return _number(raw.get("years", 0), f"{path}.years") * 12 + _number(
        raw.get("months", 0), f"{path}.months"
    )


def _points(raw: Mapping[str, Any]) -> dict[str, Decimal]:
    """Total points of a state, given as one number or by year."""
    found = {}
    for state, item in raw.items():
        years = item if isinstance(item, Mapping) else {"total": item}
        values = [_money(value, f"points.{state}.{year}") for year, value in years.items()]
        found[state] = sum((value for value in values if value is not None), Decimal(0))
    return found


def _wages(raw: Mapping[str, Any], ignored: list[str]) -> dict[int, Decimal]:
    """Paid base by year in Russia, where points can be made of it; other states' wages have no solid formula."""
    ignored += [f"wages.{state}" for state in raw if state != "RU"]
    found = {}
    for year, value in _mapping(raw.get("RU", {}), "wages.RU").items():
        if not str(year).isdigit():
            raise ClaimError(f"wages.RU.{year}", _("is not a year: write it like 2024"))
        found[int(year)] = _money(value, f"wages.RU.{year}") or Decimal(0)
    return found


def _contributions(value: Any) -> str:
    if isinstance(value, Mapping):
        value = value.get("status")
    if isinstance(value, bool):
        return "paid" if value else "unpaid"
    return str(value) if value else "unknown"


def _declared(raw: Any, path: str) -> Stage | None:
    if raw is None:
        return None
    _mapping(raw, path)
    parts = {name: _number(raw.get(name, 0), f"{path}.{name}") for name in ("years", "months", "days")}
    for name, value in parts.items():
        if value.denominator != 1:
            raise ClaimError(
                f"{path}.{name}", _("%(value)s is not whole: give whole years, months and days", value=value)
            )
    return Stage(*(int(value) for value in parts.values()))


def _citizenship(raw: Any) -> frozenset[str] | None:
    if not raw:
        return None
    names = [raw] if isinstance(raw, str) else raw
    if not isinstance(names, list):
        raise ClaimError("citizenship", _("is neither a state nor a list of states: write KG or [KG, RU]"))
    return frozenset(_state(name, "citizenship") for name in names)


def _sex(value: Any) -> str | None:
    if value not in (None, "F", "M"):
        raise ClaimError("worker.sex", _("%(value)s is unknown: use F or M", value=repr(value)))
    return value


def _state(value: Any, path: str) -> str:
    if not isinstance(value, str) or not value.isascii() or not value.isalpha() or not 1 <= len(value) <= 3:
        raise ClaimError(
            path, _("%(value)s is not a state: use its two-letter code, for example KG", value=repr(value))
        )
    return value.upper()


def _needed(value: Any, path: str) -> date:
    found = _date(value, path)
    if found is None:
        raise ClaimError(path, _("is missing: give a date"))
    return found


def _date(value: Any, path: str) -> date | None:
    if value is None:
        return None
    try:
        found = date.fromisoformat(value)
    except (TypeError, ValueError):
        raise ClaimError(
            path, _("%(value)s is not a date: write it like 2026-11-01", value=repr(value))
        ) from None
    if not FIRST_YEAR <= found.year <= LAST_YEAR:
        raise ClaimError(
            path,
            _(
                "%(value)s is out of reach: give a day from %(first)s to %(last)s",
                value=value,
                first=FIRST_YEAR,
                last=LAST_YEAR,
            ),
        )
    return found


def _number(value: Any, path: str) -> Fraction:
    try:
        number = Fraction(str(value))
    except (ValueError, ZeroDivisionError):
        raise ClaimError(
            path, _("%(value)s is not a number: write it like 12 or 0.5", value=repr(value))
        ) from None
    if isinstance(value, bool) or number < 0:
        raise ClaimError(path, _("%(value)s is not a length: give a number of 0 or more", value=repr(value)))
    return number


def _money(value: Any, path: str) -> Decimal | None:
    if value is None:
        return None
    try:
        amount = Decimal(str(value))
    except InvalidOperation:
        raise ClaimError(
            path, _('%(value)s is not an amount: write it like "1200.00"', value=repr(value))
        ) from None
    if isinstance(value, bool) or not amount.is_finite() or amount < 0:
        raise ClaimError(
            path, _("%(value)s is not a possible amount: give a number of 0 or more", value=repr(value))
        )
    return amount


def _mapping(value: Any, path: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise ClaimError(path, _("is not an object: write it in braces, as in docs/howto/totalise.md"))
    return value


def _list(raw: Mapping[str, Any], name: str) -> list[Any]:
    value = raw.get(name) or []
    if not isinstance(value, list):
        raise ClaimError(name, _("is not a list: write it in brackets, as in docs/howto/totalise.md"))
    return value
