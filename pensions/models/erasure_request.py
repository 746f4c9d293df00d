"""The wish of one supervisor to erase a person, and what a second one decided."""

import datetime as dt

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from common import clock
from common.ids import new_id
from common.scoping import ScopedManager, everything
from pensions.enums import ErasureState
from pensions.querysets import OfWorkerQuerySet

from .worker import Worker

DAYS = 14


def _last_moment() -> dt.datetime:
    return clock.now() + dt.timedelta(days=DAYS)


class ErasureRequest(models.Model):
    """Asked by one, decided by another before `until_at`. `goes` is what the first one saw that would be erased."""

    VIEW = "registry.erasure.view"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    worker = models.ForeignKey(Worker, on_delete=models.PROTECT, related_name="+", verbose_name=_("record"))
    reason = models.CharField(_("why"), max_length=300)
    goes = models.JSONField(default=dict)
    state = models.CharField(_("decision"), max_length=10, choices=ErasureState, default=ErasureState.OPEN)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=pgettext_lazy("erasure", "asked by"),
    )
    asked_at = models.DateTimeField(pgettext_lazy("erasure", "asked"), default=clock.now)
    until_at = models.DateTimeField(_("to be decided until"), default=_last_moment)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("decided by"),
    )
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    answer = models.CharField(_("reason of the decision"), max_length=300, blank=True)

    objects = ScopedManager.of(OfWorkerQuerySet)
    everything = everything(OfWorkerQuerySet)

    class Meta:
        verbose_name = _("erasure of a person")
        verbose_name_plural = _("erasures of persons")
        constraints = [
            models.UniqueConstraint(
                name="erasure_asked_once", fields=["worker"], condition=models.Q(state="open")
            ),
            models.CheckConstraint(
                name="erased_by_two",
                condition=models.Q(state="withdrawn")
                | models.Q(decided_by__isnull=True)
                | ~models.Q(decided_by=models.F("asked_by")),
            ),
            models.CheckConstraint(
                name="erased_is_decided",
                condition=~models.Q(state__in=["erased", "refused"]) | models.Q(decided_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return str(self.worker)

    @property
    def is_open(self) -> bool:
        return self.state == ErasureState.OPEN and clock.now() <= self.until_at
