from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from common import clock
from common.append_only import AppendOnly
from common.enums import Language
from common.ids import new_id

from .edition import Edition


class EditionText(AppendOnly):
    """Words of the editors at the head of a section, in one language; the newest number holds."""

    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="texts")
    section = models.CharField(_("section"), max_length=40)
    language = models.CharField(_("language"), max_length=2, choices=Language)
    number = models.PositiveSmallIntegerField()
    text = models.TextField(_("text"))
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="edition_text_once", fields=["edition", "section", "language", "number"]
            )
        ]


class EditionComment(AppendOnly):
    """What a reviewer found in a draft: about a section and a language, or about the whole."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="comments")
    section = models.CharField(_("section"), max_length=40, blank=True)
    language = models.CharField(_("language"), max_length=2, choices=Language, blank=True)
    text = models.TextField(_("comment"))
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=clock.now)


class CommentAnswer(AppendOnly):
    """What was done about a comment, or why nothing; until then its language cannot be approved."""

    comment = models.OneToOneField(EditionComment, on_delete=models.PROTECT, related_name="answer")
    accepted = models.BooleanField(_("taken up"))
    text = models.TextField(_("answer"))
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=clock.now)
