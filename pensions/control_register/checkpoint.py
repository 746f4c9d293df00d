"""Checkpoints (c2sp.org/tlog-checkpoint): a signed note that states origin, size and root of the log."""

import base64
import binascii
import re
from collections.abc import Iterable
from dataclasses import dataclass

from pensions.control_register.merkle import HASH_SIZE
from pensions.control_register.notes import NoteSigner, NoteVerifier, SignedNote, parse_note, sign_note

_SIZE = re.compile(r"0|[1-9][0-9]{0,18}")


class CheckpointError(ValueError):
    """A text that is not a checkpoint of the expected log."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """Tree head: the log's name, the number of entries and the root over them."""

    origin: str
    size: int
    root: bytes

    def text(self) -> str:
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"

    def sign(self, *signers: NoteSigner) -> str:
        """The signed checkpoint note."""
        return sign_note(self.text(), *signers)

    @classmethod
    def from_text(cls, text: str) -> "Checkpoint":
        """Read the note text; extension lines are allowed and ignored."""
        lines = text.split("\n")
        if len(lines) < 4 or lines[-1] or not all(lines[:-1]) or not _SIZE.fullmatch(lines[1]):
            raise CheckpointError("Not a checkpoint")
        try:
            root = base64.b64decode(lines[2], validate=True)
        except binascii.Error as error:
            raise CheckpointError("The root is not base64") from error
        if len(root) != HASH_SIZE:
            raise CheckpointError("The root is not a SHA-256 hash")
        return cls(lines[0], int(lines[1]), root)


def open_checkpoint(
    note: str,
    log: NoteVerifier,
    *,
    origin: str | None = None,
    witnesses: Iterable[NoteVerifier] = (),
    quorum: int = 0,
) -> tuple[Checkpoint, SignedNote]:
    """Checkpoint signed by the log and by `quorum` witnesses; else NoteError or CheckpointError."""
    signed = parse_note(note)
    signed.verified_by([log])
    witnesses = list(witnesses)
    if quorum and len(signed.verified_by(witnesses)) < quorum:
        raise CheckpointError("Too few witnesses have cosigned")
    checkpoint = Checkpoint.from_text(signed.text)
    if checkpoint.origin != (log.name if origin is None else origin):
        raise CheckpointError("The checkpoint belongs to another log")
    return checkpoint, signed
