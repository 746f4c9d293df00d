from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from common import clock
from common.enums import JobState
from common.ids import new_id
from common.scoping import ScopedManager, ScopedQuerySet, everything


class JobQuerySet(ScopedQuerySet):
    def visible_to(self, user):
        return self.filter(requested_by=user) if user.is_authenticated else self.none()


class Job(models.Model):
    """The truth about one piece of long work; the queue's message is only a nudge."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(_("kind"), max_length=100)
    params = models.JSONField(default=dict, blank=True)
    idempotency_key = models.CharField(max_length=200, null=True, blank=True, unique=True)
    state = models.CharField(_("state"), max_length=20, choices=JobState, default=JobState.QUEUED)
    done = models.PositiveBigIntegerField(_("done"), default=0)
    total = models.PositiveBigIntegerField(_("of"), default=0)
    step = models.CharField(_("step"), max_length=100, blank=True)
    error_code = models.CharField(max_length=100, blank=True)
    error_text = models.TextField(blank=True)
    result = models.JSONField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    lease_until = models.DateTimeField(null=True, blank=True)
    lease_token = models.UUIDField(null=True, blank=True)
    cancel_requested_at = models.DateTimeField(null=True, blank=True)
    language = models.CharField(max_length=2, default="ky")
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(default=clock.now)
    sent_at = models.DateTimeField(null=True, blank=True)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = ScopedManager.of(JobQuerySet)
    everything = everything(JobQuerySet)

    class Meta:
        verbose_name = _("job")
        verbose_name_plural = _("jobs")
        indexes = [models.Index(fields=["state", "lease_until"], name="job_state_lease")]

    @property
    def is_over(self) -> bool:
        return self.state in {JobState.SUCCEEDED, JobState.FAILED, JobState.CANCELLED}

    @property
    def percent(self) -> int:
        if self.state == JobState.SUCCEEDED:
            return 100
        return min(99, self.done * 100 // self.total) if self.total else 0
