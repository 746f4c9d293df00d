from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.access import TableQuerySet
from common import clock
from common.append_only import AppendOnly
from common.ids import new_id
from common.scoping import ScopedManager, everything
from common.translated import Translated
from monitoring.enums import Area, Basis, Horizon, MeasureState


class MeasureQuerySet(TableQuerySet):
    def with_version(self) -> "MeasureQuerySet":
        """Adds `version_id`, the newest version's key."""
        newest = MeasureVersion.objects.filter(measure=models.OuterRef("pk")).order_by("-number")
        return self.annotate(version_id=models.Subquery(newest.values("pk")[:1]))


class Measure(models.Model):
    """One measure of migration policy; its words live in versions, its way in chain runs."""

    VIEW = "monitoring.measure.view"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    code = models.SlugField(_("code"), max_length=20, unique=True)
    horizon = models.CharField(_("horizon"), max_length=10, choices=Horizon)
    area = models.CharField(_("area"), max_length=30, choices=Area)
    state = models.CharField(_("state"), max_length=20, choices=MeasureState, default=MeasureState.OPEN)
    created_at = models.DateTimeField(default=clock.now)

    objects = ScopedManager.of(MeasureQuerySet)
    everything = everything(MeasureQuerySet)

    class Meta:
        verbose_name = _("measure")
        verbose_name_plural = _("measures")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.code

    @property
    def version(self) -> "MeasureVersion":
        return self.versions.order_by("-number")[0]


class MeasureVersion(AppendOnly):
    """The words of a measure as they stood from a moment on."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    measure = models.ForeignKey(Measure, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    title = Translated(verbose_name=_("title"))
    basis_ky = models.CharField(max_length=12, choices=Basis, default=Basis.OWN)
    basis_ru = models.CharField(max_length=12, choices=Basis, default=Basis.OWN)
    basis_en = models.CharField(max_length=12, choices=Basis, default=Basis.OWN)
    horizon = models.CharField(_("horizon"), max_length=10, choices=Horizon)
    start_horizon = models.CharField(_("begins in"), max_length=10, choices=Horizon)
    source = models.CharField(_("source"), max_length=300, blank=True)
    legal_basis = models.TextField(_("legal basis"), blank=True)
    suited_design = models.CharField(max_length=40, blank=True)
    design_reason = models.CharField(max_length=300, blank=True)
    depends_on = models.JSONField(_("depends on"), default=list, blank=True)
    reason = models.CharField(_("reason of the change"), max_length=300, blank=True)
    recorded_at = models.DateTimeField(default=clock.now)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("version of a measure")
        verbose_name_plural = _("versions of a measure")
        constraints = [models.UniqueConstraint(name="measure_version_once", fields=["measure", "number"])]


class Actor(AppendOnly):
    """Who is to act, by the study's word or by inference."""

    version = models.ForeignKey(MeasureVersion, on_delete=models.PROTECT, related_name="actors")
    name = models.CharField(_("actor"), max_length=200)
    basis = models.CharField(_("basis"), max_length=12, choices=Basis)
