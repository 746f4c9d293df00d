"""A verifier written from docs/certificate-format.md alone, with other libraries than ours."""

import base64
import hashlib
import io
import zlib
from datetime import date, timedelta

import base45
import cbor2
import cwt as cose_library
import pikepdf
from cryptography.hazmat.primitives import serialization

from pensions.certificates.model import Variant
from pensions.certificates.qr_text import encode_qr_text
from tests.pensions.certificates.support import LOG_SIGNER, SIGNER, issued


def sha(data):
    return hashlib.sha256(data).digest()


def tree_root(digests):
    if len(digests) == 1:
        return digests[0]
    k = 1 << (len(digests) - 1).bit_length() - 1
    return sha(b"\x01" + tree_root(digests[:k]) + tree_root(digests[k:]))


def claims_of(message):
    spki = SIGNER.public_key.public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    der = SIGNER.public_key.public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    key = cose_library.COSEKey.from_pem(spki, kid=sha(der)[:8])
    return cbor2.loads(cose_library.COSE.new().decode(message, key))


def test_the_qr_by_the_description():
    text = encode_qr_text(issued().issue.cwts[Variant.FULL])
    assert text[:5] == "EAC1:"
    claims = claims_of(zlib.decompress(base45.b45decode(text[5:])))
    body = claims[-65537]
    record = issued().issue.record
    assert claims[1] == record.issuer
    assert body[2] == record.number
    assert body[5][1] == record.person.name
    assert date(1970, 1, 1) + timedelta(body[5][4]) == record.person.birth_on
    assert body[9][3] == [3, 31, 891520, 4053100, 526930]


def test_the_root_by_the_description():
    claims = claims_of(issued(40).issue.cwts[Variant.CONTRIBUTIONS])
    with pikepdf.open(io.BytesIO(issued(40).pdf(Variant.CONTRIBUTIONS))) as pdf:
        files = {name: spec.get_file().read_bytes() for name, spec in pdf.attachments.items()}
    version, entries = cbor2.loads(files["disclosure.cbor"])
    assert version == 1
    digests = [
        entry if isinstance(entry, bytes) else sha(b"\x00" + cbor2.dumps(entry, canonical=True))
        for entry in entries
    ]
    body = claims[-65537]
    assert tree_root(digests) == body[12]
    cells = {
        tuple(path): value for _, path, value in (entry for entry in entries if not isinstance(entry, bytes))
    }
    rows = [[n, cells[9, n, 1], cells[9, n, 2]] for n in range(40)]
    assert (9, 0, 3) not in cells
    assert sha(cbor2.dumps(rows, canonical=True)) == body[11]
    assert [total[:2] for total in body[10]] == [[2025, 12], [2026, 12], [2027, 12], [2028, 4]]


def test_the_proof_by_the_description():
    with pikepdf.open(io.BytesIO(issued().pdf())) as pdf:
        files = {name: spec.get_file().read_bytes() for name, spec in pdf.attachments.items()}
    head, _, checkpoint = files["register.tlog-proof"].decode().partition("\n\n")
    title, extra, index, *path = head.split("\n")
    assert title == "c2sp.org/tlog-proof@v1"
    entry, opening = cbor2.loads(base64.b64decode(extra.removeprefix("extra ")))
    salt, record = cbor2.loads(opening)
    fields = cbor2.loads(entry)
    assert fields[1] == "certificate_issued"
    assert sha(b"kozot/commitment/v1\n" + salt + record) == fields[3]
    bound = cbor2.loads(record)
    body = claims_of(files["certificate.cwt"])[-65537]
    assert (bound[1], bound[2]) == (body[2], body[12])
    assert bound[3][body[1] - 1] == sha(files["certificate.cwt"])
    origin, size, root, blank, signature, end = checkpoint.split("\n")
    node, last, digest = int(index.removeprefix("index ")), int(size) - 1, sha(b"\x00" + entry)
    for sibling in map(base64.b64decode, path):
        if node % 2 or node == last:
            digest = sha(b"\x01" + sibling + digest)
            while node and not node % 2:
                node, last = node // 2, last // 2
        else:
            digest = sha(b"\x01" + digest + sibling)
        node, last = node // 2, last // 2
    assert (last, base64.b64encode(digest).decode(), blank, end) == (0, root, "", "")
    name, packed = signature.removeprefix("— ").split(" ")
    assert name == origin == LOG_SIGNER.verifier.name
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    key = Ed25519PublicKey.from_public_bytes(LOG_SIGNER.verifier.public_key)
    key.verify(base64.b64decode(packed)[4:], f"{origin}\n{size}\n{root}\n".encode())
