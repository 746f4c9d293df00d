from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from common import clock
from common.enums import ImportState
from common.ids import new_id
from common.scoping import ScopedManager, ScopedQuerySet, everything

from .job import Job
from .stored_file import StoredFile


class ImportRunQuerySet(ScopedQuerySet):
    def visible_to(self, user):
        """What the kind of each run says: the permission table, asked from above."""
        from common.imports.kinds import kinds

        if not user.is_authenticated:
            return self.none()
        seen = models.Q(pk__in=[])
        for kind in kinds().values():
            seen |= models.Q(kind=kind.code) & kind.visible(user)
        return self.filter(seen)


class ImportRun(models.Model):
    """One file on its way in: uploaded, staged, checked, previewed, applied; rejected rows go back."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(_("kind"), max_length=60)
    state = models.CharField(_("state"), max_length=20, choices=ImportState, default=ImportState.UPLOADED)
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    sha256 = models.CharField(max_length=64)
    format = models.CharField(_("format"), max_length=20)
    mapping = models.JSONField(default=dict, blank=True)
    params = models.JSONField(default=dict, blank=True)
    counts = models.JSONField(_("counts"), default=dict, blank=True)
    refusal = models.JSONField(null=True, blank=True)
    language = models.CharField(max_length=2, default="ru")
    job = models.ForeignKey(Job, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    organisation_id = models.UUIDField(null=True, blank=True, db_index=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(_("received"), default=clock.now)
    applied_at = models.DateTimeField(null=True, blank=True)

    objects = ScopedManager.of(ImportRunQuerySet)
    everything = everything(ImportRunQuerySet)

    class Meta:
        verbose_name = _("import of a file")
        verbose_name_plural = _("imports of files")
        indexes = [models.Index(fields=["kind", "sha256"], name="import_run_kind_sha256")]
