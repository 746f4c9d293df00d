"""Reads a claim from JSON. Every fault names its field and what to write instead; all faults are told at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from pensions.legislation.sentences import InputError
from pensions.legislation.sentences import sentence as _
from pensions.totalisation.amounts import Given
from pensions.totalisation.arithmetic import Stage
from pensions.totalisation.claim_values import (
    ClaimError,
    items,
    mapping,
    read_codes,
    read_count,
    read_currency,
    read_date,
    read_flag,
    read_id,
    read_money,
    read_needed_date,
    read_number,
    read_state,
    read_word,
)
from pensions.totalisation.conversion import SCHEMES, UNITS
from pensions.totalisation.periods import Duration, InsurancePeriod
from pensions.totalisation.ratio import UNIT_ORDER
from pensions.totalisation.treaties import load_treaty

__all__ = ["Claim", "ClaimError", "read_claim"]

CLAIM_FIELDS = (
    "worker", "claim_on", "residence", "citizenship", "treaty", "periods", "durations", "amounts", "points", "wages",
)  # fmt: skip
PERIOD_FIELDS = (
    "id", "state", "start_on", "end_on", "kind", "scheme", "territory", "contributions", "contribution_status",
    "declared", "preferred", "doubtful",
)  # fmt: skip
AMOUNT_FIELDS = (
    "theoretical", "own", "currency", "full_career", "unit", "conditions_met", "theoretical_without_unmet",
)  # fmt: skip
CONTRIBUTION_FIELDS = ("status", "amount", "currency")
MOST_FAULTS = 100


@dataclass(frozen=True, slots=True)
class Claim:
    """``open_ended``: ids of periods whose end is not known yet, counted up to the day of the claim."""

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
    open_ended: list[str] = field(default_factory=list)


def read_claim(raw: Any, *, as_of: date | None = None) -> Claim:
    """The claim in typed form; ``as_of`` ends periods that are still open, else the day of the claim does.

    Raises ClaimError for the first field that is wrong, with the further ones in ``others``.
    """
    return _Reader(mapping(raw, "claim"), as_of).claim()


class _Reader:
    """Reads field by field and goes on after a fault, so that a person mends all of them at once."""

    def __init__(self, raw: Mapping[str, Any], as_of: date | None) -> None:
        self.raw, self.as_of = raw, as_of
        self.faults: list[ClaimError] = []
        self.ignored = [name for name in raw if name not in CLAIM_FIELDS]
        self.open_ended: list[str] = []

    def claim(self) -> Claim:
        raw = self.raw
        worker = self._try(mapping, _or_nothing(raw, "worker"), "worker") or {}
        self.ignored += [f"worker.{name}" for name in worker if name not in ("sex", "birth_on")]
        treaty = self._try(_treaty, raw.get("treaty"))
        claim_on = self._try(read_date, raw.get("claim_on"), "claim_on")
        self.last_day = self.as_of or claim_on
        claim = Claim(
            treaty=treaty or "",
            periods=self._each("periods", self._period),
            durations=self._each("durations", self._duration),
            amounts=self._try(self._amounts, _or_nothing(raw, "amounts")) or {},
            sex=self._try(_sex, worker.get("sex")),
            birth_on=self._try(read_date, worker.get("birth_on"), "worker.birth_on"),
            claim_on=claim_on,
            residence=self._try(read_state, raw["residence"], "residence") if raw.get("residence") else None,
            citizenship=self._try(_citizenship, raw.get("citizenship")),
            points=self._try(self._points, _or_nothing(raw, "points")) or {},
            paid_base=self._try(self._wages, _or_nothing(raw, "wages")) or {},
            ignored=self.ignored,
            open_ended=self.open_ended,
        )
        self._check(claim)
        if self.faults:
            first, *others = self.faults
            raise ClaimError(first.field, first.text, tuple(others[:MOST_FAULTS]))
        return claim

    def _check(self, claim: Claim) -> None:
        """What several fields say together."""
        if not claim.periods and not claim.durations and not self.faults:
            text = _("are missing: give periods with dates, or durations where only totals are known")
            self.faults.append(ClaimError("periods", text))
        day = self.last_day
        if claim.birth_on and day and claim.birth_on > day:
            text = _(
                "%(birth_on)s lies after claim_on %(claim_on)s: correct one",
                birth_on=claim.birth_on,
                claim_on=day,
            )
            self.faults.append(ClaimError("worker.birth_on", text))
        self._check_ids()

    def _check_ids(self) -> None:
        """Also among entries that have another fault."""
        seen: dict[str, str] = {}
        for name, prefix in (("periods", "p"), ("durations", "d")):
            raw = self.raw.get(name)
            for n, one in enumerate(raw if isinstance(raw, list) else []):
                try:
                    id_ = read_id(one.get("id"), "", f"{prefix}{n + 1}") if isinstance(one, Mapping) else ""
                except ClaimError:  # told where the entry was read
                    continue
                path = f"{name}[{n}]"
                if id_ and seen.setdefault(id_, path) != path:
                    text = _(
                        "%(id)s is the id of %(other)s already: give each its own",
                        id=repr(id_),
                        other=seen[id_],
                    )
                    self.faults.append(ClaimError(f"{path}.id", text))

    def _try(self, read: Callable[..., Any], *arguments: Any) -> Any:
        try:
            return read(*arguments)
        except ClaimError as fault:
            self.faults.append(fault)
            return None

    def _each(self, name: str, read: Callable[[Any, str, int], Any]) -> list[Any]:
        raw = self._try(items, self.raw, name) or []
        found = [self._try(read, item, f"{name}[{number}]", number) for number, item in enumerate(raw)]
        return [item for item in found if item is not None]

    def _period(self, raw: Any, path: str, number: int) -> InsurancePeriod:
        mapping(raw, path)
        self.ignored += [f"{path}.{name}" for name in raw if name not in PERIOD_FIELDS]
        if not raw.get("state") or not raw.get("start_on") or "end_on" not in raw:
            missing = next(name for name in ("state", "start_on", "end_on") if not raw.get(name))
            text = _("is missing: a period needs state, start_on and end_on")
            raise ClaimError(f"{path}.{missing}", text)
        id_ = read_id(raw.get("id"), f"{path}.id", f"p{number + 1}")
        start_on = read_needed_date(raw["start_on"], f"{path}.start_on")
        try:
            return InsurancePeriod(
                id=id_,
                state=read_state(raw["state"], f"{path}.state"),
                start_on=start_on,
                end_on=self._end(raw["end_on"], f"{path}.end_on", id_, start_on),
                kind=read_word(raw.get("kind"), f"{path}.kind", "compulsory"),
                scheme=read_word(raw.get("scheme"), f"{path}.scheme", "calendar"),
                territory=read_state(raw["territory"], f"{path}.territory") if raw.get("territory") else None,
                contributions=self._contributions(raw, path),
                declared=_declared(raw.get("declared"), f"{path}.declared"),
                preferred=bool(read_flag(raw.get("preferred"), f"{path}.preferred")),
                doubtful=read_codes(raw.get("doubtful"), f"{path}.doubtful"),
            )
        except ClaimError:
            raise
        except InputError as error:
            raise ClaimError(f"{path}.{error.field}", error.text) from None
        except ValueError as error:
            raise ClaimError(path, error.args[0]) from None

    def _end(self, raw: Any, path: str, id_: str, start_on: date) -> date:
        """null says that the period is still running."""
        if raw is not None:
            return read_needed_date(raw, path)
        if self.last_day is None:
            raise ClaimError(path, _("is null, so the period is still running: give claim_on or --as-of"))
        self.open_ended.append(id_)
        return max(self.last_day, start_on)

    def _contributions(self, raw: Mapping[str, Any], path: str) -> str:
        name = "contributions" if "contributions" in raw else "contribution_status"
        path = f"{path}.{name}"
        value, amount = raw.get(name), None
        if isinstance(value, Mapping):
            self.ignored += [f"{path}.{key}" for key in value if key not in CONTRIBUTION_FIELDS]
            amount = read_money(value.get("amount"), f"{path}.amount")
            read_currency(value.get("currency"), f"{path}.currency")
            path, value = f"{path}.status", value.get("status")
        if value is None and amount is not None:
            return "paid" if amount else "unpaid"
        if isinstance(value, bool):
            return "paid" if value else "unpaid"
        return read_word(value, path, "unknown")

    def _duration(self, raw: Any, path: str, number: int) -> Duration:
        mapping(raw, path)
        known = ("id", "state", "scheme", "after", "before", "calendar_years", *UNITS)
        self.ignored += [f"{path}.{name}" for name in raw if name not in known]
        if not raw.get("state"):
            raise ClaimError(f"{path}.state", _("is missing: say which state certified the total"))
        lengths = tuple(
            (unit, read_number(raw[unit], f"{path}.{unit}")) for unit in UNITS if raw.get(unit) is not None
        )
        if not lengths:
            raise ClaimError(path, _("has no length: give one or more of %(units)s", units=UNITS))
        scheme = raw.get("scheme")
        if scheme is not None and scheme not in (*SCHEMES, "calendar"):
            text = _("%(scheme)s is unknown: use 5-day, 6-day or 7-day", scheme=repr(scheme))
            raise ClaimError(f"{path}.scheme", text)
        after, before = (read_date(raw.get(name), f"{path}.{name}") for name in ("after", "before"))
        if after and before and before <= after:
            text = _(
                "%(before)s does not lie behind after %(after)s: correct one", before=before, after=after
            )
            raise ClaimError(f"{path}.before", text)
        return Duration(
            state=read_state(raw["state"], f"{path}.state"),
            amounts=lengths,
            scheme="7-day" if scheme == "calendar" else scheme,
            after=after,
            before=before,
            calendar_years=read_count(raw.get("calendar_years"), f"{path}.calendar_years"),
            id=read_id(raw.get("id"), f"{path}.id", f"d{number + 1}"),
        )

    def _amounts(self, raw: Any) -> dict[str, Given]:
        found = {}
        for state, item in mapping(raw, "amounts").items():
            path = f"amounts.{state}"
            code = read_state(state, path)
            mapping(item, path)
            self.ignored += [f"{path}.{name}" for name in item if name not in AMOUNT_FIELDS]
            career = item.get("full_career")
            found[code] = Given(
                theoretical=read_money(item.get("theoretical"), f"{path}.theoretical"),
                own=read_money(item.get("own"), f"{path}.own"),
                currency=read_currency(item.get("currency"), f"{path}.currency"),
                full_career_months=_career(career, f"{path}.full_career") if career else None,
                unit=_unit(item.get("unit"), f"{path}.unit"),
                conditions_met=read_flag(item.get("conditions_met"), f"{path}.conditions_met"),
                theoretical_without_unmet=read_money(
                    item.get("theoretical_without_unmet"), f"{path}.theoretical_without_unmet"
                ),
            )
        return found

    def _points(self, raw: Any) -> dict[str, Decimal]:
        """Total points of a state, given as one number or by year."""
        found = {}
        for state, item in mapping(raw, "points").items():
            code = read_state(state, f"points.{state}")
            if code != "RU":
                self.ignored.append(f"points.{state}")
                continue
            years = item if isinstance(item, Mapping) else {"total": item}
            values = [read_money(value, f"points.{state}.{year}") for year, value in years.items()]
            found[code] = sum((value for value in values if value is not None), Decimal(0))
        return found

    def _wages(self, raw: Any) -> dict[int, Decimal]:
        """Paid base by year in Russia, where points can be made of it; other states' wages have no solid formula."""
        mapping(raw, "wages")
        self.ignored += [f"wages.{state}" for state in raw if state != "RU"]
        found = {}
        for year, value in mapping(raw.get("RU", {}), "wages.RU").items():
            path = f"wages.RU.{year}"
            if not (str(year).isascii() and str(year).isdigit() and len(str(year)) == 4):
                raise ClaimError(path, _("is not a year: write it like 2024"))
            amount = read_money(value, path)
            if amount is not None:
                found[int(year)] = amount
        return found


def _or_nothing(raw: Mapping[str, Any], name: str) -> Any:
    value = raw.get(name)
    return {} if value is None else value


def _treaty(raw: Any) -> str:
    if not raw:
        raise ClaimError("treaty", _("is missing: name one, for example eaeu-2019"))
    if not isinstance(raw, str):
        raise ClaimError("treaty", _("is not a word: write it as text"))
    try:
        load_treaty(raw)
    except InputError as error:
        raise ClaimError("treaty", error.text) from None
    return raw


def _sex(value: Any) -> str | None:
    if value not in (None, "F", "M"):
        raise ClaimError("worker.sex", _("%(value)s is unknown: use F or M", value=repr(value)))
    return value


def _citizenship(raw: Any) -> frozenset[str] | None:
    if not raw:
        return None
    names = [raw] if isinstance(raw, str) else raw
    if not isinstance(names, list):
        raise ClaimError("citizenship", _("is neither a state nor a list of states: write KG or [KG, RU]"))
    return frozenset(read_state(name, f"citizenship[{number}]") for number, name in enumerate(names))


def _unit(value: Any, path: str) -> str | None:
    if value is None or value in UNIT_ORDER:
        return value
    raise ClaimError(
        path, _("%(value)s is unknown: use one of %(choices)s", value=repr(value), choices=UNIT_ORDER)
    )


def _career(raw: Any, path: str) -> Fraction:
    mapping(raw, path)
    years, months = (read_number(raw.get(name, 0), f"{path}.{name}") for name in ("years", "months"))
    if not years and not months:
        raise ClaimError(path, _("has no length: give one or more of %(units)s", units=("years", "months")))
    return years * 12 + months


def _declared(raw: Any, path: str) -> Stage | None:
    if raw is None:
        return None
    mapping(raw, path)
    parts = {name: read_number(raw.get(name, 0), f"{path}.{name}") for name in ("years", "months", "days")}
    for name, value in parts.items():
        if value.denominator != 1:
            text = _("%(value)s is not whole: give whole years, months and days", value=value)
            raise ClaimError(f"{path}.{name}", text)
    return Stage(*(int(value) for value in parts.values()))
