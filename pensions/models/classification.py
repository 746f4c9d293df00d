from django.db import models
from django.utils.translation import gettext_lazy as _

from common.ids import new_id
from common.translated import Translated
from pensions.enums import Scheme


class ClassificationCode(models.Model):
    """One code of a table that records refer to by code: an occupation, an industry, a district.

    `maps_to` is the code of the table that the others are compared in: ISIC for industries, ISO 3166-2 for regions.
    A code that is no longer given keeps its row, since records hold it; `ended_on` is its last day.
    """

    VIEW = "registry.classification.view"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    scheme = models.CharField(_("table"), max_length=10, choices=Scheme)
    code = models.CharField(_("code"), max_length=20)
    level = models.PositiveSmallIntegerField(_("level"), default=1)
    parent = models.CharField(_("code above"), max_length=20, blank=True)
    maps_to = models.CharField(_("maps to"), max_length=20, blank=True)
    title = Translated(verbose_name=_("title"))
    ended_on = models.DateField(_("last day"), null=True, blank=True)

    class Meta:
        verbose_name = _("code")
        verbose_name_plural = _("classifications")
        constraints = [
            models.UniqueConstraint(
                name="classification_code_once",
                fields=["scheme", "code"],
                violation_error_message=_("This code stands in the table already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"
