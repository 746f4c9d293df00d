"""The desk of the monitoring chain: measures as stories, discussions, indicators and their figures."""

from .consultations import ConsultationDesk
from .indicators import DataItemDesk, IndicatorDesk, SubmissionDesk
from .measures import MeasureDesk

__all__ = ["ConsultationDesk", "DataItemDesk", "IndicatorDesk", "MeasureDesk", "SubmissionDesk"]
