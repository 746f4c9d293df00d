"""The study's analysis of trade with the Customs Union, to be checked and done again. Knows nothing of Django.

study, faults = read(SHIPPED.read_text(), a_file_with_new_years)
sheets(study, "ky")       # the whole workbook as plain tables, with each formula as text
findings(study)           # every figure of the study: reproduced, differs, given or unreadable, and why
"""

from pathlib import Path

from .findings import Finding, Status, findings
from .sheets import Head, Sheet, sheets
from .study import Entry, Fault, Study, read

SHIPPED = Path(__file__).parent.parent / "data" / "trade_study.csv"

__all__ = [
    "SHIPPED",
    "Entry",
    "Fault",
    "Finding",
    "Head",
    "Sheet",
    "Status",
    "Study",
    "findings",
    "read",
    "sheets",
]
