"""Who may sign at a gate: two signatures are two persons, whatever logins and deputies stand between them."""

import datetime as dt
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Deputy
from common import clock
from common.errors import Conflict, Refused
from common.kyrgyz import fold
from monitoring.models import GateReview, GateSignature, Waiver


def check_signer(by: Any, review: GateReview) -> None:
    """Not the submitter, not whoever waived a criterion of the stage, nor a second login or deputy of them."""
    if one_authority(review.submitted_by, by, since=_day(review.submitted_at)):
        raise Refused("own_submission", _("Whoever submitted a stage may not decide on it."))
    waivers = Waiver.objects.filter(entry=review.entry_id, expires_on__gte=clock.today())
    if any(
        one_authority(one.signer, by, since=_day(one.signed_at)) for one in waivers.select_related("signer")
    ):
        raise Refused(
            "own_waiver", _("Whoever waived a criterion may not decide on the stage; another member signs.")
        )
    for one in review.signatures.select_related("signer"):
        if one.signer_id != by.pk and one_authority(one.signer, by, since=_day(one.signed_at)):
            raise Conflict("signed_already", _("You have signed this review already."), way_out=" ")


def _day(moment: dt.datetime) -> dt.date:
    return timezone.localtime(moment).date()


def one_authority(one: Any, other: Any, *, since: dt.date) -> bool:
    """One person, or two of whom one has stood in for the other on a day since then: they are not two opinions."""
    if same_person(one, other):
        return True
    pair = Q(deputy=one, membership__user=other) | Q(deputy=other, membership__user=one)
    standing = Deputy.objects.filter(pair, from_on__lte=clock.today(), until_on__gte=since)
    return standing.exclude(ended_at__date__lt=since).exists()


def same_person(one: Any, other: Any) -> bool:
    """One login, or two under one name: who is refused wrongly lets another member of the board sign."""
    return one.pk == other.pk or fold(one.full_name) == fold(other.full_name)


def sign(review: GateReview, by: Any, outcome: str, target: str, reason: str, conditions: list[dict]) -> None:
    """Conditions stay with the signature, so that those of the first signer are not lost to the second."""
    kept = [
        {"text": one["text"], "owner": str(one["owner"].pk), "due_on": one["due_on"].isoformat()}
        for one in conditions
    ]
    try:
        with transaction.atomic():
            GateSignature.objects.create(
                review=review, outcome=outcome, target=target, reason=reason, conditions=kept, signer=by
            )
    except IntegrityError as error:
        raise Conflict("signed_already", _("You have signed this review already."), way_out=" ") from error
