"""Incidents of violence, apart from the case in which they are told."""

import datetime as dt
from typing import Any

from django.utils.translation import gettext_lazy as _

from cases.enums import IncidentContext, IncidentType
from cases.models import Case, Incident
from common import clock
from common.errors import Invalid
from common.journal import services as journal
from common.journal.models import Verb
from common.service import service

from .work import ACTION, begin


def core_type(answers: dict[str, bool]) -> str:
    """The first of the six types, in the order of GBVIMS, whose question was answered with yes."""
    found = next((one for one in IncidentType.values if answers.get(one)), None)
    if found is None:
        raise Invalid(
            "no_core_type",
            _("None of the six questions was answered with yes: this is not an incident of this kind."),
            way_out=_("Write a note instead."),
        )
    return found


@service
def record(
    *,
    by: Any,
    case: Case,
    answers: dict[str, bool],
    account: str,
    contexts: list[str] = (),
    happened_on: dt.date | None = None,
    place: str = "",
    alleged_perpetrator: str = "",
    may_be_counted: bool = False,
) -> Incident:
    """Notes one incident. The case is sealed from then on."""
    begin(by, case)
    if set(contexts) - set(IncidentContext.values):
        raise Invalid("context_unknown", _("There is no such context."), field="contexts")
    if happened_on and happened_on > clock.today():
        raise Invalid("future", _("This day has not come yet."), field="happened_on")
    made = Incident.everything.create(
        case=case,
        key=case.key,
        core_type=core_type(answers),
        contexts=" ".join(contexts),
        happened_on=happened_on.isoformat() if happened_on else "",
        place=place,
        account=account,
        alleged_perpetrator=alleged_perpetrator,
        may_be_counted=may_be_counted,
        recorded_by=by,
    )
    if not case.is_sealed:
        case.is_sealed = True
        case.save(update_fields=["is_sealed"])
    journal.record(by=by, verb=Verb.CREATED, obj=made, action=ACTION)
    return made
