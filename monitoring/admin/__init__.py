"""The desk of the monitoring chain: measures as stories, discussions, indicators, their figures and releases."""

from .consultations import ConsultationDesk
from .disclosure import DisclosureRunDesk, ReleaseDesk
from .fund import FundDesk, FundProjectDesk
from .indicators import IndicatorDesk
from .measures import MeasureDesk
from .research import InterviewDesk, StudyDesk
from .submissions import DataItemDesk, SubmissionDesk
from .templates import ChainTemplateDesk

__all__ = [
    "ChainTemplateDesk",
    "ConsultationDesk",
    "DataItemDesk",
    "DisclosureRunDesk",
    "FundDesk",
    "FundProjectDesk",
    "IndicatorDesk",
    "InterviewDesk",
    "MeasureDesk",
    "ReleaseDesk",
    "StudyDesk",
    "SubmissionDesk",
]
