from django.db import models
from django.utils.translation import gettext_lazy as _

from common import clock
from common.ids import new_id
from common.scoping import ScopedManager, everything
from pensions.querysets import OfWorkerQuerySet

from .employer import Employer
from .worker import Worker


class Employment(models.Model):
    """A worker and an employer: what periods, contributions and certificates hang on. It has no dates of its own."""

    VIEW = "registry.employment.view"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    worker = models.ForeignKey(Worker, on_delete=models.PROTECT, related_name="employments")
    employer = models.ForeignKey(Employer, on_delete=models.PROTECT, related_name="employments")
    created_at = models.DateTimeField(default=clock.now)

    objects = ScopedManager.of(OfWorkerQuerySet)
    everything = everything(OfWorkerQuerySet)

    class Meta:
        verbose_name = _("employment")
        verbose_name_plural = _("employments")
        constraints = [
            models.UniqueConstraint(name="employment_once", fields=["worker", "employer"]),
        ]

    def __str__(self) -> str:
        return str(self.id)
