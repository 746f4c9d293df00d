from django.db.models import Q

from accounts.access import table
from accounts.enums import Role, Scope

from .enums import Audience, EditionState
from .models import Edition

READERS = [
    Role.ANALYST,
    Role.DECISION_MAKER,
    Role.DISCLOSURE_OFFICER,
    Role.AUDITOR,
    Role.LEGAL_OFFICER,
    Role.EXPERT,
]

table.allow("reports.definition.view", dict.fromkeys(READERS, Scope.ALL))
table.allow("reports.definition.change", {Role.ANALYST: Scope.ALL})
table.allow("reports.edition.view", {**dict.fromkeys(READERS, Scope.ALL), Role.PUBLIC: Scope.PUBLISHED})
table.allow("reports.edition.prepare", {Role.ANALYST: Scope.ALL})
table.allow("reports.edition.approve", {Role.DISCLOSURE_OFFICER: Scope.ALL, Role.DECISION_MAKER: Scope.ALL})
table.allow("reports.edition.publish", {Role.DECISION_MAKER: Scope.ALL})

table.reach(
    Edition,
    {
        Scope.PUBLISHED: lambda who: Q(
            state__in=[EditionState.PUBLISHED, EditionState.REPLACED], definition__audience=Audience.PUBLIC
        )
    },
)
