"""Two records that may be one person: the question, every answer to it, and every merge."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.access import TableQuerySet
from common import clock
from common.ids import new_id
from common.scoping import ScopedManager, everything
from pensions.enums import MergeKind, PairState
from pensions.querysets import OfWorkerQuerySet

from .step import Step
from .worker import Worker


class DuplicatePair(models.Model):
    """Asked once for two records (`first` has the smaller key). What was decided is never proposed again."""

    VIEW = "registry.duplicate.view"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    first = models.ForeignKey(
        Worker, on_delete=models.PROTECT, related_name="+", verbose_name=_("first record")
    )
    second = models.ForeignKey(
        Worker, on_delete=models.PROTECT, related_name="+", verbose_name=_("second record")
    )
    score = models.DecimalField(_("likelihood"), max_digits=5, decimal_places=4)
    reasons = models.JSONField(_("why"), default=list)
    model_version = models.PositiveIntegerField()
    state = models.CharField(_("status"), max_length=10, choices=PairState, default=PairState.WAITING)
    found_at = models.DateTimeField(_("found"), default=clock.now)

    objects = ScopedManager.of(TableQuerySet)
    everything = everything(TableQuerySet)

    class Meta:
        verbose_name = _("possible duplicate")
        verbose_name_plural = _("possible duplicates")
        indexes = [models.Index(fields=["state", "-score"], name="pair_queue")]
        constraints = [
            models.UniqueConstraint(name="pair_once", fields=["first", "second"]),
            models.CheckConstraint(name="pair_in_order", condition=models.Q(first__lt=models.F("second"))),
        ]

    def __str__(self) -> str:
        return f"{self.first} – {self.second}"


class PairDecision(Step):
    """An answer to the question: who, when, why."""

    VIEW = DuplicatePair.VIEW

    pair = models.ForeignKey(DuplicatePair, on_delete=models.PROTECT, related_name="decisions")
    state = models.CharField(_("status"), max_length=10, choices=PairState)

    objects = ScopedManager.of(TableQuerySet)
    everything = everything(TableQuerySet)

    class Meta:
        verbose_name = _("decision on a possible duplicate")
        verbose_name_plural = _("decisions on possible duplicates")


class WorkerMerge(Step):
    """A merge or its end. The newest row of a worker says into which record it was merged directly, if into any."""

    VIEW = Worker.VIEW

    worker = models.ForeignKey(Worker, on_delete=models.PROTECT, related_name="merges")
    into = models.ForeignKey(Worker, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(_("what"), max_length=5, choices=MergeKind)

    objects = ScopedManager.of(OfWorkerQuerySet)
    everything = everything(OfWorkerQuerySet)

    class Meta:
        verbose_name = _("merge of records")
        verbose_name_plural = _("merges of records")
