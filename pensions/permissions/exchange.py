"""Who may do what between institutions. An institution sees what it asked and what it was asked, nothing of a third."""

from django.db.models import Q

from accounts.access import Who, table
from accounts.enums import Role, Scope
from pensions.enums.exchange import RequestState
from pensions.models import (
    AnsweredPeriod,
    AnswerTarget,
    PeriodAnswer,
    PeriodRequest,
    ReceivedRequest,
    RequestedPeriod,
    RequestStep,
    SentRequest,
)
from pensions.querysets import own_records

INSTITUTION = {Role.REGISTRY_OFFICIAL: Scope.ORGANISATION, Role.REGISTRY_SUPERVISOR: Scope.ORGANISATION}

table.allow("exchange.request.view", INSTITUTION | {Role.WORKER: Scope.OWN})
table.allow("exchange.sent.view", INSTITUTION)
table.allow("exchange.received.view", INSTITUTION)
table.allow("exchange.request.draft", INSTITUTION)
table.allow("exchange.request.send", INSTITUTION)
table.allow("exchange.answer.enter", INSTITUTION)
table.allow("exchange.request.answer", INSTITUTION)
table.allow("exchange.target.view", INSTITUTION)
table.allow("exchange.target.set", {Role.REGISTRY_SUPERVISOR: Scope.ORGANISATION})


def _sent(who: Who, path: str = "") -> Q:
    return Q(**{f"{path}sender_id__in": who.organisation_ids})


def _received(who: Who, path: str = "") -> Q:
    """A draft has not left its desk: only the one who writes it sees it."""
    return (
        Q(**{f"{path}recipient_id__in": who.organisation_ids})
        & ~Q(**{f"{path}state": RequestState.DRAFTED})
        & ~Q(**{f"{path}sent_at__isnull": True})
    )


def _own(who: Who, path: str = "") -> Q:
    return own_records(who.user, f"{path}worker") & ~Q(**{f"{path}state": RequestState.DRAFTED})


def _either(path: str) -> dict:
    return {
        Scope.ORGANISATION: lambda who: _sent(who, path) | _received(who, path),
        Scope.OWN: lambda who: _own(who, path),
    }


table.reach(PeriodRequest, _either(""))
table.reach(SentRequest, {Scope.ORGANISATION: _sent})
table.reach(ReceivedRequest, {Scope.ORGANISATION: _received})
for model in (RequestedPeriod, PeriodAnswer, RequestStep):
    table.reach(model, _either("request__"))
table.reach(AnsweredPeriod, _either("answer__request__"))
table.reach(AnswerTarget, {Scope.ORGANISATION: lambda who: Q(organisation_id__in=who.organisation_ids)})
