from django.db.models import Q

from accounts.access import Who, table
from accounts.enums import Role, Scope

from .enums import PUBLIC_STATES, Audience, EditionState
from .models import Edition

READERS = [
    Role.ANALYST,
    Role.DECISION_MAKER,
    Role.DISCLOSURE_OFFICER,
    Role.AUDITOR,
    Role.LEGAL_OFFICER,
    Role.EXPERT,
]
# Readers of published editions: reports for NGOs and for the offices of ministries, and what a person may read early.
NGO_READERS = [Role.CASE_WORKER, Role.CASE_SUPERVISOR]
OFFICE_READERS = [Role.REGISTRY_OFFICIAL, Role.REGISTRY_SUPERVISOR]

table.allow("reports.definition.view", dict.fromkeys(READERS, Scope.ALL))
table.allow("reports.definition.change", {Role.ANALYST: Scope.ALL})
table.allow(
    "reports.edition.view",
    {
        **dict.fromkeys(READERS, Scope.ALL),
        **dict.fromkeys(NGO_READERS, Scope.ORGANISATION),
        **dict.fromkeys(OFFICE_READERS, Scope.STATE),
        Role.PUBLIC: Scope.PUBLISHED,
    },
)
table.allow("reports.edition.prepare", {Role.ANALYST: Scope.ALL})
table.allow("reports.edition.write", dict.fromkeys([Role.ANALYST, Role.EXPERT], Scope.ALL))
table.allow("reports.edition.comment", {role: Scope.ALL for role in READERS if role != Role.AUDITOR})
table.allow("reports.edition.answer", {Role.ANALYST: Scope.ALL})
table.allow("reports.edition.approve", {Role.DISCLOSURE_OFFICER: Scope.ALL, Role.DECISION_MAKER: Scope.ALL})
table.allow("reports.edition.publish", {Role.DECISION_MAKER: Scope.ALL})
table.allow("reports.edition.admit", {Role.DECISION_MAKER: Scope.ALL})
table.allow("reports.edition.withdraw", {Role.DECISION_MAKER: Scope.ALL})


def published_for(*audiences: Audience) -> Q:
    return Q(state__in=PUBLIC_STATES, definition__audience__in=audiences)


def early(who: Who) -> Q:
    """Under embargo, for whom it was opened by name."""
    return Q(state=EditionState.EMBARGOED, pk__in=who.duties(Edition, "early_reader"))


table.reach(
    Edition,
    {
        Scope.PUBLISHED: lambda who: published_for(Audience.PUBLIC),
        Scope.ORGANISATION: lambda who: published_for(Audience.PUBLIC, Audience.NGO) | early(who),
        Scope.STATE: lambda who: published_for(Audience.PUBLIC, Audience.MINISTRY) | early(who),
    },
)
