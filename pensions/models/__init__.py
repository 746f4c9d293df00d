from .archive import ArchiveConfirmation, ArchiveDeposit, DepositItem, DepositStep
from .award import (
    Award,
    AwardEnd,
    AwardNumber,
    AwardPayer,
    DoubleReceipt,
    DoubleReceiptAnswer,
)
from .blank import Blank, BlankMovement, BlankSale, BlankStock
from .certificate import Certificate, CertificatePrint, CertificateStep
from .certificate_batch import BatchRefusal, CertificateBatch
from .claim import DifferenceAnswer, EmployerClaim
from .classification import ClassificationCode
from .correction import CorrectionPaper, CorrectionRequest, CorrectionStep
from .demand import Demand, DemandStep
from .duplicate import DuplicatePair, PairDecision, WorkerMerge
from .employer import Employer, EmployerIdentifier, EmployerName, EmployerSuccession
from .employment import Employment
from .erasure_request import ErasureRequest
from .exchange import (
    AnsweredPeriod,
    AnswerTarget,
    PeriodAnswer,
    PeriodRequest,
    ReceivedRequest,
    RequestedPeriod,
    RequestStep,
    SentRequest,
)
from .finding import Finding, FindingStep
from .ledger import Contribution, EmploymentPeriod, PeriodEvidence
from .legislation import ParameterDecision, ParameterProposal
from .pension_claim import (
    ClaimBranch,
    ClaimDecision,
    ClaimDocument,
    ClaimStep,
    ClaimToDecide,
    PensionClaim,
)
from .print_stamp import PrintStamp
from .register import RegisterCheckpoint, RegisterEntry, RegisterNode, RegisterOpening
from .share import CertificateShare
from .signing_key import IssuingRight, KeyEvent, SigningKey
from .staging import ColumnMapping, StagedRow, StagedSpell, WorkerProposal
from .totals import InsuranceTotal, TotalsRun, TouchedWorker
from .witness import RegisterCosignature, RegisterWitness
from .work_record_import import WorkRecordImport
from .worker import Worker, WorkerCitizenship, WorkerIdentifier, WorkerName, WorkerStep
from .worker_papers import WorkerDocument, WorkerReport

__all__ = [
    "AnswerTarget",
    "AnsweredPeriod",
    "ArchiveConfirmation",
    "ArchiveDeposit",
    "Award",
    "AwardEnd",
    "AwardNumber",
    "AwardPayer",
    "BatchRefusal",
    "Blank",
    "BlankMovement",
    "BlankSale",
    "BlankStock",
    "Certificate",
    "CertificateBatch",
    "CertificatePrint",
    "CertificateShare",
    "CertificateStep",
    "ClaimBranch",
    "ClaimDecision",
    "ClaimDocument",
    "ClaimStep",
    "ClaimToDecide",
    "ClassificationCode",
    "ColumnMapping",
    "Contribution",
    "CorrectionPaper",
    "CorrectionRequest",
    "CorrectionStep",
    "Demand",
    "DemandStep",
    "DepositItem",
    "DepositStep",
    "DifferenceAnswer",
    "DoubleReceipt",
    "DoubleReceiptAnswer",
    "DuplicatePair",
    "Employer",
    "EmployerClaim",
    "EmployerIdentifier",
    "EmployerName",
    "EmployerSuccession",
    "Employment",
    "EmploymentPeriod",
    "ErasureRequest",
    "Finding",
    "FindingStep",
    "InsuranceTotal",
    "IssuingRight",
    "KeyEvent",
    "PairDecision",
    "ParameterDecision",
    "ParameterProposal",
    "PensionClaim",
    "PeriodAnswer",
    "PeriodEvidence",
    "PeriodRequest",
    "PrintStamp",
    "ReceivedRequest",
    "RegisterCheckpoint",
    "RegisterCosignature",
    "RegisterEntry",
    "RegisterNode",
    "RegisterOpening",
    "RegisterWitness",
    "RequestStep",
    "RequestedPeriod",
    "SentRequest",
    "SigningKey",
    "StagedRow",
    "StagedSpell",
    "TotalsRun",
    "TouchedWorker",
    "WorkRecordImport",
    "Worker",
    "WorkerCitizenship",
    "WorkerDocument",
    "WorkerIdentifier",
    "WorkerMerge",
    "WorkerName",
    "WorkerProposal",
    "WorkerReport",
    "WorkerStep",
]
