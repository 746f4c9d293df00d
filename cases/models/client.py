from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.access import TableQuerySet
from accounts.models import Organisation
from cases.enums import ContactChannel
from common import clock
from common.enums import Language
from common.ids import new_id
from common.keys import SealedField
from common.models import SubjectKey
from common.scoping import ScopedManager, everything


class Client(models.Model):
    """A person whom one organisation helps. Another organisation has a client of its own, even for the same person."""

    VIEW = "cases.case.view"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    key = models.ForeignKey(SubjectKey, on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="clients")
    pseudonym = models.CharField(_("pseudonym"), max_length=12, unique=True)
    name = SealedField(pgettext_lazy("person", "name"), blank=True)
    contact = SealedField(_("telephone or e-mail"), blank=True)
    contact_index = models.CharField(max_length=64, blank=True, db_index=True)
    language = models.CharField(_("language"), max_length=2, choices=Language)
    channel = models.CharField(_("safe way to reach"), max_length=10, choices=ContactChannel)
    safe_hours = models.CharField(_("when it is safe"), max_length=100, blank=True)
    created_at = models.DateTimeField(default=clock.now)

    objects = ScopedManager.of(TableQuerySet)
    everything = everything(TableQuerySet)

    class Meta:
        verbose_name = _("client")
        verbose_name_plural = _("clients")

    def __str__(self) -> str:
        return self.pseudonym
