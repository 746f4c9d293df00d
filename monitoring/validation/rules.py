"""Each rule is a function of the figures of one data item; it knows numbers, keys and periods, no database."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from monitoring.codelists import Code, code_of
from monitoring.enums import FindingWeight, RuleKind, ValueState
from monitoring.periods import Period
from monitoring.sources import dims_of, key_of

Fact = tuple[str, str, str]
Number = Decimal | ValueState

TOO_LOW = _("%(value)s is below %(low)s. Correct it, or ask for the rule to be changed.")
TOO_HIGH = _("%(value)s is above %(high)s. Correct it, or ask for the rule to be changed.")
PARTS = _(
    "The parts by %(dimension)s make %(parts)s, the total says %(total)s. "
    "Correct one of them, or add the part that is missing."
)
JUMP = _(
    "%(value)s after %(before)s in %(earlier)s: a change of more than %(percent)s %%. "
    "Correct it, or explain it to whoever checks."
)
ABSENT = _("The file has no figure for %(cell)s. Add it; where nothing is known, leave the value blank.")
BLANK = _("The figure for %(cell)s is blank and is required. Write it, or explain why it is not known.")
NOUGHT = _(
    "0 after %(before)s in %(earlier)s. 0 means that it was counted and there was none; "
    "leave the value blank if it was not counted."
)
GONE = _(
    "Blank after %(before)s in %(earlier)s. Write 0 if it was counted and there was none, or explain it."
)
TOO_EARLY = _(
    "The code %(code)s of %(dimension)s is valid from %(day)s and stands in %(period)s. "
    "Say that the series was recast, or use the code of that time."
)
UNVERIFIED = _(
    "Since when %(code)s of %(dimension)s is counted apart is not verified; the code is listed from %(day)s, and it "
    "stands in %(period)s. Ask the office which larger area holds it in earlier figures."
)
TOTAL = _("the total")


@dataclass(frozen=True)
class Rule:
    item: str
    kind: str
    params: Mapping[str, Any] = field(default_factory=dict)
    weight: str = FindingWeight.ERROR


@dataclass(frozen=True)
class Found:
    kind: str
    weight: str
    fact: Fact
    sentence: Any
    params: dict[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return str(self.sentence) % self.params


@dataclass(frozen=True)
class Context:
    """`given`: the figures of the file; `stored`: what is known of the same items, the file's figures not counted."""

    given: Mapping[Fact, Number]
    stored: Mapping[Fact, Number] = field(default_factory=dict)

    def number(self, fact: Fact) -> Decimal | None:
        found = self.given.get(fact, self.stored.get(fact))
        return found if isinstance(found, Decimal) else None

    def before(self, fact: Fact) -> tuple[str, Decimal] | None:
        """The figure of the period before, if there is one."""
        item, key, period = fact
        earlier = str(Period.parse(period).offset(-1))
        number = self.number((item, key, earlier))
        return None if number is None else (earlier, number)


def check(context: Context, rules: Iterable[Rule]) -> list[Found]:
    """Everything that does not hold, rule by rule; codes are asked for every figure."""
    found = list(_codes(context))
    for rule in rules:
        facts = [fact for fact in context.given if fact[0] == rule.item]
        found += _CHECKS[rule.kind](context, rule, facts)
    return found


def _range(context: Context, rule: Rule, facts: list[Fact]) -> Iterator[Found]:
    low, high = (_decimal(rule.params.get(name)) for name in ("low", "high"))
    for fact in facts:
        value = context.given[fact]
        if not isinstance(value, Decimal):
            continue
        if low is not None and value < low:
            yield _found(rule, fact, TOO_LOW, value=plain(value), low=plain(low))
        elif high is not None and value > high:
            yield _found(rule, fact, TOO_HIGH, value=plain(value), high=plain(high))


def _sum(context: Context, rule: Rule, facts: list[Fact]) -> Iterator[Found]:
    """Parts without a number make the sum a lower bound: then only a sum above the total is wrong."""
    dimension, tolerance = rule.params["dimension"], _decimal(rule.params.get("tolerance")) or Decimal(0)
    parts: dict[Fact, list[Number]] = defaultdict(list)
    for fact in facts:
        codes = dims_of(fact[1])
        if codes.pop(dimension, None):
            parts[fact[0], key_of(codes), fact[2]].append(context.given[fact])
    for whole, numbers in parts.items():
        total = context.number(whole)
        if total is None:
            continue
        told = [one for one in numbers if isinstance(one, Decimal)]
        added, complete = sum(told, Decimal(0)), len(told) == len(numbers)
        if added - total > tolerance or (complete and total - added > tolerance):
            yield _found(rule, whole, PARTS, dimension=dimension, parts=plain(added), total=plain(total))


def _change(context: Context, rule: Rule, facts: list[Fact]) -> Iterator[Found]:
    limit = _decimal(rule.params["percent"])
    for fact in facts:
        value, before = context.given[fact], context.before(fact)
        if isinstance(value, Decimal) and before and before[1] and limit is not None:
            earlier, number = before
            if abs(value - number) * 100 > limit * abs(number):
                yield _found(
                    rule,
                    fact,
                    JUMP,
                    value=plain(value),
                    before=plain(number),
                    earlier=earlier,
                    percent=plain(limit),
                )


def _required(context: Context, rule: Rule, facts: list[Fact]) -> Iterator[Found]:
    """`codes` of a `dimension` (and the total, "") have to stand in the file for every period that it has."""
    dimension, codes = rule.params.get("dimension", ""), rule.params.get("codes", [""])
    for period in sorted({fact[2] for fact in facts}):
        for code in codes:
            fact = (rule.item, f"{dimension}={code}" if code else "", period)
            cell = f"{dimension} {code}" if code else TOTAL
            if fact not in context.given:
                yield _found(rule, fact, ABSENT, cell=cell)
            elif context.given[fact] == ValueState.MISSING:
                yield _found(rule, fact, BLANK, cell=cell)


def _zero(context: Context, rule: Rule, facts: list[Fact]) -> Iterator[Found]:
    for fact in facts:
        value, before = context.given[fact], context.before(fact)
        if not before or not before[1]:
            continue
        told = {"before": plain(before[1]), "earlier": before[0]}
        if value == ValueState.MISSING:
            yield _found(rule, fact, GONE, **told)
        elif isinstance(value, Decimal) and not value:
            yield _found(rule, fact, NOUGHT, **told)


_CHECKS: dict[str, Callable[[Context, Rule, list[Fact]], Iterator[Found]]] = {
    RuleKind.RANGE: _range,
    RuleKind.SUM: _sum,
    RuleKind.CHANGE: _change,
    RuleKind.REQUIRED: _required,
    RuleKind.ZERO: _zero,
}


def _codes(context: Context) -> Iterator[Found]:
    """A code that came later may be a series that the office has recast. One that ended is refused when read."""
    for fact in context.given:
        for dimension, code in early(fact):
            told = {
                "code": code.code,
                "day": code.since.isoformat(),
                "dimension": dimension,
                "period": fact[2],
            }
            sentence = TOO_EARLY if code.valid_from else UNVERIFIED
            yield Found(RuleKind.CODE, FindingWeight.WARNING, fact, sentence, told)


def early(fact: Fact) -> Iterator[tuple[str, Code]]:
    """(dimension, code) of the codes of a figure whose period was over before they began."""
    codes = [(dimension, code_of(dimension, text)) for dimension, text in dims_of(fact[1]).items()]
    dated = [(dimension, code) for dimension, code in codes if code and code.since]
    if dated:
        over = Period.parse(fact[2]).last_day
        yield from ((dimension, code) for dimension, code in dated if over < code.since)


def _found(rule: Rule, fact: Fact, sentence: Any, **params: Any) -> Found:
    return Found(rule.kind, rule.weight, fact, sentence, params)


def _decimal(value: Any) -> Decimal | None:
    return None if value in (None, "") else Decimal(str(value))


def plain(number: Decimal) -> str:
    return f"{number.normalize():f}"
