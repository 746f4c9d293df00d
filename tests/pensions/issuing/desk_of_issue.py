"""An office that may issue, with keys and blanks, and an employment whose months are complete."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from accounts.enums import OrganisationKind, Role
from accounts.models import Organisation, User
from pensions.models import Certificate, Employment
from pensions.services import blanks, certificates, ledger, signing_keys
from tests.support.registry import Registry

BASIS = "Положение о Социальном фонде"


@dataclass
class Office:
    """The social fund of the house: an official who issues, a supervisor, an employer's clerk, a worker."""

    house: object
    organisation: Organisation
    official: User
    supervisor: User
    clerk: User
    person: User
    employment: Employment

    def draft(self, by: User | None = None, **values) -> Certificate:
        return certificates.draft_certificate(
            by=by or self.official, employment=values.pop("employment", self.employment), **values
        )

    def issued(self, by: User | None = None, **values) -> Certificate:
        return certificates.issue_certificate(by=by or self.official, certificate=self.draft(by, **values))

    def pdf(self, certificate: Certificate, variant: int = 3) -> bytes:
        return certificates.download(by=self.official, certificate=certificate, variant=variant)[0]


def equip(organisation: Organisation, *, series: str, blank_count: int = 50) -> None:
    """Right, keys and blanks, as the system would give them."""
    signing_keys.grant_right(by=None, organisation=organisation, basis=BASIS, valid_from=dt.date(2020, 1, 1))
    signing_keys.open_keys(by=None, organisation=organisation)
    blanks.receive_blanks(
        by=None, custodian=organisation, series=series, first=1, last=blank_count, document="№ 7"
    )


def months(employment: Employment, first: dt.date, count: int) -> None:
    for place in range(count):
        year, month = divmod(first.year * 12 + first.month - 1 + place, 12)
        ledger.record_contribution(
            by=None,
            employment=employment,
            month=dt.date(year, month + 1, 1),
            currency="RUB",
            wage=Decimal("46800.00") + place,
            base=Decimal("46800.00") + place,
            tax=Decimal("6084.00"),
            accrued=Decimal("10296.00"),
            paid=Decimal("10296.00"),
        )


def worked(employment: Employment, start_on: dt.date, end_on: dt.date | None, count: int) -> Employment:
    ledger.record_period(
        by=None, employment=employment, start_on=start_on, end_on=end_on, position="швея", occupation="7533"
    )
    months(employment, start_on.replace(day=1), count)
    return employment


def make_office(house) -> Office:
    official, supervisor = house.user(Role.REGISTRY_OFFICIAL), house.user(Role.REGISTRY_SUPERVISOR)
    clerk, person = house.user(Role.EMPLOYER_CLERK), house.user(Role.WORKER)
    organisation = house.organisation(OrganisationKind.SOCIAL_FUND)
    equip(organisation, series="КГ")
    registry = Registry()
    employer = registry.employer(organisation=house.organisation(OrganisationKind.EMPLOYER))
    worker = registry.worker(user=person, latin_family_name="ASANOV", latin_given_name="BAKYT")
    employment = registry.employment(worker, employer)
    worked(employment, dt.date(2025, 1, 13), dt.date(2025, 12, 26), 12)
    return Office(house, organisation, official, supervisor, clerk, person, employment)
