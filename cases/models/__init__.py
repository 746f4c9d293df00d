from .case import Case, CaseStep, Closure
from .client import Client
from .due_change import DueChange
from .help_request import HelpRequest
from .incident import Incident
from .partner import Partner
from .referral import Consent, ConsentWithdrawal, Referral, ReferralStep
from .respondent import Respondent
from .template import CaseTemplate
from .work import Assessment, Note, PlannedService

__all__ = [
    "Assessment",
    "Case",
    "CaseStep",
    "CaseTemplate",
    "Client",
    "Closure",
    "Consent",
    "ConsentWithdrawal",
    "DueChange",
    "HelpRequest",
    "Incident",
    "Note",
    "Partner",
    "PlannedService",
    "Referral",
    "ReferralStep",
    "Respondent",
]
