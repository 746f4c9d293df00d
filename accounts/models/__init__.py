from .bulk_act import BulkAct
from .deputy import Deputy
from .duty import Duty
from .entry_code import EntryCode
from .identity import Identity
from .link import AccountLink
from .membership import Membership
from .notice import Message, MessageSettings, Notice
from .organisation import Organisation
from .reading_alarm import ReadingAlarm
from .role_proposal import RoleProposal
from .saved_filter import SavedFilter
from .session import UserSession
from .token import ApiToken
from .user import User

__all__ = [
    "AccountLink",
    "ApiToken",
    "BulkAct",
    "Deputy",
    "Duty",
    "EntryCode",
    "Identity",
    "Membership",
    "Message",
    "MessageSettings",
    "Notice",
    "Organisation",
    "ReadingAlarm",
    "RoleProposal",
    "SavedFilter",
    "User",
    "UserSession",
]
