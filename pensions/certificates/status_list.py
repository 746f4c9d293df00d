"""Token status lists (draft-ietf-oauth-status-list): the state of every certificate in two bits.

A million certificates, one in a hundred revoked, take 15 kB packed: small enough for an office without network. The
list is signed as part of the offline bundle, or by itself as a Status List Token (CWT).
"""

import base64
import binascii
import zlib
from datetime import datetime
from enum import IntEnum
from typing import Any

import cbor2

from pensions.certificates.cose import (
    HEADER_ALG,
    HEADER_KID,
    PublicKey,
    decode_sign1,
    encode_sign1,
    verify_sign1,
)
from pensions.certificates.errors import CertificateError
from pensions.certificates.keys import Signer, key_id

MAX_BYTES = 64 * 1024 * 1024
HEADER_TYPE = 16
TOKEN_TYPE = "application/statuslist+cwt"  # noqa: S105 - a media type
CLAIM_SUB, CLAIM_IAT, CLAIM_STATUS_LIST, CLAIM_TTL = 2, 6, 65533, 65534


class Status(IntEnum):
    """Values 0 to 2 are those of the draft; 3 is left to applications and means superseded here."""

    VALID = 0
    REVOKED = 1
    SUSPENDED = 2
    SUPERSEDED = 3


class StatusListError(CertificateError):
    """Not a status list, or an index outside of it."""

    code = "status_list_invalid"


class StatusList:
    """Statuses of `bits` (1, 2, 4 or 8) each, the first in the lowest bits of the first byte."""

    def __init__(self, size: int = 0, bits: int = 2, data: bytes | None = None) -> None:
        if bits not in (1, 2, 4, 8):
            raise StatusListError("A status takes 1, 2, 4 or 8 bits")
        self.bits = bits
        self._data = bytearray(-(-size * bits // 8)) if data is None else bytearray(data)

    def __len__(self) -> int:
        """How many statuses fit: a multiple of what a byte holds."""
        return len(self._data) * 8 // self.bits

    def __getitem__(self, index: int) -> int:
        byte, shift = self._place(index)
        return self._data[byte] >> shift & (1 << self.bits) - 1

    def __setitem__(self, index: int, status: int) -> None:
        if not 0 <= status < 1 << self.bits:
            raise StatusListError("The status does not fit its bits")
        byte, shift = self._place(index)
        mask = (1 << self.bits) - 1 << shift
        self._data[byte] = self._data[byte] & ~mask | status << shift

    def extend(self, size: int) -> None:
        """Make room for at least `size` statuses; new ones are valid."""
        self._data.extend(bytes(max(0, -(-size * self.bits // 8) - len(self._data))))

    def packed(self) -> bytes:
        """zlib of the bytes, at the level that the draft recommends."""
        return zlib.compress(bytes(self._data), 9)

    def to_json(self) -> dict[str, Any]:
        """`{"bits": …, "lst": base64url}` as it stands in a JWT."""
        return {"bits": self.bits, "lst": base64.urlsafe_b64encode(self.packed()).rstrip(b"=").decode()}

    def to_cbor(self) -> dict[str, Any]:
        """`{"bits": …, "lst": bytes}` as it stands in a CWT."""
        return {"bits": self.bits, "lst": self.packed()}

    @classmethod
    def from_map(cls, value: Any) -> "StatusList":
        """Read either form; refuses anything that does not unpack completely or is unreasonably large."""
        try:
            bits, packed = value["bits"], value["lst"]
            if isinstance(packed, str):
                packed = base64.b64decode(packed + "=" * (-len(packed) % 4), altchars=b"-_", validate=True)
            unpacker = zlib.decompressobj()
            data = unpacker.decompress(packed, MAX_BYTES)
        except (KeyError, TypeError, binascii.Error, ValueError, zlib.error) as error:
            raise StatusListError("Not a status list") from error
        if not unpacker.eof or unpacker.unused_data:
            raise StatusListError("The status list is cut off, too long or followed by more")
        return cls(bits=bits, data=data)

    def _place(self, index: int) -> tuple[int, int]:
        if not 0 <= index < len(self):
            raise StatusListError("The list has no such index", code="status_index_unknown")
        return index * self.bits // 8, index * self.bits % 8


def sign_status_list(statuses: StatusList, *, uri: str, at: datetime, ttl: int, signer: Signer) -> bytes:
    """Status List Token as a CWT: subject, issue time, seconds to live, and the list."""
    headers = {HEADER_ALG: signer.algorithm, HEADER_KID: key_id(signer.public_key), HEADER_TYPE: TOKEN_TYPE}
    claims = {
        CLAIM_SUB: uri,
        CLAIM_IAT: int(at.timestamp()),
        CLAIM_TTL: ttl,
        CLAIM_STATUS_LIST: statuses.to_cbor(),
    }
    return encode_sign1(headers, cbor2.dumps(claims, canonical=True), signer.sign)


def open_status_list(token: bytes, key: PublicKey, *, uri: str) -> StatusList:
    """The list out of a token that `key` has signed for `uri`; CoseError or StatusListError otherwise."""
    message = decode_sign1(token)
    claims = cbor2.loads(verify_sign1(message, key))
    if message.headers.get(HEADER_TYPE) != TOKEN_TYPE or claims.get(CLAIM_SUB) != uri:
        raise StatusListError("The token is of another list")
    return StatusList.from_map(claims.get(CLAIM_STATUS_LIST))
