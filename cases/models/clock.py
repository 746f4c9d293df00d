"""Clocks of the law: until when something must be done in a case, and the terms from which that follows."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.access import TableQuerySet
from accounts.enums import State
from cases.enums import ClaimType, ClockState, TermShift, TermStart, TermUnit
from common import clock as time
from common.append_only import AppendOnly
from common.ids import new_id
from common.keys import SealedField
from common.models import SubjectKey
from common.scoping import ScopedManager, everything

from .case import Case


class CaseClock(models.Model):
    """The last day for one claim of a case; without `last_on` no term is known and a lawyer has to be asked."""

    VIEW = "cases.case.view"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="clocks")
    claim = models.CharField(_("claim"), max_length=20, choices=ClaimType)
    country = models.CharField(_("country"), max_length=2, choices=State)
    started_on = models.DateField(_("runs from"))
    term_code = models.CharField(max_length=40, blank=True)
    last_on = models.DateField(pgettext_lazy("term", "last day"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=ClockState, default=ClockState.RUNNING)
    suspended_on = models.DateField(pgettext_lazy("term", "suspended on"), null=True, blank=True)
    suspended_days = models.PositiveIntegerField(_("days of suspension"), default=0)

    objects = ScopedManager.of(TableQuerySet)
    everything = everything(TableQuerySet)

    class Meta:
        verbose_name = _("term of the law")
        verbose_name_plural = _("terms of the law")
        constraints = [
            models.CheckConstraint(
                name="a_suspended_clock_says_since_when",
                condition=models.Q(state=ClockState.SUSPENDED, suspended_on__isnull=False)
                | (~models.Q(state=ClockState.SUSPENDED) & models.Q(suspended_on__isnull=True)),
            )
        ]


class ClockStep(AppendOnly):
    """Started, suspended, restarted, met: with the last day that followed, by whom and why."""

    VIEW = "cases.case.view"

    clock = models.ForeignKey(CaseClock, on_delete=models.PROTECT, related_name="steps")
    key = models.ForeignKey(SubjectKey, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=ClockState)
    on = models.DateField()
    last_on = models.DateField(null=True)
    reason = SealedField(_("reason"), blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=time.now)

    objects = ScopedManager.of(TableQuerySet)
    everything = everything(TableQuerySet)


class LimitationTerm(AppendOnly):
    """A term entered by a supervisor or lawyer. It counts once somebody else has confirmed it."""

    VIEW = "cases.limitation.view"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    state = models.CharField(_("country"), max_length=2, choices=State)
    claim = models.CharField(_("claim"), max_length=20, choices=ClaimType)
    starts = models.CharField(_("runs from"), max_length=12, choices=TermStart)
    count = models.PositiveIntegerField(pgettext_lazy("term", "how many"))
    unit = models.CharField(pgettext_lazy("term", "unit"), max_length=12, choices=TermUnit)
    shift = models.CharField(_("where the last day is not a working day"), max_length=20, choices=TermShift)
    from_on = models.DateField(_("in effect from"))
    until_on = models.DateField(pgettext_lazy("term", "last day of effect"), null=True, blank=True)
    source = models.CharField(pgettext_lazy("term", "source"), max_length=500)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("proposed by")
    )
    proposed_at = models.DateTimeField(default=time.now)

    objects = ScopedManager.of(TableQuerySet)
    everything = everything(TableQuerySet)

    class Meta:
        verbose_name = _("limitation period")
        verbose_name_plural = _("limitation periods")
        constraints = [
            models.CheckConstraint(
                name="a_limitation_period_has_a_source",
                condition=models.Q(source__gt="", count__gt=0),
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_state_display()}: {self.get_claim_display()}"


class TermCheck(AppendOnly):
    """A second person read the source and says whether the term stands in it."""

    VIEW = "cases.limitation.view"

    term = models.OneToOneField(LimitationTerm, on_delete=models.PROTECT, related_name="check_made")
    accepted = models.BooleanField(_("accepted"))
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    checked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    checked_at = models.DateTimeField(default=time.now)

    objects = ScopedManager.of(TableQuerySet)
    everything = everything(TableQuerySet)
