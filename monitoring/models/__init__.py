from .chain import (
    CarryOver,
    ChainRun,
    ChainTemplate,
    Condition,
    EvidenceItem,
    GateDecision,
    GateReview,
    GateSignature,
    Lesson,
    StageEntry,
    Waiver,
)
from .consultation import Comment, Consultation, PanelMember, Response
from .dataset import DataItem, DatasetMapping, Observation, Submission
from .fund import BudgetLine, Fund, FundEntry, FundKey, FundProject, ProjectDecision
from .indicator import Calculation, DisclosureRun, Figure, Indicator, IndicatorVersion
from .measure import Actor, Measure, MeasureVersion
from .pilot import AnalysisRun, DataFreeze, PilotDesign, PilotRecord
from .release import Release, ReleasedFigure
from .target import Alert, AlertAnswer, AlertRule, TargetApproval, TargetSet

__all__ = [
    "Actor",
    "Alert",
    "AlertAnswer",
    "AlertRule",
    "AnalysisRun",
    "BudgetLine",
    "Calculation",
    "CarryOver",
    "ChainRun",
    "ChainTemplate",
    "Comment",
    "Condition",
    "Consultation",
    "DataFreeze",
    "DataItem",
    "DatasetMapping",
    "DisclosureRun",
    "EvidenceItem",
    "Figure",
    "Fund",
    "FundEntry",
    "FundKey",
    "FundProject",
    "GateDecision",
    "GateReview",
    "GateSignature",
    "Indicator",
    "IndicatorVersion",
    "Lesson",
    "Measure",
    "MeasureVersion",
    "Observation",
    "PanelMember",
    "PilotDesign",
    "PilotRecord",
    "ProjectDecision",
    "Release",
    "ReleasedFigure",
    "Response",
    "StageEntry",
    "Submission",
    "TargetApproval",
    "TargetSet",
    "Waiver",
]
