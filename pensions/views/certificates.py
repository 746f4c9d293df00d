"""A worker's own certificates: the list and the files."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render

from common.journal import services as journal
from common.journal.models import Verb
from pensions.enums.issuing import CertificateState, PrintVariant
from pensions.models import Certificate
from pensions.querysets import own_records
from pensions.services import certificates

TONES = {
    CertificateState.ISSUED: "success",
    CertificateState.SUSPENDED: "warning",
    CertificateState.REVOKED: "danger",
    CertificateState.SUPERSEDED: "neutral",
}


def own_certificates(request):
    """What was issued to whoever is signed in, under an alias of the record too."""
    return Certificate.objects.filter(own_records(request.user, "worker")).sealed()


@login_required
def my_certificates(request):
    found = list(
        own_certificates(request).select_related("employment__employer", "issuer").order_by("-issued_at")
    )
    journal.record_many(
        by=request.user,
        verb=Verb.LISTED,
        objects=found,
        subject_ids=[one.worker_id for one in found],
        action=Certificate.VIEW,
    )
    cards = [{"certificate": one, "tone": TONES[one.state], "variants": list(PrintVariant)} for one in found]
    return render(request, "pensions/me/certificates.html", {"cards": cards})


@login_required
def my_certificate_file(request, pk, variant: int):
    if variant not in PrintVariant.values:
        raise Http404
    certificate = get_object_or_404(own_certificates(request), pk=pk)
    return pdf_response(*certificates.download(by=request.user, certificate=certificate, variant=variant))


def pdf_response(content: bytes, name: str) -> HttpResponse:
    """The file as a download that no cache keeps."""
    response = HttpResponse(content, content_type=certificates.MEDIA_TYPE)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "no-store"
    return response
