"""What the registry offers to the box that finds everything."""

import uuid
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.finding import MOST, Found, finder
from accounts.journal_desk import person_finder
from common.formatting import date_short
from common.journal import services as journal
from common.journal.models import Verb
from common.scoping import system

from . import registry_number, search
from .models import Certificate, CorrectionRequest, Employer, Worker
from .services.workers import note_reading


@person_finder
def whose_number(text: str) -> list[uuid.UUID]:
    """Keys of the record with this number and of those merged into it: for the journal, which shows no name."""
    number = registry_number.normalise(text)
    if number is None:
        return []
    with system("the journal's search by registry number"):
        worker = Worker.everything.filter(registry_number=number).first()
        if worker is None:
            return []
        return list(Worker.everything.of_person(worker.merged_into or worker).values_list("pk", flat=True))


@finder(_("Workers"), "registry.worker.change")
def workers(user: Any, text: str) -> list[Found]:
    among = Worker.objects.all()
    found = search.workers(among, text).page(among, 0, MOST)
    note_reading(by=user, workers=found, action="registry.worker.view", verb=Verb.SEARCHED)
    return [
        Found(one.full_name, reverse("admin:pensions_worker_change", args=[one.pk]), _born(one))
        for one in found
    ]


def _born(one: Worker) -> str:
    return f"{one}, {date_short(one.birth_on)}" if one.birth_on else str(one)


@finder(_("Employers"), "registry.employer.change")
def employers(user: Any, text: str) -> list[Found]:
    found = Employer.objects.all().found_by(text)[:MOST]
    return [Found(one.name, reverse("admin:pensions_employer_change", args=[one.pk])) for one in found]


@finder(_("Certificates"), Certificate.VIEW)
def certificates(user: Any, text: str) -> list[Found]:
    rows = search.certificates(Certificate.objects.all(), text).select_related("worker")
    found = list(rows.order_by("-created_at")[:MOST])
    _note(user, found, Certificate.VIEW)
    return [
        Found(one.number, reverse("admin:pensions_certificate_change", args=[one.pk]), one.worker.full_name)
        for one in found
    ]


@finder(_("Correction requests"), "registry.correction.work")
def corrections(user: Any, text: str) -> list[Found]:
    number = registry_number.normalise(text)
    found = list(CorrectionRequest.objects.filter(number=number).select_related("worker")) if number else []
    _note(user, found, CorrectionRequest.VIEW)
    return [
        Found(
            str(one), reverse("admin:pensions_correctionrequest_change", args=[one.pk]), one.worker.full_name
        )
        for one in found
    ]


def _note(user: Any, found: list, action: str) -> None:
    journal.record_many(
        by=user,
        verb=Verb.SEARCHED,
        objects=found,
        subject_ids=[one.worker_id for one in found],
        action=action,
    )
