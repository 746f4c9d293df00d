"""Totals of the whole registry: what totalisation says of every person, replaced whenever the record changes."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.enums import State
from common import clock
from common.ids import new_id
from common.models import Job
from common.scoping import ScopedManager, everything
from pensions.enums.totals import Gate, TotalsMode, TotalsState
from pensions.querysets import TableQuerySet

from .worker import Worker


class TotalsRun(models.Model):
    """One pass over the registry, or over whoever was touched since the run that it goes on from.

    `as_of`: later days do not count; `known_at`: what was recorded later is not in it, and the next run begins there.
    `rules` is the hash of treaty, regimes and ages that were used, `inputs` the hash of what was read.
    """

    VIEW = "registry.totals.view"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    state = models.CharField(_("state"), max_length=10, choices=TotalsState, default=TotalsState.WAITING)
    mode = models.CharField(_("scope"), max_length=12, choices=TotalsMode)
    basis = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    treaty = models.CharField(_("treaty"), max_length=40)
    as_of = models.DateField(_("days counted until"))
    known_at = models.DateTimeField(_("as known at"), null=True, blank=True)
    rules = models.CharField(max_length=64)
    inputs = models.CharField(max_length=64, blank=True)
    persons = models.PositiveBigIntegerField(_("people counted"), default=0)
    periods = models.PositiveBigIntegerField(_("periods read"), default=0)
    contributions = models.PositiveBigIntegerField(_("contributions read"), default=0)
    doubtful = models.PositiveBigIntegerField(
        _("totals with days under codes that nobody has settled"), default=0
    )
    left_out = models.PositiveIntegerField(_("periods before 1900, left out"), default=0)
    rows = models.PositiveBigIntegerField(_("totals written"), default=0)
    checked = models.PositiveIntegerField(_("persons checked"), null=True, blank=True)
    differing = models.PositiveIntegerField(_("differing"), null=True, blank=True)
    job = models.ForeignKey(Job, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(_("begun"), default=clock.now)
    finished_at = models.DateTimeField(_("ended"), null=True, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = ScopedManager.of(TableQuerySet)
    everything = everything(TableQuerySet)

    class Meta:
        verbose_name = _("run of totalisation")
        verbose_name_plural = _("runs of totalisation")

    def __str__(self) -> str:
        return f"{self.as_of} {self.get_mode_display()}"


class InsuranceTotal(models.Model):
    """Insurance of one person in one state. Lengths in `…stage` are days with 30 to a month.

    `counted_…` is what the total over all states takes from this one. `by_branch` holds the length under each
    branch of the treaty. Months are calendar months. `doubtful`: some of the days stand under a code of a form of which
    nobody has settled whether they are insured; they are counted. Always made by a run, never corrected by hand.
    """

    id = models.BigAutoField(primary_key=True)
    worker = models.ForeignKey(
        Worker, on_delete=models.CASCADE, related_name="+", db_constraint=False, db_index=False
    )
    run = models.ForeignKey(
        TotalsRun, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    state = models.CharField(_("country"), max_length=2, choices=State)
    days = models.PositiveIntegerField()
    stage = models.PositiveIntegerField()
    counted_days = models.PositiveIntegerField()
    counted_stage = models.PositiveIntegerField()
    by_branch = models.JSONField(default=dict)
    full_months = models.PositiveIntegerField()
    least_months = models.PositiveIntegerField()
    most_months = models.PositiveIntegerField()
    gate = models.CharField(max_length=12, choices=Gate)
    months_worked = models.PositiveIntegerField()
    months_unpaid = models.PositiveIntegerField()
    months_unrecorded = models.PositiveIntegerField()
    disputed = models.BooleanField()
    doubtful = models.BooleanField(default=False)
    retires_on = models.DateField(null=True, blank=True)
    age_unverified = models.BooleanField()

    class Meta:
        constraints = [models.UniqueConstraint(name="total_of_a_state_once", fields=["worker", "state"])]


class TouchedWorker(models.Model):
    """A person of whom something changed that leaves no row in the ledger: a merger, a birth date."""

    id = models.BigAutoField(primary_key=True)
    worker = models.ForeignKey(
        Worker, on_delete=models.CASCADE, related_name="+", db_constraint=False, db_index=False
    )
    at = models.DateTimeField(default=clock.now, db_index=True)
