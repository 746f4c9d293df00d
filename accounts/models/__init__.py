from .duty import Duty
from .membership import Membership
from .organisation import Organisation
from .session import UserSession
from .token import ApiToken
from .user import User

__all__ = ["ApiToken", "Duty", "Membership", "Organisation", "User", "UserSession"]
