from django.db.models import Q

from common import clock
from common.journal.models import Entry, Seal

from .access import table
from .enums import DESK_ROLES, Role, Scope
from .models import (
    ApiToken,
    BulkAct,
    Membership,
    Message,
    Notice,
    Organisation,
    RoleProposal,
    SavedFilter,
    User,
    UserSession,
)

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
table.allow("accounts.notice.view", {role: Scope.OWN for role in Role if role != Role.PUBLIC})
# Messages that did not arrive concern whoever caused them; the administrator sees those of the system, too.
CAUSED = dict.fromkeys(DESK_ROLES, Scope.OWN) | {Role.SYSTEM_ADMINISTRATOR: Scope.ALL}
table.allow("accounts.message.view", CAUSED)
table.allow("accounts.message.resend", CAUSED)
table.allow("accounts.filter.keep", dict.fromkeys(DESK_ROLES, Scope.OWN))
# Only the registry's desks have bulk acts. Each takes back the own ones; a supervisor sees those of the whole office.
table.allow(
    "accounts.bulk.view", {Role.REGISTRY_OFFICIAL: Scope.OWN, Role.REGISTRY_SUPERVISOR: Scope.ORGANISATION}
)
table.allow(
    "accounts.bulk.undo", dict.fromkeys((Role.REGISTRY_OFFICIAL, Role.REGISTRY_SUPERVISOR), Scope.OWN)
)
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

Organisation.VIEW = "accounts.organisation.view"
User.VIEW = "accounts.user.view"
Membership.VIEW = "accounts.membership.view"
ApiToken.VIEW = "accounts.token.issue"
UserSession.VIEW = "accounts.session.view"
Notice.VIEW = "accounts.notice.view"
Message.VIEW = "accounts.message.view"
SavedFilter.VIEW = "accounts.filter.keep"
Entry.VIEW = "journal.entry.view"
Seal.VIEW = "journal.entry.view"

table.reach(RoleProposal, {Scope.ORGANISATION: lambda who: Q(organisation_id__in=who.organisation_ids)})
table.reach(
    Message,
    {Scope.OWN: lambda who: Q(pk__in=Notice.everything.filter(by=who.user).values("message"))},
)
table.reach(
    BulkAct,
    {
        Scope.OWN: lambda who: Q(user=who.user),
        Scope.ORGANISATION: lambda who: Q(
            user__in=Membership.objects.valid_on(clock.today())
            .filter(organisation_id__in=who.organisation_ids)
            .values("user")
        ),
    },
)
for model in (ApiToken, Notice, SavedFilter, UserSession):
    table.reach(model, {Scope.OWN: lambda who: Q(user=who.user)})
