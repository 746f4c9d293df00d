"""What a record rests on: the documents that were shown, and the relative who reported the person."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from common import clock
from common.ids import new_id
from common.keys import SealedField
from common.models import SubjectKey
from common.scoping import ScopedManager, everything
from pensions.enums import DocumentKind, Relation
from pensions.querysets import OfWorkerQuerySet

from .worker import Worker


class WorkerDocument(models.Model):
    """A passport or card that was shown, with the Latin name as printed there. The newest one names the person."""

    VIEW = Worker.VIEW

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    worker = models.ForeignKey(Worker, on_delete=models.PROTECT, related_name="documents")
    kind = models.CharField(_("kind"), max_length=10, choices=DocumentKind)
    country = models.CharField(_("country"), max_length=2)
    number = SealedField(_("number"))
    index = models.CharField(max_length=64, editable=False, db_index=True)
    latin_family_name = models.CharField(_("family name as in the passport"), max_length=100, blank=True)
    latin_given_name = models.CharField(_("given name as in the passport"), max_length=100, blank=True)
    issued_on = models.DateField(_("issued on"), null=True, blank=True)
    expires_on = models.DateField(_("valid until"), null=True, blank=True)
    recorded_at = models.DateTimeField(default=clock.now)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = ScopedManager.of(OfWorkerQuerySet)
    everything = everything(OfWorkerQuerySet)

    class Meta:
        verbose_name = _("identity document")
        verbose_name_plural = _("identity documents")
        constraints = [
            models.UniqueConstraint(
                name="document_once_a_record",
                fields=["worker", "index"],
                violation_error_message=_("The document is in the record already."),
            )
        ]

    @property
    def key(self) -> SubjectKey:
        return self.worker.key

    @property
    def latin_name(self) -> str:
        return " ".join(part for part in (self.latin_family_name, self.latin_given_name) if part)

    @property
    def masked(self) -> str:
        return f"…{self.number[-3:]}" if self.number else "—"


class WorkerReport(models.Model):
    """Who reported a person that is away, and how that relative can be reached."""

    VIEW = "registry.report.view"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    worker = models.ForeignKey(Worker, on_delete=models.PROTECT, related_name="reports")
    relation = models.CharField(_("relation to the person"), max_length=10, choices=Relation)
    reporter = SealedField(_("who reports"))
    contact = SealedField(_("contact"), blank=True)
    where = models.CharField(_("where the person works"), max_length=200, blank=True)
    recorded_at = models.DateTimeField(_("recorded"), default=clock.now)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = ScopedManager.of(OfWorkerQuerySet)
    everything = everything(OfWorkerQuerySet)

    class Meta:
        verbose_name = _("report by a relative")
        verbose_name_plural = _("reports by relatives")

    @property
    def key(self) -> SubjectKey:
        return self.worker.key
