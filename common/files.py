"""Files: encrypted, private, addressed by the hash of their sealed bytes.

The bytes are sealed in frames (common/keys/frames.py): a file larger than memory goes in and out piece by piece.
"""

import contextlib
import errno
import hashlib
import io
import logging
import os
import re
import unicodedata
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from common.errors import KozotError
from common.keys.frames import FRAME, SEAL, frame_context, sealed_frames
from common.keys.ring import CannotOpen, decrypt
from common.models import StoredFile, SubjectKey

log = logging.getLogger(__name__)


def path_of(address: str) -> Path:
    return Path(settings.MEDIA_ROOT) / address[:2] / address[2:4] / address


NAMELESS = "file"


def safe_name(name: str) -> str:
    """A file's name without folders and without signs that nobody sees: line ends, nulls, changes of direction."""
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    shown = "".join(sign for sign in last if sign.isprintable() and sign not in '<>:"|?*').strip(". ")
    stem, dot, ending = shown.rpartition(".")
    return (f"{stem[: 200 - len(ending)]}.{ending}" if dot and len(ending) < 20 else shown[:200]) or NAMELESS


def _context(key_id: Any) -> str:
    return f"file {key_id}"


class NoRoom(KozotError):
    code = "no_room"
    status = 507
    message = _("There is no room for files at the moment.")
    way_out = _("Nothing of this step was saved. Please repeat it later; the operator has been told.")


def store(
    content: bytes | BinaryIO,
    *,
    name: str,
    media_type: str,
    by: Any = None,
    key: SubjectKey | None = None,
    tell_hash: bool = True,
) -> StoredFile:
    """Seals bytes, or what is left to read of an open file, under the person's key or a key of the file's own.

    The hash of the plain bytes tells whoever has the same document that it lies here; `tell_hash=False` keeps none.
    """
    if key is None:
        key = SubjectKey.new()
        key.save()
    with room_or_word():
        size, plain, address = place(io.BytesIO(content) if isinstance(content, bytes) else content, key)
    return StoredFile.objects.create(
        key=key,
        name=safe_name(name),
        media_type=media_type[:100],
        size=size,
        address=address,
        sha256=plain if tell_hash else "",
        created_by=by if getattr(by, "pk", None) else None,
    )


@contextlib.contextmanager
def room_or_word() -> Iterator[None]:
    """A full disk is told to the person in words, and to the operator."""
    try:
        yield
    except OSError as error:
        if error.errno not in {errno.ENOSPC, errno.EDQUOT}:
            raise
        log.error("no room for files")
        raise NoRoom() from error


def place(source: BinaryIO, key: SubjectKey) -> tuple[int, str, str]:
    """Seals into a file beside and renames it, so that half a file never has a name; (size, hash, address)."""
    folder = Path(settings.MEDIA_ROOT)
    folder.mkdir(parents=True, exist_ok=True)
    temporary = folder / f"{uuid.uuid4()}.part"
    try:
        size, plain, address = _seal(source, temporary, key)
        path = path_of(address)
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
    return size, plain, address


def _seal(source: BinaryIO, target: Path, key: SubjectKey) -> tuple[int, str, str]:
    """Size, hash of the plain and hash of the sealed bytes."""
    plain, sealed, size = hashlib.sha256(), hashlib.sha256(), 0
    with target.open("wb") as file:
        for frame, shut in sealed_frames(source, key.secret(), _context(key.pk)):
            size += len(frame)
            plain.update(frame)
            sealed.update(shut)
            file.write(shut)
        file.flush()
        os.fsync(file.fileno())
    return size, plain.hexdigest(), sealed.hexdigest()


def remove(file: StoredFile) -> None:
    """Takes the sealed bytes off the disk; the row stays. Nothing happens if they are gone already."""
    path_of(file.address).unlink(missing_ok=True)


def read(file: StoredFile) -> bytes:
    """The plain bytes; CannotOpen when they were changed on disk, KeyDestroyed after erasure."""
    with open_file(file) as stream:
        return stream.read()


def open_file(file: StoredFile) -> BinaryIO:
    """The same as a stream that can be sought; holds one frame at a time."""
    return io.BufferedReader(_Opened(file), buffer_size=256 * 1024)


class _Opened(io.RawIOBase):
    def __init__(self, file: StoredFile):
        self._secret, self._key_id, self._size = file.key.secret(), file.key_id, file.size
        self._last = max(0, (file.size - 1) // FRAME)
        self._file = path_of(file.address).open("rb")
        self._at, self._place, self._frame = 0, -1, b""
        if os.fstat(self._file.fileno()).st_size != file.size + SEAL * (self._last + 1):
            self._file.close()
            raise CannotOpen(f"file {file.key_id}")

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        self._at = max(0, base + offset)
        return self._at

    def tell(self) -> int:
        return self._at

    def readinto(self, buffer) -> int:
        if self._at >= self._size and self._size:
            return 0
        place, skip = divmod(self._at, FRAME)
        if place != self._place:
            self._file.seek(place * (FRAME + SEAL))
            sealed = self._file.read(FRAME + SEAL)
            context = frame_context(_context(self._key_id), place, place == self._last)
            self._frame = decrypt(self._secret, sealed, context)
            self._place = place
        part = self._frame[skip : skip + len(buffer)]
        buffer[: len(part)] = part
        self._at += len(part)
        return len(part)

    def close(self) -> None:
        self._file.close()
        super().close()
