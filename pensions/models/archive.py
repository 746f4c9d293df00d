"""What an employer or its liquidator leaves with an archive, and what the archive confirms out of it."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Organisation
from common import clock
from common.append_only import AppendOnly
from common.ids import new_id
from common.models import StoredFile, SubjectKey
from common.scoping import ScopedManager, everything
from pensions.enums.issuing import DepositState
from pensions.querysets import TableQuerySet

from .employer import Employer
from .employment import Employment
from .register import Logged

ARCHIVE_VIEW = "certificates.deposit.view"


class ArchiveDeposit(models.Model):
    """Files handed to an archive under an inventory. `depositor` names the liquidator where there is one."""

    VIEW = ARCHIVE_VIEW

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    employer = models.ForeignKey(
        Employer, on_delete=models.PROTECT, related_name="deposits", verbose_name=_("employer")
    )
    archive = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="deposits", verbose_name=_("archive")
    )
    depositor = models.CharField(_("handed over by"), max_length=200)
    reference = models.CharField(_("archive reference"), max_length=100, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=DepositState, default=DepositState.SENT)
    created_at = models.DateTimeField(_("when"), default=clock.now)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = ScopedManager.of(TableQuerySet)
    everything = everything(TableQuerySet)

    class Meta:
        verbose_name = _("archive deposit")
        verbose_name_plural = _("archive deposits")

    def __str__(self) -> str:
        return f"{self.employer}: {self.archive}"


class DepositItem(AppendOnly):
    """A line of the inventory. `sha256` is that of the scanned file, where there is one."""

    VIEW = ARCHIVE_VIEW

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    deposit = models.ForeignKey(ArchiveDeposit, on_delete=models.PROTECT, related_name="items")
    number = models.PositiveIntegerField(_("number"))
    title = models.CharField(_("title"), max_length=300)
    from_year = models.PositiveSmallIntegerField(_("from year"))
    until_year = models.PositiveSmallIntegerField(_("until year"))
    sheets = models.PositiveIntegerField(_("sheets"))
    sha256 = models.CharField(max_length=64, blank=True)

    objects = ScopedManager.of(TableQuerySet)
    everything = everything(TableQuerySet)

    class Meta:
        verbose_name = _("line of an inventory")
        verbose_name_plural = _("lines of inventories")
        constraints = [
            models.UniqueConstraint(name="deposit_item_once", fields=["deposit", "number"]),
            models.CheckConstraint(
                name="deposit_item_years_in_order",
                condition=models.Q(until_year__gte=models.F("from_year")),
            ),
        ]


class DepositStep(Logged):
    """Sent, taken over or sent back; the entry commits to the digest of the whole inventory."""

    VIEW = ARCHIVE_VIEW

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    deposit = models.ForeignKey(ArchiveDeposit, on_delete=models.PROTECT, related_name="steps")
    kind = models.CharField(pgettext_lazy("register", "what happened"), max_length=10, choices=DepositState)
    inventory = models.CharField(_("digest of the inventory"), max_length=64)
    reference = models.CharField(_("archive reference"), max_length=100, blank=True)
    reason = models.CharField(_("why"), max_length=300, blank=True)
    at = models.DateTimeField(_("when"), default=clock.now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = ScopedManager.of(TableQuerySet)
    everything = everything(TableQuerySet)

    class Meta:
        verbose_name = _("step of a deposit")
        verbose_name_plural = _("steps of deposits")

    @property
    def kind_of_entry(self) -> str:
        return f"deposit_{self.kind}"

    def facts(self) -> list:
        return [
            str(self.id),
            str(self.deposit_id),
            self.kind,
            self.inventory,
            self.reference,
            self.reason,
            int(self.at.timestamp()),
        ]


class ArchiveConfirmation(Logged):
    """An archive states what its papers say of one employment; a certificate can be issued on its grounds."""

    VIEW = "certificates.confirmation.view"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    deposit = models.ForeignKey(ArchiveDeposit, on_delete=models.PROTECT, related_name="confirmations")
    item = models.ForeignKey(DepositItem, on_delete=models.PROTECT, related_name="confirmations")
    employment = models.ForeignKey(
        Employment, on_delete=models.PROTECT, related_name="confirmations", verbose_name=_("employment")
    )
    key = models.ForeignKey(SubjectKey, on_delete=models.PROTECT, related_name="+")
    start_on = models.DateField(_("from"))
    end_on = models.DateField(_("until"))
    reference = models.CharField(_("archive reference"), max_length=160)
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField(_("when"), default=clock.now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = ScopedManager.of(TableQuerySet)
    everything = everything(TableQuerySet)

    class Meta:
        verbose_name = _("confirmation of an archive")
        verbose_name_plural = _("confirmations of archives")
        constraints = [
            models.CheckConstraint(
                name="confirmation_ends_after_it_begins",
                condition=models.Q(end_on__gte=models.F("start_on")),
            )
        ]

    @property
    def kind_of_entry(self) -> str:
        return "archive_confirmation"

    def facts(self) -> list:
        return [
            str(self.id),
            str(self.item_id),
            str(self.employment_id),
            self.start_on.isoformat(),
            self.end_on.isoformat(),
            self.reference,
            str(self.file_id),
            int(self.at.timestamp()),
        ]
