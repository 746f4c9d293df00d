"""Step 4: a request for help by the public page becomes a case, goes to a partner abroad, and ends."""

import datetime as dt
from decimal import Decimal

from django.test import Client
from django.urls import reverse

from cases.models import Case, HelpRequest
from cases.services import intake, referrals, work
from common import clock

from .stage import Stage

TROUBLES = ["unpaid_wages"] * 9 + ["documents"] * 7 + ["entry_ban"] * 6 + ["medical"] * 2


def help_somebody(stage: Stage) -> str:
    """From the public form to a recovered sum, with the partner in Moscow in between."""
    request = _ask(stage)
    worker, partner = stage.cast["caseworker"], stage.cast["partner"]
    case = intake.take_in(by=worker, request=request)
    work.note_first_contact(by=worker, case=case)
    work.assess(
        by=worker,
        case=case,
        answers={
            "work": "Москва, курулуш, жалпы жумушчу",
            "agreed": "Айына 45 000 рубль, оозеки; үч айдын айлыгы төлөнгөн жок",
            "papers_taken": "no",
            "free_to_leave": "yes",
            "threats": "no",
        },
        risk_level="high",
        claimed=Decimal("135000.00"),
        currency="RUB",
    )
    work.name_respondent(by=worker, case=case, kind="employer", name="ООО «Прораб-Юг»")
    planned = work.plan(
        by=worker,
        case=case,
        kind="negotiation",
        what="Иш берүүчүгө талап кат жөнөтүү",
        owner=worker,
        due_on=clock.today() + dt.timedelta(days=7),
    )
    referral = _refer(stage, case)
    theirs = referrals.accept(by=partner, referral=referral)
    referrals.finish(by=partner, referral=referral, reason="Претензия вручена, работодатель заплатил")
    work.close(by=partner, case=theirs, outcome="resolved", reason="Работодатель заплатил")
    work.complete(by=worker, planned=planned, result="Талап кат жөнөтүлдү")
    closure = work.close(
        by=worker,
        case=case,
        outcome="resolved",
        reason="Айлык толук төлөндү",
        recovered=Decimal("135000.00"),
        currency="RUB",
    )
    stage.found["case"] = case
    _others(stage)
    recovered = f"{closure.recovered} {closure.currency}"
    count = Case.everything.count()
    return f"request {request.receipt}, case {case.number}: {recovered} recovered; {count} cases in all"


def _ask(stage: Stage) -> HelpRequest:
    """As a visitor does it, by the form of the public page."""
    form = {
        "type": "unpaid_wages",
        "country": "RU",
        "text": "Курулушта иштедим, үч айдан бери айлык беришкен жок.",
        "channel": "call",
        "contact": "+996 555 00 01 11",
        "safe_hours": "18–20",
        "name": "Жылдыз Асанова",
    }
    client = Client(HTTP_HOST="localhost")
    answer = client.post(reverse("cases:help"), form)
    if answer.status_code != 302:
        raise RuntimeError(f"the public form answered {answer.status_code}")
    return HelpRequest.everything.get()


def _refer(stage: Stage, case: Case):
    worker, today = stage.cast["caseworker"], clock.today()
    consent = referrals.consent(
        by=worker,
        case=case,
        recipient=stage.cast.organisations["partner"],
        purpose="Москвада айлыкты өндүрүү",
        fields=["situation", "language", "country", "name", "contact", "safe_contact", "claimed"],
        how="Телефон аркылуу",
        given_on=today,
        expires_on=today + dt.timedelta(days=90),
    )
    return referrals.send(
        by=worker,
        case=case,
        consent=consent,
        service="legal_assistance",
        situation="Не выплачена зарплата за три месяца",
    )


def _others(stage: Stage) -> None:
    """A season's other callers, so that figures have something to count and something to withhold."""
    worker = stage.cast["caseworker"]
    for number, type in enumerate(TROUBLES):
        case = intake.open_case(
            by=worker, organisation=stage.cast.organisations["ngo"], type=type, country="RU", language="ky"
        )
        if number % 3 == 0:
            work.close(
                by=worker,
                case=case,
                outcome="resolved" if number % 2 else "partly_resolved",
                reason="Чечилди",
            )
