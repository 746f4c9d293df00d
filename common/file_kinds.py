"""What a file is by its content, whatever it calls itself: documents, photos and voice messages, nothing that runs.

kind = recognise(stream)      # Invalid when it is none of these, broken, or holds macros
"""

import io
import re
import zipfile
import zlib
from dataclasses import dataclass
from typing import BinaryIO

from django.utils.translation import gettext_lazy as _
from PIL import Image

from common.errors import Invalid

HEAD = 4096
MOST_PIXELS = 200_000_000
MOST_PARTS, MOST_UNPACKED, MOST_RATIO = 5_000, 500 * 1024**2, 200
CHUNK = 256 * 1024
WAY_OUT = _(
    "Send PDF, JPEG, PNG, WebP, HEIC, DOCX, XLSX, PPTX, ODT, ODS, TXT (UTF-8), MP3, OGG, M4A, AMR or MP4."
)


@dataclass(frozen=True)
class FileKind:
    """`is_picture`: harmless enough to be shown inside a page; everything else is only ever downloaded."""

    ending: str
    media_type: str
    is_picture: bool = False


PDF = FileKind("pdf", "application/pdf")
JPEG = FileKind("jpg", "image/jpeg", is_picture=True)
PNG = FileKind("png", "image/png", is_picture=True)
WEBP = FileKind("webp", "image/webp", is_picture=True)
HEIC = FileKind("heic", "image/heic")
DOCX = FileKind("docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document")
XLSX = FileKind("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
PPTX = FileKind("pptx", "application/vnd.openxmlformats-officedocument.presentationml.presentation")
ODT = FileKind("odt", "application/vnd.oasis.opendocument.text")
ODS = FileKind("ods", "application/vnd.oasis.opendocument.spreadsheet")
TEXT = FileKind("txt", "text/plain; charset=utf-8")
MP3 = FileKind("mp3", "audio/mpeg")
OGG = FileKind("ogg", "audio/ogg")
M4A = FileKind("m4a", "audio/mp4")
AMR = FileKind("amr", "audio/amr")
MP4 = FileKind("mp4", "video/mp4")

_STARTS = [
    (b"%PDF-", PDF),
    (b"\xff\xd8\xff", JPEG),
    (b"\x89PNG\r\n\x1a\n", PNG),
    (b"OggS", OGG),
    (b"ID3", MP3),
    (b"\xff\xfb", MP3),
    (b"\xff\xf3", MP3),
    (b"#!AMR", AMR),
]
# The brand of an ISO base media file stands in bytes 8 to 11 (ISO/IEC 14496-12).
_BRANDS = {
    **dict.fromkeys([b"heic", b"heix", b"mif1", b"heim"], HEIC),
    **dict.fromkeys([b"M4A ", b"M4B "], M4A),
    **dict.fromkeys(
        [b"isom", b"iso2", b"iso5", b"iso6", b"mp41", b"mp42", b"avc1", b"qt  ", b"3gp4", b"3gp5"], MP4
    ),
}


_PARTS = {"word/document.xml": DOCX, "xl/workbook.xml": XLSX, "ppt/presentation.xml": PPTX}
ALL = tuple(one for one in list(vars().values()) if isinstance(one, FileKind))


def recognise(stream: BinaryIO) -> FileKind:
    """The kind of a file; the stream is left at its beginning."""
    stream.seek(0)
    head = stream.read(HEAD)
    kind = _by_head(head) or _archive(stream, head) or _text(stream)
    if kind is None:
        raise Invalid("file_kind", _("Files of this kind are not taken."), way_out=WAY_OUT, field="file")
    if kind.is_picture:
        _open_picture(stream)
    if kind is PDF:
        _refuse_locked(stream)
    stream.seek(0)
    return kind


def _by_head(head: bytes) -> FileKind | None:
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return WEBP
    if head[4:8] == b"ftyp":
        return _BRANDS.get(head[8:12])
    return next((kind for start, kind in _STARTS if head.startswith(start)), None)


def _archive(stream: BinaryIO, head: bytes) -> FileKind | None:
    """Office files are ZIP archives; other archives are not taken, for nobody sees what is in them."""
    if not head.startswith(b"PK\x03\x04"):
        return None
    stream.seek(0)
    try:
        with zipfile.ZipFile(stream) as archive:
            entries = archive.infolist()
            names = {entry.filename.lower() for entry in entries}
            kind = _office(archive, names)
    except (zipfile.BadZipFile, zlib.error, KeyError, EOFError, OSError, ValueError, RuntimeError) as error:
        raise _broken() from error
    if any("vbaproject" in name or "macrosheets/" in name or name.startswith("basic/") for name in names):
        raise Invalid(
            "file_macros",
            _("This file holds macros: small programs that run when it is opened."),
            way_out=_("Save it without macros, or as PDF."),
            field="file",
        )
    unpacked, size = sum(entry.file_size for entry in entries), stream.seek(0, io.SEEK_END)
    if len(entries) > MOST_PARTS or unpacked > min(MOST_UNPACKED, MOST_RATIO * max(size, CHUNK)):
        raise _broken()
    return kind


def _office(archive: zipfile.ZipFile, names: set[str]) -> FileKind | None:
    if "[content_types].xml" in names:
        return next((kind for part, kind in _PARTS.items() if part in names), None)
    if "mimetype" in names and archive.getinfo("mimetype").file_size < 200:
        told = archive.read("mimetype").strip().decode("ascii", "replace")
        return next((kind for kind in (ODT, ODS) if kind.media_type == told), None)
    return None


def _text(stream: BinaryIO) -> FileKind | None:
    """UTF-8 without control characters and without what a browser could take for a page."""
    stream.seek(0)
    try:
        text = io.TextIOWrapper(stream, encoding="utf-8")
        first = text.read(HEAD)
        rest = iter(lambda: text.read(256 * 1024), "")
        clean = bool(first) and not _controls(first) and not any(_controls(part) for part in rest)
    except UnicodeDecodeError:
        return None
    finally:
        text.detach()
    return TEXT if clean and not first.lstrip("\ufeff \t\r\n").startswith(("<", "#!", "{\\rtf")) else None


# The trailer of a PDF, or its cross-reference stream, names the dictionary by which it is locked (ISO 32000-1, 7.6).
_LOCKED = re.compile(rb"/Encrypt\s*(?:\d+\s+\d+\s+R|<<)")


def _refuse_locked(stream: BinaryIO) -> None:
    """A PDF with a password: whoever gets it later cannot open it, and no scanner sees what is in it."""
    stream.seek(0)
    tail = b""
    while chunk := stream.read(CHUNK):
        if _LOCKED.search(tail + chunk):
            raise Invalid(
                "file_locked",
                _("This PDF is protected by a password."),
                way_out=_("Save it without the password and send it again."),
                field="file",
            )
        tail = chunk[-64:]


_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0e-\x1f]")  # but tab, line ends and page ends


def _controls(text: str) -> bool:
    return _CONTROLS.search(text) is not None


def _open_picture(stream: BinaryIO) -> None:
    stream.seek(0)
    try:
        with Image.open(stream) as picture:
            too_large = picture.width * picture.height > MOST_PIXELS
            picture.verify()
    except Exception as error:  # Pillow lets through whatever its decoders raise
        raise _broken() from error
    if too_large:
        raise _broken()


def _broken() -> Invalid:
    return Invalid(
        "file_broken", _("This file cannot be read: it is broken or was made to do harm."), field="file"
    )
