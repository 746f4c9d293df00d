import datetime as dt

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from common import clock
from common.append_only import AppendOnly
from common.ids import new_id
from monitoring.enums import FindingWeight, RuleKind, SubmissionState

from .dataset import DataItem, Submission

STAFF = {
    "to": settings.AUTH_USER_MODEL,
    "on_delete": models.PROTECT,
    "null": True,
    "blank": True,
    "related_name": "+",
}


class DataDuty(models.Model):
    """An organisation owes the figures of a data item so many days after the end of each period.

    It begins on `from_on` and is over on `until_on`, the day on which another organisation takes it over.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="data_duties")
    item = models.ForeignKey(DataItem, on_delete=models.PROTECT, related_name="duties")
    due_days = models.PositiveSmallIntegerField()
    from_on = models.DateField()
    until_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="data_duty_once", fields=["organisation", "item", "from_on"]),
            models.CheckConstraint(
                name="data_duty_ends_after_it_begins",
                condition=models.Q(until_on__isnull=True) | models.Q(until_on__gte=models.F("from_on")),
            ),
        ]

    @classmethod
    def standing_on(cls, day: dt.date) -> models.QuerySet["DataDuty"]:
        return cls.objects.filter(models.Q(until_on=None) | models.Q(until_on__gt=day), from_on__lte=day)


class ValidationRule(models.Model):
    """What figures of a data item have to keep; a rule that no longer counts is ended, not deleted."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    item = models.ForeignKey(DataItem, on_delete=models.PROTECT, related_name="validation_rules")
    kind = models.CharField(max_length=12, choices=RuleKind)
    params = models.JSONField(default=dict, blank=True)
    weight = models.CharField(max_length=8, choices=FindingWeight)
    reason = models.CharField(_("reason"), max_length=300)
    recorded_at = models.DateTimeField(default=clock.now)
    recorded_by = models.ForeignKey(**STAFF)
    ended_at = models.DateTimeField(null=True, blank=True)


class SubmissionStep(AppendOnly):
    """Each change of a submission's state: who, when, why."""

    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="steps")
    from_state = models.CharField(max_length=12, choices=SubmissionState, blank=True)
    to_state = models.CharField(max_length=12, choices=SubmissionState)
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    at = models.DateTimeField(default=clock.now)
    by = models.ForeignKey(**STAFF)


class SubmissionFinding(AppendOnly):
    """What was found in a file of a submission. `round` counts its files; `words` is the sentence in each language."""

    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="findings")
    round = models.PositiveSmallIntegerField(default=1)
    kind = models.CharField(max_length=12, choices=RuleKind)
    weight = models.CharField(max_length=8, choices=FindingWeight)
    line = models.PositiveIntegerField(null=True, blank=True)
    column = models.CharField(max_length=200, blank=True)
    item = models.CharField(max_length=60, blank=True)
    key = models.CharField(max_length=200, blank=True)
    period = models.CharField(max_length=8, blank=True)
    words = models.JSONField(default=dict)
