"""Clocks of the law: started, suspended, restarted, met; and the terms that two people keep."""

import datetime as dt
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from accounts.access import require
from cases import limitation
from cases.enums import ClockState
from cases.models import Case, CaseClock, ClockStep, LimitationTerm, TermCheck
from common import clock as time
from common.errors import Conflict, Invalid, Refused
from common.journal import services as journal
from common.journal.models import Verb
from common.service import service

from .act_by import refresh_act_by
from .work import begin

ACTION = "cases.case.work"
OPEN = (ClockState.RUNNING, ClockState.SUSPENDED)


def terms() -> list[limitation.Term]:
    """Confirmed rows of the desk and what came with the system."""
    rows = LimitationTerm.everything.filter(check_made__accepted=True)
    kept = [
        limitation.Term(
            code=str(row.pk),
            source={"ky": row.source, "ru": row.source, "en": row.source},
            is_confirmed=True,
            **{
                name: getattr(row, name)
                for name in ("state", "claim", "starts", "count", "unit", "shift", "from_on", "until_on")
            },
        )
        for row in rows
    ]
    return [*kept, *limitation.shipped()]


def term_of(one: CaseClock, known: list[limitation.Term] | None = None) -> limitation.Term | None:
    return next((term for term in known or terms() if term.code == one.term_code), None)


@service
def start(*, by: Any, case: Case, claim: str, started_on: dt.date, country: str = "") -> CaseClock:
    """Starts a clock from the day that the law names; without a known term it has no last day and says so."""
    begin(by, case)
    if started_on > time.today():
        raise Invalid("future", _("This day has not come yet."), field="started_on")
    country = country or case.country
    term = limitation.find(terms(), country, claim, started_on)
    made = CaseClock.everything.create(
        case=case,
        claim=claim,
        country=country,
        started_on=started_on,
        term_code=term.code if term else "",
        last_on=limitation.last_day(term, started_on) if term else None,
    )
    return _note(made, by, started_on, "")


@service
def suspend(*, by: Any, clock: CaseClock, on: dt.date, reason: str) -> CaseClock:
    """The term stands still from this day, for example while a mediation or an authority's answer is awaited."""
    begin(by, clock.case)
    if clock.state != ClockState.RUNNING:
        raise Conflict("clock_not_running", _("This term is not running."))
    if not clock.started_on <= on <= time.today():
        raise Invalid("outside", _("Choose a day between the start and today."), field="on")
    clock.state, clock.suspended_on = ClockState.SUSPENDED, on
    return _note(clock, by, on, reason)


@service
def restart(*, by: Any, clock: CaseClock, on: dt.date, reason: str) -> CaseClock:
    """The term runs again; its last day moves by the days of the suspension."""
    begin(by, clock.case)
    if clock.state != ClockState.SUSPENDED:
        raise Conflict("clock_not_suspended", _("This term is not suspended."))
    if not clock.suspended_on <= on <= time.today():
        raise Invalid("outside", _("Choose a day between the start and today."), field="on")
    clock.suspended_days += (on - clock.suspended_on).days
    clock.state, clock.suspended_on = ClockState.RUNNING, None
    term = term_of(clock)
    if term is not None:
        clock.last_on = limitation.last_day(term, clock.started_on, clock.suspended_days)
    return _note(clock, by, on, reason)


@service
def stop(*, by: Any, clock: CaseClock, state: str, reason: str) -> CaseClock:
    """What had to be done was done, or is not wanted any more: nothing reminds of it from then on."""
    begin(by, clock.case)
    if clock.state not in OPEN or state not in {ClockState.MET, ClockState.DROPPED}:
        raise Conflict("clock_over", _("This term is over."))
    clock.state, clock.suspended_on = state, None
    return _note(clock, by, time.today(), reason)


def _note(one: CaseClock, by: Any, on: dt.date, reason: str) -> CaseClock:
    one.save()
    ClockStep.everything.create(
        clock=one, key=one.case.key, state=one.state, on=on, last_on=one.last_on, reason=reason, by=by
    )
    refresh_act_by(one.case)
    journal.record(by=by, verb=Verb.CHANGED, obj=one, action=ACTION, details={"state": one.state})
    return one


@service
def propose_term(*, by: Any, **values: Any) -> LimitationTerm:
    """Enters a term with its source; it counts for nothing until another person has confirmed it."""
    require(by, "cases.limitation.keep")
    if values.get("until_on") and values["until_on"] < values["from_on"]:
        raise Invalid("ends_before", _("The last day of effect comes before the first."), field="until_on")
    made = LimitationTerm.everything.create(proposed_by=by, **values)
    journal.record(by=by, verb=Verb.CREATED, obj=made, action="cases.limitation.keep")
    return made


@service
def check_term(*, by: Any, term: LimitationTerm, accepted: bool, reason: str = "") -> TermCheck:
    """Confirms or refuses a term of somebody else. Clocks that run keep the term with which they were started."""
    require(by, "cases.limitation.keep", term)
    if term.proposed_by_id == by.pk:
        raise Refused("own_proposal", _("Somebody else confirms what you entered."))
    if not accepted and not reason.strip():
        raise Invalid("reason_missing", _("Say why it is refused."), field="reason")
    try:
        with transaction.atomic():
            made = TermCheck.everything.create(term=term, accepted=accepted, reason=reason, checked_by=by)
    except IntegrityError:
        raise Conflict("checked_already", _("This has been decided already.")) from None
    journal.record(by=by, verb=Verb.DECIDED, obj=term, action="cases.limitation.keep", reason=reason)
    return made
