"""Pilots: a design registered before the start, records by unit and period, a freeze, an analysis."""

import csv
import hashlib
import io
import json
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.access import require
from common import files
from common.errors import Conflict, Invalid
from common.journal import services as journal
from common.journal.models import Verb
from common.service import service
from monitoring.enums import Stage
from monitoring.models import AnalysisRun, DataFreeze, Measure, PilotDesign, PilotRecord

from .chain import where

MAX_PRIMARY_OUTCOMES = 2


def digest(content: dict) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


@service
def register(
    *,
    by: Any,
    measure: Measure,
    content: dict,
    units: list[str],
    treated_units: list[str],
    primary_outcomes: list[str],
    planned_periods: list[str],
    stop_rules: str,
    feasibility: dict,
) -> PilotDesign:
    """Registers the design while it is being discussed; from then on it can't be changed.

    `content` is the evaluation design (docs/howto/evaluate.md); `feasibility` comes from monitoring.evaluation.
    """
    require(by, "monitoring.pilot.manage", measure)
    entry = where(measure)
    if entry is None or entry.stage != Stage.PUBLIC_DISCUSSION:
        raise Invalid("wrong_stage", _("A pilot's design is registered during the public discussion."))
    if not 1 <= len(primary_outcomes) <= MAX_PRIMARY_OUTCOMES:
        raise Invalid(
            "primary_outcomes", _("A pilot has one or two primary outcomes."), field="primary_outcomes"
        )
    if not set(treated_units) <= set(units) or not treated_units:
        raise Invalid("treated_units", _("The treated units must be among the units."), field="treated_units")
    if PilotDesign.objects.filter(run=entry.run).exists():
        raise Conflict(
            "registered_already", _("A design is registered for this passage; going back opens a new one.")
        )
    whole = {
        "design": content,
        "units": units,
        "treated_units": treated_units,
        "primary_outcomes": primary_outcomes,
        "planned_periods": planned_periods,
        "stop_rules": stop_rules,
    }
    design = PilotDesign.objects.create(
        run=entry.run,
        content=content,
        digest=digest(whole),
        units=units,
        treated_units=treated_units,
        primary_outcomes=primary_outcomes,
        planned_periods=planned_periods,
        stop_rules=stop_rules,
        feasibility=feasibility,
        registered_by=by,
    )
    journal.record(
        by=by,
        verb=Verb.CREATED,
        obj=design,
        action="monitoring.pilot.manage",
        details={"digest": design.digest},
    )
    return design


@service
def report(*, by: Any, design: PilotDesign, rows: list[dict[str, Any]]) -> int:
    """Takes records, each with `unit`, `period` and values; a second record of a unit and period corrects the first."""
    measure = design.run.measure
    require(by, "monitoring.pilot.manage", measure)
    entry = where(measure)
    if entry is None or entry.stage != Stage.PILOT:
        raise Invalid("wrong_stage", _("Records are taken while the pilot runs."))
    unknown = {row["unit"] for row in rows} - set(design.units)
    if unknown:
        raise Invalid(
            "unknown_unit", _("Not a unit of this pilot: %(units)s."), units=", ".join(sorted(unknown))
        )
    numbers: dict[tuple[str, str], int] = {}
    for unit, period, number in design.records.values_list("unit", "period", "number"):
        numbers[unit, period] = max(number, numbers.get((unit, period), 0))
    records = []
    for row in rows:
        key = (row["unit"], row["period"])
        numbers[key] = numbers.get(key, 0) + 1
        values = {name: value for name, value in row.items() if name not in {"unit", "period"}}
        records.append(
            PilotRecord(
                design=design, unit=key[0], period=key[1], values=values, number=numbers[key], recorded_by=by
            )
        )
    PilotRecord.objects.bulk_create(records)
    journal.record(
        by=by,
        verb=Verb.CREATED,
        obj=design,
        action="monitoring.pilot.manage",
        details={"records": len(records)},
    )
    return len(records)


@service
def freeze(*, by: Any, design: PilotDesign) -> DataFreeze:
    """Writes the newest record of every unit and period into a file and keeps its hash."""
    measure = design.run.measure
    require(by, "monitoring.pilot.manage", measure)
    entry = where(measure)
    if entry is None or entry.stage != Stage.PILOT:
        raise Invalid(
            "wrong_stage", _("Data are frozen while the pilot runs; after its gate they stay as they are.")
        )
    newest: dict[tuple[str, str], dict] = {}
    for record in design.records.order_by("number"):
        newest[record.unit, record.period] = record.values
    if not newest:
        raise Invalid("nothing_to_freeze", _("The pilot has no records yet."))
    names = sorted({name for values in newest.values() for name in values})
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["unit", "period", *names])
    for (unit, period), values in sorted(newest.items()):
        writer.writerow([unit, period, *[values.get(name, "") for name in names]])
    content = text.getvalue().encode()
    file = files.store(content, name="freeze.csv", media_type="text/csv", by=by)
    frozen = DataFreeze.objects.create(
        design=design, file=file, sha256=file.sha256, rows=len(newest), frozen_by=by
    )
    journal.record(
        by=by,
        verb=Verb.CREATED,
        obj=frozen,
        action="monitoring.pilot.manage",
        details={"sha256": file.sha256},
    )
    return frozen


@service
def record_analysis(
    *, by: Any, freeze: DataFreeze, design: dict, result: dict, deviations: list
) -> AnalysisRun:
    """Keeps an evaluation of the freeze. The person who ran the pilot does not analyse it."""
    require(by, "monitoring.pilot.analyse", freeze.design.run.measure)
    led = {freeze.design.registered_by_id, freeze.frozen_by_id}
    led |= set(freeze.design.records.order_by().values_list("recorded_by", flat=True).distinct())
    if by.pk in led:
        raise Invalid("own_pilot", _("Whoever led the pilot does not analyse it."))
    made = AnalysisRun.objects.create(
        freeze=freeze, design=design, result=result, deviations=deviations, analyst=by
    )
    journal.record(by=by, verb=Verb.CREATED, obj=made, action="monitoring.pilot.analyse")
    return made


@service
def analyse(*, by: Any, freeze: DataFreeze, design: dict | None = None) -> AnalysisRun:
    """Evaluates the frozen data by the registered design, or by another whose differences are listed."""
    from monitoring.evaluation import DesignProblem, design_from, differences, evaluate, parse_csv

    registered = design_from(freeze.design.content)
    try:
        executed = registered if design is None else design_from(design)
    except DesignProblem as error:
        raise Invalid("design", str(error), field="design") from error
    content = files.read(freeze.file)
    if hashlib.sha256(content).hexdigest() != freeze.sha256:
        raise Conflict("freeze_changed", _("The frozen data are not those that were frozen."))
    result = evaluate(parse_csv(content.decode(), sha256=freeze.sha256), executed).as_dict()
    deviations = [
        {"field": one.field, "registered": one.registered, "executed": one.executed}
        for one in differences(registered, executed)
    ]
    return record_analysis(
        by=by, freeze=freeze, design=design or freeze.design.content, result=result, deviations=deviations
    )
