import secrets

from django.apps import apps
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.access import TableQuerySet
from common import clock
from common.append_only import AppendOnly
from common.ids import new_id
from common.scoping import ScopedManager, everything
from common.translated import Translated
from monitoring.enums import Direction, RevisionReason, Tier, ValueState

from .dataset import VintageQuerySet
from .measure import Measure


class Indicator(models.Model):
    """A figure with a name; what it means stands in its versions."""

    VIEW = "monitoring.figure.view"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    code = models.SlugField(_("code"), max_length=60, unique=True)
    measures = models.ManyToManyField(Measure, related_name="indicators", blank=True)
    is_active = models.BooleanField(_("computed"), default=True)

    objects = ScopedManager.of(TableQuerySet)
    everything = everything(TableQuerySet)

    class Meta:
        verbose_name = _("indicator")
        verbose_name_plural = _("indicators")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.code

    @property
    def version(self) -> "IndicatorVersion":
        return self.versions.order_by("-number")[0]


class IndicatorVersion(AppendOnly):
    """Definition and formula of an indicator from a moment on."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    indicator = models.ForeignKey(Indicator, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    title = Translated(verbose_name=_("title"))
    definition = Translated(verbose_name=_("definition"))
    formula = models.TextField(_("formula"))
    unit = models.CharField(pgettext_lazy("quantity", "unit"), max_length=40)
    frequency = models.CharField(_("frequency"), max_length=1)
    direction = models.CharField(_("wanted direction"), max_length=10, choices=Direction)
    tier = models.CharField(_("tier"), max_length=10, choices=Tier)
    dimensions = models.JSONField(_("dimensions"), default=list, blank=True)
    decimals = models.PositiveSmallIntegerField(_("decimals"), default=0)
    examples = models.TextField(_("worked examples"), blank=True, default="")
    reason = models.CharField(_("reason of the change"), max_length=300, blank=True)
    recorded_at = models.DateTimeField(default=clock.now)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        constraints = [models.UniqueConstraint(name="indicator_version_once", fields=["indicator", "number"])]


class Calculation(AppendOnly):
    """One computation of one indicator version: which observations went into it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    version = models.ForeignKey(IndicatorVersion, on_delete=models.PROTECT, related_name="calculations")
    operands = models.JSONField(default=list)
    made_at = models.DateTimeField(default=clock.now)


class DisclosureRun(AppendOnly):
    """One pass of disclosure control over one table and period: what it hid, how closely an attacker could guess.

    `pattern` maps each hidden cell to why it is hidden; `observations` are the rows whose counts were protected, so
    that later runs know what this one told. With a `refusal` everything of the table is withheld.
    """

    VIEW = "monitoring.disclosure.view"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    table = models.CharField(_("table"), max_length=60, default="")
    period = models.CharField(_("period"), max_length=8, default="")
    config = models.JSONField(default=dict)
    cells = models.PositiveIntegerField(_("cells"))
    primary = models.PositiveIntegerField(_("small counts withheld"))
    secondary = models.PositiveIntegerField(_("further cells withheld"))
    pattern = models.JSONField(default=dict)
    intervals = models.JSONField(default=dict)
    observations = models.JSONField(default=list)
    refusal = models.CharField(_("refusal"), max_length=20, blank=True, default="")
    seconds = models.DecimalField(_("seconds"), max_digits=8, decimal_places=3)
    made_at = models.DateTimeField(_("made"), default=clock.now)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = ScopedManager.of(TableQuerySet)
    everything = everything(TableQuerySet)

    class Meta:
        verbose_name = _("disclosure run")
        verbose_name_plural = _("disclosure runs")
        indexes = [models.Index(name="disclosure_of_a_table", fields=["table", "period", "made_at"])]

    def __str__(self) -> str:
        return f"{self.table} {self.period}"


def short_id() -> str:
    """What is printed beside a figure: 35 random bits, easy to type."""
    return "".join(secrets.choice("23456789abcdefghjkmnpqrstuvwxyz") for _ in range(7))


class FigureQuerySet(VintageQuerySet):
    """Figures and their vintages; what readers outside the house may see is asked by `released`."""

    def released(self, as_of=None) -> "FigureQuerySet":
        """The newest version of each figure that was released by that moment; without one, by today."""
        same = {name: models.OuterRef(name) for name in self.model.FACT}
        later = self.model.objects.filter(version__gt=models.OuterRef("version"), **same)
        return self.filter(_was_told(as_of)).exclude(models.Exists(later.filter(_was_told(as_of))))


def _was_told(moment) -> models.Exists:
    told = apps.get_model("monitoring", "ReleasedFigure").objects.filter(figure=models.OuterRef("pk"))
    return models.Exists(told.filter(release__made_at__lte=moment) if moment else told)


class Figure(AppendOnly):
    """A value of an indicator as known from a moment on. `restricted` is the true value of a hidden one.

    A figure about persons is born hidden; only disclosure control writes a version of it that shows a value.
    """

    VIEW = "monitoring.figure.view"
    FACT = ("indicator_id", "key", "period")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    short_id = models.CharField(max_length=10, unique=True, default=short_id)
    indicator = models.ForeignKey(Indicator, on_delete=models.PROTECT, related_name="figures")
    calculation = models.ForeignKey(Calculation, on_delete=models.PROTECT, related_name="figures")
    key = models.CharField(max_length=200, blank=True, default="")
    period = models.CharField(_("period"), max_length=8)
    value = models.DecimalField(_("value"), max_digits=30, decimal_places=10, null=True, blank=True)
    restricted = models.DecimalField(max_digits=30, decimal_places=10, null=True, blank=True)
    state = models.CharField(_("state"), max_length=15, choices=ValueState)
    version = models.PositiveSmallIntegerField(default=1)
    known_from = models.DateTimeField(_("known from"), default=clock.now)
    disclosure = models.ForeignKey(
        DisclosureRun, on_delete=models.PROTECT, null=True, blank=True, related_name="figures"
    )
    revision_reason = models.CharField(max_length=20, choices=RevisionReason, blank=True)

    objects = FigureQuerySet.as_manager()

    class Meta:
        verbose_name = _("figure")
        verbose_name_plural = _("figures")
        constraints = [
            models.UniqueConstraint(
                name="figure_version_once", fields=["indicator", "key", "period", "version"]
            ),
            models.CheckConstraint(
                name="a_hidden_figure_shows_no_value",
                condition=models.Q(state=ValueState.VALUE, value__isnull=False, restricted__isnull=True)
                | (~models.Q(state=ValueState.VALUE) & models.Q(value__isnull=True)),
            ),
        ]
