from django.db import models
from django.utils.translation import gettext_lazy as _

from common import clock
from common.ids import new_id

from .user import User


class Duty(models.Model):
    """What one person has to do for one object: owner of a measure, worker of a case, peer reviewer …"""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="duties")
    duty = models.CharField(_("duty"), max_length=40)
    object_type = models.CharField(max_length=60)
    object_id = models.UUIDField()
    given_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    given_at = models.DateTimeField(default=clock.now)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("duty")
        verbose_name_plural = _("duties")
        constraints = [
            models.UniqueConstraint(
                name="duty_once",
                fields=["user", "duty", "object_type", "object_id"],
                condition=models.Q(ended_at__isnull=True),
            )
        ]
        indexes = [models.Index(fields=["object_type", "object_id"], name="duty_object")]
