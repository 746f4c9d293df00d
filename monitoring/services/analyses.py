"""From a design as text to a registered pilot, from a file to records, from a freeze to a stored finding."""

import json
from dataclasses import asdict
from decimal import Decimal
from typing import Any

import yaml
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from common import files
from common.errors import Invalid
from common.formatting import language_of
from common.service import service
from monitoring.evaluation import (
    Design,
    EvaluationProblem,
    PilotPlan,
    design_from,
    differences,
    evaluate,
    feasibility,
    parse_design,
)
from monitoring.evaluation.design import DesignLoader
from monitoring.evaluation.result import plain
from monitoring.evaluation.table import decode, is_missing, parse_csv
from monitoring.models import AnalysisRun, DataFreeze, Measure, PilotDesign
from monitoring.periods import Period, PeriodError

from . import pilots

UNIT, PERIOD = "unit", "period"


def as_text(content: dict) -> str:
    """A stored design as a person edits it."""
    return yaml.safe_dump(content, allow_unicode=True, sort_keys=False)


def read_design(text: str) -> tuple[Design, dict]:
    """The design, and its content as JSON keeps it. Invalid names what is wrong, at the field `design`."""
    try:
        design = parse_design(text)
    except EvaluationProblem as problem:
        raise Invalid("design", _problem(problem), field="design") from problem
    content = yaml.load(text, Loader=DesignLoader)  # noqa: S506 a SafeLoader, only stricter
    return design, json.loads(json.dumps(content, default=str))


def _problem(problem: EvaluationProblem) -> str:
    return problem.text(language_of(get_language()))


@service
def plan(
    *,
    by: Any,
    measure: Measure,
    design: str,
    units: list[str],
    treated_units: list[str],
    planned_periods: list[str],
    stop_rules: str,
    before: int,
    after: int,
    sd_periods: float | None = None,
    target: float | None = None,
    fixed_cost: Decimal = Decimal(0),
    unit_cost: Decimal = Decimal(0),
    currency: str = "KGS",
) -> PilotDesign:
    """Registers a pilot with what it will be able to find, computed before any money is spent."""
    read, content = read_design(design)
    for code in planned_periods:
        _check_period(code, "planned_periods")
    try:
        able = feasibility(
            PilotPlan(
                units=len(units),
                treated=len(treated_units),
                before=before,
                after=after,
                sd_periods=sd_periods,
                target=target,
                alpha=read.alpha,
                power=read.power,
                fixed_cost=fixed_cost,
                unit_cost=unit_cost,
                currency=currency,
            )
        )
    except ValueError as error:
        raise Invalid(
            "treated_units",
            _("A pilot needs at least one unit with the measure and one without."),
            field="treated_units",
        ) from error
    return pilots.register(
        by=by,
        measure=measure,
        content=content,
        units=units,
        treated_units=treated_units,
        primary_outcomes=list(read.outcome),
        planned_periods=planned_periods,
        stop_rules=stop_rules,
        feasibility={**plain(asdict(able)), "cost": str(able.cost)},
    )


def _check_period(code: str, field: str) -> None:
    try:
        Period.parse(code)
    except PeriodError as error:
        raise Invalid(
            "not_a_period",
            _("“%(text)s” is not a period; write 2026, 2026-Q1 or 2026-01."),
            field=field,
            text=code,
        ) from error


@service
def report_file(*, by: Any, design: PilotDesign, content: bytes) -> int:
    """Takes a CSV with the columns `unit`, `period` and one for each value; returns how many records."""
    try:
        table = parse_csv(decode(content))
    except EvaluationProblem as problem:
        raise Invalid("unreadable", _problem(problem), field="file") from problem
    missing = [name for name in (UNIT, PERIOD) if name not in table]
    if missing:
        raise Invalid(
            "columns_missing",
            _("The file lacks the columns: %(names)s."),
            field="file",
            names=", ".join(missing),
        )
    rows = []
    names = [name for name in table.columns if name not in {UNIT, PERIOD}]
    numeric = {name for name in names if table.is_numeric(name)}
    for place in range(len(table)):
        period = table.columns[PERIOD][place].strip()
        _check_period(period, "file")
        row = {UNIT: table.columns[UNIT][place].strip(), PERIOD: period}
        for name in names:
            row[name] = _value(table, name, place, name in numeric)
        rows.append(row)
    return pilots.report(by=by, design=design, rows=rows)


def _value(table: Any, name: str, place: int, numeric: bool) -> Any:
    text = table.columns[name][place].strip()
    if is_missing(text):
        return ""
    if not numeric:
        return text
    number = table._number(text)
    return int(number) if number == int(number) else number


@service
def analyse(*, by: Any, freeze: DataFreeze, design: str = "") -> AnalysisRun:
    """Evaluates a freeze, by the registered design or by another one, and keeps every difference."""
    try:
        registered = design_from(freeze.design.content)
        executed, content = read_design(design) if design.strip() else (registered, freeze.design.content)
        table = parse_csv(decode(files.read(freeze.file)), sha256=freeze.sha256)
        result = evaluate(table, executed).as_dict()
    except EvaluationProblem as problem:
        raise Invalid("analysis", _problem(problem), field="design") from problem
    deviations = [plain(vars(change)) for change in differences(registered, executed)]
    return pilots.record_analysis(by=by, freeze=freeze, design=content, result=result, deviations=deviations)
