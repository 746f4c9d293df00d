from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.access import TableQuerySet
from common import clock
from common.append_only import AppendOnly
from common.ids import new_id
from common.scoping import ScopedManager, everything
from monitoring.enums import ReleaseChannel

from .indicator import Figure


class Release(AppendOnly):
    """One publication: figures opened to readers, or an edition of a report that printed them."""

    VIEW = "monitoring.release.view"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    channel = models.CharField(_("where"), max_length=10, choices=ReleaseChannel)
    reference = models.CharField(_("what"), max_length=100, blank=True)
    made_at = models.DateTimeField(_("made"), default=clock.now)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("made by"),
    )

    objects = ScopedManager.of(TableQuerySet)
    everything = everything(TableQuerySet)

    class Meta:
        verbose_name = _("release")
        verbose_name_plural = _("releases")

    def __str__(self) -> str:
        return f"{self.get_channel_display()} {self.reference}".strip()


class ReleasedFigure(AppendOnly):
    """One figure as a release showed it; `shown` is empty where readers saw a mark instead of a number."""

    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="figures")
    figure = models.ForeignKey(Figure, on_delete=models.PROTECT, related_name="releases")
    shown = models.DecimalField(max_digits=30, decimal_places=10, null=True, blank=True)
    digits = models.PositiveSmallIntegerField(default=10)

    class Meta:
        constraints = [models.UniqueConstraint(name="released_once", fields=["release", "figure"])]
