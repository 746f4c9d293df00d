"""A file for the person who asked, kept by nobody on the way."""

from django.http import HttpResponse
from django.utils.http import content_disposition_header

from common.files import safe_name


def download(content: bytes, name: str, media_type: str) -> HttpResponse:
    return HttpResponse(
        content,
        content_type=media_type,
        headers={
            "Content-Disposition": content_disposition_header(True, safe_name(name)),
            "Cache-Control": "no-store",
        },
    )
