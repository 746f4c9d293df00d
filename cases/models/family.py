from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.access import TableQuerySet
from cases.enums import Relation
from common import clock
from common.append_only import AppendOnly
from common.ids import new_id
from common.scoping import ScopedManager, everything

from .case import Case


class FamilyLink(AppendOnly):
    """Two cases of one family, for counting. Nobody who works on one of them learns of the other: no page of a case
    shows it, and only supervisors see the row."""

    VIEW = "cases.family.view"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    first = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+", verbose_name=_("case of one"))
    second = models.ForeignKey(
        Case, on_delete=models.PROTECT, related_name="+", verbose_name=_("case of the other")
    )
    relation = models.CharField(_("relation"), max_length=12, choices=Relation)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("recorded by")
    )
    made_at = models.DateTimeField(_("recorded"), default=clock.now)

    objects = ScopedManager.of(TableQuerySet)
    everything = everything(TableQuerySet)

    class Meta:
        verbose_name = _("family link")
        verbose_name_plural = _("family links")
        constraints = [models.UniqueConstraint(name="one_family_link_a_pair", fields=["first", "second"])]

    def __str__(self) -> str:
        return self.get_relation_display()
