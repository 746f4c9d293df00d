from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.access import TableQuerySet
from accounts.enums import State
from accounts.models import Organisation
from cases.enums import CaseStatus, CaseType, Outcome, RiskLevel, Step
from common import clock
from common.append_only import AppendOnly
from common.ids import new_id
from common.keys import SealedField
from common.models import SubjectKey
from common.scoping import ScopedManager, everything

from .client import Client
from .group import GroupClaim
from .help_request import HelpRequest
from .template import CaseTemplate


class CaseQuerySet(TableQuerySet):
    def open(self) -> "CaseQuerySet":
        return self.filter(status=CaseStatus.OPEN)


class Case(models.Model):
    """A person in trouble, followed by one organisation from the first call to an outcome."""

    VIEW = "cases.case.view"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    number = models.CharField(_("number"), max_length=12, unique=True)
    key = models.ForeignKey(SubjectKey, on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="cases")
    client = models.ForeignKey(
        Client, on_delete=models.PROTECT, related_name="cases", verbose_name=_("client")
    )
    request = models.OneToOneField(
        HelpRequest, on_delete=models.PROTECT, null=True, blank=True, related_name="case"
    )
    group = models.ForeignKey(
        GroupClaim,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="cases",
        verbose_name=_("group claim"),
    )
    type = models.CharField(_("kind of case"), max_length=20, choices=CaseType)
    template = models.ForeignKey(
        CaseTemplate, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    country = models.CharField(_("country"), max_length=2, choices=State)
    status = models.CharField(_("status"), max_length=12, choices=CaseStatus, default=CaseStatus.OPEN)
    step = models.CharField(_("step"), max_length=15, choices=Step, default=Step.REGISTRATION)
    risk_level = models.CharField(_("risk"), max_length=10, choices=RiskLevel, default=RiskLevel.MEDIUM)
    is_sealed = models.BooleanField(_("sealed"), default=False)
    opened_at = models.DateTimeField(pgettext_lazy("moment", "opened"), default=clock.now)
    first_contact_at = models.DateTimeField(_("first contact"), null=True, blank=True)
    act_by = models.DateField(_("act by"), null=True, blank=True)
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)
    keep_until = models.DateField(_("kept until"), null=True, blank=True)
    erased_at = models.DateTimeField(pgettext_lazy("case", "erased"), null=True, blank=True)

    objects = ScopedManager.of(CaseQuerySet)
    everything = everything(CaseQuerySet)

    class Meta:
        verbose_name = _("case")
        verbose_name_plural = _("cases")
        constraints = [
            models.CheckConstraint(
                name="a_case_is_open_or_has_an_end",
                condition=models.Q(status=CaseStatus.OPEN, closed_at__isnull=True)
                | (~models.Q(status=CaseStatus.OPEN) & models.Q(closed_at__isnull=False)),
            )
        ]

    def __str__(self) -> str:
        return self.number


class CaseStep(AppendOnly):
    """Every change of step or status, with its reason."""

    VIEW = "cases.case.view"

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="steps")
    step = models.CharField(_("step"), max_length=15, choices=Step)
    status = models.CharField(_("status"), max_length=12, choices=CaseStatus)
    reason = SealedField(_("reason"), key="case.key", blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(default=clock.now)

    objects = ScopedManager.of(TableQuerySet)
    everything = everything(TableQuerySet)


class Closure(AppendOnly):
    """How a case ended; a reopened case gets another when it ends again."""

    VIEW = "cases.case.view"

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="closures")
    outcome = models.CharField(_("outcome"), max_length=20, choices=Outcome)
    reason = SealedField(_("reason"), key="case.key")
    recovered = models.DecimalField(
        _("sum recovered"), max_digits=14, decimal_places=2, null=True, blank=True
    )
    currency = models.CharField(_("currency"), max_length=3, blank=True)
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    closed_at = models.DateTimeField(default=clock.now)

    objects = ScopedManager.of(TableQuerySet)
    everything = everything(TableQuerySet)

    class Meta:
        verbose_name = _("closure")
        constraints = [
            models.CheckConstraint(
                name="a_recovered_sum_has_a_currency",
                condition=models.Q(recovered__isnull=True, currency="")
                | models.Q(recovered__gte=0, currency__gt=""),
            )
        ]
