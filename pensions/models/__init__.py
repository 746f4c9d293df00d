from .employer import Employer, EmployerIdentifier, EmployerName
from .employment import Employment
from .ledger import Contribution, EmploymentPeriod, PeriodEvidence
from .staging import ColumnMapping, StagedRow, WorkerProposal
from .work_record_import import WorkRecordImport
from .worker import Worker, WorkerCitizenship, WorkerIdentifier, WorkerName, WorkerStep

__all__ = [
    "ColumnMapping",
    "Contribution",
    "Employer",
    "EmployerIdentifier",
    "EmployerName",
    "Employment",
    "EmploymentPeriod",
    "PeriodEvidence",
    "StagedRow",
    "WorkRecordImport",
    "Worker",
    "WorkerCitizenship",
    "WorkerIdentifier",
    "WorkerName",
    "WorkerProposal",
    "WorkerStep",
]
