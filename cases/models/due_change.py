from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.access import TableQuerySet
from common import clock
from common.append_only import AppendOnly
from common.keys import SealedField
from common.models import SubjectKey
from common.scoping import ScopedManager, everything

from .work import PlannedService


class DueChange(AppendOnly):
    """A service of the plan was given more time, or less, with the reason."""

    VIEW = "cases.case.view"

    planned = models.ForeignKey(PlannedService, on_delete=models.PROTECT, related_name="due_changes")
    key = models.ForeignKey(SubjectKey, on_delete=models.PROTECT, related_name="+")
    due_before = models.DateField()
    due_on = models.DateField(_("due on"))
    reason = SealedField(_("reason"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)

    objects = ScopedManager.of(TableQuerySet)
    everything = everything(TableQuerySet)
