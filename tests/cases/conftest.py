import datetime as dt
from contextlib import contextmanager
from decimal import Decimal

import pytest
import time_machine

from accounts.enums import OrganisationKind, Role, State
from cases.models import Partner
from cases.services import intake, referrals, work
from common import clock
from common.errors import KozotError


@contextmanager
def refused(kind: type[KozotError], code: str):
    """An error of this kind with this code is raised inside."""
    with pytest.raises(kind) as caught:
        yield
    assert caught.value.code == code


class Story:
    """An NGO in Osh, a partner in Moscow, and a woman whose wages were not paid."""

    def __init__(self, house):
        self.house = house
        self.worker = house.user(Role.CASE_WORKER)
        self.supervisor = house.user(Role.CASE_SUPERVISOR)
        self.partner_worker = house.user(Role.CASE_WORKER, "partner", State.RU)
        self.partner_supervisor = house.user(Role.CASE_SUPERVISOR, "partner", State.RU)
        self.ngo = house.organisation(OrganisationKind.NGO)
        self.partner = house.organisation(OrganisationKind.NGO, "partner")
        Partner.everything.create(organisation=self.ngo, takes_requests=True, is_public=True)

    def request(self, **values):
        return intake.request_help(
            **{
                "by": None,
                "type": "unpaid_wages",
                "country": "RU",
                "language": "ky",
                "name": "Жылдыз Асанова",
                "text": "Үч ай айлык беришкен жок",
                "contact": "+996555000111",
                "channel": "call",
                "safe_hours": "18–20",
                **values,
            }
        )

    def case(self, **values):
        return intake.take_in(by=self.worker, request=self.request(**values))

    def consent(self, case, **values):
        today = clock.today()
        return referrals.consent(
            **{
                "by": self.worker,
                "case": case,
                "recipient": self.partner,
                "purpose": "wage claim in Moscow",
                "fields": ["situation", "country", "name"],
                "how": "on the telephone",
                "given_on": today,
                "expires_on": today + dt.timedelta(days=90),
                **values,
            }
        )

    def letter_consent(self, case, to="Инспекция труда", **values):
        fields = ["situation", "country", "name", "claimed", "respondent"]
        given = {"recipient": None, "recipient_name": to, "use": "letter", "fields": fields, **values}
        return self.consent(case, **given)

    def referral(self, case=None, **values):
        case = case or self.case()
        consent = values.pop("consent", None) or self.consent(case)
        return referrals.send(
            **{
                "by": self.worker,
                "case": case,
                "consent": consent,
                "service": "legal_assistance",
                "situation": "three months of wages are owed",
                **values,
            }
        )

    def assess(self, case):
        return work.assess(
            by=self.worker,
            case=case,
            answers={"months": 3},
            risk_level="high",
            claimed=Decimal("135000.00"),
            currency="RUB",
        )


@pytest.fixture
def story(house) -> Story:
    return Story(house)


@pytest.fixture
def time_machine_at():
    """Travels to a day, back at the end of the test."""
    journeys = []

    def travel(day: dt.date) -> None:
        journeys.append(time_machine.travel(dt.datetime.combine(day, dt.time(12), dt.UTC), tick=True))
        journeys[-1].start()

    yield travel
    for one in journeys:
        one.stop()
