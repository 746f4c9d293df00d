"""What an employer states about a stretch of work, and what was said about each difference from the ledger."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from common import clock
from common.append_only import AppendOnly
from common.ids import new_id
from common.keys import SealedField
from common.models import StoredFile, SubjectKey
from common.scoping import ScopedManager, everything
from pensions.enums.issuing import DifferenceAct
from pensions.querysets import TableQuerySet

from .employment import Employment

CLAIM_VIEW = "certificates.claim.view"


class EmployerClaim(AppendOnly):
    """The employer's statement; the newest about the same days counts. `content` is JSON of position and months."""

    VIEW = CLAIM_VIEW

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    employment = models.ForeignKey(Employment, on_delete=models.PROTECT, related_name="claims")
    key = models.ForeignKey(SubjectKey, on_delete=models.PROTECT, related_name="+")
    start_on = models.DateField(_("from"))
    end_on = models.DateField(_("until"))
    content = SealedField(editable=False)
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    stated_at = models.DateTimeField(_("when"), default=clock.now)
    stated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = ScopedManager.of(TableQuerySet)
    everything = everything(TableQuerySet)

    class Meta:
        verbose_name = _("statement of an employer")
        verbose_name_plural = _("statements of employers")
        constraints = [
            models.CheckConstraint(
                name="claim_ends_after_it_begins", condition=models.Q(end_on__gte=models.F("start_on"))
            )
        ]


class DifferenceAnswer(AppendOnly):
    """Somebody explained a difference, or took the explanation; `figures` binds the answer to both sides' figures."""

    VIEW = CLAIM_VIEW

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    claim = models.ForeignKey(EmployerClaim, on_delete=models.PROTECT, related_name="answers")
    key = models.ForeignKey(SubjectKey, on_delete=models.PROTECT, related_name="+")
    place = models.CharField(_("field"), max_length=40)
    figures = SealedField(editable=False)
    act = models.CharField(max_length=10, choices=DifferenceAct)
    reason = models.CharField(_("why"), max_length=300, blank=True)
    at = models.DateTimeField(_("when"), default=clock.now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("by"),
    )

    objects = ScopedManager.of(TableQuerySet)
    everything = everything(TableQuerySet)

    class Meta:
        verbose_name = _("answer to a difference")
        verbose_name_plural = _("answers to differences")
