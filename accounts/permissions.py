from django.db.models import Q

from common.journal.models import Entry, Seal

from .access import table
from .enums import DESK_ROLES, Role, Scope
from .models import ApiToken, Membership, Organisation, User, UserSession

table.allow(
    "accounts.organisation.view", {role: Scope.ALL for role in Role if role not in {Role.PUBLIC, Role.WORKER}}
)
table.allow("accounts.organisation.change", {Role.SYSTEM_ADMINISTRATOR: Scope.ALL})
table.allow("accounts.user.view", {Role.SYSTEM_ADMINISTRATOR: Scope.ALL, Role.AUDITOR: Scope.ALL})
table.allow("accounts.user.change", {Role.SYSTEM_ADMINISTRATOR: Scope.ALL})
table.allow("accounts.membership.view", {Role.SYSTEM_ADMINISTRATOR: Scope.ALL, Role.AUDITOR: Scope.ALL})
table.allow("accounts.membership.change", {Role.SYSTEM_ADMINISTRATOR: Scope.ALL})
table.allow("accounts.token.issue", dict.fromkeys(DESK_ROLES, Scope.OWN))
table.allow("accounts.session.view", {role: Scope.OWN for role in Role if role != Role.PUBLIC})
table.allow("accounts.factor.reset", {Role.SYSTEM_ADMINISTRATOR: Scope.ALL})
table.allow("accounts.permission.view", {Role.SYSTEM_ADMINISTRATOR: Scope.ALL, Role.AUDITOR: Scope.ALL})
table.allow("journal.entry.view", {Role.AUDITOR: Scope.ALL})
table.allow("common.job.view", {role: Scope.OWN for role in Role if role != Role.PUBLIC})

Organisation.VIEW = "accounts.organisation.view"
User.VIEW = "accounts.user.view"
Membership.VIEW = "accounts.membership.view"
ApiToken.VIEW = "accounts.token.issue"
UserSession.VIEW = "accounts.session.view"
Entry.VIEW = "journal.entry.view"
Seal.VIEW = "journal.entry.view"

for model in (ApiToken, UserSession):
    table.reach(model, {Scope.OWN: lambda who: Q(user=who.user)})
