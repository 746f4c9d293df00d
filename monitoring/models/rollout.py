from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from common import clock
from common.append_only import AppendOnly
from common.ids import new_id
from monitoring.enums import MilestoneKind, ReviewOutcome

from .chain import StageEntry
from .measure import Measure

STAFF = {"to": settings.AUTH_USER_MODEL, "on_delete": models.PROTECT, "related_name": "+"}


class Milestone(AppendOnly):
    """What full implementation has to reach by a day: coverage, trained staff, money. A change replaces it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    measure = models.ForeignKey(Measure, on_delete=models.PROTECT, related_name="milestones")
    kind = models.CharField(_("kind of milestone"), max_length=10, choices=MilestoneKind)
    title = models.CharField(_("title"), max_length=300)
    goal = models.DecimalField(_("to be reached"), max_digits=18, decimal_places=2)
    unit = models.CharField(pgettext_lazy("quantity", "unit"), max_length=60)
    due_on = models.DateField(_("due on"))
    replaces = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="replaced_by"
    )
    reason = models.CharField(_("reason of the change"), max_length=300, blank=True)
    set_by = models.ForeignKey(**STAFF)
    set_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.CheckConstraint(name="a_milestone_is_above_zero", condition=models.Q(goal__gt=0)),
            models.CheckConstraint(
                name="a_milestone_is_moved_with_a_reason",
                condition=models.Q(replaces__isnull=True) | models.Q(reason__gt=""),
            ),
        ]


class MilestoneReport(AppendOnly):
    """How far it had come on a day; the newest day counts, and of one day the newest report."""

    milestone = models.ForeignKey(Milestone, on_delete=models.PROTECT, related_name="reports")
    reached = models.DecimalField(pgettext_lazy("milestone", "reached"), max_digits=18, decimal_places=2)
    as_of = models.DateField(_("as of"))
    document = models.CharField(_("document"), max_length=300)
    reported_by = models.ForeignKey(**STAFF)
    reported_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.CheckConstraint(name="a_report_names_its_document", condition=models.Q(document__gt=""))
        ]


class PerformanceReview(AppendOnly):
    """What a review of a measure at work advises; it moves nothing, the gate does."""

    entry = models.ForeignKey(StageEntry, on_delete=models.PROTECT, related_name="performance_reviews")
    period = models.CharField(_("period"), max_length=10)
    advice = models.CharField(_("advice"), max_length=10, choices=ReviewOutcome)
    text = models.TextField(pgettext_lazy("law", "explanation"))
    reviewer = models.ForeignKey(**STAFF)
    reviewed_at = models.DateTimeField(default=clock.now)
