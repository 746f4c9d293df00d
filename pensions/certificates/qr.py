"""QR symbols of a certificate: the sealed one (42 mm or more, level M) and a small one with an address (20 mm).

At a fixed printed size more error correction makes a symbol denser and harder to read, hence level M. The mask is
fixed, because trying all eight costs four times as much and gains nothing for the decoders.
"""

from dataclasses import dataclass

import segno

from pensions.certificates.errors import PayloadError

SEALED_SIZE_MM = 42.0
ADDRESS_SIZE_MM = 20.0
# 42 mm for version 20: the module size at which print-and-scan trials were read eight times of eight.
MODULE_MM = 42.0 / 97
MAX_VERSION = 27
QUIET_ZONE = 4
_MASK = 2


@dataclass(frozen=True, slots=True)
class Symbol:
    """SVG of the symbol without its quiet zone, its version, and the side in millimetres at which to print it."""

    svg: str
    version: int
    size_mm: float


def sealed_symbol(text: str) -> Symbol:
    """Symbol of a sealed QR text; PayloadError when the text is too long to be read from paper."""
    code = segno.make_qr(text, error="m", mask=_MASK, boost_error=False)
    if code.version > MAX_VERSION:
        raise PayloadError(
            "The payload does not fit a readable QR", code="qr_too_dense", version=code.version
        )
    modules = 17 + 4 * code.version
    return Symbol(_svg(code), code.version, max(SEALED_SIZE_MM, round(modules * MODULE_MM, 1)))


def address_symbol(url: str) -> Symbol:
    """Symbol of the verification address."""
    code = segno.make_qr(url, error="m", mask=_MASK, boost_error=False)
    if code.version > 8:
        raise PayloadError("The address is too long for its QR", code="qr_too_dense", version=code.version)
    return Symbol(_svg(code), code.version, ADDRESS_SIZE_MM)


def _svg(code: segno.QRCode) -> str:
    """One path of horizontal runs, in module units."""
    size = len(code.matrix)
    runs = []
    for y, line in enumerate(code.matrix):
        x = 0
        while x < size:
            if not line[x]:
                x += 1
                continue
            start = x
            while x < size and line[x]:
                x += 1
            runs.append(f"M{start} {y}h{x - start}v1h-{x - start}z")
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}">'
        f'<path fill="#000" d="{"".join(runs)}"/></svg>'
    )
