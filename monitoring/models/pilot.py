from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from common import clock
from common.append_only import AppendOnly
from common.ids import new_id
from common.models import StoredFile

from .chain import ChainRun


class PilotDesign(AppendOnly):
    """What a pilot will do and how it will be judged, registered before the start and frozen by its hash."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    run = models.OneToOneField(ChainRun, on_delete=models.PROTECT, related_name="pilot_design")
    content = models.JSONField()
    digest = models.CharField(max_length=64)
    units = models.JSONField(default=list)
    treated_units = models.JSONField(default=list)
    primary_outcomes = models.JSONField(default=list)
    stop_rules = models.TextField(_("stop rules"))
    planned_periods = models.JSONField(default=list)
    feasibility = models.JSONField(default=dict)
    registered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    registered_at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name = _("registered pilot design")


class PilotRecord(AppendOnly):
    """What a unit of the pilot reported for a period; a correction is a newer record."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    design = models.ForeignKey(PilotDesign, on_delete=models.PROTECT, related_name="records")
    unit = models.CharField(pgettext_lazy("quantity", "unit"), max_length=60)
    period = models.CharField(_("period"), max_length=10)
    values = models.JSONField()
    number = models.PositiveSmallIntegerField(default=1)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="pilot_record_once", fields=["design", "unit", "period", "number"])
        ]


class DataFreeze(AppendOnly):
    """The pilot's data as they were analysed: a file and its hash, immutable after the gate."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    design = models.ForeignKey(PilotDesign, on_delete=models.PROTECT, related_name="freezes")
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    sha256 = models.CharField(max_length=64)
    rows = models.PositiveIntegerField()
    frozen_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    frozen_at = models.DateTimeField(default=clock.now)

    class Meta:
        get_latest_by = "frozen_at"


class AnalysisRun(AppendOnly):
    """One evaluation of a freeze, with the software that made it and how it differs from the registered plan."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    freeze = models.ForeignKey(DataFreeze, on_delete=models.PROTECT, related_name="analyses")
    design = models.JSONField()
    result = models.JSONField()
    deviations = models.JSONField(default=list)
    analyst = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=clock.now)
