from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.enums import OrganisationKind, State
from common import clock
from common.ids import new_id
from common.translated import Translated


class Organisation(models.Model):
    """A ministry, office, employer, NGO or other body; its members act for it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(_("kind"), max_length=20, choices=OrganisationKind)
    state = models.CharField(pgettext_lazy("country", "state"), max_length=2, choices=State)
    name = Translated(verbose_name=_("name"))
    is_active = models.BooleanField(_("active"), default=True)
    created_at = models.DateTimeField(_("recorded"), default=clock.now)

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")

    def __str__(self) -> str:
        return self.name
