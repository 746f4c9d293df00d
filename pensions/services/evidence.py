"""One certificate with everything that proves it, in a folder that needs nothing but docs/certificate-format.md."""

import json
from hashlib import sha256
from pathlib import Path
from typing import Any

from common import clock, files
from common.errors import Missing
from common.journal import services as journal
from common.journal.models import Verb
from common.service import service
from pensions.certificates.disclosure import disclose
from pensions.certificates.model import Variant
from pensions.certificates.payload import disclosed_paths, record_items
from pensions.control_register.leaves import canonical
from pensions.control_register.tlog_proof import TlogProof
from pensions.models import Certificate, CertificatePrint, CertificateStep, RegisterOpening
from pensions.services import checkpoints, control_register, trust_bundle, witnessing
from pensions.services.certificate_prints import newest_copy
from pensions.services.certificates import unpack

FORMAT = "kozot-evidence/1"
ACTION = "certificates.evidence"


@service
def write_evidence(*, by: Any = None, number: str, folder: Path) -> dict[str, Any]:
    """Writes the folder and returns its manifest. Missing when there is no such certificate; for operators only."""
    if by is not None:
        raise TypeError("evidence is written by a command, in the name of the system")
    control_register.hold()
    certificate = Certificate.everything.numbered(number).sealed().select_related("key", "issuer").first()
    if certificate is None:
        raise Missing()
    parts = collect(certificate)
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in parts.items():
        (folder / name).write_bytes(data)
    manifest = {
        "format": FORMAT,
        "number": certificate.number,
        "made_at": clock.now().isoformat(),
        "files": {name: sha256(data).hexdigest() for name, data in sorted(parts.items())},
    }
    (folder / "MANIFEST.json").write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")
    journal.record(
        by=by, verb=Verb.EXPORTED, obj=certificate, subject_id=certificate.worker_id, action=ACTION
    )
    return manifest


def collect(certificate: Certificate) -> dict[str, bytes]:
    """All parts by file name."""
    issue, _old_proof = unpack(certificate)
    bundle = trust_bundle.make_bundle()
    parts = {f"certificate-{variant:d}.cwt": cwt for variant, cwt in issue.cwts.items()}
    parts["disclosure.cbor"] = disclose(record_items(issue.record), issue.seed, disclosed_paths(Variant.FULL))
    parts["trust.bundle"], parts["bundle-key.der"] = bundle.data, bundle.pinned
    prints = CertificatePrint.everything.filter(certificate=certificate).select_related("file__key")
    for one in prints:
        parts[f"print-{one.variant}-{one.language}.pdf"] = files.read(newest_copy(one))
    latest = checkpoints.latest()
    tree, note = control_register.log(), witnessing.cosigned(latest)
    steps = (
        CertificateStep.everything.filter(certificate=certificate)
        .select_related("entry")
        .order_by("entry_id")
    )
    for place, step in enumerate(steps):
        opening = control_register.opening_of(
            RegisterOpening.everything.select_related("key").get(entry=step.entry)
        )
        extra = canonical([bytes(step.entry.leaf), opening.encode()])
        proof = TlogProof(step.entry_id, tuple(tree.inclusion_proof(step.entry_id, latest.size)), note, extra)
        parts[f"step-{place}.tlog-proof"] = proof.text().encode()
    return parts
