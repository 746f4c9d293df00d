"""The directory of partners, kept by those who run them."""

from typing import Any

from accounts.models import Organisation
from cases.models import Partner
from common import clock
from common.enums import Language, TranslationState
from common.journal import services as journal
from common.journal.models import Verb
from common.service import service

from .vaults import require_in

CHANGE = "cases.partner.change"


@service
def describe(*, by: Any, organisation: Organisation, about: dict[str, str], **values: Any) -> Partner:
    """What the organisation offers, in the words of its own people; it counts as confirmed today."""
    require_in(by, CHANGE, organisation)
    entry = Partner.everything.filter(organisation=organisation).first() or Partner(organisation=organisation)
    for name, value in values.items():
        setattr(entry, name, value)
    for language in Language.values:
        words = about.get(language, "").strip()
        setattr(entry, f"about_{language}", words)
        state = TranslationState.APPROVED if words else TranslationState.MISSING
        setattr(entry, f"about_{language}_state", state)
    entry.confirmed_at = clock.now()
    entry.save()
    journal.record(by=by, verb=Verb.CHANGED, obj=entry, action=CHANGE)
    return entry


@service
def confirm(*, by: Any, partner: Partner) -> None:
    """Everything in the entry is still true."""
    require_in(by, CHANGE, partner.organisation)
    Partner.everything.filter(pk=partner.pk).update(confirmed_at=clock.now())
    journal.record(by=by, verb=Verb.CHANGED, obj=partner, action=CHANGE, details={"confirmed": True})
