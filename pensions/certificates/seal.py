"""The electronic seal on the PDF: PAdES B-B, or B-T when a time-stamp authority is configured.

The field is invisible: the seal that people see is drawn by typst, since a drawn signature would bring an unembedded
font into the PDF/A. The file is certified with "no changes allowed", which still admits later time stamps.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO

from asn1crypto import x509 as asn1_x509
from cryptography.exceptions import InvalidSignature
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import signers
from pyhanko.sign.diff_analysis import DEFAULT_DIFF_POLICY, DiffResult, ModificationLevel
from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter
from pyhanko.sign.general import SigningError, UnacceptableSignerError
from pyhanko.sign.timestamps import TimeStamper
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.generic_cms import validate_sig_integrity
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature, SignatureCoverageLevel
from pyhanko_certvalidator.registry import SimpleCertificateStore
from pyhanko_certvalidator.sig_validate import DefaultSignatureValidator

from pensions.certificates.cose import EDDSA
from pensions.certificates.errors import CertificateError, KeyStoreError
from pensions.certificates.gost import GOST_2012_256, SIGNATURE_OID, engine
from pensions.certificates.keys import Signer
from pensions.certificates.self_issued import MECHANISMS, mechanism, signature_of
from pensions.certificates.stamps import (
    STAMP_FAILURES,
    SealWriter,
    Stamp,
    closed_by_stamp,
    key_name,
    stamps_inside,
    stamps_over,
)

SEAL_FIELD = "Seal"
_ECDSA_DER_MAX = 72


class SealError(CertificateError):
    """The file could not be sealed, or bears no seal that can be read."""

    code = "seal_failed"


@dataclass(frozen=True)
class SealCheck:
    """What the seal itself tells, before any question of trust.

    `intact`: the sealed bytes are unchanged and nothing but time stamps was added later. `certificate` is the DER of
    the signer's X.509 certificate; `claimed_at` comes from the signer, `stamps` from time-stamp authorities of whom
    nothing is known yet: inside the seal first, then those over the whole file in order.
    """

    intact: bool
    reason: str
    certificate: bytes = b""
    claimed_at: datetime | None = None
    stamps: tuple[Stamp, ...] = ()
    digest: str = ""
    signed_with: str = ""


def seal_pdf(
    pdf: bytes,
    *,
    signer: Signer,
    certificate: bytes,
    chain: Sequence[bytes] = (),
    timestamper: TimeStamper | None = None,
    stamp_required: bool = True,
    reason: str = "",
) -> bytes:
    """Sealed PDF. `certificate` and `chain` are X.509 in DER; SealError when the key or the time stamp fails.

    With `stamp_required` false an authority that does not answer leaves the seal without a stamp (PAdES B-B): it is
    added later over the whole file.
    """
    metadata = signers.PdfSignatureMetadata(
        field_name=SEAL_FIELD,
        md_algorithm="sha512" if signer.algorithm == EDDSA else "sha256",
        subfilter=SigSeedSubFilter.PADES,
        certify=True,
        docmdp_permissions=MDPPerm.NO_CHANGES,
        reason=reason or None,
    )
    key = PdfSigner(signer, certificate, chain)
    tries = [timestamper, None] if timestamper is not None and not stamp_required else [timestamper]
    for stamper in tries:
        out = BytesIO()
        try:
            signers.PdfSigner(metadata, key, timestamper=stamper).sign_pdf(
                SealWriter(BytesIO(pdf)), output=out
            )
        except (PdfError, SigningError, UnacceptableSignerError, *STAMP_FAILURES) as error:
            if isinstance(error, STAMP_FAILURES) and stamper is not tries[-1]:
                continue
            raise SealError(f"The file could not be sealed: {error}") from error
        break
    return out.getvalue()


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

    The mechanism follows from the signer: ES256, Ed25519, or a national one (GOST R 34.10-2012).
    """

    def __init__(self, signer: Signer, certificate: bytes, chain: Sequence[bytes] = ()) -> None:
        if signer.algorithm not in MECHANISMS:
            raise KeyStoreError("Seals are made with ES256, Ed25519 or GOST R 34.10-2012")
        registry = SimpleCertificateStore()
        registry.register_multiple([asn1_x509.Certificate.load(der) for der in chain])
        super().__init__(
            signing_cert=asn1_x509.Certificate.load(certificate),
            cert_registry=registry,
            embed_roots=True,
            signature_mechanism=mechanism(signer.algorithm) if signer.algorithm == GOST_2012_256 else None,
        )
        self._signer = signer

    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:
        if dry_run:
            return bytes(_ECDSA_DER_MAX)
        return signature_of(self._signer, data)


def _check(seal: EmbeddedPdfSignature) -> SealCheck:
    reason = _fault(seal)
    certificate = seal.signer_cert.dump()
    if reason:
        return SealCheck(False, reason, certificate)
    stamps = (*stamps_inside(seal), *stamps_over(seal.reader))
    return SealCheck(
        True,
        "",
        certificate,
        seal.self_reported_timestamp,
        stamps,
        seal.md_algorithm,
        key_name(seal.signer_cert),
    )


def _fault(seal: EmbeddedPdfSignature) -> str:
    """Empty when the seal holds; else a stable code."""
    try:
        content_type = seal.signed_data["encap_content_info"]["content_type"].native
        intact, valid = validate_sig_integrity(
            seal.signer_info, seal.signer_cert, content_type, seal.compute_digest(), SealValidator()
        )
        if not intact:
            return "seal_bytes_changed"
        if not valid:
            return "seal_signature_wrong"
        seal.compute_integrity_info(diff_policy=DEFAULT_DIFF_POLICY)
    except KeyStoreError as error:
        return error.code
    except (SignatureValidationError, PdfError, ValueError):
        return "seal_unreadable"
    if seal.coverage == SignatureCoverageLevel.ENTIRE_FILE:
        return ""
    changes = seal.diff_result
    harmless = isinstance(changes, DiffResult) and changes.modification_level <= ModificationLevel.LTA_UPDATES
    return "" if harmless and closed_by_stamp(seal.reader) else "changed_after_sealing"


class SealValidator(DefaultSignatureValidator):
    """What the library knows, and GOST R 34.10-2012 through openssl."""

    def validate_signature(
        self, signature, signed_data, public_key_info, signature_algorithm, context=None
    ) -> None:
        if signature_algorithm["algorithm"].dotted != SIGNATURE_OID:
            return super().validate_signature(
                signature, signed_data, public_key_info, signature_algorithm, context
            )
        if not engine().verify(public_key_info.dump(), signature, signed_data):
            raise InvalidSignature
        return None
