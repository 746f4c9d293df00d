"""The person behind a case: how she is reached now, and what else she needs help with."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.access import require
from cases.enums import ContactChannel
from cases.models import Case, Client, HelpRequest
from common.errors import Conflict, Invalid
from common.journal import services as journal
from common.journal.models import Verb
from common.service import service

from .intake import contact_index, open_case
from .work import ACTION, begin, write_note

CHANGED = ("name", "contact", "channel", "safe_hours", "language")


def known(request: HelpRequest) -> Any:
    """Clients of the asking person's own cases who left the same contact as this request. Needs a person's scope."""
    index = contact_index(request.organisation, request.contact or "")
    found = Client.objects.filter(organisation=request.organisation, contact_index=index)
    return found.select_related("key") if index else found.none()


@service
def change(*, by: Any, case: Case, **values: str) -> Client:
    """New words on how to reach the client; what stood there before stays as a note of the case."""
    begin(by, case)
    client = case.client
    given = {name: str(values.get(name, "")).strip() for name in CHANGED}
    if given["channel"] != ContactChannel.NONE and not given["contact"]:
        raise Invalid(
            "contact_missing",
            _("Leave a telephone number or e-mail, or choose not to be contacted."),
            field="contact",
        )
    before = [client.name, client.contact, client.get_channel_display(), client.safe_hours]
    told = ", ".join(str(one) for one in before if one) or "—"
    text = _("How to reach the client was changed. Before: %(before)s") % {"before": told}
    write_note(by=by, case=case, text=str(text))
    for name, value in given.items():
        setattr(client, name, value)
    client.contact_index = contact_index(case.organisation, given["contact"])
    client.save(update_fields=[*CHANGED, "contact_index"])
    journal.record(by=by, verb=Verb.CHANGED, obj=client, action=ACTION)
    return client


@service
def another_case(*, by: Any, case: Case, type: str, country: str) -> Case:
    """The same person, another trouble: a case of its own, with its own consents."""
    require(by, ACTION, case)
    if case.erased_at:
        raise Conflict("case_erased", _("The case was erased when its time was over."))
    client = case.client
    return open_case(
        by=by,
        organisation=case.organisation,
        client=client,
        type=type,
        country=country,
        language=client.language,
    )
