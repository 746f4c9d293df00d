"""Files of a case, for whoever followed a link that was made for him a moment ago."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.cache import add_never_cache_headers
from django.utils.http import content_disposition_header

from accounts import access
from cases import links
from cases.models import CaseDocument, CaseExport, SharedDocument
from cases.services import exports, sharing
from common import clock, files
from common.errors import Missing
from common.journal import services as journal
from common.journal.models import Verb

# Even a file that slipped through every check runs nothing and loads nothing.
POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; sandbox"


@login_required
def document(request, pk):
    """A picture is shown; everything else is downloaded, whatever it is."""
    found = get_object_or_404(CaseDocument.objects.select_related("file__key", "case__key"), pk=pk)
    if found.is_closed:
        raise Http404
    name = f"{found.title or 'document'}.{found.file.name.rpartition('.')[2]}"
    return _file(request, found, CaseDocument.VIEW, name, is_shown=found.is_picture)


@login_required
def export(request, pk):
    found = get_object_or_404(CaseExport.objects.select_related("file__key", "case__key"), pk=pk)
    if not access.permits(request.user, exports.ACTION, found):
        raise Http404
    if (clock.now() - found.made_at).days >= exports.KEPT_DAYS:
        return _ended(request, found)
    return _file(request, found, exports.ACTION, found.file.name, is_shown=False)


@login_required
def shared(request, pk):
    """A document that came with a referral, for those of the partner who may see it now."""
    found = get_object_or_404(SharedDocument.objects.select_related("file__key", "referral__key"), pk=pk)
    if not links.stands(request, found.pk):
        return render(request, "cases/link_ended.html", {"referral": found.referral_id}, status=410)
    try:
        content = sharing.read(by=request.user, shared=found)
    except Missing as gone:
        raise Http404 from gone
    return _sent(content, found, found.file_name, is_shown=found.is_picture)


def _file(request, found, action: str, name: str, *, is_shown: bool):
    if not links.stands(request, found.pk):
        return _ended(request, found)
    content = files.read(found.file)
    journal.record(by=request.user, verb=Verb.READ, obj=found, action=action)
    return _sent(content, found, name, is_shown=is_shown)


def _sent(content: bytes, found, name: str, *, is_shown: bool):
    answer = HttpResponse(content, content_type=found.file.media_type)
    answer["Content-Disposition"] = content_disposition_header(not is_shown, name)
    answer["Content-Security-Policy"] = POLICY
    answer["X-Content-Type-Options"] = "nosniff"
    add_never_cache_headers(answer)
    return answer


def _ended(request, found):
    return render(request, "cases/link_ended.html", {"case": found.case}, status=410)
