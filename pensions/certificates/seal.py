"""The electronic seal on the PDF: PAdES B-B, or B-T when a time-stamp authority is configured.

The field is invisible: the seal that people see is drawn by typst, since a drawn signature would bring an unembedded
font into the PDF/A. The file is certified with "no changes allowed", which still admits later time stamps.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import Any

from asn1crypto import x509 as asn1_x509
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import signers
from pyhanko.sign.diff_analysis import DEFAULT_DIFF_POLICY, DiffResult, ModificationLevel
from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter
from pyhanko.sign.general import SigningError, UnacceptableSignerError
from pyhanko.sign.timestamps import HTTPTimeStamper, TimeStamper
from pyhanko.sign.timestamps.common_utils import TimestampRequestError
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.generic_cms import (
    extract_certs_for_validation,
    extract_tst_data_iter,
    validate_sig_integrity,
)
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature, SignatureCoverageLevel
from pyhanko_certvalidator.registry import SimpleCertificateStore

from pensions.certificates.cose import EDDSA, ES256
from pensions.certificates.errors import CertificateError, KeyStoreError
from pensions.certificates.keys import Signer

SEAL_FIELD = "Seal"
_ECDSA_DER_MAX = 72


class SealError(CertificateError):
    """The file could not be sealed, or bears no seal that can be read."""

    code = "seal_failed"


@dataclass(frozen=True)
class SealCheck:
    """What the seal itself tells, before any question of trust.

    `intact`: the sealed bytes are unchanged and nothing but time stamps was added later. `certificate` is the DER of
    the signer's X.509 certificate; `stamped_at` comes from an embedded time stamp, `claimed_at` from the signer.
    """

    intact: bool
    reason: str
    certificate: bytes = b""
    claimed_at: datetime | None = None
    stamped_at: datetime | None = None


def seal_pdf(
    pdf: bytes,
    *,
    signer: Signer,
    certificate: bytes,
    chain: Sequence[bytes] = (),
    timestamper: TimeStamper | None = None,
    reason: str = "",
) -> bytes:
    """Sealed PDF. `certificate` and `chain` are X.509 in DER; SealError when the key or the time stamp fails."""
    metadata = signers.PdfSignatureMetadata(
        field_name=SEAL_FIELD,
        md_algorithm="sha256" if signer.algorithm == ES256 else "sha512",
        subfilter=SigSeedSubFilter.PADES,
        certify=True,
        docmdp_permissions=MDPPerm.NO_CHANGES,
        reason=reason or None,
    )
    out = BytesIO()
    try:
        pdf_signer = signers.PdfSigner(
            metadata, PdfSigner(signer, certificate, chain), timestamper=timestamper
        )
        pdf_signer.sign_pdf(_Writer(BytesIO(pdf)), output=out)
    except (PdfError, SigningError, UnacceptableSignerError, TimestampRequestError, OSError) as error:
        raise SealError(f"The file could not be sealed: {error}") from error
    return out.getvalue()


def add_time_stamp(pdf: bytes, timestamper: TimeStamper) -> bytes:
    """The sealed PDF with a document time stamp over the whole file: renews the proof of time, keeps the seal."""
    out = BytesIO()
    try:
        stamp = signers.PdfTimeStamper(timestamper)
        stamp.timestamp_pdf(_Writer(BytesIO(pdf)), "sha256", None, output=out)
    except (PdfError, SigningError, TimestampRequestError, OSError) as error:
        raise SealError(f"The file could not be time-stamped: {error}") from error
    return out.getvalue()


def timestamper_for(urls: Sequence[str], timeout: int = 5) -> TimeStamper | None:
    """Client of the configured time-stamp authorities, tried in order; None when there is none."""
    return FailoverTimeStamper([HTTPTimeStamper(url, timeout=timeout) for url in urls]) if urls else None


def read_seals(pdf: bytes) -> list[SealCheck]:
    """Checks of all seals in the file, in order; an empty list when it bears none or is no PDF."""
    try:
        reader = PdfFileReader(BytesIO(pdf), strict=False)
        return [_check(seal) for seal in reader.embedded_signatures if seal.sig_object_type == "/Sig"]
    except Exception:
        # A damaged file may fail anywhere inside the reader: it simply bears no seal that holds.
        return [SealCheck(False, "seal_unreadable")] if b"/ByteRange" in pdf else []


class PdfSigner(signers.Signer):
    """Adapter from our `Signer` to pyHanko; the key never passes through here.

    A national provider is put in by another subclass: it sets `signature_mechanism` to its own algorithm identifier
    (for GOST R 34.10-2012: 1.2.643.7.1.1.1.1 with digest 1.2.643.7.1.1.2.2) and hands the data to the device.
    """

    def __init__(self, signer: Signer, certificate: bytes, chain: Sequence[bytes] = ()) -> None:
        if signer.algorithm not in (EDDSA, ES256):
            raise KeyStoreError("Seals are made with ES256 or Ed25519")
        registry = SimpleCertificateStore()
        registry.register_multiple([asn1_x509.Certificate.load(der) for der in chain])
        super().__init__(
            signing_cert=asn1_x509.Certificate.load(certificate), cert_registry=registry, embed_roots=True
        )
        self._signer = signer

    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:
        if dry_run:
            return bytes(_ECDSA_DER_MAX)
        signature = self._signer.sign(data)
        return signature if self._signer.algorithm == EDDSA else _ecdsa_der(signature)


class FailoverTimeStamper(TimeStamper):
    """Asks one authority after the other: an outage of one must not stop the issue of certificates."""

    def __init__(self, stampers: Sequence[TimeStamper]) -> None:
        super().__init__()
        self._stampers = list(stampers)

    async def async_request_tsa_response(self, req: Any) -> Any:
        error: Exception = TimestampRequestError("No time-stamp authority is configured")
        for stamper in self._stampers:
            try:
                return await stamper.async_request_tsa_response(req)
            except (TimeoutError, TimestampRequestError, OSError) as failure:
                error = failure
        raise TimestampRequestError("No time-stamp authority answers") from error


class _Writer(IncrementalPdfFileWriter):
    """Leaves the XMP packet as typst made it: pyHanko would rewrite it with prefixes that PDF/A checkers refuse."""

    def _update_meta(self) -> None:
        pass


def _check(seal: EmbeddedPdfSignature) -> SealCheck:
    reason = _fault(seal)
    certificate = seal.signer_cert.dump()
    if reason:
        return SealCheck(False, reason, certificate)
    return SealCheck(True, "", certificate, seal.self_reported_timestamp, _stamped_at(seal))


def _fault(seal: EmbeddedPdfSignature) -> str:
    """Empty when the seal holds; else a stable code."""
    try:
        content_type = seal.signed_data["encap_content_info"]["content_type"].native
        intact, valid = validate_sig_integrity(
            seal.signer_info, seal.signer_cert, content_type, seal.compute_digest()
        )
        if not intact:
            return "seal_bytes_changed"
        if not valid:
            return "seal_signature_wrong"
        seal.compute_integrity_info(diff_policy=DEFAULT_DIFF_POLICY)
    except (SignatureValidationError, PdfError, ValueError):
        return "seal_unreadable"
    if seal.coverage == SignatureCoverageLevel.ENTIRE_FILE:
        return ""
    changes = seal.diff_result
    harmless = isinstance(changes, DiffResult) and changes.modification_level <= ModificationLevel.LTA_UPDATES
    return "" if harmless and _closed_by_stamp(seal) else "changed_after_sealing"


def _closed_by_stamp(seal: EmbeddedPdfSignature) -> bool:
    """Whether the file ends in an intact document time stamp: then nothing stands after what was signed."""
    last = seal.reader.embedded_signatures[-1]
    if last.sig_object_type != "/DocTimeStamp":
        return False
    whole = last.evaluate_signature_coverage() == SignatureCoverageLevel.ENTIRE_FILE
    imprint = last.signed_data["encap_content_info"]["content"].parsed["message_imprint"]
    return whole and imprint["hashed_message"].native == last.compute_digest()


def _stamped_at(seal: EmbeddedPdfSignature) -> datetime | None:
    """Time of an embedded stamp that fits this seal's signature and is itself signed properly; else None."""
    for token in extract_tst_data_iter(seal.signer_info, signed=False):
        info = token["encap_content_info"]["content"].parsed
        imprint = info["message_imprint"]
        algorithm = imprint["hash_algorithm"]["algorithm"].native
        certs = extract_certs_for_validation(token)
        signer_info = token["signer_infos"][0]
        digest = hashlib.new(signer_info["digest_algorithm"]["algorithm"].native, info.dump()).digest()
        good = validate_sig_integrity(signer_info, certs.signer_cert, "tst_info", digest) == (True, True)
        fits = hashlib.new(algorithm, seal.signer_info["signature"].native).digest()
        if good and fits == imprint["hashed_message"].native:
            return info["gen_time"].native
    return None


def _ecdsa_der(raw: bytes) -> bytes:
    half = len(raw) // 2
    return encode_dss_signature(int.from_bytes(raw[:half], "big"), int.from_bytes(raw[half:], "big"))
