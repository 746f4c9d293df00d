from django.http import HttpResponse
from django.utils.http import content_disposition_header

from common import files
from common.models import StoredFile


def attachment(file: StoredFile) -> HttpResponse:
    """The plain bytes as something to save: a browser neither shows nor runs what somebody has filed."""
    response = HttpResponse(files.read(file), content_type="application/octet-stream")
    response["Content-Disposition"] = content_disposition_header(True, file.name)
    return response
