"""Errors of this room. Each carries a stable code and its values, so that a page can say it in any language."""

from typing import Any


class CertificateError(ValueError):
    """Something cannot be made or read. `code` is stable; `values` fill the sentence that a page shows for it."""

    code = "certificate_error"

    def __init__(self, message: str, *, code: str | None = None, **values: Any) -> None:
        super().__init__(message)
        self.code = code or self.code
        self.values = values


class PayloadError(CertificateError):
    """Facts that a certificate cannot carry, or bytes that are not a payload."""

    code = "payload_invalid"


class UnreadableError(CertificateError):
    """A QR text, picture or file in which no certificate can be found."""

    code = "unreadable"


class MissingGlyphError(CertificateError):
    """A letter that no own font has: the document is refused, because nobody's name may lose a letter."""

    code = "missing_glyph"


class KeyStoreError(CertificateError):
    """A private key that cannot be opened, or a key of a kind that is not used here."""

    code = "key_unusable"
