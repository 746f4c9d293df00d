"""The web page of an edition: the part between the site's header and footer, kept as built."""

from django.template.loader import render_to_string
from django.utils import translation

from .words import Document


def render(document: Document) -> bytes:
    with translation.override(document.language):
        return render_to_string("reports/document.html", {"document": document}).encode()
