"""Text of the sealed QR: `EAC1:` + base45(zlib(CWT)), the recipe that the European health certificates proved."""

import zlib

import base45

from pensions.certificates.errors import UnreadableError

PREFIX = "EAC1:"
MAX_TEXT = 4296  # characters of the largest QR symbol
MAX_CWT = 16_384


def encode_qr_text(cwt: bytes) -> str:
    """QR text of a signed payload."""
    return PREFIX + base45.b45encode(zlib.compress(cwt, 9)).decode()


def decode_qr_text(text: str) -> bytes:
    """Signed payload out of a QR text; UnreadableError names the step that failed."""
    text = text.strip()
    if not text.startswith(PREFIX):
        raise UnreadableError("The text does not begin with EAC1:", code="unsupported_prefix")
    if len(text) > MAX_TEXT:
        raise UnreadableError("The text is longer than any QR", code="unreadable")
    try:
        packed = base45.b45decode(text[len(PREFIX) :])
    except (ValueError, UnicodeError) as error:
        raise UnreadableError("The text is not base45", code="base45_invalid") from error
    unpacker = zlib.decompressobj()
    try:
        cwt = unpacker.decompress(packed, MAX_CWT)
    except zlib.error as error:
        raise UnreadableError("The text cannot be unpacked", code="unpack_failed") from error
    if not unpacker.eof or unpacker.unused_data or unpacker.unconsumed_tail:
        raise UnreadableError(
            "The packed text is cut off, too long or followed by more", code="unpack_failed"
        )
    return cwt
