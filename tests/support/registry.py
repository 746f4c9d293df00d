"""A few workers, employers and employments for tests."""

import datetime as dt
from itertools import count

from accounts.enums import OrganisationKind, Role
from common.models import SubjectKey
from pensions import generator
from pensions.models import Employer, Employment, Worker
from pensions.services.employers import register_employer

_numbers = count(1)


class Registry:
    def worker(self, **values) -> Worker:
        number = next(_numbers)
        key = SubjectKey.new()
        key.save()
        fields = {
            "family_name": f"Асанов{number}",
            "given_name": "Бакыт",
            "birth_on": dt.date(1990, 1, 1 + number % 28),
            "registered_in": "KG",
            "state": "registered",
        } | values
        worker = Worker(key=key, **fields)
        worker.fill_keys()
        worker.save()
        return worker

    def employer(self, **values) -> Employer:
        employer = Employer(**({"name": f"ООО «Стройка {next(_numbers)}»", "state": "RU"} | values))
        employer.fill_keys()
        employer.save()
        return employer

    def employment(self, worker: Worker | None = None, employer: Employer | None = None) -> Employment:
        return Employment.everything.create(
            worker=worker or self.worker(), employer=employer or self.employer()
        )

    def moscow_employer(self, house) -> Employer:
        """The sender of generated files, with an organisation whose clerk is `house.user(EMPLOYER_CLERK)`."""
        house.user(Role.EMPLOYER_CLERK)
        return register_employer(
            by=None,
            state="RU",
            name=generator.EMPLOYER["name"],
            numbers=[(kind, generator.EMPLOYER[kind]) for kind in ("RU-INN", "RU-OGRN")],
            organisation=house.organisation(OrganisationKind.EMPLOYER),
        )
