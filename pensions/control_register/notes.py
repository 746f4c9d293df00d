"""Signed notes (c2sp.org/signed-note): a text with signature lines of named keys.

Two signature types are known: plain Ed25519 (0x01) for the log itself, and time-stamped witness cosignatures
(0x04, c2sp.org/tlog-cosignature). Signatures of unknown keys are ignored, as the specification asks.
"""

import base64
import binascii
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

ED25519 = 0x01
COSIGNATURE = 0x04
MAX_NOTE = 1_000_000
MAX_SIGNATURES = 64
_KEY_NAME = re.compile(r"[^\s+]+")
_SIGNATURE_LINE = re.compile(r"— ([^\s+]+) ([A-Za-z0-9+/]+={0,2})")


class NoteError(ValueError):
    """Not a signed note, or no trusted key has signed it."""


def key_id(name: str, signature_type: int, public_key: bytes) -> bytes:
    """First four bytes of SHA-256(name || LF || type || public key)."""
    return sha256(name.encode() + b"\n" + bytes([signature_type]) + public_key).digest()[:4]


@dataclass(frozen=True, slots=True)
class NoteVerifier:
    """A trusted public key: name, signature type and the 32 bytes of an Ed25519 key."""

    name: str
    public_key: bytes
    signature_type: int = ED25519

    def __post_init__(self) -> None:
        if not _KEY_NAME.fullmatch(self.name) or len(self.public_key) != 32:
            raise NoteError("A note key needs a name without spaces or plus signs, and 32 bytes")
        if self.signature_type not in (ED25519, COSIGNATURE):
            raise NoteError("Only Ed25519 signatures and cosignatures are known")

    @property
    def key_id(self) -> bytes:
        return key_id(self.name, self.signature_type, self.public_key)

    def __str__(self) -> str:
        """The verifier key text `name+id+base64(type || key)`."""
        encoded = base64.b64encode(bytes([self.signature_type]) + self.public_key).decode()
        return f"{self.name}+{self.key_id.hex()}+{encoded}"

    @classmethod
    def parse(cls, text: str) -> "NoteVerifier":
        try:
            name, identifier, encoded = text.split("+", 2)
            key = base64.b64decode(encoded, validate=True)
            verifier = cls(name, key[1:], key[0])
        except (ValueError, IndexError) as error:
            raise NoteError("Not a verifier key") from error
        if verifier.key_id.hex() != identifier:
            raise NoteError("The key id does not fit the key")
        return verifier

    def accepts(self, text: bytes, signature: bytes) -> bool:
        """True when `signature` (without the key id) is this key's over the note text."""
        message = text
        if self.signature_type == COSIGNATURE:
            if len(signature) != 72 or signature[0] & 0x80:
                return False
            message = _cosigned_message(int.from_bytes(signature[:8], "big"), text)
            signature = signature[8:]
        try:
            Ed25519PublicKey.from_public_bytes(self.public_key).verify(signature, message)
        except InvalidSignature:
            return False
        return True


@dataclass(frozen=True, slots=True)
class NoteSigner:
    """A named Ed25519 key; `sign` is a callable, so that the key may live elsewhere."""

    verifier: NoteVerifier
    sign: Callable[[bytes], bytes]

    @classmethod
    def from_private_key(
        cls, name: str, key: Ed25519PrivateKey, signature_type: int = ED25519
    ) -> "NoteSigner":
        return cls(NoteVerifier(name, key.public_key().public_bytes_raw(), signature_type), key.sign)

    @classmethod
    def parse(cls, text: str) -> "NoteSigner":
        """Read `PRIVATE+KEY+name+id+base64(type || seed)`, the form that note tools write."""
        try:
            private, word, name, identifier, encoded = text.split("+", 4)
            seed = base64.b64decode(encoded, validate=True)
            key = Ed25519PrivateKey.from_private_bytes(seed[1:])
        except (ValueError, IndexError) as error:
            raise NoteError("Not a signer key") from error
        signer = cls.from_private_key(name, key, seed[0])
        if (private, word) != ("PRIVATE", "KEY") or signer.verifier.key_id.hex() != identifier:
            raise NoteError("The key id does not fit the key")
        return signer

    def line(self, text: str, timestamp: int | None = None) -> str:
        """Signature line over the note text; a cosignature needs its POSIX timestamp."""
        body = text.encode()
        if self.verifier.signature_type == COSIGNATURE:
            if timestamp is None:
                raise NoteError("A cosignature carries the moment at which it was made")
            signature = timestamp.to_bytes(8, "big") + self.sign(_cosigned_message(timestamp, body))
        else:
            signature = self.sign(body)
        encoded = base64.b64encode(self.verifier.key_id + signature).decode()
        return f"— {self.verifier.name} {encoded}\n"


@dataclass(frozen=True, slots=True)
class SignedNote:
    """Text (ending in a newline) and its signature lines as (key name, key id, signature)."""

    text: str
    signatures: tuple[tuple[str, bytes, bytes], ...]

    def verified_by(self, verifiers: Iterable[NoteVerifier]) -> list[NoteVerifier]:
        """Trusted keys that signed; raises NoteError when one of them signed badly, or none signed at all."""
        trusted = {(verifier.name, verifier.key_id): verifier for verifier in verifiers}
        found: dict[tuple[str, bytes], NoteVerifier] = {}
        for name, identifier, signature in self.signatures:
            verifier = trusted.get((name, identifier))
            if verifier is None:
                continue
            if not verifier.accepts(self.text.encode(), signature):
                raise NoteError(f"The signature of {name} is wrong")
            found[name, identifier] = verifier
        if not found:
            raise NoteError("No trusted key has signed the note")
        return list(found.values())

    def line_of(self, verifier: NoteVerifier) -> str:
        """This key's signature line as it stands in the note. Call `verified_by` first."""
        for name, identifier, signature in self.signatures:
            if (name, identifier) == (verifier.name, verifier.key_id):
                return f"— {name} {base64.b64encode(identifier + signature).decode()}\n"
        raise NoteError("This key has not signed the note")

    def cosigned_at(self, verifier: NoteVerifier) -> int | None:
        """POSIX time of this witness's cosignature, if it is there. Call `verified_by` first."""
        for name, identifier, signature in self.signatures:
            if (name, identifier) == (verifier.name, verifier.key_id) and len(signature) == 72:
                return int.from_bytes(signature[:8], "big")
        return None


def sign_note(text: str, *signers: NoteSigner, timestamp: int | None = None) -> str:
    """The text with a blank line and one signature line per signer."""
    _check_text(text)
    if not signers:
        raise NoteError("A note needs a signer")
    return text + "\n" + "".join(signer.line(text, timestamp) for signer in signers)


def cosign(note: str, *witnesses: NoteSigner, timestamp: int) -> str:
    """The same note with cosignature lines added."""
    text = parse_note(note).text
    return note + "".join(witness.line(text, timestamp) for witness in witnesses)


def parse_note(note: str) -> SignedNote:
    """Split a note into text and signatures, without trusting anybody yet."""
    if len(note) > MAX_NOTE:
        raise NoteError("The note is too long")
    head, blank, tail = note.rpartition("\n\n")
    if not blank or not note.endswith("\n"):
        raise NoteError("A note ends in a blank line and signature lines")
    text = head + "\n"
    _check_text(text)
    lines = tail[:-1].split("\n")
    if len(lines) > MAX_SIGNATURES:
        raise NoteError("The note has too many signatures")
    return SignedNote(text, tuple(_parse_line(line) for line in lines))


def open_note(note: str, verifiers: Iterable[NoteVerifier]) -> SignedNote:
    """Parse a note and demand a good signature of at least one trusted key."""
    signed = parse_note(note)
    signed.verified_by(verifiers)
    return signed


def _parse_line(line: str) -> tuple[str, bytes, bytes]:
    match = _SIGNATURE_LINE.fullmatch(line)
    try:
        raw = base64.b64decode(match[2], validate=True) if match else b""
    except binascii.Error as error:
        raise NoteError("A signature line is not base64") from error
    if match is None or len(raw) < 5:
        raise NoteError("Not a signature line")
    return match[1], raw[:4], raw[4:]


def _check_text(text: str) -> None:
    if not text.endswith("\n"):
        raise NoteError("A note's text ends in a newline")
    if any(character < " " and character != "\n" for character in text):
        raise NoteError("A note holds no control characters")


def _cosigned_message(timestamp: int, text: bytes) -> bytes:
    return b"cosignature/v1\ntime %d\n" % timestamp + text
