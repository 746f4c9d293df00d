from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.access import TableQuerySet
from common import clock
from common.ids import new_id
from common.scoping import ScopedManager, everything

from .user import User


class ReadingAlarm(models.Model):
    """Somebody opened the records of far more people in a day than others of the same work do."""

    VIEW = "journal.alarm.view"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("who"))
    day = models.DateField(_("day"))
    people = models.PositiveIntegerField(_("people whose records were opened"))
    usual = models.PositiveIntegerField(_("usual at most"))
    found_at = models.DateTimeField(default=clock.now)
    explained_by = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("explained by"),
    )
    explained_at = models.DateTimeField(_("explained"), null=True, blank=True)
    explanation = models.CharField(_("explanation"), max_length=500, blank=True)

    objects = ScopedManager.of(TableQuerySet)
    everything = everything(TableQuerySet)

    class Meta:
        verbose_name = _("unusual reading")
        verbose_name_plural = _("unusual readings")
        constraints = [models.UniqueConstraint(name="reading_alarm_once", fields=["user", "day"])]

    def __str__(self) -> str:
        return f"{self.user} · {self.day}"
