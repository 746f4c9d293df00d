"""What happened for a person, how the person wants to be told, and the messages that told it."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.access import TableQuerySet
from accounts.enums import Channel, MessageState
from common import clock
from common.ids import new_id
from common.keys import ring
from common.scoping import ScopedManager, everything

from .user import User

CONTEXT = "accounts.message_address"
NOWHERE = ".invalid"  # a worker's account has an address that leads nowhere (RFC 2606)


class MessageSettings(models.Model):
    """One's own choices; without a row those of the class stand. Addresses are sealed under the key ring."""

    user = models.OneToOneField(
        User, on_delete=models.PROTECT, primary_key=True, related_name="message_settings"
    )
    channel = models.CharField(max_length=10, choices=Channel, default=Channel.EMAIL)
    address = models.TextField(blank=True)
    asked_address = models.TextField(blank=True)
    asked_digest = models.CharField(max_length=64, blank=True)
    asked_until = models.DateTimeField(null=True, blank=True)
    time_zone = models.CharField(max_length=40, default="Asia/Bishkek")
    quiet_from = models.PositiveSmallIntegerField(default=21)
    quiet_until = models.PositiveSmallIntegerField(default=8)
    daily_at = models.PositiveSmallIntegerField(default=9)
    choices = models.JSONField(default=dict, blank=True)

    class Meta:
        verbose_name = _("settings of messages")
        verbose_name_plural = _("settings of messages")

    def own_address(self) -> str:
        return ring.unwrap(self.address, CONTEXT).decode() if self.address else ""

    def reached_at(self) -> str:
        """The confirmed address of one's own, or the account's for e-mail; "" where no message may go."""
        own = self.own_address()
        if self.channel == Channel.SMS:
            return "" if "@" in own else own
        mail = self.user.email
        return own if "@" in own else "" if mail.endswith(NOWHERE) else mail


class Message(models.Model):
    """One e-mail or text message with one or more notices; its words are made when it is sent and kept nowhere."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("to whom"))
    channel = models.CharField(_("way"), max_length=10, choices=Channel)
    state = models.CharField(_("status"), max_length=10, choices=MessageState, default=MessageState.WAITING)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    error = models.CharField(_("what hindered it"), max_length=60, blank=True)
    created_at = models.DateTimeField(pgettext_lazy("message", "made"), default=clock.now)
    next_at = models.DateTimeField(_("next attempt"), default=clock.now)
    taken_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(_("handed over"), null=True, blank=True)

    objects = ScopedManager.of(TableQuerySet)
    everything = everything(TableQuerySet)

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        indexes = [models.Index(fields=["state", "next_at"], name="message_queue")]

    def __str__(self) -> str:
        return f"{self.get_channel_display()} · {self.get_state_display()}"


class Notice(models.Model):
    """Something happened for somebody: of a kind, with a place to look at it, and nothing of what it says there.

    `due_at` empty: no message goes, the notice stands on the person's own page alone. The key makes it once.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="notices")
    kind = models.CharField(max_length=60)
    key = models.CharField(max_length=120)
    path = models.CharField(max_length=200, blank=True)
    label = models.CharField(max_length=80, blank=True)
    object_type = models.CharField(max_length=60, blank=True)
    object_id = models.CharField(max_length=40, blank=True)
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField(default=clock.now)
    due_at = models.DateTimeField(null=True, blank=True)
    message = models.ForeignKey(
        Message, on_delete=models.SET_NULL, null=True, blank=True, related_name="notices"
    )

    objects = ScopedManager.of(TableQuerySet)
    everything = everything(TableQuerySet)

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        constraints = [models.UniqueConstraint(name="notice_once", fields=["user", "kind", "key"])]
        indexes = [
            models.Index(fields=["user", "-at"], name="notice_of_user"),
            models.Index(fields=["object_type", "object_id"], name="notice_about"),
            models.Index(fields=["due_at"], name="notice_due", condition=models.Q(message__isnull=True)),
        ]
