"""Requests for confirmation of insurance periods between competent institutions, and their answers."""

import datetime as dt

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.access import TableQuerySet
from accounts.enums import State
from accounts.models import Organisation
from common import clock
from common.append_only import AppendOnly
from common.ids import new_id
from common.keys import SealedField
from common.models import StoredFile, SubjectKey
from common.scoping import ScopedManager, everything
from pensions import registry_number
from pensions.enums import DayScheme
from pensions.enums.exchange import (
    WAITING,
    Channel,
    PeriodType,
    Purpose,
    Relevance,
    RequestState,
    Scheme,
    Verdict,
)

from .ledger import PeriodEvidence
from .step import Step
from .worker import Worker


class RequestQuerySet(TableQuerySet):
    def waiting(self) -> "RequestQuerySet":
        return self.filter(state__in=WAITING)

    def overdue(self, today: dt.date) -> "RequestQuerySet":
        return self.waiting().filter(due_on__lt=today)


class PeriodRequest(models.Model):
    """One institution asks another to confirm periods of a person.

    `message` names the request wherever it travels; `person` is what was sent, sealed under a key of its own. The other
    institution sees this, never the worker's record. `worker` is empty where a request came from outside about
    somebody who is in no record here.
    """

    VIEW = "exchange.request.view"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    message = models.UUIDField(unique=True, default=new_id, editable=False)
    number = models.CharField(_("number"), max_length=40, default=registry_number.new, editable=False)
    key = models.ForeignKey(SubjectKey, on_delete=models.PROTECT, related_name="+")
    worker = models.ForeignKey(
        Worker, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("worker")
    )
    sender = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", verbose_name=_("asking institution")
    )
    recipient = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", verbose_name=_("institution asked")
    )
    purpose = models.CharField(_("purpose"), max_length=15, choices=Purpose, default=Purpose.AWARD)
    channel = models.CharField(_("way"), max_length=10, choices=Channel, default=Channel.ELECTRONIC)
    state = models.CharField(_("state"), max_length=16, choices=RequestState, default=RequestState.DRAFTED)
    person = SealedField(blank=True, default="")
    note = models.CharField(_("note"), max_length=500, blank=True)
    drafted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    drafted_at = models.DateTimeField(_("drafted"), default=clock.now)
    sent_at = models.DateTimeField(pgettext_lazy("moment", "sent"), null=True, blank=True)
    received_at = models.DateTimeField(pgettext_lazy("moment", "received"), null=True, blank=True)
    due_on = models.DateField(_("answer due"), null=True, blank=True)
    due_kind = models.CharField(max_length=10, blank=True)
    due_source = models.CharField(_("source of the deadline"), max_length=200, blank=True)

    objects = ScopedManager.of(RequestQuerySet)
    everything = everything(RequestQuerySet)

    class Meta:
        verbose_name = _("request for confirmation")
        verbose_name_plural = _("requests for confirmation")
        constraints = [
            models.CheckConstraint(
                name="request_between_two", condition=~models.Q(sender=models.F("recipient"))
            )
        ]
        indexes = [
            models.Index(fields=["sender", "state"], name="request_sender_state"),
            models.Index(fields=["recipient", "state"], name="request_recipient_state"),
            models.Index(fields=["worker"], name="request_worker"),
        ]

    def __str__(self) -> str:
        return (
            registry_number.show(self.number) if len(self.number) == registry_number.LENGTH else self.number
        )


class SentRequest(PeriodRequest):
    """As the asking institution sees it."""

    VIEW = "exchange.sent.view"

    class Meta:
        proxy = True
        verbose_name = _("request that we sent")
        verbose_name_plural = _("requests that we sent")


class ReceivedRequest(PeriodRequest):
    """As the institution that was asked sees it."""

    VIEW = "exchange.received.view"

    class Meta:
        proxy = True
        verbose_name = _("request that we received")
        verbose_name_plural = _("requests that we received")


class RequestedPeriod(AppendOnly):
    """A period as it was asked for; `entry` and `period_id` name its version in the ledger, if it is from here."""

    VIEW = PeriodRequest.VIEW

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    request = models.ForeignKey(PeriodRequest, on_delete=models.PROTECT, related_name="lines")
    ref = models.CharField(max_length=40)
    entry = models.UUIDField(null=True, blank=True)
    period_id = models.BigIntegerField(null=True, blank=True)
    state = models.CharField(_("country"), max_length=2, choices=State)
    start_on = models.DateField(_("from"))
    end_on = models.DateField(_("until"), null=True, blank=True)
    period_type = models.CharField(_("type of period"), max_length=2, choices=PeriodType)
    relevance = models.CharField(_("counts for"), max_length=3, choices=Relevance, default=Relevance.OLD_AGE)
    scheme = models.CharField(_("scheme"), max_length=2, choices=Scheme, default=Scheme.GENERAL)
    week = models.CharField(_("week"), max_length=10, choices=DayScheme, default=DayScheme.CALENDAR)
    employer = models.CharField(_("employer"), max_length=300, blank=True)
    position = models.CharField(_("position"), max_length=300, blank=True)
    declared = models.JSONField(null=True, blank=True)

    objects = ScopedManager.of(TableQuerySet)
    everything = everything(TableQuerySet)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="requested_period_once", fields=["request", "ref"]),
        ]


class PeriodAnswer(AppendOnly):
    """One message of the institution that was asked; the same message is kept once.

    `held`: it came after the request was withdrawn, is kept and changes nothing.
    """

    VIEW = PeriodRequest.VIEW

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    request = models.ForeignKey(PeriodRequest, on_delete=models.PROTECT, related_name="answers")
    message = models.UUIDField(unique=True)
    channel = models.CharField(_("way"), max_length=10, choices=Channel)
    answered_at = models.DateTimeField(_("answered"))
    arrived_at = models.DateTimeField(_("arrived"), default=clock.now)
    reference = models.CharField(_("their number"), max_length=100, blank=True)
    note = models.CharField(_("note"), max_length=500, blank=True)
    sha256 = models.CharField(max_length=64)
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    late = models.BooleanField(_("late"), default=False)
    held = models.BooleanField(default=False)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = ScopedManager.of(TableQuerySet)
    everything = everything(TableQuerySet)


class AnsweredPeriod(AppendOnly):
    """What the answer says of one period; without `line` it is a further one that nobody asked for."""

    VIEW = PeriodRequest.VIEW

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    answer = models.ForeignKey(PeriodAnswer, on_delete=models.PROTECT, related_name="periods")
    line = models.ForeignKey(
        RequestedPeriod, on_delete=models.PROTECT, null=True, blank=True, related_name="answers"
    )
    verdict = models.CharField(_("answer"), max_length=10, choices=Verdict)
    start_on = models.DateField(_("from"), null=True, blank=True)
    end_on = models.DateField(_("until"), null=True, blank=True)
    period_type = models.CharField(_("type of period"), max_length=2, choices=PeriodType, blank=True)
    scheme = models.CharField(_("scheme"), max_length=2, choices=Scheme, blank=True)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    sums = models.JSONField(null=True, blank=True)
    evidence = models.ForeignKey(
        PeriodEvidence, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = ScopedManager.of(TableQuerySet)
    everything = everything(TableQuerySet)


class RequestStep(Step):
    """A change of state: who, when, why."""

    VIEW = PeriodRequest.VIEW

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    request = models.ForeignKey(PeriodRequest, on_delete=models.PROTECT, related_name="steps")
    from_state = models.CharField(max_length=16, choices=RequestState, blank=True)
    to_state = models.CharField(_("state"), max_length=16, choices=RequestState)

    objects = ScopedManager.of(TableQuerySet)
    everything = everything(TableQuerySet)


class AnswerTarget(AppendOnly):
    """Within how many days an institution wants answers to its requests. It is no legal deadline."""

    VIEW = "exchange.target.view"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", verbose_name=_("institution")
    )
    days = models.PositiveSmallIntegerField(_("days"))
    from_on = models.DateField(_("from"), default=clock.today)
    recorded_at = models.DateTimeField(default=clock.now)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = ScopedManager.of(TableQuerySet)
    everything = everything(TableQuerySet)

    class Meta:
        verbose_name = _("target for answers")
        verbose_name_plural = _("targets for answers")
        constraints = [
            models.CheckConstraint(
                name="answer_target_within_a_year", condition=models.Q(days__gte=1, days__lte=365)
            )
        ]

    def __str__(self) -> str:
        return str(self.organisation)
