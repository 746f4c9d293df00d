"""Documents that a partner may read by a referral: named in a consent, sealed anew, each reading kept."""

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

from .document import CaseDocument
from .referral import Consent, Referral


class ConsentedDocument(AppendOnly):
    """One document that the client agreed to show a partner: after it accepts, or already before."""

    VIEW = "cases.case.view"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    consent = models.ForeignKey(Consent, on_delete=models.PROTECT, related_name="named_documents")
    document = models.ForeignKey(CaseDocument, on_delete=models.PROTECT, related_name="consents")
    before_acceptance = models.BooleanField(default=False)

    objects = ScopedManager.of(TableQuerySet)
    everything = everything(TableQuerySet)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="a_consent_names_a_document_once", fields=["consent", "document"])
        ]


class SharedDocument(models.Model):
    """A copy under the key of one referral, which its sender and its recipient can open. The case's key goes nowhere.

    `closed_at`: from then on nobody reads it here, and its bytes are gone; the document itself stays in the case.
    """

    VIEW = "cases.referral.view"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="documents")
    document = models.ForeignKey(CaseDocument, on_delete=models.PROTECT, related_name="shares")
    title = SealedField(_("what it is"), key="referral.key")
    file = models.OneToOneField(StoredFile, on_delete=models.PROTECT, related_name="+")
    before_acceptance = models.BooleanField(default=False)
    is_picture = models.BooleanField(default=False)
    is_scanned = models.BooleanField(default=False)
    closed_at = models.DateTimeField(null=True, blank=True)

    objects = ScopedManager.of(TableQuerySet)
    everything = everything(TableQuerySet)

    @property
    def file_name(self) -> str:
        return f"{self.title or 'document'}.{self.file.name.rpartition('.')[2]}"


class SharedReading(AppendOnly):
    """Somebody of the partner opened or downloaded a shared document: who and when. It cannot be called back."""

    VIEW = "cases.case.view"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    shared = models.ForeignKey(SharedDocument, on_delete=models.PROTECT, related_name="readings")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)

    objects = ScopedManager.of(TableQuerySet)
    everything = everything(TableQuerySet)
