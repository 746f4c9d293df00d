"""Papers, photos and recordings of a case, and what was taken out of it. All under the case's own key."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.access import TableQuerySet
from common import clock
from common.append_only import AppendOnly
from common.ids import new_id
from common.keys import SealedField
from common.models import StoredFile
from common.scoping import ScopedManager, everything

from .case import Case
from .referral import Consent


class CaseDocument(AppendOnly):
    """A file that somebody put into the case. Its name may tell of the client, so it is sealed as well.

    A letter stands on a `consent` and lists what of it it `shows`; with the consent withdrawn it is closed.
    """

    VIEW = "cases.case.view"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="documents")
    title = SealedField(_("what it is"), key="case.key")
    file = models.OneToOneField(StoredFile, on_delete=models.PROTECT, related_name="+")
    consent = models.ForeignKey(
        Consent, on_delete=models.PROTECT, null=True, blank=True, related_name="documents"
    )
    shows = models.JSONField(_("what it shows"), null=True, blank=True)
    is_picture = models.BooleanField(default=False)
    is_scanned = models.BooleanField(_("looked at by a virus scanner"), default=False)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField(default=clock.now)

    objects = ScopedManager.of(TableQuerySet)
    everything = everything(TableQuerySet)

    class Meta:
        verbose_name = _("document of a case")
        verbose_name_plural = _("documents of cases")

    @property
    def is_closed(self) -> bool:
        return self.consent_id is not None and hasattr(self.consent, "withdrawal")


class CaseExport(AppendOnly):
    """The case as a ZIP under a password that was shown once: for whom, for what, by whom, when."""

    VIEW = "cases.case.export"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="exports")
    recipient = SealedField(_("for whom"), key="case.key")
    purpose = SealedField(_("for what"), key="case.key")
    file = models.OneToOneField(StoredFile, on_delete=models.PROTECT, related_name="+")
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=clock.now)

    objects = ScopedManager.of(TableQuerySet)
    everything = everything(TableQuerySet)

    class Meta:
        verbose_name = _("export of a case")
        verbose_name_plural = _("exports of cases")
