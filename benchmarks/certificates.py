"""Certificates and control register per CPU-second, each beside the bare operation that bounds it.

Goals: 8 certificates sealed and logged, 60 PDFs and 3,000 QR texts verified per core-second, a proof among a million
leaves in less than 0.1 ms.
"""

import secrets
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import itertools

from pensions.certificates.document import Form, render_certificate
from pensions.certificates.issuing import prepare_issue, print_variant, prove_issue
from pensions.certificates.model import UID_SIZE, Variant
from pensions.certificates.qr_text import encode_qr_text
from pensions.certificates.seal import read_seals
from pensions.certificates.verify import verify
from pensions.control_register.checkpoint import Checkpoint
from pensions.control_register.merkle import MerkleLog, verify_inclusion
from tests.pensions.certificates.support import (
    AT,
    ISSUER_NAME,
    LOG_SIGNER,
    SEAL,
    SIGNER,
    issued,
    record,
    trust_for,
)

URL = "https://kozot.example/v/KG-2026-0001234/0123-4567-89AB-CDEF"


def per_second(work: Callable[[], object], times: int, rounds: int = 3) -> float:
    """Best of several rounds, in CPU time."""
    best = 0.0
    for _ in range(rounds):
        start = time.process_time()
        for _ in range(times):
            work()
        best = max(best, times / (time.process_time() - start))
    return best


def line(what: str, rate: float, yardstick: str, bare: float, goal: str = "") -> None:
    print(
        f"{what:42} {rate:12,.1f}/s   {rate / bare:8.3f} × {yardstick} ({bare:,.1f}/s){'   ' + goal if goal else ''}"
    )


def one_certificate(log: MerkleLog) -> bytes:
    """Everything that one issue takes, with data of its own each time so that nothing is cached."""
    full = record(12, uid=secrets.token_bytes(UID_SIZE))
    full = replace(
        full, rows=tuple(replace(row, wage=row.wage + secrets.randbelow(9000)) for row in full.rows)
    )
    issue = prepare_issue(full, seed=secrets.token_bytes(32), signer=SIGNER)
    index = log.append(issue.leaf.encode())
    note = Checkpoint(LOG_SIGNER.verifier.name, log.size, log.root()).sign(LOG_SIGNER)
    proof = prove_issue(issue, index=index, path=log.inclusion_proof(index), checkpoint=note)
    return print_variant(issue, Variant.FULL, issuer_name=ISSUER_NAME, url=URL, seal=SEAL, proof=proof)


def issue_and_verify() -> None:
    made, log = issued(), MerkleLog()
    trust, pdf, cwt = trust_for(made), made.pdf(), made.issue.cwts[Variant.FULL]
    text, signature = encode_qr_text(cwt), SIGNER.sign(cwt)
    one_certificate(log)
    form = Form(cwt, ISSUER_NAME, URL)
    bare = per_second(lambda: render_certificate(form), 10)
    line(
        "certificates sealed and logged",
        per_second(lambda: one_certificate(log), 10),
        "a page alone",
        bare,
        "goal 8",
    )
    bare = per_second(lambda: read_seals(pdf), 20)
    line(
        "PDFs verified", per_second(lambda: verify(pdf, trust, at=AT), 20), "the seal alone", bare, "goal 60"
    )
    bare = per_second(lambda: SIGNER.public_key.verify(signature, cwt), 500)
    rate = per_second(lambda: verify(text, trust, at=AT), 300)
    line("QR texts verified", rate, "a bare Ed25519", bare, "goal 3,000")


def register(size: int = 1_000_000) -> None:
    leaves = [sha256(n.to_bytes(4, "big")).digest() for n in range(size)]
    start = time.process_time()
    for left, right in itertools.pairwise(leaves):
        sha256(b"\x01" + left + right).digest()
    bare = size / (time.process_time() - start)
    log, start = MerkleLog(), time.process_time()
    for first in range(0, size, 10_000):
        log.append_hashes(leaves[first : first + 10_000])
    line("leaves appended", size / (time.process_time() - start), "bare node hashes", bare)
    places = [secrets.randbelow(size) for _ in range(5_000)]
    root = log.root()
    proofs = [log.inclusion_proof(place) for place in places]
    step = iter(places * 10)
    rate = per_second(lambda: log.inclusion_proof(next(step)), 5_000)
    line("inclusion proofs at a million", rate, "20 node hashes", bare / 20, "goal 10,000")
    pairs = iter(list(zip(places, proofs, strict=True)) * 10)

    def verified() -> None:
        place, proof = next(pairs)
        verify_inclusion(place, size, leaves[place], proof, root)

    line("inclusion proofs verified", per_second(verified, 5_000), "20 node hashes", bare / 20)
    step = iter(places * 10)
    rate = per_second(lambda: log.consistency_proof(next(step) + 1), 5_000)
    line("consistency proofs at a million", rate, "20 node hashes", bare / 20, "goal 10,000")


if __name__ == "__main__":
    issue_and_verify()
    register()
