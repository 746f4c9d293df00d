from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.access import TableQuerySet
from accounts.enums import Factor
from common import clock
from common.ids import new_id
from common.scoping import ScopedManager, everything

from .user import User


class UserSession(models.Model):
    """One sign-in on one device: shown to its owner, ended by hand, by idleness or with the account.

    It opens nothing before `confirmed_at` where a second factor is wanted (accounts/wall.py).
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="sessions")
    session_key = models.CharField(max_length=40, db_index=True)
    device = models.CharField(_("device"), max_length=80, blank=True)
    address = models.CharField(_("network address"), max_length=45, blank=True)
    factor = models.CharField(_("second factor"), max_length=20, choices=Factor, blank=True)
    must_confirm = models.BooleanField(default=False)
    started_at = models.DateTimeField(_("signed in at"), default=clock.now)
    seen_at = models.DateTimeField(_("seen last"), default=clock.now)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = ScopedManager.of(TableQuerySet)
    everything = everything(TableQuerySet)

    class Meta:
        verbose_name = _("session")
        verbose_name_plural = _("sessions")
        indexes = [
            models.Index(fields=["user"], name="session_standing", condition=models.Q(ended_at__isnull=True))
        ]
