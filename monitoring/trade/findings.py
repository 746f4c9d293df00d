"""Every figure of the study, one by one: reproduced, different and why, given, or unreadable.

`reproduced`: other readable figures of the study give it to its last printed digit. `differs`: they give another one,
and the reason says why. `given`: an input or a quotation; nothing in the study is left to compute it from, and the
reason says what is missing. `unreadable`: it was printed and its digits are lost; `computed` may still say what it was.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import Any

from . import prices, tables
from .scenarios import FIRST_YEAR, scenarios
from .study import Entry, Study


class Status(StrEnum):
    REPRODUCED = "reproduced"
    DIFFERS = "differs"
    GIVEN = "given"
    UNREADABLE = "unreadable"


@dataclass(frozen=True)
class Finding:
    """`formula`: the sum with its numbers, as text. `reason`: a code of `wording.yaml`, filled in with `params`."""

    entry: Entry
    status: Status
    computed: Decimal | None = None
    formula: str = ""
    reason: str = ""
    params: dict[str, Any] = field(default_factory=dict)


def same_digits(computed: Decimal, printed: Decimal) -> bool:
    """Whether the computed figure, rounded as the printed one is, is the printed one."""
    return computed.quantize(Decimal(1).scaleb(printed.as_tuple().exponent), ROUND_HALF_UP) == printed


def findings(study: Study) -> list[Finding]:
    """One for each figure of the study, in its order. Figures of the section `today` are no figures of the study."""
    return [
        _finding(study, entry) for entry in study.entries.values() if entry.section not in ("today", "line")
    ]


def _finding(study: Study, entry: Entry) -> Finding:
    rule = RULES.get(entry.section)
    found = rule(study, entry) if rule else None
    if entry.value is None:
        computed, formula = (found.computed, found.formula) if found else (None, "")
        reason = "stands_in" if computed is not None else "cut_off"
        return Finding(entry, Status.UNREADABLE, computed, formula, reason)
    return found or Finding(entry, Status.GIVEN, reason=NOTHING.get(entry.section, "quoted"))


def _compared(
    entry: Entry, computed: Decimal | None, formula: str, reason: str, **params: Any
) -> Finding | None:
    """Reproduced where the digits are the same; otherwise different for `reason`. None where nothing was computed."""
    if computed is None:
        return None
    if entry.value is not None and same_digits(computed, entry.value):
        return Finding(entry, Status.REPRODUCED, computed, formula, params.pop("also", ""), params)
    return Finding(entry, Status.DIFFERS, computed, formula, reason, params)


# --- trade ------------------------------------------------------------------------------------------


def _trade(study: Study, entry: Entry) -> Finding | None:
    if entry.object == tables.UNION:
        return _total(study, entry)
    ends = (entry.subject, entry.object) if entry.item == "export" else (entry.object, entry.subject)
    other = {"export": "import", "import": "export"}[entry.item]
    mirror = study.value("trade", entry.object, other, entry.subject, entry.period)
    if mirror is None:
        return None
    return _compared(entry, mirror, f"{ends[0]} → {ends[1]}", "mirror")


def _total(study: Study, entry: Entry) -> Finding | None:
    total = next(
        (
            one
            for one in tables.totals(study)
            if (one.reporter, one.flow, one.year) == (entry.subject, entry.item, entry.period)
        ),
        None,
    )
    if total is not None and total.computed is not None:
        formula = _plus(total.parts.values())
        near = total.difference is not None and abs(total.difference) <= total.rounding
        return _compared(entry, total.computed, formula, "rounding" if near else "parts")
    if entry.item == "import":
        flows = [
            one for one in tables.mirrors(study) if (one.importer, one.year) == (entry.subject, entry.period)
        ]
        computed = tables.mirror_of_imports(study, entry.subject, entry.period)
    else:
        flows = [
            one for one in tables.mirrors(study) if (one.exporter, one.year) == (entry.subject, entry.period)
        ]
        known = [one.imported for one in flows]
        computed = None if not known or None in known else sum(known, Decimal(0))
    if computed is None:
        return None
    return _compared(entry, computed, _plus(one.best for one in flows), "mirror_of_total")


def _plus(numbers) -> str:
    return " + ".join(str(number) for number in numbers)


def _trade_index(study: Study, entry: Entry) -> Finding | None:
    first, last = (
        study.value("trade", entry.subject, entry.item, entry.object, year)
        for year in entry.period.split("-")
    )
    computed = tables.index(study, entry.subject, entry.item, entry.object, entry.period)
    return _compared(entry, computed, f"100 × {last} / {first}", "index")


# --- prices, shares, elasticities, scenarios ----------------------------------------------------------


def _tariff(study: Study, entry: Entry) -> Finding | None:
    weighted = prices.weighted_tariff(study, entry.subject, entry.object, entry.period)
    return (
        _compared(entry, weighted.rate, "Σ v·τ / Σ v", "lines", lines=weighted.lines)
        if weighted.lines
        else None
    )


def _price(study: Study, entry: Entry) -> Finding | None:
    if entry.period < str(FIRST_YEAR) and entry.value == 1:
        return Finding(entry, Status.REPRODUCED, Decimal(1), "1", "base_year")
    if entry.period != str(FIRST_YEAR):
        return None
    computed = prices.import_price(study, entry.subject)
    barrier = None if entry.value is None else prices.implied_barrier(study, entry.subject, entry.value)
    reason = "tariffs_alone" if barrier is not None else "tariffs_alone_unexplained"
    extra = {} if barrier is None else {"barrier": round(barrier, 2)}
    return _compared(entry, computed, "Σ w·(1 + τ₁)/(1 + τ₀)", reason, **extra)


def _price_text(study: Study, entry: Entry) -> Finding | None:
    if entry.subject == "economy_average":
        mean, count = prices.mean_change(study, entry.period)
        return _compared(entry, mean, f"Σ / {count}", "mean_without_weights", count=count)
    change = prices.price_change(study, entry.subject, entry.period)
    factor = study.value("price", entry.subject, "", "", entry.period)
    return _compared(entry, change, f"100 × ({factor} − 1)", "text_and_annex")


def _share(study: Study, entry: Entry) -> Finding | None:
    other = {"CU": "other", "other": "CU"}[entry.object]
    rest = study.value("share", entry.subject, "", other, entry.period)
    return _compared(entry, None if rest is None else 100 - rest, f"100 − {rest}", "not_hundred")


def _scenario(study: Study, entry: Entry) -> Finding | None:
    if entry.item != "shift":
        return None
    one = next((each for each in scenarios(study) if each.number == entry.subject), None)
    if one is None:
        return None
    if one.implied:
        return Finding(entry, Status.GIVEN, reason="multiple", params={"multiple": round(one.multiple, 2)})
    terms = zip(one.elasticities, one.changes, strict=True)
    formula = "100 × (1 − " + " × ".join(f"(1 + {e} × {change:.3f} / 100)" for e, change in terms) + ")"
    return _compared(entry, one.shift, formula, "mean_without_weights", also="reading")


# --- sums to a hundred, counts, quotations -------------------------------------------------------------


def _hundred(study: Study, entry: Entry, group: Callable[[Entry], bool]) -> Finding | None:
    """A share as what the others of its group leave of a hundred."""
    others = [one.value for one in study.of(entry.section) if group(one) and one.key != entry.key]
    if entry.value is None or not others or None in others:
        return None
    return _compared(
        entry, 100 - sum(others, Decimal(0)), " − ".join(["100", *map(str, others)]), "not_hundred"
    )


def _interviews(study: Study, entry: Entry) -> Finding | None:
    whole = study.value("interviews", "total", "country")
    others = [
        one.value
        for one in study.of("interviews")
        if one.item == entry.item and one.subject not in (entry.subject, "total") and one.value is not None
    ]
    if entry.subject == "total":
        return _compared(entry, sum(others, Decimal(0)), _plus(others), "parts")
    if whole is None:
        return None
    formula = " − ".join([str(whole), *map(str, others)])
    return _compared(entry, whole - sum(others, Decimal(0)), formula, "parts")


def _quoted(study: Study, entry: Entry) -> Finding | None:
    if entry.subject == "cu_commission_votes":
        return _hundred(study, entry, lambda one: one.subject == entry.subject)
    if entry.subject == "cu_mutual_trade_growth":
        first, last = (tables.mutual_trade(study, year) for year in entry.period.split("-"))
        if first and last is not None:
            return _compared(
                entry, 100 * (last / first - 1), f"100 × ({last} / {first} − 1)", "exports_by_mirror"
            )
    if entry.subject == "cu_intraregional_share_end":
        return _share_after_growth(study, entry)
    today = study.value("today", entry.subject, entry.item, entry.object, entry.period)
    if today is not None:
        source = study.entries["today", *entry.key[1:]].source
        return _compared(entry, today, source, "revised", also="as_today", source=source)
    return None


def _share_after_growth(study: Study, entry: Entry) -> Finding | None:
    """The union's part in the last year from its part in the first and the growth of both kinds of trade."""
    start, inside, outside = (
        next((one.value for one in study.of("quoted") if one.subject == name), None)
        for name in ("cu_intraregional_share_start", "cu_mutual_trade_growth", "cu_external_trade_growth")
    )
    if None in (start, inside, outside):
        return None
    part, rest = start * (100 + inside), (100 - start) * (100 + outside)
    formula = f"100 × {start} × {100 + inside} / ({start} × {100 + inside} + {100 - start} × {100 + outside})"
    return _compared(entry, 100 * part / (part + rest), formula, "parts")


def _fund_key(study: Study, entry: Entry) -> Finding | None:
    return _hundred(study, entry, lambda one: one.item == entry.item)


def _substitution(study: Study, entry: Entry) -> Finding | None:
    return _hundred(study, entry, lambda one: True)


RULES: dict[str, Callable[[Study, Entry], Finding | None]] = {
    "trade": _trade,
    "trade_index": _trade_index,
    "tariff": _tariff,
    "price": _price,
    "price_text": _price_text,
    "share": _share,
    "scenario": _scenario,
    "fund_key": _fund_key,
    "substitution": _substitution,
    "interviews": _interviews,
    "quoted": _quoted,
}

# why a readable figure stands on its own: what would be needed and cannot be read
NOTHING = {
    "trade": "only_report",
    "tariff": "no_lines",
    "price": "no_tariffs",
    "price_text": "no_annex_row",
    "elasticity": "no_shares_2008_2012",
    "scenario": "mean_of_sectors",
    "composition": "part_of_list",
    "criterion": "years_cut_off",
}


def counted(found: list[Finding]) -> Iterator[tuple[Status, int]]:
    for status in Status:
        yield status, sum(one.status is status for one in found)
