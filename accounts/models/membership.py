import datetime as dt

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.enums import Role
from common import clock
from common.ids import new_id

from .organisation import Organisation
from .user import User


class MembershipQuerySet(models.QuerySet):
    def valid_on(self, day: dt.date) -> "MembershipQuerySet":
        return self.filter(
            models.Q(until_on__isnull=True) | models.Q(until_on__gte=day),
            models.Q(organisation__isnull=True) | models.Q(organisation__is_active=True),
            from_on__lte=day,
            user__is_active=True,
        )


class Membership(models.Model):
    """A role that a person holds, in an organisation, for a time. Ended, never deleted."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="memberships")
    organisation = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        related_name="memberships",
        null=True,
        blank=True,
        verbose_name=_("organisation"),
    )
    role = models.CharField(_("role"), max_length=30, choices=Role)
    from_on = models.DateField(_("from"), default=clock.today)
    until_on = models.DateField(_("until"), null=True, blank=True)
    granted_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(default=clock.now)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [
            models.UniqueConstraint(
                name="membership_once",
                fields=["user", "organisation", "role"],
                condition=models.Q(until_on__isnull=True),
            ),
            models.CheckConstraint(
                name="membership_ends_after_it_begins",
                condition=models.Q(until_on__isnull=True) | models.Q(until_on__gte=models.F("from_on")),
            ),
        ]

    def __str__(self) -> str:
        role = self.get_role_display()
        return f"{role} · {self.organisation}" if self.organisation else str(role)
