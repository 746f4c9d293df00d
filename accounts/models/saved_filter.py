from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.access import TableQuerySet
from common import clock
from common.ids import new_id
from common.scoping import ScopedManager, everything

from .user import User


class SavedFilter(models.Model):
    """Filters and order of one desk list under a name, for oneself; never what was searched for."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    desk = models.CharField(max_length=80)
    name = models.CharField(pgettext_lazy("filter", "name"), max_length=40)
    query = models.CharField(max_length=400, blank=True)
    is_default = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=clock.now)

    objects = ScopedManager.of(TableQuerySet)
    everything = everything(TableQuerySet)

    class Meta:
        verbose_name = _("saved filter")
        verbose_name_plural = _("saved filters")
        constraints = [
            models.UniqueConstraint(name="saved_filter_name", fields=["user", "desk", "name"]),
            models.UniqueConstraint(
                name="one_default_filter", fields=["user", "desk"], condition=models.Q(is_default=True)
            ),
        ]

    def __str__(self) -> str:
        return self.name
