from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.access import TableQuerySet
from common import clock
from common.formatting import datetime_short
from common.ids import new_id
from common.scoping import ScopedManager, everything

from .user import User


class BulkAct(models.Model):
    """One act on many rows of a desk: on which, how they stood before, which were refused and why, until when back.

    `done` is [[key of the row, what it takes to go back]], `refused` and `left` are [[key, reason]];
    `left` are rows that others had dealt with before the act was taken back. It names rows by their keys, never what
    stands in them.
    """

    VIEW = "accounts.bulk.view"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    desk = models.CharField(max_length=80)
    name = models.CharField(max_length=40)
    done = models.JSONField(default=list)
    refused = models.JSONField(default=list)
    left = models.JSONField(default=list)
    at = models.DateTimeField(_("when"), default=clock.now)
    until_at = models.DateTimeField(_("can be taken back until"), null=True, blank=True)
    undone_at = models.DateTimeField(_("taken back"), null=True, blank=True)

    objects = ScopedManager.of(TableQuerySet)
    everything = everything(TableQuerySet)

    class Meta:
        verbose_name = _("bulk act")
        verbose_name_plural = _("bulk acts")
        indexes = [models.Index(fields=["user", "-at"], name="bulk_act_of_user")]

    def __str__(self) -> str:
        return datetime_short(timezone.localtime(self.at))

    @property
    def can_be_undone(self) -> bool:
        return self.undone_at is None and self.until_at is not None and clock.now() <= self.until_at
