"""Putting the list of the first day away, and bringing it back."""

from accounts.models import User
from common import clock
from common.service import service


@service
def put_away(*, by: User) -> None:
    User.objects.filter(pk=by.pk, first_day_over_at=None).update(first_day_over_at=clock.now())


@service
def bring_back(*, by: User) -> None:
    User.objects.filter(pk=by.pk).update(first_day_over_at=None)
