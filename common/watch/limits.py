"""No body larger than its address may take, whether or not a proxy stands before the site."""

from django.conf import settings
from django.http import JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from common.formatting import file_size


def most(path: str) -> int:
    """Bytes that a request to this path may carry: that of its uploads, and two mebibytes for the rest of the form."""
    files = any(path.startswith(prefix) for prefix in settings.IMPORT_PATHS)
    return (settings.IMPORT_MAX_BYTES if files else settings.UPLOAD_MAX_BYTES) + settings.FORM_MAX_BYTES


class BodyLimitMiddleware:
    """Refuses by the announced length, before a byte of the body is read."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        try:
            length = int(request.META.get("CONTENT_LENGTH") or 0)
        except ValueError:
            length = 0  # the server before us refuses what is no number
        if "%00" in request.META.get("QUERY_STRING", "") or "\0" in request.path_info:
            return self._without_null(request)
        limit = most(request.path_info)
        if not request.META.get("CONTENT_TYPE", "").startswith("multipart/"):
            limit = min(limit, settings.DATA_UPLOAD_MAX_MEMORY_SIZE)  # read into memory as a whole
        if length <= limit:
            return self.get_response(request)
        words = _("At most %(size)s can be sent here at once.") % {"size": file_size(limit)}
        if request.path_info.startswith("/api/"):
            answer = {"title": words, "status": 413, "code": "too_large"}
            return JsonResponse(answer, status=413, content_type="application/problem+json")
        return render(request, "413.html", {"words": words}, status=413)

    @staticmethod
    def _without_null(request):
        """No word has this sign, and PostgreSQL takes no text that holds it."""
        if request.path_info.startswith("/api/"):
            answer = {"status": 400, "code": "null_sign"}
            return JsonResponse(answer, status=400, content_type="application/problem+json")
        return render(request, "400.html", status=400)
