"""Streams sealed in frames of a mebibyte, each bound to its place and to whether it is the last.

A stream larger than memory goes in and out piece by piece; frames that were changed, moved, repeated or cut off do
not open.
"""

from collections.abc import Iterator
from typing import BinaryIO

from .ring import CannotOpen, decrypt, encrypt

FRAME = 1024 * 1024
SEAL = 28  # nonce and tag of a frame


def frame_context(context: str, place: int, last: bool) -> str:
    return f"{context} frame {place}{' last' if last else ''}"


def sealed_frames(source: BinaryIO, secret: bytes, context: str) -> Iterator[tuple[bytes, bytes]]:
    """(plain, sealed) of each frame; an empty source has one empty frame."""
    for place, (frame, last) in enumerate(_frames(source, FRAME)):
        yield frame, encrypt(secret, frame, frame_context(context, place, last))


def opened_frames(source: BinaryIO, secret: bytes, context: str) -> Iterator[bytes]:
    """The plain frames; CannotOpen at the first that was changed, moved or cut off."""
    for place, (sealed, last) in enumerate(_frames(source, FRAME + SEAL)):
        if len(sealed) < SEAL:
            raise CannotOpen(context)
        yield decrypt(secret, sealed, frame_context(context, place, last))


def _frames(source: BinaryIO, size: int) -> Iterator[tuple[bytes, bool]]:
    frame = _full(source, size)
    while True:
        following = _full(source, size) if len(frame) == size else b""
        yield frame, not following
        if not following:
            return
        frame = following


def _full(source: BinaryIO, size: int) -> bytes:
    """A whole frame, however little a read gives at once; less only at the end."""
    parts, left = [], size
    while left and (part := source.read(left)):
        parts.append(part)
        left -= len(part)
    return b"".join(parts)
