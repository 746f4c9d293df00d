from decimal import Decimal

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from common import clock
from common.append_only import AppendOnly
from common.ids import new_id
from monitoring.enums import AlertKind, AlertSeverity, RevisionReason, Trajectory
from monitoring.trajectory import Path, path

from .indicator import Figure, Indicator


class TargetSet(AppendOnly):
    """What an indicator is to reach, and when. A change is a new set beside the old one, with its reason.

    `baseline` pins the figure, and so the vintage, that the targets were set against. In force from its approval on.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    indicator = models.ForeignKey(Indicator, on_delete=models.PROTECT, related_name="target_sets")
    number = models.PositiveSmallIntegerField()
    baseline = models.ForeignKey(Figure, on_delete=models.PROTECT, related_name="+")
    milestones = models.JSONField(_("milestones"))
    tolerance = models.DecimalField(_("tolerance"), max_digits=20, decimal_places=6, default=0)
    trajectory = models.CharField(_("trajectory"), max_length=10, choices=Trajectory)
    reason = models.CharField(_("reason"), max_length=300)
    reason_code = models.CharField(max_length=20, choices=RevisionReason, blank=True, default="")
    recorded_at = models.DateTimeField(default=clock.now)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        constraints = [models.UniqueConstraint(name="target_set_once", fields=["indicator", "number"])]

    @property
    def path(self) -> Path:
        """Where the indicator ought to be, from the baseline to the last milestone; raises PeriodError."""
        points = [(self.baseline.period, self.baseline.value)]
        points += [(period, Decimal(value)) for period, value in self.milestones.items()]
        return path(points, linear=self.trajectory == Trajectory.LINEAR, tolerance=Decimal(self.tolerance))


class TargetApproval(AppendOnly):
    """The decision that puts a set into force, by someone other than who wrote it."""

    target_set = models.OneToOneField(TargetSet, on_delete=models.PROTECT, related_name="approval")
    approved_at = models.DateTimeField(default=clock.now)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )


class AlertRule(models.Model):
    """When an indicator calls for attention, whose, and how soon again."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    indicator = models.ForeignKey(Indicator, on_delete=models.PROTECT, related_name="alert_rules")
    kind = models.CharField(_("kind"), max_length=10, choices=AlertKind)
    threshold = models.DecimalField(_("threshold"), max_digits=30, decimal_places=10)
    periods = models.PositiveSmallIntegerField(_("periods in a row"), default=1)
    cool_down_days = models.PositiveSmallIntegerField(_("days of silence after an alert"), default=90)
    severity = models.CharField(_("severity"), max_length=10, choices=AlertSeverity)
    role = models.CharField(_("addressed to"), max_length=40)
    is_active = models.BooleanField(_("active"), default=True)


class Alert(AppendOnly):
    """A rule that was met, with the figures that met it. It proposes; it never moves a measure."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    rule = models.ForeignKey(AlertRule, on_delete=models.PROTECT, related_name="alerts")
    figure = models.ForeignKey(Figure, on_delete=models.PROTECT, related_name="+")
    measured = models.DecimalField(max_digits=30, decimal_places=10, null=True)
    raised_at = models.DateTimeField(default=clock.now)


class AlertAnswer(AppendOnly):
    """Somebody has seen an alert and says what follows."""

    alert = models.OneToOneField(Alert, on_delete=models.PROTECT, related_name="answer")
    reason = models.TextField(_("reason"))
    answered_at = models.DateTimeField(default=clock.now)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
