"""Where the parts of backups lie in their folder, and streams sealed to the backup's public key.

<folder>/files/ab/cd/<address>      files of all backups: sealed already, named by their hash, copied once
<folder>/erased                     keys that were destroyed: a restored older backup destroys them again
<folder>/20261126T221500…Z/          one backup; the folder gets its name when all of it is written
    about.json  addresses  manifest.sealed  default.sealed  journal.sealed
"""

import base64
import contextlib
import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from common.keys.frames import opened_frames, sealed_frames
from common.keys.ring import CannotOpen
from common.keys.vault import open_sealed, seal_to

MAGIC = b"kozot backup 1\n"
PART = ".part"


class Damaged(Exception):
    """A backup that cannot be used, or was not made: says which part and what to do."""


class Repository:
    """The folder that holds the backups of one installation."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.files, self.erased_list = folder, folder / "files", folder / "erased"

    def names(self) -> list[str]:
        """Whole backups, oldest first."""
        return sorted(
            one.parent.name for one in self.folder.glob("*/about.json") if one.parent.suffix != PART
        )

    def choose(self, name: str | None = None) -> Path:
        names = self.names()
        if name is None and names:
            name = names[-1]
        if name not in names:
            raise Damaged(
                f"{self.folder} holds no backup {name or ''}; it holds: {', '.join(names) or 'none'}"
            )
        return self.folder / name

    @contextlib.contextmanager
    def new(self, name: str) -> Iterator[Path]:
        """A folder that becomes a backup when the block ends well, and is removed when it fails."""
        part = self.folder / f"{name}{PART}"
        part.mkdir(parents=True, mode=0o700)
        try:
            yield part
            part.replace(self.folder / name)
        except BaseException:
            shutil.rmtree(part, ignore_errors=True)
            raise

    def file(self, address: str) -> Path:
        return self.files / address[:2] / address[2:4] / address

    def erased(self) -> set[str]:
        return set(self.erased_list.read_text().split()) if self.erased_list.exists() else set()

    def remember_erased(self, keys: set[str]) -> None:
        part = self.erased_list.with_suffix(PART)
        part.write_text("".join(f"{key}\n" for key in sorted(keys | self.erased())))
        part.replace(self.erased_list)

    def prune(self, keep: int) -> list[str]:
        """Removes all but the newest backups and the files that none of those needs; returns the names removed."""
        names = self.names()
        gone = names[:-keep] if keep else []
        for name in gone:
            shutil.rmtree(self.folder / name)
        needed = {a for name in self.names() for a in (self.folder / name / "addresses").read_text().split()}
        for path in self.files.glob("*/*/*") if gone else ():
            if path.name not in needed:
                path.unlink()
        return gone


def write_sealed(source: BinaryIO, target: Path, public: str, context: str) -> dict:
    """Seals what is left to read of a stream to the public key; returns its size and hash as it lies there."""
    secret, digest, size = os.urandom(32), hashlib.sha256(), 0
    head = MAGIC + seal_to(public, secret, context).encode() + b"\n"
    with target.open("xb") as file:
        for piece in _chain(head, source, secret, context):
            digest.update(piece)
            size += len(piece)
            file.write(piece)
        file.flush()
        os.fsync(file.fileno())
    return {"size": size, "sha256": digest.hexdigest()}


def _chain(head: bytes, source: BinaryIO, secret: bytes, context: str) -> Iterator[bytes]:
    yield head
    for _plain, sealed in sealed_frames(source, secret, context):
        yield sealed


def read_sealed(path: Path, private: bytes, context: str) -> Iterator[bytes]:
    """The plain pieces of a sealed stream; Damaged when it was changed or is for another key."""
    try:
        with path.open("rb") as file:
            if file.readline(len(MAGIC)) != MAGIC:
                raise Damaged(f"{path} is not a part of a backup of Kozot")
            secret = open_sealed(private, file.readline(1000).decode().strip(), context)
            yield from opened_frames(file, secret, context)
    except CannotOpen:
        raise Damaged(
            f"{path} does not open: another key than it was sealed to, or its bytes were changed"
        ) from None
    except OSError as error:
        raise Damaged(f"{path} cannot be read: {error.strerror}") from None


def read_private(path: Path) -> bytes:
    """The private key as `backup_key` wrote it."""
    try:
        words = path.read_text(encoding="ascii").split()
        private = base64.b64decode(words[-1], validate=True)
    except (OSError, ValueError, IndexError) as error:
        raise Damaged(f"{path} does not hold a backup key: {error}") from None
    if len(private) != 32:
        raise Damaged(f"{path} does not hold a backup key of 32 bytes")
    return private


def read_json(pieces: Iterator[bytes]) -> dict:
    return json.loads(b"".join(pieces))
