"""Standing in for a colleague who is away: dated, journalled, never beyond the colleague's own role."""

import datetime as dt
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts import access
from accounts.models import Deputy, Membership, User
from common import clock
from common.errors import Conflict, Invalid, Missing
from common.journal import services as journal
from common.journal.models import Verb
from common.service import service

ACTION = "accounts.deputy.name"
LONGEST = 60


def memberships(user: User) -> QuerySet[Membership]:
    """One's own roles of today, in an organisation; what one stands in for is not passed on."""
    return Membership.objects.valid_on(clock.today()).filter(user=user, organisation__isnull=False)


def colleagues(user: User) -> QuerySet[User]:
    """Who works in one of the person's organisations today."""
    homes = memberships(user).values("organisation")
    valid = Membership.objects.valid_on(clock.today()).filter(organisation__in=homes)
    return User.objects.filter(pk__in=valid.values("user")).exclude(pk=user.pk).order_by("full_name")


@service
def name(
    *, by: User, membership: Membership, deputy: User, from_on: dt.date, until_on: dt.date, reason: str
) -> Deputy:
    """Names who stands in for oneself, in one role."""
    access.require(by, ACTION)
    if not memberships(by).filter(pk=membership.pk).exists():
        raise Missing()
    _fitting(by, membership, deputy, from_on, until_on)
    made = Deputy.objects.create(
        membership=membership, deputy=deputy, from_on=from_on, until_on=until_on, reason=reason
    )
    journal.record(
        by=by,
        verb=Verb.DECIDED,
        obj=deputy,
        action=ACTION,
        reason=reason,
        details={"membership": str(membership.pk), "from": str(from_on), "until": str(until_on)},
    )
    return made


def _fitting(by: User, membership: Membership, deputy: User, from_on: dt.date, until_on: dt.date) -> None:
    inside = Membership.objects.valid_on(clock.today()).filter(organisation=membership.organisation_id)
    if deputy.pk == by.pk or not inside.filter(user=deputy).exists():
        raise Invalid(
            "deputy_outside", _("Only a colleague of the same organisation can stand in."), field="deputy"
        )
    if from_on < clock.today():
        raise Invalid("from_past", _("The first day has passed already."), field="from_on")
    if not from_on <= until_on <= from_on + dt.timedelta(days=LONGEST):
        raise Invalid(
            "until_wrong",
            _("At most %(days)s days, from the first to the last."),
            field="until_on",
            days=LONGEST,
        )
    if Deputy.objects.filter(
        membership=membership, ended_at__isnull=True, from_on__lte=until_on, until_on__gte=from_on
    ).exists():
        raise Conflict(
            "deputy_named", _("Somebody stands in for you on these days already."), field="from_on"
        )


def standing(user: User) -> QuerySet[Deputy]:
    """What is named and not over, by the person or for the person."""
    rows = Deputy.objects.filter(ended_at__isnull=True, until_on__gte=clock.today())
    mine = rows.filter(Q(deputy=user) | Q(membership__user=user))
    return mine.select_related("deputy", "membership__user", "membership__organisation").order_by("from_on")


@service
def end(*, by: User, pk: Any) -> None:
    """Back at work: by whoever was away, or by the deputy."""
    access.require(by, ACTION)
    one = Deputy.objects.select_related("membership").filter(pk=pk, ended_at__isnull=True).first()
    if one is None or by.pk not in (one.deputy_id, one.membership.user_id):
        raise Missing()
    Deputy.objects.filter(pk=one.pk).update(ended_at=clock.now())
    journal.record(by=by, verb=Verb.CHANGED, obj=one.deputy, action=ACTION, reason="deputy ended")
