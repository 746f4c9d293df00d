"""Witnesses of the control register: who cosigns its checkpoints, and what they have cosigned."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.enums import State
from common import clock
from common.append_only import AppendOnly
from common.ids import new_id
from common.scoping import ScopedManager, everything
from pensions.querysets import TableQuerySet

from .register import REGISTER_VIEW, RegisterCheckpoint


class RegisterWitness(models.Model):
    """Another state's office that watches this log. `verifier` is its key in the text form of c2sp.org/signed-note."""

    VIEW = REGISTER_VIEW

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(_("name of the key"), max_length=120)
    state = models.CharField(_("country"), max_length=2, choices=State)
    verifier = models.CharField(_("verifier key"), max_length=300, unique=True)
    ended_on = models.DateField(_("until"), null=True, blank=True)
    at = models.DateTimeField(_("when"), default=clock.now)

    objects = ScopedManager.of(TableQuerySet)
    everything = everything(TableQuerySet)

    class Meta:
        verbose_name = _("witness of the control register")
        verbose_name_plural = _("witnesses of the control register")

    def __str__(self) -> str:
        return self.name


class RegisterCosignature(AppendOnly):
    """A witness's signature line under a checkpoint."""

    VIEW = REGISTER_VIEW

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    checkpoint = models.ForeignKey(RegisterCheckpoint, on_delete=models.PROTECT, related_name="cosignatures")
    witness = models.ForeignKey(RegisterWitness, on_delete=models.PROTECT, related_name="cosignatures")
    line = models.TextField(_("signature line"))
    at = models.DateTimeField(_("when"), default=clock.now)

    objects = ScopedManager.of(TableQuerySet)
    everything = everything(TableQuerySet)

    class Meta:
        verbose_name = _("cosignature of a checkpoint")
        verbose_name_plural = _("cosignatures of checkpoints")
        constraints = [
            models.UniqueConstraint(name="cosignature_once", fields=["checkpoint", "witness"]),
        ]
