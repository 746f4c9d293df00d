"""Cases belong to the organisation that holds them. No ministry, registry or system role reads them."""

from django.db.models import Q

from accounts.access import table
from accounts.enums import Role, Scope

from .enums import ReferralState
from .models import (
    Assessment,
    Case,
    Client,
    Consent,
    HelpRequest,
    Note,
    Partner,
    PlannedService,
    Referral,
    Respondent,
)

NGO = {Role.CASE_WORKER: Scope.ASSIGNED, Role.CASE_SUPERVISOR: Scope.ORGANISATION}
QUEUE = {Role.CASE_WORKER: Scope.ORGANISATION, Role.CASE_SUPERVISOR: Scope.ORGANISATION}

table.allow("cases.request.view", QUEUE)
table.allow("cases.request.take", QUEUE)
table.allow("cases.case.view", NGO)
table.allow("cases.case.open", QUEUE)
table.allow("cases.case.work", NGO)
table.allow("cases.case.assign", {Role.CASE_SUPERVISOR: Scope.ORGANISATION})
table.allow("cases.case.reopen", {Role.CASE_SUPERVISOR: Scope.ORGANISATION})
table.allow("cases.referral.view", NGO)
table.allow("cases.referral.answer", NGO)
table.allow(
    "cases.partner.view",
    {
        **dict.fromkeys(Role, Scope.PUBLISHED),
        Role.CASE_WORKER: Scope.ALL,
        Role.CASE_SUPERVISOR: Scope.ALL,
        Role.SYSTEM_ADMINISTRATOR: Scope.ALL,
    },
)
table.allow("cases.partner.change", {Role.CASE_SUPERVISOR: Scope.ORGANISATION})

CASE_DUTY = "case_worker"

table.reach(
    Case,
    {
        Scope.ASSIGNED: lambda who: Q(
            pk__in=who.duties(Case, CASE_DUTY), organisation_id__in=who.organisation_ids
        ),
        Scope.ORGANISATION: lambda who: Q(organisation_id__in=who.organisation_ids),
    },
)
table.reach(
    Client,
    {
        Scope.ASSIGNED: lambda who: Q(
            pk__in=Case.everything.filter(
                pk__in=who.duties(Case, CASE_DUTY), organisation_id__in=who.organisation_ids
            ).values("client_id")
        ),
        Scope.ORGANISATION: lambda who: Q(organisation_id__in=who.organisation_ids),
    },
)
for child in (Assessment, PlannedService, Note, Consent, Respondent):
    table.reach(
        child,
        {
            Scope.ASSIGNED: lambda who: Q(
                case_id__in=who.duties(Case, CASE_DUTY), case__organisation_id__in=who.organisation_ids
            ),
            Scope.ORGANISATION: lambda who: Q(case__organisation_id__in=who.organisation_ids),
        },
    )
table.reach(HelpRequest, {Scope.ORGANISATION: lambda who: Q(organisation_id__in=who.organisation_ids)})
table.reach(
    Partner,
    {
        Scope.PUBLISHED: lambda who: Q(is_public=True),
        Scope.ORGANISATION: lambda who: Q(organisation_id__in=who.organisation_ids),
    },
)


def _received(who):
    """What a partner sent: everyone who takes in cases there may answer it, until it is withdrawn."""
    return Q(recipient_id__in=who.organisation_ids) & ~Q(state=ReferralState.REVOKED)


table.reach(
    Referral,
    {
        Scope.ASSIGNED: lambda who: (
            _received(who) | Q(case_id__in=who.duties(Case, CASE_DUTY), sender_id__in=who.organisation_ids)
        ),
        Scope.ORGANISATION: lambda who: _received(who) | Q(sender_id__in=who.organisation_ids),
    },
)
