"""The desk of the monitoring chain: measures as stories, discussions, indicators, their figures and releases."""

from .consultations import ConsultationDesk
from .disclosure import DisclosureRunDesk, ReleaseDesk
from .fund import FundDesk, FundProjectDesk
from .indicators import DataItemDesk, IndicatorDesk, SubmissionDesk
from .measures import MeasureDesk

__all__ = [
    "ConsultationDesk",
    "DataItemDesk",
    "DisclosureRunDesk",
    "FundDesk",
    "FundProjectDesk",
    "IndicatorDesk",
    "MeasureDesk",
    "ReleaseDesk",
    "SubmissionDesk",
]
