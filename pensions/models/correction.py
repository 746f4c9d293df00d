"""What a worker says is wrong in the own record, and what the office answered."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from common import clock
from common.append_only import AppendOnly
from common.ids import new_id
from common.keys import SealedField
from common.models import StoredFile, SubjectKey
from common.scoping import ScopedManager, everything
from pensions import registry_number
from pensions.enums.corrections import OPEN, CorrectionState, Wrong
from pensions.querysets import OfWorkerQuerySet, TableQuerySet

from .employment import Employment
from .worker import Worker


class CorrectionQuerySet(OfWorkerQuerySet):
    def open(self) -> "CorrectionQuerySet":
        return self.filter(state__in=OPEN)


class CorrectionRequest(models.Model):
    """The request changes nothing in the record: an official does, by entries of the ledger. Employers never see it.

    What was said stands in the steps, sealed under the worker's key.
    """

    VIEW = "registry.correction.view"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    number = models.CharField(
        _("number"), max_length=11, unique=True, default=registry_number.new, editable=False
    )
    key = models.ForeignKey(SubjectKey, on_delete=models.PROTECT, related_name="+")
    worker = models.ForeignKey(
        Worker, on_delete=models.PROTECT, related_name="corrections", verbose_name=_("worker")
    )
    employment = models.ForeignKey(
        Employment,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("employment"),
    )
    wrong = models.CharField(_("what is wrong"), max_length=15, choices=Wrong)
    state = models.CharField(
        _("status"), max_length=10, choices=CorrectionState, default=CorrectionState.SENT
    )
    held_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("assigned to"),
    )
    sent_at = models.DateTimeField(pgettext_lazy("correction", "sent"), default=clock.now)

    objects = ScopedManager.of(CorrectionQuerySet)
    everything = everything(CorrectionQuerySet)

    class Meta:
        verbose_name = _("correction request")
        verbose_name_plural = _("correction requests")
        indexes = [models.Index(fields=["state", "sent_at"], name="correction_queue")]

    def __str__(self) -> str:
        return registry_number.show(self.number)

    @property
    def is_open(self) -> bool:
        return self.state in OPEN


class CorrectionStep(AppendOnly):
    """What was said or done, by whom, when."""

    VIEW = CorrectionRequest.VIEW

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    request = models.ForeignKey(CorrectionRequest, on_delete=models.PROTECT, related_name="steps")
    from_state = models.CharField(max_length=10, choices=CorrectionState, blank=True)
    to_state = models.CharField(_("status"), max_length=10, choices=CorrectionState)
    text = SealedField(_("what was said"), blank=True, key="request.key")
    at = models.DateTimeField(_("when"), default=clock.now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = ScopedManager.of(TableQuerySet)
    everything = everything(TableQuerySet)

    class Meta:
        verbose_name = _("step of a correction request")
        verbose_name_plural = _("steps of a correction request")


class CorrectionPaper(AppendOnly):
    """A photo or a PDF that came with what the worker said; sealed under the worker's key, and gone with it."""

    VIEW = CorrectionRequest.VIEW

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    step = models.ForeignKey(CorrectionStep, on_delete=models.PROTECT, related_name="papers")
    file = models.OneToOneField(
        StoredFile, on_delete=models.PROTECT, related_name="+", verbose_name=_("file")
    )

    objects = ScopedManager.of(TableQuerySet)
    everything = everything(TableQuerySet)

    class Meta:
        verbose_name = _("paper of a correction request")
        verbose_name_plural = _("papers of a correction request")
