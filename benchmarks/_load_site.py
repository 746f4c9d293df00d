"""What the benchmark of mixed load finds in the house: people, a certificate, files that wait to be checked, a report.

python benchmarks/_load_site.py PEOPLE FILES ROWS     in the environment of a production; prints JSON
"""

# ruff: noqa: E402  (Django is set up before its models are imported)

import io
import json
import sys
from itertools import islice
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT)]

import django

django.setup()

from django.conf import settings
from django.test import Client

from accounts.enums import OrganisationKind, Role
from benchmarks._ledger import MONTHS, fill
from common import clock, jobs
from common.scoping import system
from monitoring.periods import Frequency, Period
from monitoring.services import datasets, indicators, measures
from pensions import generator, seed
from pensions.models import Employment
from pensions.services import blanks, certificates, imports, signing_keys
from pensions.services.certificate_archive import unpack
from reports.services import editions
from tests.support import signed_in  # noqa: F401  (who signs in has shown a second factor)
from tests.support.house import House
from tests.support.registry import Registry


def session(user: Any) -> str:
    client = Client(headers={"host": "localhost"})
    client.force_login(user)
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def certificate(house: House, worker: Any) -> Any:
    supervisor = house.user(Role.REGISTRY_SUPERVISOR)
    fund = house.organisation(OrganisationKind.SOCIAL_FUND)
    signing_keys.grant_right(by=None, organisation=fund, basis="by law")
    signing_keys.open_keys(by=None, organisation=fund)
    blanks.receive_blanks(
        by=supervisor, custodian=fund, series="KG", first=1, last=9, document="delivery note"
    )
    employment = Employment.everything.filter(worker=worker).order_by("pk").first()
    draft = certificates.draft_certificate(by=supervisor, employment=employment, issuer=fund)
    return certificates.issue_certificate(by=supervisor, certificate=draft)


def table(number: int, rows: int) -> bytes:
    """A file as an employer sends it, of other people for each number."""
    made = (row for person in generator.endless(seed=number) for row in person)
    text = io.StringIO(newline="")
    generator.write_csv(text, islice(made, rows))
    return text.getvalue().encode("cp1251", "replace")


def edition(house: House) -> Any:
    by = house.user(Role.ANALYST)
    measures.load_study(by=by)
    datasets.load_items(by=by)
    datasets.load_series(by=by)
    indicators.load_shipped(by=by)
    period = Period.containing(clock.today(), Frequency.QUARTERLY)
    return editions.prepare(by=by, definition=editions.load_shipped(by=by), period=period)


def main(people: int, files: int, rows: int) -> dict[str, Any]:
    fill(people * MONTHS)
    house, registry = House(), Registry()
    worker = seed.traveller(user=house.user(Role.WORKER))
    issued = certificate(house, worker)
    clerk, employer = house.user(Role.EMPLOYER_CLERK), registry.moscow_employer(house)
    for number in range(1, files + 1):
        imports.upload(
            by=clerk,
            employer=employer,
            registry_state="KG",
            content=table(number, rows),
            name=f"{number}.csv",
        )
    report = edition(house)
    jobs.enqueue("reports.build", by=report.prepared_by, params={"edition_id": str(report.pk)})
    return {
        "number": issued.number,
        "code": unpack(issued)[0].record.check_code,
        "worker": session(house.user(Role.WORKER)),
        "official": session(house.user(Role.REGISTRY_OFFICIAL)),
        "cookie": settings.SESSION_COOKIE_NAME,
    }


if __name__ == "__main__":
    with system("benchmark"):
        found = main(*map(int, sys.argv[1:4]))
    print(json.dumps(found))
