"""Cases of one family, linked by a supervisor for counting and sealed from those who work on them."""

from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from accounts.access import require
from cases.models import Case, FamilyLink
from common.errors import Conflict, Invalid
from common.journal import services as journal
from common.journal.models import Verb
from common.service import service

LINK = "cases.family.link"


@service
def link(*, by: Any, case: Case, number: str, relation: str) -> FamilyLink:
    """Links this case with that of a relative in the same organisation, known by its number."""
    require(by, LINK, case)
    other = Case.everything.filter(
        organisation_id=case.organisation_id, number=number.strip().upper()
    ).exclude(client_id=case.client_id)
    found = other.first()
    if found is None:
        raise Invalid(
            "no_such_case",
            _("Your organisation has no case of another client with this number."),
            field="number",
        )
    first, second = sorted([case, found], key=lambda one: str(one.pk))
    try:
        with transaction.atomic():
            made = FamilyLink.everything.create(first=first, second=second, relation=relation, made_by=by)
    except IntegrityError:
        raise Conflict("linked_already", _("These two are linked already.")) from None
    journal.record(by=by, verb=Verb.CREATED, obj=made, action=LINK)
    return made
