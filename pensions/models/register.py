"""Tables of the control register: entries, tree nodes, signed checkpoints. Nothing personal stands in any of them.

What an entry commits to is opened by its salt and record, which are kept apart and can be erased.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from common import clock
from common.append_only import AppendOnly
from common.models import SubjectKey
from common.scoping import ScopedManager, everything
from pensions.querysets import TableQuerySet

REGISTER_VIEW = "certificates.register.view"


class RegisterEntry(AppendOnly):
    """One entry of the log; `leaf` is what is hashed: kind, moment and a salted commitment."""

    VIEW = REGISTER_VIEW

    index = models.PositiveBigIntegerField(_("number in the register"), primary_key=True)
    kind = models.CharField(pgettext_lazy("register", "what happened"), max_length=48)
    at = models.DateTimeField(_("when"))
    leaf = models.BinaryField()

    objects = ScopedManager.of(TableQuerySet)
    everything = everything(TableQuerySet)

    class Meta:
        verbose_name = _("entry of the control register")
        verbose_name_plural = _("entries of the control register")

    def __str__(self) -> str:
        return f"{self.index} {self.kind}"


class RegisterNode(AppendOnly):
    """Hash of a complete subtree; the unique key makes a fork impossible."""

    VIEW = REGISTER_VIEW

    level = models.PositiveSmallIntegerField()
    index = models.PositiveBigIntegerField()
    hash = models.BinaryField()

    objects = ScopedManager.of(TableQuerySet)
    everything = everything(TableQuerySet)

    class Meta:
        verbose_name = _("node of the control register")
        verbose_name_plural = _("nodes of the control register")
        constraints = [models.UniqueConstraint(name="register_node_once", fields=["level", "index"])]


class RegisterCheckpoint(AppendOnly):
    """Size and root of the log, signed."""

    VIEW = REGISTER_VIEW

    size = models.PositiveBigIntegerField(_("entries"))
    root = models.CharField(_("root"), max_length=64)
    note = models.TextField(_("signed note"))
    at = models.DateTimeField(_("when"), default=clock.now)

    objects = ScopedManager.of(TableQuerySet)
    everything = everything(TableQuerySet)

    class Meta:
        verbose_name = _("checkpoint of the control register")
        verbose_name_plural = _("checkpoints of the control register")
        indexes = [models.Index(fields=["size"], name="checkpoint_size")]


class RegisterOpening(models.Model):
    """Salt and record behind an entry, sealed under the person's key where it concerns one; and which row it is of."""

    VIEW = REGISTER_VIEW

    entry = models.OneToOneField(
        RegisterEntry, on_delete=models.PROTECT, primary_key=True, related_name="opening"
    )
    row_type = models.CharField(max_length=60)
    row_id = models.UUIDField()
    key = models.ForeignKey(SubjectKey, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    opening = models.BinaryField()

    objects = ScopedManager.of(TableQuerySet)
    everything = everything(TableQuerySet)

    class Meta:
        verbose_name = _("opening of an entry")
        verbose_name_plural = _("openings of entries")


class Logged(AppendOnly):
    """A row that was entered in the control register. Its entry commits to every fact of the row."""

    entry = models.OneToOneField(
        RegisterEntry, on_delete=models.PROTECT, related_name="%(class)s", verbose_name=_("register entry")
    )

    class Meta:
        abstract = True

    @property
    def kind_of_entry(self) -> str:
        raise NotImplementedError

    def facts(self) -> list:
        """What the entry commits to: texts, whole numbers and None, in a fixed order."""
        raise NotImplementedError
