"""From the first call to an opened case."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.access import require
from accounts.models import Duty, Organisation
from cases import workflow
from cases.codes import code
from cases.enums import CaseType, ContactChannel, RequestState, RiskLevel, Step
from cases.models import Case, CaseStep, Client, HelpRequest, Partner
from cases.permissions import CASE_DUTY
from common import clock
from common.errors import Conflict, Invalid, Missing
from common.journal import services as journal
from common.journal.models import Verb
from common.keys import blind_index
from common.service import service

from . import templates
from .vaults import new_key

# Who may see what of these is decided by the person, so they are never opened to a whole office.
ALWAYS_SEALED = {CaseType.TRAFFICKING, CaseType.FAMILY}


def receiving_organisation(type: str, country: str) -> Organisation:
    """The partner that takes requests of this kind: one in the country first, else any."""
    partners = list(
        Partner.everything.filter(takes_requests=True).select_related("organisation").order_by("pk")
    )
    fitting = [one for one in partners if not one.case_types or type in one.case_types] or partners
    if not fitting:
        raise Invalid("nobody_takes_requests", _("No organisation takes requests at the moment."))
    home = [one for one in fitting if one.organisation.state == "KG"]
    return (home or fitting)[0].organisation


@service
def request_help(
    *,
    by: Any,
    type: str,
    country: str,
    language: str,
    text: str,
    name: str = "",
    contact: str = "",
    channel: str = ContactChannel.NONE,
    safe_hours: str = "",
    is_urgent: bool = False,
    organisation: Organisation | None = None,
) -> HelpRequest:
    """Takes a call for help from anyone, named or not; returns it with the receipt to tell the person."""
    if not text.strip():
        raise Invalid("text_missing", _("Say in a few words what happened."), field="text")
    if channel != ContactChannel.NONE and not contact.strip():
        raise Invalid(
            "contact_missing",
            _("Leave a telephone number or e-mail, or choose not to be contacted."),
            field="contact",
        )
    organisation = organisation or receiving_organisation(type, country)
    key = new_key(organisation)
    made = HelpRequest.everything.create(
        receipt=code("H"),
        key=key,
        organisation=organisation,
        type=type,
        country=country,
        language=language,
        text=text.strip(),
        name=name.strip(),
        contact=contact.strip(),
        channel=channel,
        safe_hours=safe_hours,
        is_urgent=is_urgent,
    )
    journal.record(by=by, verb=Verb.CREATED, obj=made, action="cases.request.view")
    return made


@service
def take_in(*, by: Any, request: HelpRequest, client: Client | None = None) -> Case:
    """Makes a case of a request, for a new client or for one whom the worker knows; whoever takes it works on it."""
    require(by, "cases.request.take", request)
    taken = HelpRequest.everything.filter(pk=request.pk, state=RequestState.NEW).update(
        state=RequestState.TAKEN, answered_by=by, answered_at=clock.now()
    )
    if not taken:
        raise Conflict("taken_already", _("Somebody has answered this request already."))
    case = open_case(
        by=by,
        organisation=request.organisation,
        type=request.type,
        country=request.country,
        language=request.language,
        name=request.name or "",
        contact=request.contact or "",
        channel=request.channel,
        safe_hours=request.safe_hours,
        client=client,
        request=request,
        risk_level=RiskLevel.HIGH if request.is_urgent else RiskLevel.MEDIUM,
    )
    request.refresh_from_db()
    return case


@service
def decline(*, by: Any, request: HelpRequest, reason: str) -> None:
    require(by, "cases.request.take", request)
    declined = HelpRequest.everything.filter(pk=request.pk, state=RequestState.NEW).update(
        state=RequestState.DECLINED, answered_by=by, answered_at=clock.now()
    )
    if not declined:
        raise Conflict("taken_already", _("Somebody has answered this request already."))
    journal.record(by=by, verb=Verb.DECIDED, obj=request, action="cases.request.take")


@service
def open_case(
    *,
    by: Any,
    organisation: Organisation,
    type: str,
    country: str,
    language: str,
    name: str = "",
    contact: str = "",
    channel: str = ContactChannel.NONE,
    safe_hours: str = "",
    risk_level: str = RiskLevel.MEDIUM,
    client: Client | None = None,
    request: HelpRequest | None = None,
) -> Case:
    """Opens a case for a new client of the organisation, or for one whom it knows."""
    require(by, "cases.case.open")
    if by is not None and organisation.pk not in by.organisation_ids():
        raise Invalid("other_organisation", _("You do not work for this organisation."), field="organisation")
    for row in (client, request):
        if row is not None and row.organisation_id != organisation.pk:
            raise Missing()
    if client is not None:
        require(by, Client.VIEW, client)
    else:
        client = _client(organisation, name, contact, channel, safe_hours, language)
    key = new_key(organisation)
    case = Case.everything.create(
        number=code("C"),
        key=key,
        organisation=organisation,
        client=client,
        request=request,
        type=type,
        template=templates.current(organisation, type),
        country=country,
        risk_level=risk_level,
        is_sealed=type in ALWAYS_SEALED,
    )
    CaseStep.objects.create(case=case, step=case.step, status=case.status, by=by)
    if by is not None:
        give_case(by=None, case=case, user=by)
    journal.record(by=by, verb=Verb.CREATED, obj=case, action="cases.case.open")
    return case


def contact_index(organisation: Organisation, contact: str) -> str:
    """By which the organisation finds a client again, and nobody reads the contact."""
    return blind_index(f"contact {organisation.pk}", contact) if contact else ""


def _client(organisation, name, contact, channel, safe_hours, language) -> Client:
    key = new_key(organisation)
    return Client.everything.create(
        key=key,
        organisation=organisation,
        pseudonym=code("P"),
        name=name,
        contact=contact,
        language=language,
        contact_index=contact_index(organisation, contact),
        channel=channel,
        safe_hours=safe_hours,
    )


@service
def give_case(*, by: Any, case: Case, user: Any) -> Duty:
    """Puts a person of the same organisation on the case."""
    if by is not None:
        require(by, "cases.case.assign", case)
    if case.organisation_id not in user.organisation_ids():
        raise Invalid(
            "other_organisation", _("Only people of the organisation can work on its case."), field="user"
        )
    with transaction.atomic():
        duty, _made = Duty.objects.get_or_create(
            user=user,
            duty=CASE_DUTY,
            object_type=Case._meta.label_lower,
            object_id=case.pk,
            ended_at=None,
            defaults={"given_by": by},
        )
    journal.record(by=by, verb=Verb.CHANGED, obj=case, action="cases.case.assign")
    return duty


def advance(case: Case, step: Step, *, by: Any, reason: str = "") -> None:
    """Notes a step of the case, where the workflow leads there from the step that it is in."""
    if case.step != step:
        if not workflow.leads(case.step, step):
            raise Conflict("no_such_way", _("The case cannot go to this step from where it is."))
        case.step = step
        case.save(update_fields=["step"])
        CaseStep.objects.create(case=case, step=step, status=case.status, reason=reason, by=by)
