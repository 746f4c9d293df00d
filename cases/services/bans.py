"""Entry bans from the day one is known to the proof that it is gone."""

import datetime as dt
from typing import Any

from django.utils.translation import gettext_lazy as _

from cases.enums import BanState
from cases.models import BanCheck, Case, CaseDocument, EntryBan
from common import clock
from common.errors import Conflict, Invalid, Missing
from common.journal import services as journal
from common.journal.models import Verb
from common.service import service

from .work import ACTION, begin

CHECK_EVERY = dt.timedelta(days=30)


@service
def note(
    *,
    by: Any,
    case: Case,
    country: str,
    authority: str = "",
    ground: str = "",
    from_on: dt.date | None = None,
    until_on: dt.date | None = None,
) -> EntryBan:
    """Notes a ban. The term to appeal is a clock of its own; whether the ban stands is looked at again in a month."""
    begin(by, case)
    if from_on and until_on and until_on < from_on:
        raise Invalid("ends_before", _("The last day comes before the first."), field="until_on")
    made = EntryBan.everything.create(
        case=case,
        country=country,
        authority=authority,
        ground=ground,
        from_on=from_on,
        until_on=until_on,
        check_on=clock.today() + CHECK_EVERY,
    )
    journal.record(by=by, verb=Verb.CREATED, obj=made, action=ACTION)
    return made


@service
def check(
    *,
    by: Any,
    ban: EntryBan,
    on: dt.date,
    state: str,
    proof: CaseDocument | None = None,
    note: str = "",
    check_on: dt.date | None = None,
) -> BanCheck:
    """What a look at the ban showed. That it is lifted is believed with a document of the case only."""
    begin(by, ban.case)
    if ban.state == BanState.LIFTED:
        raise Conflict("ban_lifted", _("This ban has been lifted already."))
    if proof is not None and proof.case_id != ban.case_id:
        raise Missing()
    if on > clock.today():
        raise Invalid("future", _("This day has not come yet."), field="on")
    if state == BanState.LIFTED and proof is None:
        raise Invalid(
            "proof_missing",
            _("Without a document nobody should travel."),
            way_out=_("Add the answer of the authority or a picture of the page to the documents first."),
            field="proof",
        )
    made = BanCheck.everything.create(ban=ban, on=on, state=state, proof=proof, note=note, by=by)
    ban.state = state
    ban.check_on = None if state == BanState.LIFTED else (check_on or clock.today() + CHECK_EVERY)
    ban.save(update_fields=["state", "check_on"])
    journal.record(by=by, verb=Verb.CHANGED, obj=ban, action=ACTION, details={"state": state})
    return made
