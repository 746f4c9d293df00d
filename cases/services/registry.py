"""From the registry into a case: with the client's consent, found by her number and birth date, and no other way."""

import datetime as dt
import io
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from accounts.access import require
from cases.models import Case, CaseDocument, RegistryLink
from common import clock, formatting, throttle
from common.errors import Conflict, Invalid, Refused
from common.journal import services as journal
from common.journal.models import Verb
from common.service import service
from pensions import identifiers
from pensions.models import Worker
from pensions.month_record import MonthRecord, month_paper, month_record
from pensions.services.workers import note_reading

from . import documents
from .work import ACTION, begin


@service
def link(
    *, by: Any, case: Case, number: str, birth_on: dt.date, how: str, expires_on: dt.date
) -> RegistryLink:
    """Notes the consent and which record is meant. A number that is not hers and one that does not exist read alike."""
    begin(by, case)
    if not how.strip():
        raise Invalid("consent_how", _("Say how the consent was given."), field="how")
    if expires_on < clock.today():
        raise Invalid("consent_over", _("Choose a day that is still to come."), field="expires_on")
    if not throttle.count("registry_link", str(by.pk)):
        raise Refused("too_many", _("Too many tries. Go on in an hour."))
    worker = _find(number, birth_on)
    if worker is None:
        raise Invalid(
            "no_such_record",
            _("The registry has no record with this number and this date of birth."),
            field="number",
        )
    try:
        with transaction.atomic():
            made = RegistryLink.everything.create(
                case=case,
                worker=str(worker.pk),
                how=how.strip(),
                given_on=clock.today(),
                expires_on=expires_on,
                recorded_by=by,
            )
    except IntegrityError:
        raise Conflict(
            "linked_already", _("The case is linked to the registry."), way_out=_("End that link first.")
        ) from None
    journal.record(by=by, verb=Verb.CREATED, obj=made, action=ACTION)
    return made


def _find(number: str, birth_on: dt.date) -> Worker | None:
    born = Worker.everything.filter(birth_on=birth_on)
    found = born.filter(registry_number=identifiers.spelled(number)).first()
    for kind, value in identifiers.readings(number):
        found = found or born.with_identifier(kind, value).first()
    return found.merged_into or found if found else None


@service
def end_link(*, by: Any, link: RegistryLink) -> None:
    """The client takes the consent back, or it is not needed any more. Papers that were made stay in the case."""
    require(by, ACTION, link.case)
    ended = RegistryLink.everything.filter(pk=link.pk, ended_at__isnull=True)
    if not ended.update(ended_at=clock.now(), ended_by=by):
        raise Conflict("ended_already", _("This has ended already."))
    journal.record(by=by, verb=Verb.CHANGED, obj=link, action=ACTION, details={"ended": True})


@service
def months(*, by: Any, case: Case) -> MonthRecord:
    """The client's months, while her consent stands. She sees in her own record that the organisation looked."""
    require(by, "cases.case.view", case)
    standing = RegistryLink.everything.standing(clock.today()).filter(case=case).first()
    if standing is None:
        raise Refused("no_consent", _("The client has not agreed to this, or the consent has ended."))
    worker = Worker.everything.select_related("key", "merged_into").get(pk=standing.worker)
    worker = worker.merged_into or worker
    note_reading(by=by, workers=[worker], action="cases.case.view")
    return month_record(worker, today=clock.today())


@service
def annex(*, by: Any, case: Case) -> CaseDocument:
    """The months as a sealed PDF, kept with the documents of the case: an annex to a claim."""
    begin(by, case)
    record = months(by=by, case=case)
    pdf = month_paper(record, made_at=clock.now())
    title = _("Months of work, from the registry, %(day)s") % {"day": formatting.date_short(clock.today())}
    return documents.add(by=by, case=case, file=io.BytesIO(pdf), name="months.pdf", title=str(title))
