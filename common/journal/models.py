from django.db import models
from django.utils.translation import gettext_lazy as _

from common import clock
from common.append_only import AppendOnly


class Verb(models.TextChoices):
    READ = "read", _("opened")
    LISTED = "listed", _("saw in a list")
    SEARCHED = "searched", _("searched")
    CREATED = "created", _("created")
    CHANGED = "changed", _("changed")
    DECIDED = "decided", _("decided")
    EXPORTED = "exported", _("exported")
    PRINTED = "printed", _("printed")
    SENT = "sent", _("sent")
    REFUSED = "refused", _("was refused")
    SIGNED_IN = "signed_in", _("signed in")
    BROKE_GLASS = "broke_glass", _("opened by break-glass")
    ERASED = "erased", _("erased")


class Entry(AppendOnly):
    """One act. Personal values stand here only as salted commitments."""

    at = models.DateTimeField(_("when"), default=clock.now, db_index=True)
    key = models.UUIDField(_("key of the entry"), unique=True)
    actor_id = models.UUIDField(_("who (key)"), null=True, blank=True, db_index=True)
    organisation_id = models.UUIDField(_("organisation"), null=True, blank=True)
    verb = models.CharField(_("what"), max_length=20, choices=Verb)
    object_type = models.CharField(_("object"), max_length=60, blank=True)
    object_id = models.CharField(_("key of the record"), max_length=64, blank=True)
    subject_id = models.UUIDField(_("whose record"), null=True, blank=True, db_index=True)
    action = models.CharField(_("action"), max_length=100, blank=True)
    reason = models.CharField(_("why"), max_length=500, blank=True)
    channel = models.CharField(_("channel"), max_length=20, blank=True)
    details = models.JSONField(_("details"), default=dict, blank=True)

    class Meta:
        verbose_name = _("journal entry")
        verbose_name_plural = _("journal entries")
        indexes = [models.Index(fields=["object_type", "object_id"], name="entry_object")]


class Seal(AppendOnly):
    """Closes a batch of entries and points at the seal before it."""

    number = models.PositiveBigIntegerField(_("number"), primary_key=True)
    previous = models.CharField(_("seal before it"), max_length=64)
    root = models.CharField(_("root"), max_length=64)
    count = models.PositiveIntegerField(_("entries"))
    digest = models.CharField(_("head"), max_length=64)
    sealed_at = models.DateTimeField(_("sealed at"))

    class Meta:
        verbose_name = _("journal seal")
        verbose_name_plural = _("journal seals")


class SealedEntry(AppendOnly):
    """Which seal an entry went into; a row of its own, since entries never change."""

    entry = models.OneToOneField(Entry, on_delete=models.PROTECT, primary_key=True, related_name="sealed")
    seal = models.ForeignKey(Seal, on_delete=models.PROTECT, related_name="members")
    position = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
