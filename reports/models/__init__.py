from .edition import Approval, Build, Edition
from .report_definition import ReportDefinition

__all__ = ["Approval", "Build", "Edition", "ReportDefinition"]
