"""Pensions that are paid: who pays from which day on, and findings that two may be paid for the same."""

import datetime as dt

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.access import TableQuerySet
from accounts.enums import State
from accounts.models import Organisation
from common import clock
from common.append_only import AppendOnly
from common.ids import new_id
from common.scoping import ScopedManager, everything
from pensions.enums.claims import AwardBasis, DoubleAnswer, DoubleKind
from pensions.querysets import OfWorkerQuerySet

from .pension_claim import ClaimBranch
from .worker import Worker


class AwardQuerySet(OfWorkerQuerySet):
    def running(self, day: dt.date) -> "AwardQuerySet":
        """Paid on that day or later."""
        return self.exclude(end__last_on__lt=day).exclude(end__last_on__lt=models.F("from_on"))


class Award(AppendOnly):
    """An old-age pension of one state. Amounts that come from a claim are those of its last decision."""

    VIEW = "claims.award.view"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    worker = models.ForeignKey(
        Worker, on_delete=models.PROTECT, related_name="awards", verbose_name=_("worker")
    )
    country = models.CharField(_("country"), max_length=2, choices=State)
    institution = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", verbose_name=_("awarded by")
    )
    basis = models.CharField(_("pays for"), max_length=10, choices=AwardBasis)
    branch = models.OneToOneField(
        ClaimBranch, on_delete=models.PROTECT, null=True, blank=True, related_name="award"
    )
    reference = models.CharField(_("number of the decision"), max_length=100)
    from_on = models.DateField(_("from"))
    recorded_at = models.DateTimeField(default=clock.now)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = ScopedManager.of(AwardQuerySet)
    everything = everything(AwardQuerySet)

    class Meta:
        verbose_name = _("awarded pension")
        verbose_name_plural = _("awarded pensions")

    def __str__(self) -> str:
        return f"{self.country} {self.reference}"


class AwardPayer(AppendOnly):
    """Who pays from this day on. The one before pays until the day before: no gap and no day twice."""

    VIEW = Award.VIEW

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    award = models.ForeignKey(Award, on_delete=models.PROTECT, related_name="payers")
    institution = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", verbose_name=_("paid by")
    )
    residence = models.CharField(_("lives in"), max_length=2, choices=State)
    from_on = models.DateField(_("from"))
    reason = models.CharField(_("why"), max_length=300, blank=True)
    recorded_at = models.DateTimeField(default=clock.now)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = ScopedManager.of(TableQuerySet)
    everything = everything(TableQuerySet)

    class Meta:
        constraints = [models.UniqueConstraint(name="one_payer_from_a_day", fields=["award", "from_on"])]


class AwardEnd(AppendOnly):
    """The last day that is paid for; a day before the first says that the award never held."""

    VIEW = Award.VIEW

    award = models.OneToOneField(Award, on_delete=models.PROTECT, primary_key=True, related_name="end")
    last_on = models.DateField(_("last day"))
    reason = models.CharField(_("why"), max_length=300)
    recorded_at = models.DateTimeField(default=clock.now)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = ScopedManager.of(TableQuerySet)
    everything = everything(TableQuerySet)


class AwardNumber(AppendOnly):
    """A number of the pensioner as a blind index: equal numbers are found, none can be read."""

    VIEW = Award.VIEW

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    award = models.ForeignKey(Award, on_delete=models.PROTECT, related_name="numbers")
    kind = models.CharField(max_length=20)
    index = models.CharField(max_length=64)

    objects = ScopedManager.of(TableQuerySet)
    everything = everything(TableQuerySet)

    class Meta:
        indexes = [models.Index(fields=["index", "kind"], name="award_number_index")]
        constraints = [models.UniqueConstraint(name="award_number_once", fields=["award", "kind", "index"])]


class DoubleReceipt(AppendOnly):
    """Two awards that may pay one person twice. Each institution sees its own award and who the other is."""

    VIEW = "claims.double.view"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    first = models.ForeignKey(Award, on_delete=models.PROTECT, related_name="+")
    second = models.ForeignKey(Award, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(_("what"), max_length=15, choices=DoubleKind)
    sure = models.BooleanField(_("by a number"), default=True)
    found_at = models.DateTimeField(_("found"), default=clock.now)

    objects = ScopedManager.of(TableQuerySet)
    everything = everything(TableQuerySet)

    class Meta:
        verbose_name = _("possible double receipt")
        verbose_name_plural = _("possible double receipts")
        constraints = [models.UniqueConstraint(name="double_receipt_once", fields=["first", "second"])]

    def __str__(self) -> str:
        return self.get_kind_display()


class DoubleReceiptAnswer(AppendOnly):
    """What one of the institutions says to it."""

    VIEW = DoubleReceipt.VIEW

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    double = models.ForeignKey(DoubleReceipt, on_delete=models.PROTECT, related_name="answers")
    institution = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    answer = models.CharField(_("answer"), max_length=10, choices=DoubleAnswer)
    note = models.CharField(_("note"), max_length=500, blank=True)
    at = models.DateTimeField(default=clock.now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = ScopedManager.of(TableQuerySet)
    everything = everything(TableQuerySet)
