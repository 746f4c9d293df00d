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
from .measure import Actor, Measure, MeasureVersion
from .pilot import AnalysisRun, DataFreeze, PilotDesign, PilotRecord

__all__ = [
    "Actor",
    "AnalysisRun",
    "CarryOver",
    "ChainRun",
    "ChainTemplate",
    "Comment",
    "Condition",
    "Consultation",
    "DataFreeze",
    "EvidenceItem",
    "GateDecision",
    "GateReview",
    "GateSignature",
    "Lesson",
    "Measure",
    "MeasureVersion",
    "PanelMember",
    "PilotDesign",
    "PilotRecord",
    "Response",
    "StageEntry",
    "Waiver",
]
