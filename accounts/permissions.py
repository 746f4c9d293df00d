from django.db.models import Q

from common.journal.models import Entry, Seal

from .access import table
from .enums import DESK_ROLES, Role, Scope
from .models import ApiToken, Membership, Organisation, RoleProposal, User, UserSession

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
table.allow("accounts.deputy.name", dict.fromkeys(DESK_ROLES, Scope.OWN))
HEADS = {
    Role.SYSTEM_ADMINISTRATOR: Scope.ALL,
    Role.REGISTRY_SUPERVISOR: Scope.ORGANISATION,
    Role.CASE_SUPERVISOR: Scope.ORGANISATION,
}
table.allow("accounts.role.view", HEADS | {Role.AUDITOR: Scope.ALL})
table.allow("accounts.role.propose", HEADS)
table.allow("accounts.role.confirm", HEADS)
table.allow("accounts.factor.reset", {Role.SYSTEM_ADMINISTRATOR: Scope.ALL})
table.allow("accounts.permission.view", {Role.SYSTEM_ADMINISTRATOR: Scope.ALL, Role.AUDITOR: Scope.ALL})
table.allow("journal.entry.view", {Role.AUDITOR: Scope.ALL})
table.allow("journal.alarm.view", {Role.AUDITOR: Scope.ALL})
table.allow("journal.alarm.explain", {Role.AUDITOR: Scope.ALL})
table.allow("common.job.view", {role: Scope.OWN for role in Role if role != Role.PUBLIC})

Organisation.VIEW = "accounts.organisation.view"
User.VIEW = "accounts.user.view"
Membership.VIEW = "accounts.membership.view"
ApiToken.VIEW = "accounts.token.issue"
UserSession.VIEW = "accounts.session.view"
Entry.VIEW = "journal.entry.view"
Seal.VIEW = "journal.entry.view"

table.reach(RoleProposal, {Scope.ORGANISATION: lambda who: Q(organisation_id__in=who.organisation_ids)})
for model in (ApiToken, UserSession):
    table.reach(model, {Scope.OWN: lambda who: Q(user=who.user)})
