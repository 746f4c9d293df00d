"""Evaluation of pilots and measures, free of Django: a table and a registered design in, a finding out.

evaluate(read_csv("data.csv"), read_design("design.yaml")).as_dict()
"""

from monitoring.evaluation.design import (
    Design,
    Difference,
    design_from,
    differences,
    parse_design,
    read_design,
)
from monitoring.evaluation.pilot import Feasibility, PilotPlan, feasibility
from monitoring.evaluation.problems import DataProblem, DesignProblem, EvaluationProblem, NotEnoughData
from monitoring.evaluation.result import EffectChart, Estimate
from monitoring.evaluation.run import Evaluation, evaluate
from monitoring.evaluation.table import Table, parse_csv, read_csv, table_from_columns

__all__ = [
    "DataProblem",
    "Design",
    "DesignProblem",
    "Difference",
    "EffectChart",
    "Estimate",
    "Evaluation",
    "EvaluationProblem",
    "Feasibility",
    "NotEnoughData",
    "PilotPlan",
    "Table",
    "design_from",
    "differences",
    "evaluate",
    "feasibility",
    "parse_csv",
    "parse_design",
    "read_csv",
    "read_design",
    "table_from_columns",
]
