from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.access import TableQuerySet
from accounts.models import Organisation
from cases.enums import CaseType, ConsentUse, ReferralState, RiskLevel, ServiceKind
from common import clock
from common.append_only import AppendOnly
from common.ids import new_id
from common.keys import SealedField
from common.models import SubjectKey
from common.scoping import ScopedManager, everything

from .case import Case


class ConsentQuerySet(TableQuerySet):
    def standing(self, today) -> "ConsentQuerySet":
        return self.filter(withdrawal__isnull=True, expires_on__gte=today)


class Consent(AppendOnly):
    """What a client agreed to show, to whom, for what, until when. It is never assumed."""

    VIEW = "cases.case.view"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="consents")
    use = models.CharField(
        _("what it is for"),
        max_length=10,
        choices=ConsentUse,
        default=ConsentUse.REFERRAL,
        db_default=ConsentUse.REFERRAL,
    )
    recipient = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    recipient_name = SealedField(_("to whom"), key="case.key", null=True, blank=True)
    purpose = SealedField(_("purpose"), key="case.key")
    fields = models.JSONField(_("what may be shown"))
    how = SealedField(_("how it was given"), key="case.key")
    given_on = models.DateField(_("given on"))
    expires_on = models.DateField(_("valid until"))
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(default=clock.now)

    objects = ScopedManager.of(ConsentQuerySet)
    everything = everything(ConsentQuerySet)

    class Meta:
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        constraints = [
            models.CheckConstraint(
                name="consent_ends_after_it_begins", condition=models.Q(expires_on__gte=models.F("given_on"))
            )
        ]

    @property
    def who(self) -> str:
        """The recipient: a partner, or whoever a letter is written to."""
        return str(self.recipient) if self.recipient_id else self.recipient_name or ""


class ConsentWithdrawal(AppendOnly):
    """The client took the consent back; what had left by then is listed."""

    VIEW = "cases.case.view"

    consent = models.OneToOneField(Consent, on_delete=models.PROTECT, related_name="withdrawal")
    already_shown = models.JSONField(default=list)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(default=clock.now)

    objects = ScopedManager.of(TableQuerySet)
    everything = everything(TableQuerySet)


class Referral(models.Model):
    """A client sent on to a partner. The partner sees this row, never the case behind it.

    `after`: the partner who is asked before; this one waits, prepared, until that one declines or is silent.
    """

    VIEW = "cases.referral.view"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="referrals")
    consent = models.ForeignKey(Consent, on_delete=models.PROTECT, related_name="referrals")
    key = models.ForeignKey(SubjectKey, on_delete=models.PROTECT, related_name="+")
    sender = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="referrals_sent", verbose_name=_("sender")
    )
    recipient = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        related_name="referrals_received",
        verbose_name=_("recipient"),
    )
    type = models.CharField(_("kind of case"), max_length=20, choices=CaseType)
    service = models.CharField(_("asked for"), max_length=20, choices=ServiceKind)
    risk_level = models.CharField(_("risk"), max_length=10, choices=RiskLevel)
    preview = SealedField(_("shown before acceptance"))
    shared = SealedField(_("shown after acceptance"))
    state = models.CharField(
        _("state"), max_length=16, choices=ReferralState, default=ReferralState.IN_PROGRESS
    )
    is_transfer = models.BooleanField(_("the case is handed over"), default=False)
    after = models.OneToOneField("self", on_delete=models.PROTECT, null=True, blank=True, related_name="then")
    receipt_due_at = models.DateTimeField(_("receipt due"), null=True, blank=True)
    received_at = models.DateTimeField(_("receipt confirmed"), null=True, blank=True)
    answer_due_at = models.DateTimeField(_("answer due"))
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    sent_at = models.DateTimeField(pgettext_lazy("moment", "sent"), default=clock.now)
    accepted_case = models.OneToOneField(
        Case, on_delete=models.PROTECT, null=True, blank=True, related_name="came_from"
    )

    objects = ScopedManager.of(TableQuerySet)
    everything = everything(TableQuerySet)

    class Meta:
        verbose_name = _("referral")
        verbose_name_plural = _("referrals")

    def __str__(self) -> str:
        return f"{self.get_type_display()} · {self.get_service_display()}"


class ReferralStep(AppendOnly):
    """Sent, accepted, declined, done, withdrawn: by whom, when and why."""

    VIEW = "cases.referral.view"

    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="steps")
    state = models.CharField(max_length=16, choices=ReferralState)
    reason = SealedField(_("reason"), key="referral.key", blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(default=clock.now)

    objects = ScopedManager.of(TableQuerySet)
    everything = everything(TableQuerySet)
