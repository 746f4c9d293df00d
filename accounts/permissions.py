from common.journal.models import Entry, Seal

from .access import table
from .enums import Role, Scope
from .models import Membership, Organisation, User

table.allow(
    "accounts.organisation.view", {role: Scope.ALL for role in Role if role not in {Role.PUBLIC, Role.WORKER}}
)
table.allow("accounts.organisation.change", {Role.SYSTEM_ADMINISTRATOR: Scope.ALL})
table.allow("accounts.user.view", {Role.SYSTEM_ADMINISTRATOR: Scope.ALL, Role.AUDITOR: Scope.ALL})
table.allow("accounts.user.change", {Role.SYSTEM_ADMINISTRATOR: Scope.ALL})
table.allow("accounts.membership.view", {Role.SYSTEM_ADMINISTRATOR: Scope.ALL, Role.AUDITOR: Scope.ALL})
table.allow("accounts.membership.change", {Role.SYSTEM_ADMINISTRATOR: Scope.ALL})
table.allow("journal.entry.view", {Role.AUDITOR: Scope.ALL})
table.allow("common.job.view", {role: Scope.OWN for role in Role if role != Role.PUBLIC})

Organisation.VIEW = "accounts.organisation.view"
User.VIEW = "accounts.user.view"
Membership.VIEW = "accounts.membership.view"
Entry.VIEW = "journal.entry.view"
Seal.VIEW = "journal.entry.view"
