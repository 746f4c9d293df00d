from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.access import TableQuerySet
from common import clock
from common.append_only import AppendOnly
from common.ids import new_id
from common.keys import SealedField
from common.scoping import ScopedManager, everything

from .case import Case


class EmergencyAccess(AppendOnly):
    """A colleague who is not on the case opened it in an emergency, for some hours and with a reason."""

    VIEW = "cases.case.view"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="emergencies")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    reason = SealedField(_("reason"), key="case.key")
    at = models.DateTimeField(default=clock.now)
    until_at = models.DateTimeField()

    objects = ScopedManager.of(TableQuerySet)
    everything = everything(TableQuerySet)


class EmergencyReview(AppendOnly):
    """What a supervisor thought of it afterwards."""

    VIEW = "cases.case.view"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    access = models.OneToOneField(EmergencyAccess, on_delete=models.PROTECT, related_name="review")
    was_right = models.BooleanField(_("it was justified"))
    note = SealedField(pgettext_lazy("case", "note"), key="access.case.key", blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)

    objects = ScopedManager.of(TableQuerySet)
    everything = everything(TableQuerySet)
