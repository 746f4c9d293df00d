from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.access import TableQuerySet
from accounts.models import Organisation
from cases.enums import CaseType
from common import clock
from common.append_only import AppendOnly
from common.ids import new_id
from common.scoping import ScopedManager, everything


class CaseTemplate(AppendOnly):
    """One version of the assessment and plan of a kind of case: an organisation's own, or, without an
    organisation, one that came with the system. A case keeps the version with which it began."""

    VIEW = "cases.template.view"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    type = models.CharField(_("kind of case"), max_length=20, choices=CaseType)
    version = models.PositiveIntegerField(_("version"))
    content = models.JSONField(_("content"))
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("made by"),
    )
    made_at = models.DateTimeField(_("made"), default=clock.now)

    objects = ScopedManager.of(TableQuerySet)
    everything = everything(TableQuerySet)

    class Meta:
        verbose_name = _("template of a kind of case")
        verbose_name_plural = _("templates of kinds of case")
        constraints = [
            models.UniqueConstraint(
                name="one_template_of_an_organisation_a_version", fields=["organisation", "type", "version"]
            ),
            models.UniqueConstraint(
                name="one_shipped_template_a_version",
                fields=["type", "version"],
                condition=models.Q(organisation__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_type_display()}, {self.version}"
