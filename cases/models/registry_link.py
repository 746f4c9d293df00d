from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.access import TableQuerySet
from common import clock
from common.ids import new_id
from common.keys import SealedField
from common.scoping import ScopedManager, everything

from .case import Case


class RegistryLinkQuerySet(TableQuerySet):
    def standing(self, today) -> "RegistryLinkQuerySet":
        return self.filter(ended_at__isnull=True, expires_on__gte=today)


class RegistryLink(models.Model):
    """The client agreed that her record in the registry is looked at for this case. Which record it is, is sealed:
    from the database alone nobody learns who went for help."""

    VIEW = "cases.case.view"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="registry_links")
    worker = SealedField(_("record in the registry"), key="case.key")
    how = SealedField(_("how the consent was given"), key="case.key")
    given_on = models.DateField(_("given on"))
    expires_on = models.DateField(_("valid until"))
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(default=clock.now)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = ScopedManager.of(RegistryLinkQuerySet)
    everything = everything(RegistryLinkQuerySet)

    class Meta:
        verbose_name = _("link to the registry")
        verbose_name_plural = _("links to the registry")
        constraints = [
            models.UniqueConstraint(
                name="one_registry_link_at_a_time", fields=["case"], condition=models.Q(ended_at__isnull=True)
            )
        ]
