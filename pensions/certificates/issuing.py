"""The way from a record to sealed files, in three steps with the register in between.

1. `prepare_issue` signs the three payloads and makes the register entry.
2. The caller appends `issue.leaf.encode()` to the log and has a checkpoint signed (one checkpoint serves many).
3. `prove_issue` writes the proof text; `print_variant` gives the sealed PDF of a variant. Keep its bytes for good.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from pyhanko.sign.timestamps import TimeStamper

from pensions.certificates.comparing import compare_print
from pensions.certificates.cose import decode_sign1
from pensions.certificates.disclosure import disclose
from pensions.certificates.document import Form, render_certificate
from pensions.certificates.errors import CertificateError
from pensions.certificates.keys import Signer
from pensions.certificates.model import Certificate, Variant
from pensions.certificates.payload import (
    decode_claims,
    disclosed_paths,
    issue_record,
    record_items,
    seal_variants,
)
from pensions.certificates.reading import read_any
from pensions.certificates.seal import seal_pdf
from pensions.control_register.leaves import Leaf, Opening, canonical, commit
from pensions.control_register.tlog_proof import TlogProof

ISSUE_KIND = "certificate_issued"


@dataclass(frozen=True)
class Issue:
    """A signed record. `seed` and `opening` are secrets of the archive; `leaf` is public."""

    record: Certificate
    seed: bytes
    cwts: dict[Variant, bytes]
    leaf: Leaf
    opening: Opening


@dataclass(frozen=True)
class Seal:
    """Who seals the PDF: signer, X.509 certificate and chain in DER, and the time-stamp client if there is one."""

    signer: Signer
    certificate: bytes
    chain: Sequence[bytes] = ()
    timestamper: TimeStamper | None = None


def prepare_issue(
    record: Certificate, *, seed: bytes, signer: Signer, logged_at: datetime | None = None
) -> Issue:
    """Sign all variants of the full record. `seed` is 32 fresh random bytes, to be kept with the record."""
    cwts = seal_variants(record, seed, signer)
    leaf, opening = commit(ISSUE_KIND, logged_at or record.issued_at, issue_record(record, cwts))
    return Issue(record, seed, cwts, leaf, opening)


def prove_issue(issue: Issue, *, index: int, path: Sequence[bytes], checkpoint: str) -> str:
    """Proof text (c2sp.org/tlog-proof) with entry and opening as extra data, to be attached to the prints."""
    extra = canonical([issue.leaf.encode(), issue.opening.encode()])
    return TlogProof(index, tuple(path), checkpoint, extra).text()


def print_variant(
    issue: Issue,
    variant: Variant,
    *,
    issuer_name: str,
    url: str,
    seal: Seal,
    language: str = "ky",
    proof: str | None = None,
) -> bytes:
    """Sealed PDF/A-3a of one variant, with payload, disclosure and proof attached.

    Before the seal is set, the print is read back and held against the payload: CertificateError with the code
    `print_unfaithful` when a single letter differs.
    """
    form = Form(
        cwt=issue.cwts[variant],
        issuer_name=issuer_name,
        url=url,
        language=language,
        rows=issue.record.restricted(variant).rows,
        disclosure=disclose(record_items(issue.record), issue.seed, disclosed_paths(variant)),
        proof=proof,
    )
    pdf = render_certificate(form)
    _require_faithful(pdf, form)
    return seal_pdf(
        pdf,
        signer=seal.signer,
        certificate=seal.certificate,
        chain=seal.chain,
        timestamper=seal.timestamper,
        stamp_required=False,
    )


def _require_faithful(pdf: bytes, form: Form) -> None:
    certificate = decode_claims(decode_sign1(form.cwt).payload)
    lines = compare_print(certificate, form.rows, read_any(pdf).texts)
    differing = [line.label for line in lines if not line.same]
    if differing:
        raise CertificateError("The print differs from the payload", code="print_unfaithful", lines=differing)
