"""A worker's demand for a certificate: every step is an entry of the control register."""

from django.conf import settings
from django.db import models
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from common import clock
from common.ids import new_id
from common.models import SubjectKey
from common.scoping import ScopedManager, everything
from pensions.demand_deadlines import words
from pensions.enums.issuing import OPEN_DEMANDS, DemandState, DemandStepKind, ToldHow
from pensions.querysets import TableQuerySet

from .certificate import Certificate, new_number
from .employment import Employment
from .register import Logged
from .worker import Worker

DEMAND_VIEW = "certificates.demand.view"


class DemandQuerySet(TableQuerySet):
    def open(self) -> "DemandQuerySet":
        return self.filter(state__in=OPEN_DEMANDS)


class Demand(models.Model):
    """What only repeats its steps: state, who may know, when the employer learned of it and has to answer.

    `may_tell`: the worker lets the employer know. Without it the employer sees nothing and no clock runs.
    """

    VIEW = DEMAND_VIEW

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    number = models.CharField(_("number"), max_length=20, unique=True, default=new_number, editable=False)
    employment = models.ForeignKey(
        Employment, on_delete=models.PROTECT, related_name="demands", verbose_name=_("employment")
    )
    worker = models.ForeignKey(
        Worker, on_delete=models.PROTECT, related_name="demands", verbose_name=_("worker")
    )
    key = models.ForeignKey(SubjectKey, on_delete=models.PROTECT, related_name="+")
    via = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="demands",
        verbose_name=_("asked through"),
    )
    mandate = models.CharField(_("the worker's mandate"), max_length=200, blank=True)
    state = models.CharField(_("state"), max_length=12, choices=DemandState, default=DemandState.ASKED)
    may_tell = models.BooleanField(_("the employer may know"), default=False)
    asked_on = models.DateField(_("asked on"), default=clock.today)
    told_on = models.DateField(_("employer told on"), null=True, blank=True)
    told_how = models.CharField(_("how the employer was told"), max_length=8, choices=ToldHow, blank=True)
    due_on = models.DateField(_("answer due on"), null=True, blank=True)
    silent_after = models.DateField(null=True, blank=True)
    due_by_law = models.BooleanField(_("the term is of law"), default=False)
    due_source = models.CharField(max_length=40, blank=True)
    created_at = models.DateTimeField(default=clock.now)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = ScopedManager.of(DemandQuerySet)
    everything = everything(DemandQuerySet)

    class Meta:
        verbose_name = _("demand for a certificate")
        verbose_name_plural = _("demands for certificates")
        constraints = [
            models.UniqueConstraint(
                name="demand_open_once",
                fields=["employment"],
                condition=models.Q(state__in=OPEN_DEMANDS),
                violation_error_message=_("A demand of this work is open already."),
            ),
            models.CheckConstraint(
                name="demand_clock_runs_when_told",
                condition=models.Q(told_on__isnull=True, due_on__isnull=True, silent_after__isnull=True)
                | models.Q(told_on__isnull=False, due_on__isnull=False, silent_after__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def source(self) -> str:
        """Where the term stands, in the language of the moment."""
        return words(self.due_source, (get_language() or "ky")[:2])


class DemandStep(Logged):
    """What happened to a demand; nobody can put it in later or take it out."""

    VIEW = DEMAND_VIEW

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    demand = models.ForeignKey(Demand, on_delete=models.PROTECT, related_name="steps")
    kind = models.CharField(pgettext_lazy("register", "what happened"), max_length=20, choices=DemandStepKind)
    on = models.DateField(pgettext_lazy("demand", "day"))
    told_how = models.CharField(max_length=8, choices=ToldHow, blank=True)
    due_on = models.DateField(null=True, blank=True)
    reason = models.CharField(_("why"), max_length=300, blank=True)
    certificate = models.ForeignKey(
        Certificate, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    at = models.DateTimeField(_("when"), default=clock.now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = ScopedManager.of(TableQuerySet)
    everything = everything(TableQuerySet)

    class Meta:
        verbose_name = _("step of a demand")
        verbose_name_plural = _("steps of demands")

    @property
    def kind_of_entry(self) -> str:
        return f"demand_{self.kind}"

    def facts(self) -> list:
        return [
            str(self.id),
            str(self.demand_id),
            self.kind,
            self.on.isoformat(),
            self.told_how,
            self.due_on.isoformat() if self.due_on else None,
            self.reason,
            str(self.certificate_id),
            int(self.at.timestamp()),
        ]
