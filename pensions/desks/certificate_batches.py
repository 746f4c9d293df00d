from typing import Any

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from accounts.desk import DeskAdmin
from accounts.object_actions import ObjectAction
from accounts.site import desk
from common.formatting import datetime_short
from common.journal.models import Verb
from pensions.models import BatchRefusal, Certificate, CertificateBatch
from pensions.services import certificate_batches, certificates
from pensions.services.workers import note_reading

from .paging import CappedPaginator

SHOWN = 200


@admin.register(CertificateBatch, site=desk)
class CertificateBatchDesk(DeskAdmin):
    """Issues for a whole staff: how far they are, who has none and why, which numbers were stepped over."""

    paginator = CappedPaginator
    list_display = ["employer", "issuer", "created_at", "progress"]
    list_select_related = ["employer", "issuer", "job"]
    ordering = ["-created_at", "pk"]
    fields = ["employer", "issuer", "language", "created_at", "created_by", "progress"]
    object_actions = [
        ObjectAction(
            "go-on",
            _("Go on with the rest"),
            certificates.ISSUE,
            run=lambda by, obj: _nothing(certificate_batches.go_on(by=by, batch=obj)),
            when=lambda batch: batch.job is None or batch.job.is_over,
            done=_("The rest is under way."),
            explain=_("Whoever has a certificate of this issue does not get another."),
        )
    ]

    @admin.display(description=_("progress"))
    def progress(self, batch) -> str:
        job = batch.job
        return f"{job.get_state_display()} {job.done}/{job.total}" if job and job.total else "—"

    def story(self, request, obj) -> dict[str, Any]:
        refusals = list(
            BatchRefusal.objects.filter(batch=obj)
            .select_related("employment__worker")
            .order_by("employment__worker__sort_key", "pk")[:SHOWN]
        )
        note_reading(
            by=request.user,
            workers=[one.employment.worker for one in refusals],
            action=Certificate.VIEW,
            verb=Verb.LISTED,
        )
        return {
            "story_template": "pensions/desk/certificate_batch.html",
            "job": obj.job,
            "issued": Certificate.objects.sealed().filter(batch=obj.pk).count(),
            "refusal_columns": [_("Full name"), _("Why there is no certificate yet"), _("When")],
            "refusals": [
                [one.employment.worker.full_name, one.text, datetime_short(one.at)] for one in refusals
            ],
            "gap_columns": [_("Blank form"), _("Where it is"), _("Certificate")],
            "gaps": [
                [str(gap.blank), gap.blank.get_state_display(), gap.certificate or "—"]
                for gap in certificate_batches.gaps(obj)[:SHOWN]
            ],
        }


def _nothing(_made: Any) -> None:
    """The page of the object is shown again."""
