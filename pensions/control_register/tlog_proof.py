"""Offline proofs (c2sp.org/tlog-proof): the entry's index, its audit path and the signed checkpoint in one
text.

The `extra` data of our proofs is canonical CBOR `[leaf, opening]`: the public entry and, for those who may
know, salt and record. It is not authenticated by itself; `verify` recomputes everything from it.
"""

import base64
import binascii
import re
from collections.abc import Iterable
from dataclasses import dataclass

from pensions.control_register.checkpoint import Checkpoint, open_checkpoint
from pensions.control_register.merkle import HASH_SIZE, leaf_hash, verify_inclusion
from pensions.control_register.notes import NoteVerifier

HEADER = "c2sp.org/tlog-proof@v1"
_INDEX = re.compile(r"index (0|[1-9][0-9]{0,18})")


class TlogProofError(ValueError):
    """A text that is not a tlog-proof."""


@dataclass(frozen=True, slots=True)
class TlogProof:
    """`checkpoint` is the signed note verbatim."""

    index: int
    path: tuple[bytes, ...]
    checkpoint: str
    extra: bytes | None = None

    def text(self) -> str:
        lines = [HEADER]
        if self.extra is not None:
            lines.append("extra " + base64.b64encode(self.extra).decode())
        lines.append(f"index {self.index}")
        lines += [base64.b64encode(digest).decode() for digest in self.path]
        return "\n".join(lines) + "\n\n" + self.checkpoint

    @classmethod
    def parse(cls, text: str) -> "TlogProof":
        head, blank, checkpoint = text.partition("\n\n")
        lines = head.split("\n")
        if not blank or lines[0] != HEADER:
            raise TlogProofError("Not a tlog-proof")
        extra = None
        rest = lines[1:]
        if rest and rest[0].startswith("extra "):
            extra = _base64(rest.pop(0)[6:])
        match = _INDEX.fullmatch(rest[0]) if rest else None
        if match is None:
            raise TlogProofError("The proof names no index")
        path = tuple(_base64(line) for line in rest[1:])
        if len(path) > 63 or any(len(digest) != HASH_SIZE for digest in path):
            raise TlogProofError("The path is not one of SHA-256 hashes")
        return cls(int(match[1]), path, checkpoint, extra)

    def verify(
        self, entry: bytes, log: NoteVerifier, *, witnesses: Iterable[NoteVerifier] = (), quorum: int = 0
    ) -> Checkpoint:
        """Checkpoint that proves the entry; raises ProofError, NoteError or CheckpointError otherwise."""
        checkpoint, _ = open_checkpoint(self.checkpoint, log, witnesses=witnesses, quorum=quorum)
        verify_inclusion(self.index, checkpoint.size, leaf_hash(entry), self.path, checkpoint.root)
        return checkpoint


def _base64(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise TlogProofError("A line is not base64") from error
