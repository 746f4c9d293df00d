"""Time stamps (RFC 3161): asked for, added over a sealed file, and read back.

A stamp inside the seal says when the seal was made (PAdES B-T). Document time stamps are added over the whole file,
each before the one below it grows weak: so the file stays provable for as long as somebody keeps stamping it (B-LTA).
Nothing here decides whom to believe: a `Stamp` names the authority's certificate, and the caller has a list.
"""

import asyncio
import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import Any

from asn1crypto import cms
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import signers
from pyhanko.sign.general import SigningError
from pyhanko.sign.timestamps import HTTPTimeStamper, TimeStamper
from pyhanko.sign.timestamps.common_utils import TimestampRequestError
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.generic_cms import (
    extract_certs_for_validation,
    extract_tst_data_iter,
    validate_sig_integrity,
)
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature, SignatureCoverageLevel

from pensions.certificates.errors import CertificateError
from pensions.certificates.gost import KEY_NAME, KEY_OID

STAMP_FAILURES = (TimestampRequestError, OSError, TimeoutError, asyncio.TimeoutError)


class StampError(CertificateError):
    """No authority has given a time stamp."""

    code = "stamp_failed"


@dataclass(frozen=True)
class Stamp:
    """A token whose own signature holds over what it covers. `certificate` is the DER of the authority's certificate.

    `digest` is the hash over what is stamped, `signed_with` the algorithm and key of the token, as in `rsa-2048`.
    """

    at: datetime
    certificate: bytes
    digest: str
    signed_with: str
    document: bool
    expires_at: datetime

    @property
    def authority(self) -> str:
        """Name in the authority's certificate."""
        return x509.load_der_x509_certificate(self.certificate).subject.rfc4514_string()


class SealWriter(IncrementalPdfFileWriter):
    """Leaves the XMP packet as typst made it: pyHanko would rewrite it with prefixes that PDF/A checkers refuse."""

    def _update_meta(self) -> None:
        pass


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
            except STAMP_FAILURES as failure:
                error = failure
        raise TimestampRequestError("No time-stamp authority answers") from error


def timestamper_for(urls: Sequence[str], timeout: int = 5) -> TimeStamper | None:
    """Client of the configured time-stamp authorities, tried in order; None when there is none."""
    return FailoverTimeStamper([HTTPTimeStamper(url, timeout=timeout) for url in urls]) if urls else None


def add_time_stamp(
    pdf: bytes, timestamper: TimeStamper, digest: str = "sha256", certificates: Sequence[bytes] = ()
) -> bytes:
    """The sealed PDF with a document time stamp over the whole file: renews the proof of time, keeps the seal.

    `certificates` (DER) are put into the file's validation store, so that the stamp covers them too.
    """
    out = BytesIO()
    try:
        writer = SealWriter(BytesIO(pdf))
        if certificates:
            DocumentSecurityStore.supply_dss_in_writer(
                writer, sig_contents=None, certs=[asn1_x509.Certificate.load(der) for der in certificates]
            )
        signers.PdfTimeStamper(timestamper).timestamp_pdf(writer, digest, None, output=out)
    except (PdfError, SigningError, *STAMP_FAILURES) as error:
        raise StampError(f"The file could not be time-stamped: {error}") from error
    return out.getvalue()


def is_believed(stamp: Stamp, trusted: Sequence[bytes]) -> bool:
    """Whether the authority's certificate is one of the trusted, or was issued by one of them, and was in its days.

    A chain is not built: whoever trusts an authority's root lists the certificate that signs its stamps' keys.
    """
    certificate = x509.load_der_x509_certificate(stamp.certificate)
    if not certificate.not_valid_before_utc <= stamp.at <= certificate.not_valid_after_utc:
        return False
    return stamp.certificate in trusted or any(_issued_by(certificate, issuer) for issuer in trusted)


def _issued_by(certificate: x509.Certificate, issuer: bytes) -> bool:
    try:
        certificate.verify_directly_issued_by(x509.load_der_x509_certificate(issuer))
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True


def stamps_inside(seal: EmbeddedPdfSignature) -> Iterator[Stamp]:
    """Stamps over the seal's own signature."""
    for token in extract_tst_data_iter(seal.signer_info, signed=False):
        made = _stamp(token, lambda name: _digest(name, seal.signer_info["signature"].native), document=False)
        if made is not None:
            yield made


def stamps_over(reader: PdfFileReader) -> Iterator[Stamp]:
    """Document time stamps in order; one that does not hold is left out."""
    for stamp in reader.embedded_signatures:
        if stamp.sig_object_type == "/DocTimeStamp":
            made = _document_stamp(stamp)
            if made is not None:
                yield made


def closed_by_stamp(reader: PdfFileReader) -> bool:
    """Whether the file ends in a document time stamp that holds: then nothing stands after what was stamped."""
    last = reader.embedded_signatures[-1]
    if last.sig_object_type != "/DocTimeStamp":
        return False
    whole = last.evaluate_signature_coverage() == SignatureCoverageLevel.ENTIRE_FILE
    return whole and _document_stamp(last) is not None


def _document_stamp(stamp: EmbeddedPdfSignature) -> Stamp | None:
    try:
        return _stamp(stamp.signed_data, lambda _name: stamp.compute_digest(), document=True)
    except (SignatureValidationError, PdfError, ValueError):
        return None


def _stamp(token: cms.SignedData, covered: Any, *, document: bool) -> Stamp | None:
    """The stamp, when it fits what it covers and is itself signed properly."""
    info = token["encap_content_info"]["content"].parsed
    imprint = info["message_imprint"]
    name = imprint["hash_algorithm"]["algorithm"].native
    signer, certificate = token["signer_infos"][0], extract_certs_for_validation(token).signer_cert
    own = _digest(signer["digest_algorithm"]["algorithm"].native, info.dump())
    if validate_sig_integrity(signer, certificate, "tst_info", own) != (True, True):
        return None
    if covered(name) != imprint["hashed_message"].native:
        return None
    at, until = info["gen_time"].native, certificate.not_valid_after
    return Stamp(at, certificate.dump(), name, key_name(certificate), document, until)


def key_name(certificate: Any) -> str:
    """Algorithm and size of an X.509 certificate's key, as in `rsa-3072`, `ec-256`, `ed25519-256`."""
    key = certificate.public_key
    if key["algorithm"]["algorithm"].dotted == KEY_OID:
        return KEY_NAME
    return f"{key.algorithm}-{256 if key.algorithm == 'ed25519' else key.bit_size}"


def _digest(name: str, data: bytes) -> bytes:
    return hashlib.new(name.replace("-", "_"), data).digest()
