from .case import Case, CaseStep, Closure
from .client import Client
from .help_request import HelpRequest
from .partner import Partner
from .referral import Consent, ConsentWithdrawal, Referral, ReferralStep
from .respondent import Respondent
from .work import Assessment, Note, PlannedService

__all__ = [
    "Assessment",
    "Case",
    "CaseStep",
    "Client",
    "Closure",
    "Consent",
    "ConsentWithdrawal",
    "HelpRequest",
    "Note",
    "Partner",
    "PlannedService",
    "Referral",
    "ReferralStep",
    "Respondent",
]
