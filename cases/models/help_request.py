from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.access import TableQuerySet
from accounts.enums import State
from accounts.models import Organisation
from cases.enums import CaseType, ContactChannel, RequestState
from common import clock
from common.enums import Language
from common.ids import new_id
from common.keys import SealedField
from common.models import SubjectKey
from common.scoping import ScopedManager, everything


class HelpRequest(models.Model):
    """A call for help, from anyone, by a public form or taken down on the telephone."""

    VIEW = "cases.request.view"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    receipt = models.CharField(_("receipt"), max_length=12, unique=True)
    key = models.ForeignKey(SubjectKey, on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="help_requests")
    type = models.CharField(_("kind of trouble"), max_length=20, choices=CaseType)
    country = models.CharField(_("country"), max_length=2, choices=State)
    language = models.CharField(_("language"), max_length=2, choices=Language)
    text = SealedField(_("what happened"))
    name = SealedField(pgettext_lazy("person", "name"), blank=True)
    contact = SealedField(_("telephone or e-mail"), blank=True)
    channel = models.CharField(_("how to reach you safely"), max_length=10, choices=ContactChannel)
    safe_hours = models.CharField(_("when it is safe"), max_length=100, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=RequestState, default=RequestState.NEW)
    is_urgent = models.BooleanField(_("in danger now"), default=False)
    received_at = models.DateTimeField(_("received"), default=clock.now)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    answered_at = models.DateTimeField(null=True, blank=True)

    objects = ScopedManager.of(TableQuerySet)
    everything = everything(TableQuerySet)

    class Meta:
        verbose_name = _("request for help")
        verbose_name_plural = _("requests for help")

    def __str__(self) -> str:
        return self.receipt
