from django.utils.translation import gettext_lazy as _

from common.models import ImportRun
from common.scoping import ScopedManager, everything
from pensions.imports.columns import KIND
from pensions.querysets import TableQuerySet


class WorkRecordImportManager(ScopedManager.of(TableQuerySet).__class__):
    def get_queryset(self):
        return super().get_queryset().filter(kind=KIND)


class WorkRecordImport(ImportRun):
    """An import of a work-record file: the registry's own view of `ImportRun`, with its own reach."""

    VIEW = "registry.import.view"

    objects = WorkRecordImportManager()
    everything = everything(TableQuerySet)

    class Meta:
        proxy = True
        verbose_name = _("file of work records")
        verbose_name_plural = _("files of work records")

    def __str__(self) -> str:
        return self.file.name

    @property
    def employer_id(self) -> str:
        return self.params["employer_id"]
