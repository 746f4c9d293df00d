"""Checks a provider's file against the rules of its data items and keeps what was found, in three languages."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django.db.models import Max
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from accounts.access import require
from common import clock
from common.enums import Language
from common.errors import Invalid
from common.journal import services as journal
from common.journal.models import Verb
from common.service import service
from monitoring.enums import FindingWeight, RuleKind, SubmissionState, ValueState
from monitoring.models import DataItem, Observation, Submission, SubmissionFinding, ValidationRule
from monitoring.statfiles import Fault, Reading
from monitoring.unusual import unusual
from monitoring.validation import Context, Found, Rule, check
from monitoring.validation.rules import plain

from .datasets import stored

CHANGE = "monitoring.indicator.change"
KEPT = 1000  # findings of one file; a file with more is wrong as a whole
FIXED = {SubmissionState.LOCKED, SubmissionState.PUBLISHED}
LOCKED = _(
    "This figure is locked. Name the reason of the revision in the mapping "
    "(reason: error, method, reclassification …), or leave the figure out."
)
OUTLIER = _(
    "%(value)s after %(before)s stands out from the usual growth of this series, by %(distance)s robust standard "
    "deviations. Correct it, or explain it to whoever checks."
)
NEEDED = {
    RuleKind.RANGE: {"low", "high"},
    RuleKind.SUM: {"dimension", "tolerance"},
    RuleKind.CHANGE: {"percent"},
    RuleKind.REQUIRED: {"dimension", "codes"},
    RuleKind.ZERO: set(),
}


@service
def add_rule(
    *, by: Any, item: DataItem, kind: str, params: dict[str, Any], weight: str, reason: str
) -> ValidationRule:
    """A rule counts from the next file on. `params` holds what its kind needs, as docs/howto/datasets.md says."""
    require(by, CHANGE)
    if kind not in NEEDED:
        raise Invalid("rule_kind", _("There is no such kind of rule."), field="kind")
    params = {name: value for name, value in params.items() if value not in (None, "", [])}
    for name in ("low", "high", "percent", "tolerance"):
        if name in params:
            params[name] = f"{Decimal(str(params[name])).normalize():f}"
    missing = _missing(kind, params)
    if missing:
        raise Invalid("rule_unclear", _("A rule of this kind needs “%(name)s”."), field=missing, name=missing)
    foreign = set(params) - NEEDED[kind]
    if foreign or params.get("dimension", "") not in ("", *item.dimensions):
        name = next(iter(foreign), "dimension")
        raise Invalid(
            "rule_foreign",
            _("“%(name)s” does not go with this rule and data item. Leave it out or correct it."),
            field=name,
            name=name,
        )
    rule = ValidationRule.objects.create(
        item=item, kind=kind, params=params, weight=weight, reason=reason, recorded_by=by
    )
    journal.record(by=by, verb=Verb.CHANGED, obj=item, action=CHANGE, reason=reason)
    return rule


def _missing(kind: str, params: dict[str, Any]) -> str:
    if kind == RuleKind.RANGE:
        return "" if params else "low"
    if kind == RuleKind.REQUIRED:
        return "dimension" if "codes" in params and "dimension" not in params else ""
    return next((name for name in sorted(NEEDED[kind] - {"tolerance"}) if name not in params), "")


@service
def end_rule(*, by: Any, rule: ValidationRule) -> None:
    require(by, CHANGE)
    ValidationRule.objects.filter(pk=rule.pk, ended_at=None).update(ended_at=clock.now())
    journal.record(by=by, verb=Verb.CHANGED, obj=rule.item, action=CHANGE)


def examine(reading: Reading, *, explained: bool) -> list[Found]:
    """What does not hold. `explained`: the file names a reason for revisions, so locked figures may change."""
    items = {item for item, _key, _period in reading.numbers}
    rules = ValidationRule.objects.filter(item__code__in=items, ended_at=None).select_related("item")
    found = check(
        Context(reading.numbers, _stored(items)),
        [
            Rule(one.item.code, one.kind, one.params, one.weight)
            for one in rules.order_by("recorded_at", "pk")
        ],
    )
    return [*found, *_outliers(reading), *([] if explained else _locked(reading, items))]


def _outliers(reading: Reading) -> list[Found]:
    return [
        Found(
            RuleKind.OUTLIER,
            FindingWeight.WARNING,
            (one.item, one.key, one.period),
            OUTLIER,
            {"value": plain(one.value), "before": plain(one.before), "distance": round(one.distance, 1)},
        )
        for one in unusual(reading.numbers, given=reading.numbers)
    ]


def _stored(items: set[str]) -> Mapping:
    rows = Observation.objects.as_of().filter(item__code__in=items)
    return {
        (item, key, period): ValueState(state) if number is None else number
        for item, key, period, state, number in rows.values_list(
            "item__code", "key", "period", "state", "value"
        )
    }


def _locked(reading: Reading, items: set[str]) -> list[Found]:
    rows = Observation.objects.as_of().filter(item__code__in=items, submission__state__in=FIXED)
    return [
        Found(RuleKind.LOCKED, FindingWeight.ERROR, (item, key, period), LOCKED)
        for item, key, period, state, number in rows.values_list(
            "item__code", "key", "period", "state", "value"
        )
        if (item, key, period) in reading.numbers
        and stored(reading.numbers[item, key, period]) != (ValueState(state), number)
    ]


def keep(submission: Submission, reading: Reading, found: Iterable[Found]) -> list[SubmissionFinding]:
    """Writes down the findings of one more file of the submission. Call inside a service."""
    last = submission.findings.aggregate(last=Max("round"))["last"] or 0
    rows = [_of_fault(fault) for fault in reading.faults[:KEPT]]
    rows += [_of_found(one, reading) for one in found][: KEPT - len(rows)]
    for row in rows:
        row.submission, row.round = submission, last + 1
    return SubmissionFinding.objects.bulk_create(rows)


def _of_fault(fault: Fault) -> SubmissionFinding:
    return SubmissionFinding(
        kind=RuleKind.READING,
        weight=FindingWeight.ERROR,
        line=fault.line or None,
        column=fault.column[:200],
        words=_words(fault),
    )


def _of_found(one: Found, reading: Reading) -> SubmissionFinding:
    line, column = reading.places.get(one.fact, (None, ""))
    item, key, period = one.fact
    return SubmissionFinding(
        kind=one.kind,
        weight=one.weight,
        line=line,
        column=column[:200],
        item=item,
        key=key,
        period=period,
        words=_words(one),
    )


def _words(sentence: Any) -> dict[str, str]:
    found = {}
    for language in Language.values:
        with translation.override(language):
            found[language] = str(sentence)
    return found
