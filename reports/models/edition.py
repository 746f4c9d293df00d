from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.access import TableQuerySet
from common import clock
from common.append_only import AppendOnly
from common.enums import Language
from common.ids import new_id
from common.models import Job, StoredFile
from common.scoping import ScopedManager, everything
from reports.enums import OPEN_STATES, EditionState, Format, NoticeKind

from .report_definition import ReportDefinition


class Edition(models.Model):
    """A report of one period: one snapshot, from which all languages and formats are made."""

    VIEW = "reports.edition.view"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    definition = models.ForeignKey(
        ReportDefinition, on_delete=models.PROTECT, related_name="editions", verbose_name=_("report")
    )
    period = models.CharField(_("period"), max_length=8)
    number = models.PositiveSmallIntegerField(_("edition"), default=1)
    as_of = models.DateTimeField(_("as known on"))
    snapshot = models.JSONField()
    digest = models.CharField(_("hash of the snapshot"), max_length=64)
    journal_head = models.CharField(_("journal head"), max_length=64, blank=True)
    register_head = models.CharField(_("register head"), max_length=64, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=EditionState, default=EditionState.DRAFT)
    job = models.ForeignKey(Job, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    prepared_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    prepared_at = models.DateTimeField(default=clock.now)
    corrects = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="corrections",
        verbose_name=_("corrects"),
    )
    embargo_until = models.DateTimeField(_("embargo until"), null=True, blank=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    published_at = models.DateTimeField(_("published"), null=True, blank=True)

    objects = ScopedManager.of(TableQuerySet)
    everything = everything(TableQuerySet)

    class Meta:
        verbose_name = _("edition")
        verbose_name_plural = _("editions")
        constraints = [
            models.UniqueConstraint(
                name="edition_once",
                fields=["definition", "period", "number"],
                condition=~models.Q(state=EditionState.DISCARDED),
            ),
            models.UniqueConstraint(
                name="one_edition_in_the_making",
                fields=["definition", "period"],
                condition=models.Q(state__in=OPEN_STATES),
            ),
            models.UniqueConstraint(
                name="one_edition_stands",
                fields=["definition", "period"],
                condition=models.Q(state=EditionState.PUBLISHED),
            ),
            models.CheckConstraint(
                name="a_published_edition_has_its_moment",
                condition=models.Q(state__in=[*OPEN_STATES, EditionState.DISCARDED])
                | models.Q(published_at__isnull=False),
            ),
            models.CheckConstraint(
                name="an_embargo_has_its_end",
                condition=~models.Q(state=EditionState.EMBARGOED) | models.Q(embargo_until__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.definition} {self.period}"


class Approval(AppendOnly):
    """One language of an edition, read and approved by a person who neither prepared nor translated it.

    It holds for the content that was read: words written later want a new approval.
    """

    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="approvals")
    language = models.CharField(_("language"), max_length=2, choices=Language)
    content_digest = models.CharField(max_length=64)
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    approved_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="approval_once", fields=["edition", "language", "content_digest"])
        ]


class Build(AppendOnly):
    """One document of an edition: language, format, bytes and their hash."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="builds")
    language = models.CharField(_("language"), max_length=2, choices=Language)
    format = models.CharField(_("format"), max_length=5, choices=Format)
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    sha256 = models.CharField(max_length=64)
    content_digest = models.CharField(max_length=64)
    numbers_digest = models.CharField(max_length=64)
    built_at = models.DateTimeField(default=clock.now)

    class Meta:
        get_latest_by = "built_at"


class EditionNotice(AppendOnly):
    """Why an edition was corrected or withdrawn, told to its readers in their language."""

    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="notices")
    kind = models.CharField(max_length=10, choices=NoticeKind)
    text_ky = models.TextField(_("reason"))
    text_ru = models.TextField(_("reason"))
    text_en = models.TextField(_("reason"))
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [models.UniqueConstraint(name="edition_notice_once", fields=["edition", "kind"])]

    @property
    def words(self) -> dict[str, str]:
        return {language: getattr(self, f"text_{language}") for language in Language.values}
