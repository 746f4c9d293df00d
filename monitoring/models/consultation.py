from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.access import TableQuerySet
from common import clock
from common.append_only import AppendOnly
from common.enums import Language
from common.ids import new_id
from common.scoping import ScopedManager, everything
from common.translated import Translated
from monitoring.enums import CommentChannel, CommentTopic, ConsultationKind, Moderation

from .chain import StageEntry


class Consultation(models.Model):
    """A discussion of a measure: a panel of experts, or open to anyone."""

    VIEW = "monitoring.consultation.view"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    entry = models.ForeignKey(StageEntry, on_delete=models.PROTECT, related_name="consultations")
    kind = models.CharField(_("kind"), max_length=10, choices=ConsultationKind)
    title = Translated(verbose_name=_("title"))
    question = Translated(verbose_name=_("question"))
    opens_on = models.DateField(_("opens on"))
    closes_on = models.DateField(_("closes on"))
    offline_channel = models.CharField(_("way to take part without the internet"), max_length=300, blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=clock.now)

    objects = ScopedManager.of(TableQuerySet)
    everything = everything(TableQuerySet)

    class Meta:
        verbose_name = _("discussion")
        verbose_name_plural = _("discussions")
        constraints = [
            models.CheckConstraint(
                name="a_discussion_closes_after_it_opens",
                condition=models.Q(closes_on__gte=models.F("opens_on")),
            )
        ]

    def __str__(self) -> str:
        return str(self.title)

    @property
    def days(self) -> int:
        return (self.closes_on - self.opens_on).days + 1


class PanelMember(models.Model):
    """An expert on a panel, with the interests that were declared."""

    consultation = models.ForeignKey(Consultation, on_delete=models.PROTECT, related_name="members")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    interests = models.TextField(_("declared interests"), blank=True)
    declared_at = models.DateTimeField(null=True, blank=True)
    attended = models.BooleanField(_("took part"), default=False)
    opinion = models.TextField(_("opinion"), blank=True)
    dissents = models.BooleanField(_("dissents"), default=False)

    class Meta:
        constraints = [models.UniqueConstraint(name="one_seat_each", fields=["consultation", "user"])]


class Comment(models.Model):
    """What somebody said in a discussion, in whatever way; classified and answered, never lost."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    consultation = models.ForeignKey(Consultation, on_delete=models.PROTECT, related_name="comments")
    text = models.TextField(_("comment"))
    language = models.CharField(_("language"), max_length=2, choices=Language)
    author_name = models.CharField(pgettext_lazy("person", "name"), max_length=200, blank=True)
    author_email = models.EmailField(_("e-mail"), blank=True)
    channel = models.CharField(
        _("channel"), max_length=10, choices=CommentChannel, default=CommentChannel.WEB
    )
    topic = models.CharField(_("what it does"), max_length=12, choices=CommentTopic, blank=True)
    moderation = models.CharField(max_length=10, choices=Moderation, default=Moderation.WAITING)
    received_at = models.DateTimeField(default=clock.now)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    responses = models.ManyToManyField("Response", related_name="comments", blank=True)

    class Meta:
        verbose_name = _("comment")
        verbose_name_plural = _("comments")


class Response(AppendOnly):
    """A reasoned answer to one comment or to a group of like ones."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    consultation = models.ForeignKey(Consultation, on_delete=models.PROTECT, related_name="responses")
    text = models.TextField(_("answer"))
    language = models.CharField(_("language"), max_length=2, choices=Language)
    accepted = models.BooleanField(_("the proposal is taken up"), default=False)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    answered_at = models.DateTimeField(default=clock.now)
