from .approval import CaseRules, ClosureDecision, ClosureProposal
from .case import Case, CaseStep, Closure
from .client import Client
from .clock import CaseClock, ClockStep, LimitationTerm, TermCheck
from .document import CaseDocument, CaseExport
from .draft import Draft
from .due_change import DueChange
from .emergency import EmergencyAccess, EmergencyReview
from .entry_ban import BanCheck, EntryBan
from .family import FamilyLink
from .field import FieldEntry, FieldPhone
from .group import GroupClaim
from .help_request import HelpRequest
from .incident import Incident
from .partner import Partner
from .referral import Consent, ConsentWithdrawal, Referral, ReferralStep
from .registry_link import RegistryLink
from .respondent import Respondent
from .sharing import ConsentedDocument, SharedDocument, SharedReading
from .sign_off import ApprovalDecision, ApprovalRequest, KindRules
from .template import CaseTemplate
from .vault import MemberKey, Vault, VaultShare
from .work import Assessment, Note, PlannedService

__all__ = [
    "ApprovalDecision",
    "ApprovalRequest",
    "Assessment",
    "BanCheck",
    "Case",
    "CaseClock",
    "CaseDocument",
    "CaseExport",
    "CaseRules",
    "CaseStep",
    "CaseTemplate",
    "Client",
    "ClockStep",
    "Closure",
    "ClosureDecision",
    "ClosureProposal",
    "Consent",
    "ConsentWithdrawal",
    "ConsentedDocument",
    "Draft",
    "DueChange",
    "EmergencyAccess",
    "EmergencyReview",
    "EntryBan",
    "FamilyLink",
    "FieldEntry",
    "FieldPhone",
    "GroupClaim",
    "HelpRequest",
    "Incident",
    "KindRules",
    "LimitationTerm",
    "MemberKey",
    "Note",
    "Partner",
    "PlannedService",
    "Referral",
    "ReferralStep",
    "RegistryLink",
    "Respondent",
    "SharedDocument",
    "SharedReading",
    "TermCheck",
    "Vault",
    "VaultShare",
]
