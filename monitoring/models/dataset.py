from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.access import TableQuerySet
from common import clock
from common.append_only import AppendOnly
from common.ids import new_id
from common.models import StoredFile
from common.scoping import ScopedManager, everything
from common.translated import Translated
from monitoring.enums import ItemBasis, ItemKind, ItemOrigin, RevisionReason, SubmissionState, ValueState


class DataItem(models.Model):
    """One series that formulas may name: what it counts, in what unit, how often, and where it comes from."""

    VIEW = "monitoring.figure.view"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    code = models.SlugField(_("code"), max_length=60, unique=True)
    title = Translated(verbose_name=_("title"))
    unit = models.CharField(pgettext_lazy("quantity", "unit"), max_length=40)
    frequency = models.CharField(_("frequency"), max_length=1)
    kind = models.CharField(_("kind"), max_length=10, choices=ItemKind)
    basis = models.CharField(_("counted how"), max_length=20, choices=ItemBasis, default=ItemBasis.REGISTERED)
    dimensions = models.JSONField(_("dimensions"), default=list, blank=True)
    origin = models.CharField(_("comes from"), max_length=20, choices=ItemOrigin)
    source = models.TextField(_("source"), blank=True)
    licence = models.CharField(_("licence"), max_length=100, blank=True)
    about_persons = models.BooleanField(_("counts persons of the registry or cases"), default=False)
    part_of = models.SlugField(_("part of"), max_length=60, blank=True, default="")

    objects = ScopedManager.of(TableQuerySet)
    everything = everything(TableQuerySet)

    class Meta:
        verbose_name = _("data item")
        verbose_name_plural = _("data items")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.code


class DatasetMapping(AppendOnly):
    """What the columns of a provider's files mean, under a name; a change is a new number."""

    VIEW = "monitoring.submission.view"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.SlugField(_("title"), max_length=60)
    number = models.PositiveSmallIntegerField(_("Version"))
    text = models.TextField(_("Mapping"))
    recorded_at = models.DateTimeField(_("recorded"), default=clock.now)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = ScopedManager.of(TableQuerySet)
    everything = everything(TableQuerySet)

    class Meta:
        verbose_name = _("mapping of a file")
        verbose_name_plural = _("mappings of files")
        constraints = [models.UniqueConstraint(name="mapping_version_once", fields=["name", "number"])]

    def __str__(self) -> str:
        return f"{self.name} {self.number}"


class Submission(models.Model):
    """A file of figures that a provider sent, or one computation of a source inside the house."""

    VIEW = "monitoring.submission.view"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    title = models.CharField(_("title"), max_length=200)
    organisation = models.ForeignKey(
        "accounts.Organisation",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("provider"),
    )
    source = models.TextField(_("source"), blank=True)
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    sha256 = models.CharField(max_length=64)
    mapping = models.JSONField(default=dict, blank=True)
    state = models.CharField(_("state"), max_length=12, choices=SubmissionState)
    rows = models.PositiveIntegerField(_("rows"), default=0)
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("submitted by"),
    )
    submitted_at = models.DateTimeField(_("submitted"), default=clock.now)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = ScopedManager.of(TableQuerySet)
    everything = everything(TableQuerySet)

    class Meta:
        verbose_name = _("submission")
        verbose_name_plural = _("submissions")

    def __str__(self) -> str:
        return self.title


class VintageQuerySet(models.QuerySet):
    """Rows of which a newer version stands in place of an older one."""

    def as_of(self, moment=None) -> "VintageQuerySet":
        """The version that was known at that moment; without one, today's."""
        known = self.filter(known_from__lte=moment) if moment else self
        same = {name: models.OuterRef(name) for name in self.model.FACT}
        later = self.model.objects.filter(version__gt=models.OuterRef("version"), **same)
        if moment:
            later = later.filter(known_from__lte=moment)
        return known.filter(~models.Exists(later))


class Observation(AppendOnly):
    """A value of a data item for one key and period, as known from a moment on. Zero is a value; missing is a state."""

    FACT = ("item_id", "key", "period")

    item = models.ForeignKey(DataItem, on_delete=models.PROTECT, related_name="observations")
    key = models.CharField(max_length=200, blank=True, default="")
    period = models.CharField(_("period"), max_length=8)
    value = models.DecimalField(_("value"), max_digits=30, decimal_places=10, null=True, blank=True)
    state = models.CharField(_("state"), max_length=15, choices=ValueState, default=ValueState.VALUE)
    version = models.PositiveSmallIntegerField(default=1)
    known_from = models.DateTimeField(_("known from"), default=clock.now)
    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="observations")
    revision_reason = models.CharField(max_length=20, choices=RevisionReason, blank=True)

    objects = VintageQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="observation_version_once", fields=["item", "key", "period", "version"]
            ),
            models.CheckConstraint(
                name="observation_has_a_value_or_a_state",
                condition=models.Q(state=ValueState.VALUE, value__isnull=False)
                | (~models.Q(state=ValueState.VALUE) & models.Q(value__isnull=True)),
            ),
        ]
