"""Finding certificates in what people bring: a QR text, a PDF, a photo or a scan.

Nothing here trusts anything; it returns what was found. Sizes are limited, because anyone may send files.
"""

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import pypdfium2
import zxingcpp
from PIL import Image, ImageOps, UnidentifiedImageError

from pensions.certificates.document import DISCLOSURE_FILE, PAYLOAD_FILE, PROOF_FILE
from pensions.certificates.errors import UnreadableError
from pensions.certificates.qr_text import MAX_CWT, PREFIX, decode_qr_text

MAX_FILE = 20 * 1024 * 1024
MAX_PIXELS = 60_000_000
MAX_PAGES = 40
MAX_ATTACHMENT = 4 * 1024 * 1024
LONG_SIDE = 5000
RENDER_DPI = (200, 300)
PAGES_WITH_QR = 3
_ADDRESS = re.compile(r"https?://\S+")


@dataclass
class Found:
    """What a file holds. `texts` is the text layer by page; empty for pictures and pure scans."""

    kind: str
    cwts: list[bytes] = field(default_factory=list)
    addresses: list[str] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    disclosure: bytes | None = None
    proof: str | None = None
    attached: bytes | None = None
    pictured: bool = False
    data: bytes | None = None


def read_any(data: bytes | str) -> Found:
    """Look into a QR text, PDF, PNG or JPEG; UnreadableError when it is none of them or too large."""
    if isinstance(data, str):
        return _from_text(data)
    if len(data) > MAX_FILE:
        raise UnreadableError("The file is too large", code="file_too_large", limit=MAX_FILE)
    if data[:1024].lstrip()[:5] == b"%PDF-" or b"%PDF-" in data[:1024]:
        return _from_pdf(data)
    if data[:8] == b"\x89PNG\r\n\x1a\n" or data[:3] == b"\xff\xd8\xff":
        return _from_picture(data)
    try:
        return _from_text(data.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise UnreadableError("Neither text, PDF, PNG nor JPEG", code="file_type_unknown") from error


def add_rendered(found: Found, pdf: bytes) -> None:
    """Read the QR symbols off the rendered pages; slow, so only when the attachment alone does not decide."""
    for page in _rendered(pdf):
        _sort_codes(found, _codes(page))
        if found.cwts:
            return


def _from_text(text: str) -> Found:
    found = Found("text")
    _sort_codes(found, [text.strip()])
    if not found.cwts and not found.addresses:
        decode_qr_text(text)
    return found


def _from_picture(data: bytes) -> Found:
    found = Found("picture", pictured=True)
    for attempt in _attempts(_grey(data)):
        _sort_codes(found, _codes(attempt))
        if found.cwts:
            break
    return found


def codes_in_picture(data: bytes, prefix: str) -> list[str]:
    """Texts of all codes of any kind (QR, bar code, Data Matrix) that begin so, from the picture's top down."""
    for attempt in _attempts(_grey(data)):
        seen = zxingcpp.read_barcodes(attempt)
        codes = sorted(
            (one for one in seen if one.text.startswith(prefix)), key=lambda one: one.position.top_left.y
        )
        if codes:
            return list(dict.fromkeys(one.text for one in codes))
    return []


def _grey(data: bytes) -> Image.Image:
    try:
        with Image.open(io.BytesIO(data), formats=("PNG", "JPEG")) as picture:
            if picture.width * picture.height > MAX_PIXELS:
                raise UnreadableError("The picture has too many pixels", code="file_too_large")
            return ImageOps.exif_transpose(picture).convert("L")
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        if isinstance(error, UnreadableError):
            raise
        raise UnreadableError("The picture cannot be read", code="file_damaged") from error


def _attempts(picture: Image.Image) -> Iterator[Image.Image]:
    """The picture as it is, then with stretched contrast, then enlarged: cheap first."""
    if max(picture.size) > LONG_SIDE:
        picture.thumbnail((LONG_SIDE, LONG_SIDE))
    yield picture
    yield ImageOps.autocontrast(picture, cutoff=2)
    if max(picture.size) <= LONG_SIDE // 2:
        yield picture.resize((picture.width * 2, picture.height * 2), Image.Resampling.BICUBIC)


def _from_pdf(data: bytes) -> Found:
    found = Found("pdf")
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        raise UnreadableError("The PDF cannot be read", code="file_damaged") from error
    try:
        if len(document) > MAX_PAGES:
            raise UnreadableError("The PDF has too many pages", code="file_too_large")
        _read_attachments(found, document)
        found.texts = [document[number].get_textpage().get_text_range() for number in range(len(document))]
    except pypdfium2.PdfiumError as error:
        raise UnreadableError("The PDF cannot be read", code="file_damaged") from error
    finally:
        document.close()
    found.pictured = not any(text.strip() for text in found.texts)
    return found


def _read_attachments(found: Found, document: pypdfium2.PdfDocument) -> None:
    for number in range(min(document.count_attachments(), 10)):
        attachment = document.get_attachment(number)
        name = attachment.get_name()
        if name not in (PAYLOAD_FILE, DISCLOSURE_FILE, PROOF_FILE):
            continue
        content = bytes(attachment.get_data())
        if len(content) > (MAX_CWT if name == PAYLOAD_FILE else MAX_ATTACHMENT):
            raise UnreadableError("An attachment is too large", code="file_too_large")
        if name == PAYLOAD_FILE:
            found.attached = content
            found.cwts.append(content)
        elif name == DISCLOSURE_FILE:
            found.disclosure = content
        else:
            found.proof = content.decode("utf-8", "replace")


def _rendered(pdf: bytes) -> Iterator[Image.Image]:
    document = pypdfium2.PdfDocument(pdf)
    try:
        for dpi in RENDER_DPI:
            for number in range(min(len(document), PAGES_WITH_QR)):
                page = document[number]
                scale = min(dpi / 72, LONG_SIDE / max(*page.get_size(), 1))
                yield page.render(scale=scale, grayscale=True).to_pil()
    except pypdfium2.PdfiumError:
        return
    finally:
        document.close()


def _codes(picture: Image.Image) -> list[str]:
    return [code.text for code in zxingcpp.read_barcodes(picture, formats=zxingcpp.BarcodeFormat.QRCode)]


def _sort_codes(found: Found, codes: list[str]) -> None:
    """Sealed texts are decoded, addresses kept; a text of ours that does not decode is an error worth telling."""
    broken: UnreadableError | None = None
    for code in codes:
        if code.startswith(PREFIX):
            try:
                cwt = decode_qr_text(code)
            except UnreadableError as error:
                broken = error
                continue
            if cwt not in found.cwts:
                found.cwts.append(cwt)
        elif _ADDRESS.fullmatch(code):
            found.addresses.append(code)
    if broken and not found.cwts:
        raise broken
