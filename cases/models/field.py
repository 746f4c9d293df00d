"""Telephones that carry cases out of the office, and what came in from them."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.access import TableQuerySet
from accounts.models import Organisation
from common import clock
from common.append_only import AppendOnly
from common.ids import new_id
from common.scoping import ScopedManager, everything

from .case import Case


class FieldPhone(models.Model):
    """A telephone (or laptop) of one person. Ended, it gets nothing any more and empties itself when it next asks."""

    VIEW = "cases.field.view"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(pgettext_lazy("telephone", "name"), max_length=60)
    registered_at = models.DateTimeField(pgettext_lazy("telephone", "registered"), default=clock.now)
    seen_at = models.DateTimeField(_("last contact"), default=clock.now)
    ended_at = models.DateTimeField(pgettext_lazy("telephone", "ended"), null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    emptied_at = models.DateTimeField(pgettext_lazy("telephone", "emptied"), null=True, blank=True)

    objects = ScopedManager.of(TableQuerySet)
    everything = everything(TableQuerySet)

    class Meta:
        verbose_name = _("telephone for the field")
        verbose_name_plural = _("telephones for the field")

    def __str__(self) -> str:
        return self.name


class FieldEntry(AppendOnly):
    """One thing that was written down without a connection. Its key was made on the telephone: sent twice, it is
    taken once. `made_at` is the telephone's own clock."""

    VIEW = "cases.field.view"

    id = models.UUIDField(primary_key=True, editable=False)
    phone = models.ForeignKey(FieldPhone, on_delete=models.PROTECT, related_name="entries")
    kind = models.CharField(max_length=10)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    made_at = models.DateTimeField()
    received_at = models.DateTimeField(default=clock.now)
    outcome = models.CharField(max_length=40)

    objects = ScopedManager.of(TableQuerySet)
    everything = everything(TableQuerySet)
