import datetime as dt

from django.db import models
from django.utils.translation import gettext_lazy as _

from common import clock
from common.ids import new_id

from .membership import Membership
from .user import User


class DeputyQuerySet(models.QuerySet):
    def standing_on(self, day: dt.date) -> "DeputyQuerySet":
        """Who stands in on this day: only while the deputy works in the same organisation too."""
        own = Membership.objects.valid_on(day).filter(
            user=models.OuterRef("deputy"), organisation=models.OuterRef("membership__organisation")
        )
        return self.filter(models.Exists(own), from_on__lte=day, until_on__gte=day, ended_at__isnull=True)


class Deputy(models.Model):
    """Who stands in for a person in one role while that person is away. It reaches as far as the membership does."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    membership = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="deputies")
    deputy = models.ForeignKey(User, on_delete=models.PROTECT, related_name="deputising")
    from_on = models.DateField(_("from"))
    until_on = models.DateField(_("until"))
    reason = models.CharField(_("why"), max_length=300)
    created_at = models.DateTimeField(default=clock.now)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = DeputyQuerySet.as_manager()

    class Meta:
        verbose_name = _("deputy")
        verbose_name_plural = _("deputies")
        constraints = [
            models.CheckConstraint(
                name="deputy_ends_after_it_begins", condition=models.Q(until_on__gte=models.F("from_on"))
            )
        ]
