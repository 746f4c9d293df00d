from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.access import TableQuerySet
from accounts.enums import State
from common import clock, formatting
from common.append_only import AppendOnly
from common.enums import Language
from common.ids import new_id
from common.keys import SealedField
from common.models import StoredFile, SubjectKey
from common.scoping import ScopedManager, everything
from common.translated import Translated
from monitoring.enums import DisclosureClass, InterviewConsent, InterviewMode, LegalVerdict, RespondentRole

from .measure import Measure

STAFF = {"to": settings.AUTH_USER_MODEL, "on_delete": models.PROTECT, "related_name": "+"}


class Study(AppendOnly):
    """A piece of research: how it was made and where its limits are stand beside what it says."""

    VIEW = "monitoring.study.view"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    measure = models.ForeignKey(
        Measure,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="studies",
        verbose_name=_("measure"),
    )
    title = models.CharField(_("title"), max_length=300)
    method = models.TextField(_("method"))
    limits = models.TextField(_("limits"))
    lead = models.ForeignKey(**STAFF, verbose_name=_("lead"))
    started_on = models.DateField(_("begun on"))

    class Meta:
        verbose_name = _("study")
        verbose_name_plural = _("studies")

    def __str__(self) -> str:
        return self.title


class StudyFile(AppendOnly):
    """A file of a study; data are frozen by the hash of the file, and leave only through disclosure control."""

    VIEW = "monitoring.study_file.view"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    study = models.ForeignKey(Study, on_delete=models.PROTECT, related_name="files")
    title = models.CharField(_("title"), max_length=300)
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    sha256 = models.CharField(max_length=64)
    is_data = models.BooleanField(_("data"), default=False)
    disclosure = models.CharField(
        _("who may read it"), max_length=12, choices=DisclosureClass, default=DisclosureClass.INTERNAL
    )
    recorded_by = models.ForeignKey(**STAFF)
    recorded_at = models.DateTimeField(default=clock.now)

    objects = ScopedManager.of(TableQuerySet)
    everything = everything(TableQuerySet)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="data_of_a_study_are_not_public",
                condition=models.Q(is_data=False) | ~models.Q(disclosure=DisclosureClass.PUBLIC),
            )
        ]


class StudyReview(AppendOnly):
    """What a peer who had no part in the study says of it."""

    study = models.ForeignKey(Study, on_delete=models.PROTECT, related_name="reviews")
    is_sound = models.BooleanField(_("the conclusions hold"))
    opinion = models.TextField(_("opinion"))
    reviewer = models.ForeignKey(**STAFF)
    reviewed_at = models.DateTimeField(default=clock.now)


class InterviewGuide(AppendOnly):
    """The questions of a half-structured interview, in the languages in which they are asked; a change is a version."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    study = models.ForeignKey(Study, on_delete=models.PROTECT, related_name="guides")
    number = models.PositiveSmallIntegerField(_("version"))
    questions = models.JSONField(_("questions"))
    language = models.CharField(_("language"), max_length=2, choices=Language)
    reason = models.CharField(_("reason of the change"), max_length=300, blank=True)
    recorded_by = models.ForeignKey(**STAFF)
    recorded_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [models.UniqueConstraint(name="guide_version_once", fields=["study", "number"])]


class Interview(AppendOnly):
    """A talk with an expert. Name and transcript are sealed under a key of their own; withdrawn, it is destroyed."""

    VIEW = "monitoring.interview.view"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    study = models.ForeignKey(
        Study, on_delete=models.PROTECT, related_name="interviews", verbose_name=_("study")
    )
    guide = models.ForeignKey(InterviewGuide, on_delete=models.PROTECT, related_name="+")
    key = models.ForeignKey(SubjectKey, on_delete=models.PROTECT, related_name="+")
    country = models.CharField(_("country of the expert"), max_length=2, choices=State)
    role = models.CharField(_("where the expert works"), max_length=20, choices=RespondentRole)
    mode = models.CharField(_("how it was held"), max_length=10, choices=InterviewMode)
    held_on = models.DateField(_("held on"))
    consent = models.CharField(_("consent"), max_length=10, choices=InterviewConsent)
    name = SealedField(pgettext_lazy("person", "name"))
    transcript = SealedField(_("transcript"))
    language = models.CharField(_("language"), max_length=2, choices=Language)
    recorded_by = models.ForeignKey(**STAFF)
    recorded_at = models.DateTimeField(default=clock.now)

    objects = ScopedManager.of(TableQuerySet)
    everything = everything(TableQuerySet)

    class Meta:
        verbose_name = _("interview")
        verbose_name_plural = _("interviews")

    def __str__(self) -> str:
        return f"{self.get_role_display()} · {formatting.date_short(self.held_on)}"


class Theme(AppendOnly):
    """What passages of interviews are sorted by."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    study = models.ForeignKey(Study, on_delete=models.PROTECT, related_name="themes")
    title = Translated(verbose_name=_("title"))
    recorded_by = models.ForeignKey(**STAFF)
    recorded_at = models.DateTimeField(default=clock.now)

    def __str__(self) -> str:
        return self.title


class Passage(AppendOnly):
    """A part of a transcript, word for word, coded by theme; sealed like the transcript."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    interview = models.ForeignKey(Interview, on_delete=models.PROTECT, related_name="passages")
    theme = models.ForeignKey(Theme, on_delete=models.PROTECT, related_name="passages")
    text = SealedField(_("passage"), key="interview.key")
    coded_by = models.ForeignKey(**STAFF)
    coded_at = models.DateTimeField(default=clock.now)


class Quotation(AppendOnly):
    """A passage that is shown to everyone, without name; `country` only where enough experts come from there.

    The words stay with the passage, so that a withdrawn interview takes them back.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    passage = models.OneToOneField(Passage, on_delete=models.PROTECT, related_name="quotation")
    country = models.CharField(_("country shown"), max_length=2, blank=True)
    released_by = models.ForeignKey(**STAFF)
    released_at = models.DateTimeField(default=clock.now)


class LegalReview(AppendOnly):
    """A law of a measure held against an international standard; the newest of a pair holds, until it is due again."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    measure = models.ForeignKey(Measure, on_delete=models.PROTECT, related_name="legal_reviews")
    law = models.CharField(_("law and article"), max_length=300)
    law_as_of = models.DateField(_("wording of"))
    standard = models.CharField(_("international standard and article"), max_length=300)
    verdict = models.CharField(pgettext_lazy("law", "finding"), max_length=10, choices=LegalVerdict)
    text = models.TextField(pgettext_lazy("law", "explanation"))
    next_on = models.DateField(_("to be reviewed again by"))
    reviewer = models.ForeignKey(**STAFF)
    reviewed_at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name = _("review of a law")
        verbose_name_plural = _("reviews of laws")
