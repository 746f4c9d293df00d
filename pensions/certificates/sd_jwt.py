"""SD-JWT (RFC 9901): the wallet copy, from which the worker shows only what a verifier needs.

A small issuer and verifier of the compact form, with ES256 and EdDSA, and the key-binding JWT by which a wallet proves
that it holds the credential. `wallet_claims` lays a certificate out as an SD-JWT VC.
"""

import base64
import hashlib
import json
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from pensions.certificates.cose import EDDSA, PublicKey
from pensions.certificates.errors import CertificateError
from pensions.certificates.keys import Signer
from pensions.certificates.model import Certificate, MonthRow

VCT = "urn:kozot:employment-certificate:1"
MAX_LENGTH = 1_000_000
MAX_DEPTH = 32
RESERVED = {"_sd", "...", "_sd_alg"}


class SdJwtError(CertificateError):
    """Not an SD-JWT of this profile, or something in it does not hold."""

    code = "sd_jwt_invalid"


@dataclass(frozen=True)
class Hidden:
    """Marks a value that gets a disclosure of its own, in an object or in an array."""

    value: Any


@dataclass(frozen=True)
class Verified:
    """Processed claims, the header of the issuer's JWT, and the claims of the key binding when it was demanded."""

    claims: dict[str, Any]
    header: dict[str, Any]
    key_binding: dict[str, Any] | None = None


def issue_sd_jwt(
    claims: Mapping[str, Any],
    signer: Signer,
    *,
    header: Mapping[str, Any] | None = None,
    salt: Callable[[], str] = lambda: secrets.token_urlsafe(16),
) -> str:
    """Compact SD-JWT with every `Hidden` value behind a salted digest, ending in a tilde."""
    disclosures: list[str] = []
    payload = {**_hide(dict(claims), disclosures, salt), "_sd_alg": "sha-256"}
    head = {"alg": "EdDSA" if signer.algorithm == EDDSA else "ES256", "typ": "dc+sd-jwt", **(header or {})}
    return "~".join([_sign_jwt(head, payload, signer), *disclosures, ""])


def present(compact: str, keep: Callable[[str | None, Any], bool]) -> str:
    """The same SD-JWT with only the disclosures that `keep(name, value)` wants; name is None in arrays."""
    jwt, *disclosures, _binding = compact.split("~")
    kept = []
    for disclosure in disclosures:
        entry = _json(disclosure)
        if keep(entry[1] if len(entry) == 3 else None, entry[-1]):
            kept.append(disclosure)
    return "~".join([jwt, *kept, ""])


def bind_key(presentation: str, holder: Signer, *, audience: str, nonce: str, issued_at: int) -> str:
    """Presentation with a key-binding JWT of the holder."""
    head = {"alg": "EdDSA" if holder.algorithm == EDDSA else "ES256", "typ": "kb+jwt"}
    claims = {"iat": issued_at, "aud": audience, "nonce": nonce, "sd_hash": _hash(presentation, "sha-256")}
    return presentation + _sign_jwt(head, claims, holder)


def verify_sd_jwt(
    compact: str,
    issuer_key: PublicKey,
    *,
    holder_key: PublicKey | None = None,
    audience: str | None = None,
    nonce: str | None = None,
) -> Verified:
    """Claims with the shown values put in their places (RFC 9901 section 7); SdJwtError when anything is off.

    With `holder_key` a key binding over exactly this presentation is demanded, for `audience` and `nonce`.
    """
    if len(compact) > MAX_LENGTH or "~" not in compact:
        raise SdJwtError("Not a compact SD-JWT")
    jwt, *disclosures, binding = compact.split("~")
    header, payload = _open_jwt(jwt, issuer_key)
    algorithm = payload.get("_sd_alg", "sha-256")
    if algorithm not in ("sha-256", "sha-384", "sha-512"):
        raise SdJwtError("The digest algorithm is not known here")
    claims = _Processor(disclosures, algorithm).process(payload)
    bound = None
    if holder_key is not None:
        bound = _open_binding(binding, compact[: len(compact) - len(binding)], holder_key, algorithm)
        if (audience is not None and bound["aud"] != audience) or (
            nonce is not None and bound["nonce"] != nonce
        ):
            raise SdJwtError("The key binding is for somebody else", code="key_binding_wrong")
    return Verified(claims, header, bound)


def wallet_claims(certificate: Certificate, *, issuer_url: str, status_uri: str = "") -> dict[str, Any]:
    """Claims of the wallet copy: each personal fact and each amount is hidden until the worker shows it."""
    person, work = certificate.person, certificate.work
    claims: dict[str, Any] = {
        "iss": issuer_url,
        "iat": int(certificate.issued_at.timestamp()),
        "vct": VCT,
        "number": certificate.number,
        "issuing_organisation": certificate.issuer,
        "employer": Hidden({"name": certificate.employer.name, "country": certificate.employer.country}),
        "name": Hidden(person.name),
        "latin_name": Hidden(person.latin_name),
        "birthdate": Hidden(person.birth_on.isoformat() if person.birth_on else None),
        "identifiers": {scheme: Hidden(value) for scheme, value in person.identifiers},
        "position": Hidden(work.position),
        "period": {"start": work.start_on.isoformat(), "end": work.end_on.isoformat(), "state": work.state},
        "currency": certificate.currency,
        "months": [Hidden(_month(row)) for row in certificate.rows],
    }
    if certificate.status and status_uri:
        claims["status"] = {"status_list": {"idx": certificate.status[1], "uri": status_uri}}
    if certificate.root:
        claims["record_root"] = _b64(certificate.root)
    return claims


def _month(row: MonthRow) -> dict[str, Any]:
    amounts = zip(("contribution", "wage", "tax"), row.amounts(), strict=True)
    shown = {name: Hidden(str(amount)) for name, amount in amounts if amount is not None}
    return {"month": f"{row.month:%Y-%m}", "days": row.days, **shown}


def _hide(value: Any, disclosures: list[str], salt: Callable[[], str]) -> Any:
    if isinstance(value, list):
        return [_hide_element(entry, disclosures, salt) for entry in value]
    if not isinstance(value, dict):
        return value
    if RESERVED & value.keys():
        raise SdJwtError("A claim bears a reserved name")
    shown: dict[str, Any] = {}
    digests = []
    for name, entry in value.items():
        if isinstance(entry, Hidden):
            digests.append(_disclose([salt(), name, _hide(entry.value, disclosures, salt)], disclosures))
        else:
            shown[name] = _hide(entry, disclosures, salt)
    return {**shown, "_sd": sorted(digests)} if digests else shown


def _hide_element(entry: Any, disclosures: list[str], salt: Callable[[], str]) -> Any:
    if not isinstance(entry, Hidden):
        return _hide(entry, disclosures, salt)
    return {"...": _disclose([salt(), _hide(entry.value, disclosures, salt)], disclosures)}


def _disclose(entry: list[Any], disclosures: list[str]) -> str:
    disclosures.append(_b64(json.dumps(entry, ensure_ascii=False).encode()))
    return _hash(disclosures[-1], "sha-256")


class _Processor:
    """Puts disclosures in the place of their digests; each must be used exactly once."""

    def __init__(self, disclosures: Sequence[str], algorithm: str) -> None:
        self.by_digest = {_hash(disclosure, algorithm): _json(disclosure) for disclosure in disclosures}
        if len(self.by_digest) != len(disclosures):
            raise SdJwtError("A disclosure stands there twice")
        self.seen: set[str] = set()
        self.used: set[str] = set()

    def process(self, payload: dict[str, Any]) -> dict[str, Any]:
        claims = self._value(payload, 0)
        claims.pop("_sd_alg", None)
        if self.used != set(self.by_digest):
            raise SdJwtError("A disclosure belongs to no digest")
        return claims

    def _value(self, value: Any, depth: int) -> Any:
        if depth > MAX_DEPTH:
            raise SdJwtError("Nested too deeply")
        if isinstance(value, dict):
            return self._object(value, depth + 1)
        if isinstance(value, list):
            return [item for entry in value for item in self._element(entry, depth + 1)]
        return value

    def _object(self, value: dict[str, Any], depth: int) -> dict[str, Any]:
        claims = {name: self._value(entry, depth) for name, entry in value.items() if name != "_sd"}
        if "..." in claims:
            raise SdJwtError("An array digest stands in an object")
        digests = value.get("_sd", [])
        if not isinstance(digests, list):
            raise SdJwtError("_sd is a list")
        for digest in digests:
            entry = self._take(digest)
            if entry is None:
                continue
            if len(entry) != 3 or entry[1] in RESERVED or not isinstance(entry[1], str) or entry[1] in claims:
                raise SdJwtError("A disclosure does not fit its place")
            claims[entry[1]] = self._value(entry[2], depth)
        return claims

    def _element(self, entry: Any, depth: int) -> list[Any]:
        if not (isinstance(entry, dict) and entry.keys() == {"..."}):
            return [self._value(entry, depth)]
        opened = self._take(entry["..."])
        if opened is None:
            return []
        if len(opened) != 2:
            raise SdJwtError("A disclosure does not fit its place")
        return [self._value(opened[1], depth)]

    def _take(self, digest: Any) -> list[Any] | None:
        if not isinstance(digest, str) or digest in self.seen:
            raise SdJwtError("A digest stands there twice")
        self.seen.add(digest)
        if digest in self.by_digest:
            self.used.add(digest)
        return self.by_digest.get(digest)


def _open_binding(binding: str, presentation: str, key: PublicKey, algorithm: str) -> dict[str, Any]:
    if not binding:
        raise SdJwtError("The key binding is missing", code="key_binding_missing")
    header, claims = _open_jwt(binding, key)
    if header.get("typ") != "kb+jwt" or not {"iat", "aud", "nonce", "sd_hash"} <= claims.keys():
        raise SdJwtError("Not a key binding", code="key_binding_wrong")
    if claims["sd_hash"] != _hash(presentation, algorithm):
        raise SdJwtError("The key binding is over another presentation", code="key_binding_wrong")
    return claims


def _sign_jwt(header: dict[str, Any], payload: dict[str, Any], signer: Signer) -> str:
    parts = [
        _b64(json.dumps(part, ensure_ascii=False, separators=(",", ":")).encode())
        for part in (header, payload)
    ]
    return ".".join([*parts, _b64(signer.sign(".".join(parts).encode()))])


def _open_jwt(jwt: str, key: PublicKey) -> tuple[dict[str, Any], dict[str, Any]]:
    parts = jwt.split(".")
    if len(parts) != 3:
        raise SdJwtError("Not a JWT")
    header, payload, signature = _json(parts[0]), _json(parts[1]), _unb64(parts[2])
    if not isinstance(header, dict) or not isinstance(payload, dict):
        raise SdJwtError("Header and payload are objects")
    message = f"{parts[0]}.{parts[1]}".encode()
    try:
        if isinstance(key, Ed25519PublicKey) and header.get("alg") == "EdDSA":
            key.verify(signature, message)
        elif (
            isinstance(key, ec.EllipticCurvePublicKey)
            and header.get("alg") == "ES256"
            and len(signature) == 64
        ):
            r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
            key.verify(encode_dss_signature(r, s), message, ec.ECDSA(hashes.SHA256()))
        else:
            raise SdJwtError("The algorithm does not belong to the key")
    except InvalidSignature as error:
        raise SdJwtError("The signature is wrong", code="signature_wrong") from error
    return header, payload


def _hash(text: str, algorithm: str) -> str:
    return _b64(hashlib.new(algorithm.replace("-", ""), text.encode("ascii")).digest())


def _json(part: str) -> Any:
    try:
        return json.loads(_unb64(part))
    except ValueError as error:
        raise SdJwtError("Not JSON") from error


def _b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _unb64(text: str) -> bytes:
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except ValueError as error:
        raise SdJwtError("Not base64url") from error
