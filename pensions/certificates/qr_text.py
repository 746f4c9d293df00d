"""Text of the sealed QR: `EAC1:` + base45(zlib(CWT)), the recipe that the European health certificates proved."""

import zlib
from array import array
from sys import byteorder

from pensions.certificates.errors import UnreadableError

PREFIX = "EAC1:"
MAX_TEXT = 4296  # characters of the largest QR symbol
MAX_CWT = 16_384
_ALPHABET = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
_OUTSIDE = 255
_VALUES = bytes(_ALPHABET.index(code) if code in _ALPHABET else _OUTSIDE for code in range(256))
_PAIRS = [_ALPHABET[n % 45 : n % 45 + 1] + _ALPHABET[n // 45 % 45 : n // 45 % 45 + 1] for n in range(2025)]


def encode_qr_text(cwt: bytes) -> str:
    """QR text of a signed payload."""
    return PREFIX + base45_encode(zlib.compress(cwt, 9))


def decode_qr_text(text: str) -> bytes:
    """Signed payload out of a QR text; UnreadableError names the step that failed."""
    text = text.strip()
    if not text.startswith(PREFIX):
        raise UnreadableError("The text does not begin with EAC1:", code="unsupported_prefix")
    if len(text) > MAX_TEXT:
        raise UnreadableError("The text is longer than any QR", code="unreadable")
    try:
        packed = base45_decode(text[len(PREFIX) :])
    except ValueError as error:
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


def base45_encode(data: bytes) -> str:
    """RFC 9285: two bytes become three letters, a single last byte two."""
    words = array("H", data[: len(data) & ~1])
    if byteorder == "little":
        words.byteswap()
    letters = [_PAIRS[word % 2025] + _ALPHABET[word // 2025 : word // 2025 + 1] for word in words]
    if len(data) % 2:
        letters.append(_PAIRS[data[-1]])
    return b"".join(letters).decode("ascii")


def base45_decode(text: str) -> bytes:
    """Strict inverse: ValueError for other letters, impossible lengths and values beyond 65,535 (or 255)."""
    values = text.encode("ascii").translate(_VALUES)
    if _OUTSIDE in values or len(values) % 3 == 1:
        raise ValueError("Not base45")
    whole = len(values) // 3 * 3
    triples = zip(values[0:whole:3], values[1:whole:3], values[2:whole:3], strict=True)
    try:
        words = array("H", [low + 45 * middle + 2025 * high for low, middle, high in triples])
    except OverflowError as error:
        raise ValueError("Not base45") from error
    if byteorder == "little":
        words.byteswap()
    if whole == len(values):
        return words.tobytes()
    last = values[whole] + 45 * values[whole + 1]
    if last > 255:
        raise ValueError("Not base45")
    return words.tobytes() + bytes([last])
