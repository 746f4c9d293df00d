"""Claims for an old-age pension: filed once, decided by each state, corrected by further decisions only."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.access import TableQuerySet
from accounts.enums import State
from accounts.models import Organisation
from common import clock
from common.append_only import AppendOnly
from common.ids import new_id
from common.models import StoredFile, SubjectKey
from common.scoping import ScopedManager, everything
from pensions import registry_number
from pensions.enums.claims import DECIDED, BranchState, ClaimState, ClaimWay, Outcome
from pensions.querysets import OfWorkerQuerySet

from .step import Step
from .worker import Worker


class PensionClaim(models.Model):
    """A claim with its file: the statement of the record as it was on that day, as PDF and as JSON with its SHA-256."""

    VIEW = "claims.claim.view"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    number = models.CharField(
        _("number"), max_length=11, unique=True, default=registry_number.new, editable=False
    )
    key = models.ForeignKey(SubjectKey, on_delete=models.PROTECT, related_name="+")
    worker = models.ForeignKey(
        Worker, on_delete=models.PROTECT, related_name="claims", verbose_name=_("worker")
    )
    institution = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", verbose_name=_("filed with")
    )
    residence = models.CharField(_("lives in"), max_length=2, choices=State)
    claimed_on = models.DateField(_("claimed on"))
    way = models.CharField(_("how"), max_length=10, choices=ClaimWay)
    state = models.CharField(_("status"), max_length=10, choices=ClaimState, default=ClaimState.OPEN)
    statement_pdf = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    statement_json = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    sha256 = models.CharField(_("SHA-256 of the statement"), max_length=64)
    filed_at = models.DateTimeField(_("filed"), default=clock.now)
    filed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = ScopedManager.of(OfWorkerQuerySet)
    everything = everything(OfWorkerQuerySet)

    class Meta:
        verbose_name = _("pension claim")
        verbose_name_plural = _("pension claims")
        constraints = [
            models.UniqueConstraint(
                name="one_open_claim_of_a_worker",
                fields=["worker"],
                condition=models.Q(state=ClaimState.OPEN),
                violation_error_message=_("A claim of this worker is open already."),
            )
        ]

    def __str__(self) -> str:
        return registry_number.show(self.number)


class ClaimDocument(AppendOnly):
    """A document of the claim's file."""

    VIEW = PensionClaim.VIEW

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    claim = models.ForeignKey(PensionClaim, on_delete=models.PROTECT, related_name="documents")
    title = models.CharField(_("title"), max_length=200)
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField(default=clock.now)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = ScopedManager.of(TableQuerySet)
    everything = everything(TableQuerySet)


class BranchQuerySet(TableQuerySet):
    def undecided(self) -> "BranchQuerySet":
        return self.filter(state__in=[BranchState.FILED, BranchState.FORWARDED, BranchState.RECEIVED])


class ClaimBranch(models.Model):
    """The claim in one state, with the institution that decides there."""

    VIEW = "claims.branch.view"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    claim = models.ForeignKey(PensionClaim, on_delete=models.PROTECT, related_name="branches")
    country = models.CharField(_("country"), max_length=2, choices=State)
    institution = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", verbose_name=_("decides")
    )
    state = models.CharField(_("status"), max_length=10, choices=BranchState, default=BranchState.FILED)

    objects = ScopedManager.of(BranchQuerySet)
    everything = everything(BranchQuerySet)

    class Meta:
        verbose_name = _("claim in a state")
        verbose_name_plural = _("claims by state")
        constraints = [models.UniqueConstraint(name="claim_once_in_a_state", fields=["claim", "country"])]

    def __str__(self) -> str:
        return f"{self.claim} {self.country}"

    @property
    def is_decided(self) -> bool:
        return self.state in DECIDED

    @property
    def worker_id(self):
        return self.claim.worker_id


class ClaimToDecide(ClaimBranch):
    """As the institution that decides sees it."""

    VIEW = "claims.decide.view"

    class Meta:
        proxy = True
        verbose_name = _("claim to decide")
        verbose_name_plural = _("claims to decide")


class ClaimStep(Step):
    """A change of state of a branch: who, when, why."""

    VIEW = ClaimBranch.VIEW

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    branch = models.ForeignKey(ClaimBranch, on_delete=models.PROTECT, related_name="steps")
    from_state = models.CharField(max_length=10, choices=BranchState, blank=True)
    to_state = models.CharField(_("status"), max_length=10, choices=BranchState)

    objects = ScopedManager.of(TableQuerySet)
    everything = everything(TableQuerySet)


class ClaimDecision(AppendOnly):
    """What a state decided. A later row corrects the one before; the last one holds."""

    VIEW = ClaimBranch.VIEW

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    branch = models.ForeignKey(ClaimBranch, on_delete=models.PROTECT, related_name="decisions")
    number = models.PositiveSmallIntegerField(default=1)
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome)
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    amount = models.DecimalField(_("monthly amount"), max_digits=14, decimal_places=2, null=True, blank=True)
    currency = models.CharField(_("currency"), max_length=3, blank=True)
    from_on = models.DateField(_("from"), null=True, blank=True)
    decided_on = models.DateField(_("decided on"))
    reference = models.CharField(_("number of the decision"), max_length=100)
    recorded_at = models.DateTimeField(default=clock.now)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = ScopedManager.of(TableQuerySet)
    everything = everything(TableQuerySet)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="claim_decision_in_order", fields=["branch", "number"]),
            models.CheckConstraint(
                name="claim_award_is_complete",
                condition=models.Q(outcome=Outcome.REFUSED, amount__isnull=True)
                | models.Q(outcome=Outcome.AWARDED, amount__gt=0, from_on__isnull=False)
                & ~models.Q(currency=""),
            ),
        ]
