"""Letters to readers and to staff: plain text in the reader's language, from a template."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.utils import translation


def letter(
    to: str,
    language: str,
    template: str,
    context: Mapping[str, Any],
    headers: Mapping[str, str] | None = None,
) -> EmailMessage:
    """`template` under reports/letters/: its first line is the subject, the rest the text."""
    with translation.override(language):
        text = render_to_string(f"reports/letters/{template}.txt", {"site": settings.SITE_ADDRESS, **context})
    subject, _line, body = text.strip().partition("\n")
    return EmailMessage(
        subject.strip(),
        body.strip() + "\n",
        to=[to],
        headers={"Content-Language": language, **(headers or {})},
    )


def address(path: str) -> str:
    """A path of this site as a letter has to write it."""
    return f"{settings.SITE_ADDRESS}{path}"
