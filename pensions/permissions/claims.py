"""Who may do what with claims and awards. A state sees its own branch and the frozen file, not what others decide."""

from django.db.models import Q

from accounts.access import Who, table
from accounts.enums import Role, Scope
from pensions.models import (
    Award,
    AwardEnd,
    AwardNumber,
    AwardPayer,
    ClaimBranch,
    ClaimDecision,
    ClaimDocument,
    ClaimStep,
    ClaimToDecide,
    DoubleReceipt,
    DoubleReceiptAnswer,
    PensionClaim,
)
from pensions.permissions.exchange import INSTITUTION
from pensions.querysets import own_records

OFFICIALS = dict.fromkeys(INSTITUTION, Scope.STATE)
OWN = {Role.WORKER: Scope.OWN}

table.allow("claims.claim.file", OFFICIALS | OWN)
table.allow("claims.claim.view", INSTITUTION | OWN)
table.allow("claims.claim.work", INSTITUTION)
table.allow("claims.claim.withdraw", INSTITUTION | OWN)
table.allow("claims.branch.view", INSTITUTION | OWN)
table.allow("claims.decide.view", INSTITUTION)
table.allow("claims.decision.record", INSTITUTION)
table.allow("claims.award.view", INSTITUTION | OWN)
table.allow("claims.award.record", OFFICIALS)
table.allow("claims.award.pay", INSTITUTION)
table.allow("claims.double.view", INSTITUTION)
table.allow("claims.double.answer", INSTITUTION)


def _own(path: str):
    return lambda who: own_records(who.user, f"{path}worker")


def _filed(path: str):
    return lambda who: Q(**{f"{path}institution_id__in": who.organisation_ids})


def _branches(path: str):
    """The one that decides, and the one with which the whole claim was filed."""
    return lambda who: (
        Q(**{f"{path}institution_id__in": who.organisation_ids})
        | Q(**{f"{path}claim__institution_id__in": who.organisation_ids})
    )


def _awards(path: str):
    """The one that awarded, and whoever pays or has paid."""

    def resolver(who: Who) -> Q:
        paid = AwardPayer.everything.filter(institution_id__in=who.organisation_ids).values("award_id")
        return Q(**{f"{path}institution_id__in": who.organisation_ids}) | Q(**{f"{path}pk__in": paid})

    return resolver


def _doubles(path: str):
    return lambda who: (
        Q(**{f"{path}first__institution_id__in": who.organisation_ids})
        | Q(**{f"{path}second__institution_id__in": who.organisation_ids})
    )


table.reach(PensionClaim, {Scope.ORGANISATION: _filed(""), Scope.OWN: _own("")})
table.reach(ClaimDocument, {Scope.ORGANISATION: _filed("claim__"), Scope.OWN: _own("claim__")})
table.reach(ClaimBranch, {Scope.ORGANISATION: _branches(""), Scope.OWN: _own("claim__")})
table.reach(
    ClaimToDecide,
    {Scope.ORGANISATION: lambda who: Q(institution_id__in=who.organisation_ids) & ~Q(state="filed")},
)
for model in (ClaimStep, ClaimDecision):
    table.reach(model, {Scope.ORGANISATION: _branches("branch__"), Scope.OWN: _own("branch__claim__")})
table.reach(Award, {Scope.ORGANISATION: _awards(""), Scope.OWN: _own("")})
for model in (AwardPayer, AwardEnd, AwardNumber):
    table.reach(model, {Scope.ORGANISATION: _awards("award__"), Scope.OWN: _own("award__")})
table.reach(DoubleReceipt, {Scope.ORGANISATION: _doubles("")})
table.reach(
    DoubleReceiptAnswer,
    {Scope.ORGANISATION: lambda who: Q(institution_id__in=who.organisation_ids)},
)
