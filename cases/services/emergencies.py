"""Breaking the glass: a colleague opens a case for three hours, says why, and a supervisor looks at it afterwards."""

import datetime as dt
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.access import grants, permits, require
from accounts.models import Duty
from cases import notify
from cases.models import Case, Client, EmergencyAccess, EmergencyReview
from cases.permissions import CASE_DUTY
from common import clock
from common.errors import Conflict, Invalid, Missing, Refused
from common.journal import services as journal
from common.journal.models import Verb
from common.keys import blind_index
from common.service import service

BREAK, REVIEW = "cases.case.break_glass", "cases.case.review_access"
HOURS = 3


@service
def break_glass(*, by: Any, known: str, reason: str) -> Case:
    """Opens a case of the person's own organisation, known by its number or by the client's telephone or e-mail.

    Missing says the same for a case of another organisation and for none at all.
    """
    require(by, BREAK)
    if len(reason.strip()) < 10:
        raise Invalid("reason_missing", _("Say in a sentence what the emergency is."), field="reason")
    organisations = {m.organisation_id for who in grants(by, BREAK).values() for m in who.memberships}
    case = _find(organisations, known.strip())
    if permits(by, "cases.case.view", case):
        return case
    until = clock.now() + dt.timedelta(hours=HOURS)
    made = EmergencyAccess.everything.create(case=case, user=by, reason=reason.strip(), until_at=until)
    Duty.objects.create(
        user=by,
        duty=CASE_DUTY,
        object_type=Case._meta.label_lower,
        object_id=case.pk,
        ended_at=until,
    )
    journal.record(by=by, verb=Verb.BROKE_GLASS, obj=case, action=BREAK, details={"access": str(made.pk)})
    notify.supervisors(case.organisation, key=f"emergency {made.pk}", by=by, urgent=True)
    return case


def _find(organisations: set[Any], known: str) -> Case:
    own = Case.everything.filter(organisation_id__in=organisations)
    found = own.filter(number=known.upper()).first()
    if found is None and known:
        indexes = [blind_index(f"contact {one}", known) for one in organisations]
        clients = Client.everything.filter(organisation_id__in=organisations, contact_index__in=indexes)
        found = own.filter(client__in=clients).order_by("-opened_at").first()
    if found is None:
        raise Missing(
            "no_such_case", _("Your organisation has no case with this number or contact."), field="known"
        )
    return found


@service
def review(*, by: Any, access: EmergencyAccess, was_right: bool, note: str = "") -> EmergencyReview:
    """A supervisor says whether it was justified; nobody reviews his own."""
    require(by, REVIEW, access.case)
    if access.user_id == by.pk:
        raise Refused("own_access", _("Somebody else reviews what you opened."))
    if hasattr(access, "review"):
        raise Conflict("reviewed_already", _("This has been decided already."))
    if not was_right and not note.strip():
        raise Invalid("note_missing", _("Say what was wrong."), field="note")
    if not was_right:
        _end_now(access)
    made = EmergencyReview.everything.create(access=access, was_right=was_right, note=note.strip(), by=by)
    journal.record(by=by, verb=Verb.DECIDED, obj=access, action=REVIEW, details={"was_right": was_right})
    return made


def _end_now(access: EmergencyAccess) -> None:
    running = Duty.objects.filter(user=access.user, object_id=access.case_id, ended_at__gt=clock.now())
    running.update(ended_at=clock.now())
