"""Indicators: definitions checked on save, figures computed with their vintage and lineage."""

from pathlib import Path
from typing import Any

import yaml
from django.utils.translation import gettext_lazy as _

from accounts.access import require
from common import clock, locks
from common.errors import Invalid
from common.journal import services as journal
from common.journal.models import Verb
from common.service import service
from monitoring import definitions, formula
from monitoring.enums import RevisionReason, ValueState
from monitoring.figures.data import HouseData, formula_indicator
from monitoring.figures.due import due_periods
from monitoring.models import Calculation, Figure, Indicator, IndicatorVersion
from monitoring.numbers import as_kept
from monitoring.periods import Frequency, Period
from monitoring.sources import key_of

from .datasets import DATA, translated

ACTION = "monitoring.indicator.change"


@service
def define(
    *,
    by: Any,
    code: str,
    title: dict[str, str],
    formula_text: str,
    unit: str,
    frequency: str,
    direction: str,
    tier: str,
    definition: dict[str, str] | None = None,
    dimensions: list[str] | None = None,
    decimals: int = 0,
    examples: str = "",
    reason: str = "",
) -> IndicatorVersion:
    """A new indicator, or a new version of one.

    A formula that does not hold together is refused, and so is one with a worked example that does not come out.
    """
    require(by, ACTION)
    problems = definitions.faults(code, formula_text, unit, frequency, dimensions or [], decimals, examples)
    if problems:
        first = problems[0]
        raise Invalid(first.code, definitions.told(problems), field=first.field)
    indicator, _made = Indicator.everything.get_or_create(code=code)
    last = indicator.versions.order_by("-number").first()
    if last and not reason.strip():
        raise Invalid("reason_missing", _("Say why the definition changes."), field="reason")
    version = IndicatorVersion.objects.create(
        indicator=indicator,
        number=last.number + 1 if last else 1,
        formula=formula_text,
        unit=unit,
        frequency=frequency,
        direction=direction,
        tier=tier,
        dimensions=dimensions or [],
        decimals=decimals,
        examples=examples,
        reason=reason,
        recorded_by=by,
        **translated("title", title),
        **translated("definition", definition or {}),
    )
    journal.record(by=by, verb=Verb.CHANGED, obj=indicator, action=ACTION, reason=reason)
    return version


@service
def load_shipped(*, by: Any) -> int:
    """Defines the indicators of the project's own list that are not there yet."""
    require(by, ACTION)
    facts = yaml.safe_load((Path(DATA) / "indicators.yaml").read_text(encoding="utf-8"))["indicators"]
    present = set(Indicator.everything.values_list("code", flat=True))
    new = [one for one in facts if one["code"] not in present]
    for one in new:
        define(by=by, formula_text=one.pop("formula"), **one)
    return len(new)


def keys_of(version: IndicatorVersion, data: HouseData) -> list[dict[str, str]]:
    """The total, and each code of each dimension by itself."""
    keys: list[dict[str, str]] = [{}]
    for dimension in version.dimensions:
        codes = {
            code
            for name in formula.names(formula.parse(version.formula))
            for code in (data.codes(name, dimension) if name in data.items else [])
        }
        keys += [{dimension: code} for code in sorted(codes)]
    return keys


@service
def compute(*, by: Any, indicator: Indicator, period: Period, data: HouseData | None = None) -> int:
    """Computes an indicator up to a period; returns how many figures are new or changed."""
    require(by, "monitoring.figure.compute")
    locks.hold(f"figures of {indicator.code}")
    data = data or HouseData()
    version = indicator.version
    shape = formula_indicator(indicator.code, version)
    known = {(f.key, f.period): f for f in Figure.objects.as_of().filter(indicator=indicator)}
    results, operands = [], set()
    periods = due_periods(version.formula, Frequency(version.frequency), period, data)
    for dims in keys_of(version, data):
        for one in periods:
            evaluation = formula.evaluate(shape, one, dims, data)
            results.append((key_of(dims), str(one), evaluation.value))
            operands |= {
                row
                for used in evaluation.operands
                if (row := data.lineage.rows.get((used.name, key_of(dict(used.dims)), str(used.period))))
            }
    fresh = [(key, one, value) for key, one, value in results if not _same(known.get((key, one)), value)]
    if not fresh:
        return 0
    calculation = Calculation.objects.create(version=version, operands=sorted(operands))
    now = clock.now()
    Figure.objects.bulk_create(_figure(indicator, calculation, known, now, *result) for result in fresh)
    return len(fresh)


def _same(old: Figure | None, value: formula.Value) -> bool:
    """Whether nothing is new. A figure about persons is computed hidden: its number counts, not who may see it."""
    if old is None:
        return False
    if value.state is formula.State.SUPPRESSED:
        return (old.restricted if old.value is None else old.value) == as_kept(value.restricted)
    return (old.state, old.value) == (value.state.value, as_kept(value.number))


def _figure(indicator, calculation, known, now, key, period, value) -> Figure:
    old = known.get((key, period))
    return Figure(
        indicator=indicator,
        calculation=calculation,
        key=key,
        period=period,
        state=ValueState(value.state.value),
        value=as_kept(value.number),
        restricted=as_kept(value.restricted),
        known_from=now,
        version=old.version + 1 if old else 1,
        revision_reason=RevisionReason.LATE_DATA if old else "",
    )
