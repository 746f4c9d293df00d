"""Offline bundle: keys, seals, status lists, bad blanks and the log's checkpoint in one signed file.

An office without network fetches it once in a while. The bundle is COSE_Sign1 over zlib(CBOR), signed with a key that
the office has pinned; a bundle that is too old is refused, because it cannot know the newest revocations.
"""

import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

import cbor2

from pensions.certificates.cose import (
    HEADER_ALG,
    HEADER_KID,
    CoseError,
    PublicKey,
    decode_sign1,
    encode_sign1,
    verify_sign1,
)
from pensions.certificates.errors import CertificateError
from pensions.certificates.keys import Signer, key_id
from pensions.certificates.status_list import StatusList
from pensions.certificates.trust import Authority, BlankState, IssuerKey, LogTrust, SealKey, StaticTrust
from pensions.control_register.notes import NoteError, NoteVerifier

VERSION = 1
HEADER_TYPE = 16
BUNDLE_TYPE = "application/vnd.kozot.trust-bundle+cose"
MAX_BUNDLE = 32 * 1024 * 1024
MAX_CONTENT = 128 * 1024 * 1024
_EPOCH = date(1970, 1, 1).toordinal()


class BundleError(CertificateError):
    """Not a bundle, not signed by a pinned key, or too old."""

    code = "bundle_invalid"


@dataclass
class Bundle(StaticTrust):
    """Trust out of a file: what it does not know is "not checked", never "does not exist"."""

    made_at: datetime = field(default_factory=lambda: datetime.fromtimestamp(0, UTC))
    valid_until: datetime = field(default_factory=lambda: datetime.fromtimestamp(0, UTC))
    online: bool = False


def sign_bundle(trust: StaticTrust, *, made_at: datetime, valid_until: datetime, signer: Signer) -> bytes:
    """Bundle file out of the trust data; only blanks that must not be accepted are carried."""
    content = {
        0: VERSION,
        1: int(made_at.timestamp()),
        2: int(valid_until.timestamp()),
        3: [_encode_key(key) for key in trust.keys.values()],
        4: {issuer: list(seals) for issuer, seals in trust.seals.items()},
        5: {number: statuses.to_cbor() for number, statuses in trust.statuses.items()},
        6: _encode_log(trust.log_trust),
        7: [[*blank, state.state] for blank, state in sorted(trust.blanks.items()) if state.state != "used"],
        8: [_encode_seal_key(certificate, key) for certificate, key in trust.seal_keys.items()],
        9: list(trust.stamps),
    }
    headers = {HEADER_ALG: signer.algorithm, HEADER_KID: key_id(signer.public_key), HEADER_TYPE: BUNDLE_TYPE}
    return encode_sign1(headers, zlib.compress(cbor2.dumps(content, canonical=True), 9), signer.sign)


def open_bundle(
    data: bytes, pinned: Sequence[PublicKey], *, at: datetime, allow_stale: bool = False
) -> Bundle:
    """Trust out of a bundle that one of the pinned keys has signed; BundleError otherwise, or when it is too old."""
    if len(data) > MAX_BUNDLE:
        raise BundleError("The bundle is too large")
    try:
        message = decode_sign1(data)
        key = next((key for key in pinned if key_id(key) == message.kid), None)
        if key is None:
            raise BundleError("No pinned key has signed the bundle", code="bundle_key_unknown")
        packed = verify_sign1(message, key)
    except CoseError as error:
        raise BundleError("The bundle's signature does not hold") from error
    if message.headers.get(HEADER_TYPE) != BUNDLE_TYPE:
        raise BundleError("A message of another kind")
    bundle = _decode(packed)
    if at > bundle.valid_until and not allow_stale:
        raise BundleError("The bundle is too old", code="bundle_expired", valid_until=bundle.valid_until)
    return bundle


def _decode(packed: bytes) -> Bundle:
    try:
        unpacker = zlib.decompressobj()
        content = cbor2.loads(unpacker.decompress(packed, MAX_CONTENT))
        if not unpacker.eof or content[0] != VERSION:
            raise BundleError("The bundle is of another version", code="version_unsupported")
        keys = [_decode_key(entry) for entry in content[3]]
        return Bundle(
            keys={key.kid: key for key in keys},
            seals=content[4],
            statuses={number: StatusList.from_map(value) for number, value in content[5].items()},
            blanks={(series, number): BlankState(state) for series, number, state in content[7]},
            log_trust=_decode_log(content[6]),
            seal_keys=dict(_decode_seal_key(entry) for entry in content.get(8, [])),
            stamps=content.get(9, []),
            made_at=datetime.fromtimestamp(content[1], UTC),
            valid_until=datetime.fromtimestamp(content[2], UTC),
        )
    except (zlib.error, cbor2.CBORError, LookupError, TypeError, ValueError, NoteError) as error:
        if isinstance(error, CertificateError):
            raise
        raise BundleError("Not a bundle") from error


def _encode_key(key: IssuerKey) -> list[Any]:
    authorities = [
        [right.basis, _days(right.valid_from), _days(right.valid_until)] for right in key.authorities
    ]
    dates = [_days(key.valid_from), _days(key.valid_until)]
    return [key.kid, key.public_key, key.issuer, key.issuer_name, *dates, key.compromised_from, authorities]


def _decode_key(entry: list[Any]) -> IssuerKey:
    kid, public_key, issuer, name, valid_from, valid_until, compromised, authorities = entry
    rights = tuple(Authority(basis, _date(start), _date(end)) for basis, start, end in authorities)
    return IssuerKey(
        kid, public_key, issuer, name, _date(valid_from), _date(valid_until), compromised, rights
    )


def _encode_seal_key(certificate: bytes, key: SealKey) -> list[Any]:
    stolen = None if key.compromised_at is None else int(key.compromised_at.timestamp())
    return [certificate, _days(key.valid_from), _days(key.valid_until), stolen]


def _decode_seal_key(entry: list[Any]) -> tuple[bytes, SealKey]:
    certificate, valid_from, valid_until, stolen = entry
    moment = None if stolen is None else datetime.fromtimestamp(stolen, UTC)
    return certificate, SealKey(_date(valid_from), _date(valid_until), moment)


def _encode_log(log: LogTrust | None) -> list[Any] | None:
    if log is None:
        return None
    return [
        str(log.verifier),
        [str(witness) for witness in log.witnesses],
        log.quorum,
        log.checkpoint,
        [str(verifier) for verifier in log.earlier],
    ]


def _decode_log(entry: list[Any] | None) -> LogTrust | None:
    if entry is None:
        return None
    verifier, witnesses, quorum, checkpoint, *earlier = entry
    return LogTrust(
        NoteVerifier.parse(verifier),
        tuple(map(NoteVerifier.parse, witnesses)),
        quorum,
        checkpoint,
        tuple(map(NoteVerifier.parse, earlier[0] if earlier else [])),
    )


def _days(day: date | None) -> int | None:
    return None if day is None else day.toordinal() - _EPOCH


def _date(days: int | None) -> date | None:
    return None if days is None else date.fromordinal(days + _EPOCH)
