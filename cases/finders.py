"""What the case desk offers to the box that finds everything: numbers only, no names of clients."""

from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.finding import MOST, Found, finder
from common.journal import services as journal
from common.journal.models import Verb

from .models import Case, HelpRequest


@finder(_("Cases"), Case.VIEW)
def cases(user: Any, text: str) -> list[Found]:
    known = Q(number__icontains=text) | Q(client__pseudonym__icontains=text)
    found = list(Case.objects.filter(known).select_related("client").order_by("-opened_at")[:MOST])
    journal.record_many(by=user, verb=Verb.SEARCHED, objects=found, action=Case.VIEW)
    return [
        Found(
            f"{one.number} · {one.client.pseudonym}",
            reverse("admin:cases_case_change", args=[one.pk]),
            one.get_type_display(),
        )
        for one in found
    ]


@finder(_("Requests for help"), HelpRequest.VIEW)
def requests(user: Any, text: str) -> list[Found]:
    found = list(HelpRequest.objects.filter(receipt__icontains=text).order_by("-received_at")[:MOST])
    journal.record_many(by=user, verb=Verb.SEARCHED, objects=found, action=HelpRequest.VIEW)
    return [
        Found(one.receipt, reverse("admin:cases_helprequest_change", args=[one.pk]), one.get_type_display())
        for one in found
    ]
