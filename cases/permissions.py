"""Cases belong to the organisation that holds them. No ministry, registry or system role reads them."""

from django.db.models import Q

from accounts.access import table
from accounts.enums import Role, Scope

from .enums import ReferralState, RequestState
from .models import (
    ApprovalDecision,
    ApprovalRequest,
    Assessment,
    BanCheck,
    Case,
    CaseClock,
    CaseDocument,
    CaseExport,
    CaseRules,
    CaseStep,
    CaseTemplate,
    Client,
    ClockStep,
    Closure,
    ClosureDecision,
    ClosureProposal,
    Consent,
    ConsentedDocument,
    ConsentWithdrawal,
    Draft,
    DueChange,
    EmergencyAccess,
    EmergencyReview,
    EntryBan,
    FamilyLink,
    FieldEntry,
    FieldPhone,
    GroupClaim,
    HelpRequest,
    Incident,
    KindRules,
    Note,
    Partner,
    PlannedService,
    Referral,
    ReferralStep,
    RegistryLink,
    Respondent,
    SharedDocument,
    SharedReading,
)

NGO = {Role.CASE_WORKER: Scope.ASSIGNED, Role.CASE_SUPERVISOR: Scope.ORGANISATION}
QUEUE = {Role.CASE_WORKER: Scope.ORGANISATION, Role.CASE_SUPERVISOR: Scope.ORGANISATION}

table.allow("cases.request.view", NGO)
table.allow("cases.request.take", NGO)
table.allow("cases.case.view", NGO)
table.allow("cases.case.open", QUEUE)
table.allow("cases.case.work", NGO)
table.allow("cases.case.assign", {Role.CASE_SUPERVISOR: Scope.ORGANISATION})
table.allow("cases.case.export", NGO)
table.allow("cases.case.reopen", {Role.CASE_SUPERVISOR: Scope.ORGANISATION})
table.allow("cases.case.break_glass", {Role.CASE_WORKER: Scope.ORGANISATION})
table.allow("cases.case.review_access", {Role.CASE_SUPERVISOR: Scope.ORGANISATION})
table.allow("cases.closure.decide", {Role.CASE_SUPERVISOR: Scope.ORGANISATION})
table.allow("cases.rules.change", {Role.CASE_SUPERVISOR: Scope.ORGANISATION})
table.allow("cases.case.keep", {Role.CASE_SUPERVISOR: Scope.ORGANISATION})
table.allow("cases.family.view", {Role.CASE_SUPERVISOR: Scope.ORGANISATION})
table.allow("cases.family.link", {Role.CASE_SUPERVISOR: Scope.ORGANISATION})
table.allow("cases.figures.view", {Role.CASE_SUPERVISOR: Scope.ORGANISATION})
table.allow("cases.limitation.view", dict.fromkeys(NGO, Scope.ALL))
table.allow("cases.limitation.keep", {Role.CASE_SUPERVISOR: Scope.ALL})
table.allow("cases.template.view", QUEUE)
table.allow("cases.template.change", {Role.CASE_SUPERVISOR: Scope.ORGANISATION})
table.allow("cases.referral.view", NGO)
table.allow("cases.referral.answer", NGO)
table.allow("cases.vault.use", QUEUE)
table.allow("cases.vault.manage", {Role.CASE_SUPERVISOR: Scope.ORGANISATION})
OWN_PHONE = {Role.CASE_WORKER: Scope.OWN, Role.CASE_SUPERVISOR: Scope.ORGANISATION}
table.allow("cases.draft.keep", dict.fromkeys(NGO, Scope.OWN))
table.allow("cases.field.use", dict.fromkeys(NGO, Scope.OWN))
table.allow("cases.field.view", OWN_PHONE)
table.allow("cases.field.end", OWN_PHONE)
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

table.reach(
    GroupClaim,
    {
        Scope.ASSIGNED: lambda who: Q(
            pk__in=Case.everything.filter(
                pk__in=who.duties(Case, CASE_DUTY), organisation_id__in=who.organisation_ids
            ).values("group_id")
        ),
        Scope.ORGANISATION: lambda who: Q(organisation_id__in=who.organisation_ids),
    },
)


def _of_case(path: str) -> dict:
    """Rows that hang on a case at `path`."""

    def assigned(who):
        own = {f"{path}__in": who.duties(Case, CASE_DUTY)}
        return Q(**own, **{f"{path}__organisation_id__in": who.organisation_ids})

    def organisation(who):
        return Q(**{f"{path}__organisation_id__in": who.organisation_ids})

    return {Scope.ASSIGNED: assigned, Scope.ORGANISATION: organisation}


OF_A_CASE = (
    ApprovalRequest,
    Assessment,
    CaseClock,
    CaseDocument,
    CaseExport,
    CaseStep,
    Closure,
    ClosureProposal,
    Consent,
    EmergencyAccess,
    EntryBan,
    Incident,
    Note,
    PlannedService,
    RegistryLink,
    Respondent,
)
for child in OF_A_CASE:
    table.reach(child, _of_case("case"))
NOTES = _of_case("case")
table.reach(
    Note,
    {
        **NOTES,
        # What is sealed is for its author; supervisors reach it by their own scope.
        Scope.ASSIGNED: lambda who: NOTES[Scope.ASSIGNED](who) & (Q(is_sealed=False) | Q(author=who.user)),
    },
)
table.reach(ClockStep, _of_case("clock__case"))
table.reach(DueChange, _of_case("planned__case"))
table.reach(
    FamilyLink,
    {
        Scope.ORGANISATION: lambda who: Q(
            first__organisation_id__in=who.organisation_ids, second__organisation_id__in=who.organisation_ids
        )
    },
)
table.reach(ClosureDecision, _of_case("proposal__case"))
table.reach(ApprovalDecision, _of_case("request__case"))
for rules in (CaseRules, KindRules):
    table.reach(rules, {Scope.ORGANISATION: lambda who: Q(organisation_id__in=who.organisation_ids)})
table.reach(BanCheck, _of_case("ban__case"))
table.reach(EmergencyReview, _of_case("access__case"))
table.reach(ConsentWithdrawal, _of_case("consent__case"))
table.reach(ConsentedDocument, _of_case("consent__case"))
table.reach(SharedReading, _of_case("shared__referral__case"))
for phone, path in ((FieldPhone, ""), (FieldEntry, "phone__")):
    table.reach(
        phone,
        {
            Scope.OWN: lambda who, path=path: Q(**{f"{path}user": who.user}),
            Scope.ORGANISATION: lambda who, path=path: Q(
                **{f"{path}organisation_id__in": who.organisation_ids}
            ),
        },
    )
table.reach(Draft, {Scope.OWN: lambda who: Q(user=who.user, organisation_id__in=who.organisation_ids)})
table.reach(CaseTemplate, {Scope.ORGANISATION: lambda who: Q(organisation_id__in=who.organisation_ids)})


def _queue(who) -> Q:
    """What nobody has taken in yet is everybody's; afterwards it belongs to those who are on the case."""
    own = Q(case__in=who.duties(Case, CASE_DUTY)) | ~Q(state=RequestState.TAKEN)
    return own & Q(organisation_id__in=who.organisation_ids)


table.reach(
    HelpRequest,
    {Scope.ASSIGNED: _queue, Scope.ORGANISATION: lambda who: Q(organisation_id__in=who.organisation_ids)},
)
table.reach(
    Partner,
    {
        Scope.PUBLISHED: lambda who: Q(is_public=True),
        Scope.ORGANISATION: lambda who: Q(organisation_id__in=who.organisation_ids),
    },
)


def _received(who, path: str = "") -> Q:
    """What a partner sent, from its turn until it or the consent behind it is withdrawn, or it was silent too long."""
    mine = Q(**{f"{path}recipient_id__in": who.organisation_ids})
    hidden = [ReferralState.PREPARED, ReferralState.SILENT, ReferralState.REVOKED]
    gone = Q(**{f"{path}state__in": hidden}) | Q(**{f"{path}consent__withdrawal__isnull": False})
    return mine & ~gone


def _of_referral(path: str) -> dict:
    """A referral, or rows that hang on one at `path`."""

    def assigned(who):
        own = who.duties(Case, CASE_DUTY)
        sent = Q(**{f"{path}case_id__in": own, f"{path}sender_id__in": who.organisation_ids})
        # Everyone there may answer what waits; what was accepted belongs to those who are on its case.
        waits = Q(**{f"{path}state": ReferralState.IN_PROGRESS}) | Q(**{f"{path}accepted_case_id__in": own})
        return (_received(who, path) & waits) | sent

    def organisation(who):
        return _received(who, path) | Q(**{f"{path}sender_id__in": who.organisation_ids})

    return {Scope.ASSIGNED: assigned, Scope.ORGANISATION: organisation}


table.reach(Referral, _of_referral(""))
table.reach(ReferralStep, _of_referral("referral__"))


def _shared_by(scope: str):
    """Copies of documents: the sender's all; the partner's those that may be seen now, until they are closed."""
    referral = _of_referral("referral__")[scope]
    early = Q(referral__state=ReferralState.IN_PROGRESS, before_acceptance=True)

    def reached(who):
        sent = Q(referral__sender_id__in=who.organisation_ids)
        now = Q(closed_at__isnull=True) & (early | Q(referral__accepted_case__isnull=False))
        return referral(who) & (sent | now)

    return reached


table.reach(SharedDocument, {scope: _shared_by(scope) for scope in (Scope.ASSIGNED, Scope.ORGANISATION)})
