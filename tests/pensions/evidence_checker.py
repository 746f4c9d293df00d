"""A checker of evidence folders written from docs/certificate-format.md alone: the standard library and `cryptography`.

    python tests/pensions/evidence_checker.py FOLDER [PINNED_KEY]

Nothing of the project is imported. It prints what it found and ends with 1 when something does not hold.
"""

import base64
import hashlib
import json
import re
import struct
import sys
import zlib
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

HASHES = {
    "2.16.840.1.101.3.4.2.1": "sha256",
    "2.16.840.1.101.3.4.2.2": "sha384",
    "2.16.840.1.101.3.4.2.3": "sha512",
}


class Wrong(Exception):
    """Something does not hold; the text says what."""


def need(condition, what):
    if not condition:
        raise Wrong(what)


def sha(data):
    return hashlib.sha256(data).digest()


# CBOR (RFC 8949), as much as the format uses ----------------------------------------------------------------


def cbor(data):
    value, rest = _item(data)
    need(rest == b"", "bytes after the CBOR")
    return value


def _item(data):
    kind, low = data[0] >> 5, data[0] & 31
    if kind == 7:
        return {20: False, 21: True, 22: None}[low], data[1:]
    size = {24: 1, 25: 2, 26: 4, 27: 8}.get(low, 0)
    need(low < 28, "a CBOR length of another kind")
    count, data = (int.from_bytes(data[1 : 1 + size], "big") if size else low), data[1 + size :]
    if kind == 0:
        return count, data
    if kind == 1:
        return -1 - count, data
    if kind in (2, 3):
        need(len(data) >= count, "CBOR is cut off")
        return (data[:count] if kind == 2 else data[:count].decode()), data[count:]
    if kind == 6:
        value, data = _item(data)
        return ("tag", count, value), data
    found = []
    for _ in range(count * (2 if kind == 5 else 1)):
        value, data = _item(data)
        found.append(value)
    if kind == 4:
        return found, data
    keys = found[0::2]
    need(len(set(keys)) == len(keys), "a CBOR key stands there twice")
    return dict(zip(keys, found[1::2], strict=True)), data


def _head(kind, count):
    if count < 24:
        return bytes([kind << 5 | count])
    for low, form, limit in (
        (24, ">B", 1 << 8),
        (25, ">H", 1 << 16),
        (26, ">I", 1 << 32),
        (27, ">Q", 1 << 64),
    ):
        if count < limit:
            return bytes([kind << 5 | low]) + struct.pack(form, count)
    raise Wrong("a number too large")


def dump(value):
    """Deterministic CBOR: shortest lengths, keys by length and then by bytes."""
    if value is None or isinstance(value, bool):
        return {None: b"\xf6", False: b"\xf4", True: b"\xf5"}[value]
    if isinstance(value, int):
        return _head(0, value) if value >= 0 else _head(1, -1 - value)
    if isinstance(value, bytes):
        return _head(2, len(value)) + value
    if isinstance(value, str):
        return _head(3, len(value.encode())) + value.encode()
    if isinstance(value, list):
        return _head(4, len(value)) + b"".join(map(dump, value))
    pairs = sorted(
        ((dump(key), dump(one)) for key, one in value.items()), key=lambda pair: (len(pair[0]), pair[0])
    )
    return _head(5, len(pairs)) + b"".join(key + one for key, one in pairs)


def cose(data, find_key):
    """(headers, payload) of a COSE_Sign1; `find_key(kid)` gives SubjectPublicKeyInfo."""
    tag, number, parts = cbor(data)
    need(
        (tag, number) == ("tag", 18) and len(parts) == 4 and parts[1] == {}, "not a COSE_Sign1 of this format"
    )
    protected, _open, payload, signature = parts
    headers = cbor(protected)
    need(2 not in headers, "a critical header")
    spki = find_key(headers[4])
    need(spki is not None, f"unknown key {headers[4].hex()}")
    check_signature(
        serialization.load_der_public_key(spki),
        headers[1],
        signature,
        dump(["Signature1", protected, b"", payload]),
    )
    return headers, payload


def check_signature(key, algorithm, signature, data):
    try:
        if isinstance(key, Ed25519PublicKey) and algorithm == -8:
            key.verify(signature, data)
        elif isinstance(key, ec.EllipticCurvePublicKey) and algorithm == -7 and len(signature) == 64:
            r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
            key.verify(encode_dss_signature(r, s), data, ec.ECDSA(hashes.SHA256()))
        else:
            raise Wrong("algorithm and key do not fit")
    except InvalidSignature as error:
        raise Wrong("a signature is wrong") from error


# The log ----------------------------------------------------------------------------------------------------


def tree_root(digests):
    if len(digests) == 1:
        return digests[0]
    half = 1 << (len(digests) - 1).bit_length() - 1
    return sha(b"\x01" + tree_root(digests[:half]) + tree_root(digests[half:]))


def proved_entry(text, logs, witnesses):
    """(index, entry, record, number of witnesses) of a tlog-proof."""
    head, _, note = text.partition("\n\n")
    title, extra, index, *path = head.split("\n")
    need(title == "c2sp.org/tlog-proof@v1", "not a tlog-proof")
    entry, opening = cbor(base64.b64decode(extra.removeprefix("extra ")))
    salt, record = cbor(opening)
    fields = cbor(entry)
    need(sha(b"kozot/commitment/v1\n" + salt + record) == fields[3], "the opening does not fit the entry")
    body, _, lines = note.partition("\n\n")
    origin, size, root = (body + "\n").split("\n")[:3]
    node, last, digest = int(index.removeprefix("index ")), int(size) - 1, sha(b"\x00" + entry)
    need(0 <= node <= last, "the entry lies beyond the checkpoint")
    for sibling in map(base64.b64decode, path):
        need(last > 0 and len(sibling) == 32, "a path of another shape")
        if node % 2 or node == last:
            digest = sha(b"\x01" + sibling + digest)
            while node and not node % 2:
                node, last = node // 2, last // 2
        else:
            digest = sha(b"\x01" + digest + sibling)
        node, last = node // 2, last // 2
    need(last == 0 and base64.b64encode(digest).decode() == root, "the path leads to another root")
    signed = [signed_by(line, body + "\n", origin, logs, witnesses) for line in lines.strip("\n").split("\n")]
    need("log" in signed, "the log has not signed the checkpoint")
    return int(index.removeprefix("index ")), fields, cbor(record), signed.count("witness")


def signed_by(line, body, origin, logs, witnesses):
    _dash, name, packed = line.split(" ")
    data = base64.b64decode(packed)
    for kind, keys in (("log", logs), ("witness", witnesses)):
        for text in keys:
            own, identifier, key = text.split("+", 2)
            if own != name or bytes.fromhex(identifier) != data[:4]:
                continue
            public = Ed25519PublicKey.from_public_bytes(base64.b64decode(key)[1:])
            try:
                if kind == "log":
                    need(name == origin, "the checkpoint is of another log")
                    public.verify(data[4:], body.encode())
                else:
                    moment = int.from_bytes(data[4:12], "big")
                    public.verify(data[12:], b"cosignature/v1\ntime %d\n" % moment + body.encode())
            except InvalidSignature as error:
                raise Wrong(f"the line of {name} is wrong") from error
            return kind
    return ""


# The PDF's seal and stamps (CMS in DER) ---------------------------------------------------------------------


def der(data):
    """(tag, whole, content) of each element."""
    found = []
    while data and data[0]:
        length, start = data[1], 2
        if length & 0x80:
            start += length & 0x7F
            length = int.from_bytes(data[2:start], "big")
        found.append((data[0], data[: start + length], data[start : start + length]))
        data = data[start + length :]
    return found


def oid(content):
    numbers, value = [content[0] // 40, content[0] % 40], 0
    if content[0] >= 80:
        numbers = [2, content[0] - 80]
    for byte in content[1:]:
        value = value << 7 | byte & 0x7F
        if not byte & 0x80:
            numbers.append(value)
            value = 0
    return ".".join(map(str, numbers))


def cms(data):
    """(encapsulated content or None, its messageDigest, certificate, hash name) of a CMS that is signed properly."""
    content = der(der(der(data)[0][2])[1][2])[0][2]
    parts = der(content)
    encapsulated = der(parts[2][2])
    inner = der(encapsulated[1][2])[0][2] if len(encapsulated) > 1 else None
    certificates = [
        x509.load_der_x509_certificate(one[1]) for one in der(next(p for p in parts if p[0] == 0xA0)[2])
    ]
    signer = der(der(parts[-1][2])[0][2])
    serial = int.from_bytes(der(signer[1][2])[1][2], "big")
    certificate = next(one for one in certificates if one.serial_number == serial)
    name = HASHES[oid(der(signer[2][2])[0][2])]
    attributes = signer[3]
    need(attributes[0] == 0xA0, "a signature without signed attributes")
    values = {oid(der(one[2])[0][2]): der(der(one[2])[1][2])[0] for one in der(attributes[2])}
    digest = values["1.2.840.113549.1.9.4"][2]
    signed = b"\x31" + attributes[1][1:]
    key, how = certificate.public_key(), getattr(hashes, name.upper())()
    try:
        if isinstance(key, rsa.RSAPublicKey):
            key.verify(signer[5][2], signed, padding.PKCS1v15(), how)
        elif isinstance(key, Ed25519PublicKey):
            key.verify(signer[5][2], signed)
        else:
            key.verify(signer[5][2], signed, ec.ECDSA(how))
    except InvalidSignature as error:
        raise Wrong("a signature inside the PDF is wrong") from error
    if inner is not None:
        need(hashlib.new(name, inner).digest() == digest, "the stamp's content was changed")
    return inner, digest, certificate, name


def signatures(pdf):
    """(kind, covered bytes, end, CMS) of each signature dictionary in the file, in order."""
    for match in re.finditer(rb"/ByteRange\s*\[\s*(\d+) (\d+) (\d+) (\d+)\s*\]", pdf):
        start, first, second, rest = map(int, match.groups())
        need(start == 0, "a byte range of another shape")
        around = pdf[pdf.rfind(b" obj", 0, match.start()) : pdf.find(b"endobj", match.end())]
        kind = "stamp" if b"/ETSI.RFC3161" in around else "seal"
        hexed = pdf[first:second].strip(b"<> \r\n")
        yield kind, pdf[:first] + pdf[second : second + rest], second + rest, bytes.fromhex(hexed.decode())


def check_pdf(pdf, cwts, seals, authorities):
    """Number of believed stamps; every signature is checked and the last one has to end the file."""
    found, stamps = list(signatures(pdf)), 0
    need(
        found and found[0][0] == "seal" and [one[0] for one in found].count("seal") == 1,
        "one seal and only stamps after it",
    )
    for kind, covered, _end, data in found:
        inner, digest, certificate, name = cms(data)
        encoded = certificate.public_bytes(serialization.Encoding.DER)
        if kind == "seal":
            need(hashlib.new(name, covered).digest() == digest, "the sealed bytes were changed")
            need(encoded in seals, "the seal belongs to somebody else")
            need(any(part in cwts for part in streams(covered)), "the sealed file holds another payload")
            continue
        imprint = der(der(der(inner)[0][2])[2][2])
        algorithm = HASHES[oid(der(imprint[0][2])[0][2])]
        need(hashlib.new(algorithm, covered).digest() == imprint[1][2], "the stamp covers other bytes")
        stamps += encoded in authorities
    need(found[-1][2] == len(pdf), "something stands after the last signature")
    return stamps


def streams(pdf):
    for match in re.finditer(rb"stream\r?\n", pdf):
        end = pdf.find(b"endstream", match.end())
        try:
            yield zlib.decompressobj().decompress(pdf[match.end() : end], 1 << 24)
        except zlib.error:
            # The line end before `endstream` is no part of the data; a signature may end in the same byte.
            yield from (pdf[match.end() : end - size] for size in (0, 1, 2))


# The folder -------------------------------------------------------------------------------------------------


def check(folder, pinned=None):
    folder = Path(folder)
    manifest = json.loads((folder / "MANIFEST.json").read_text())
    need(manifest["format"] == "kozot-evidence/1", "another format")
    files = {name: (folder / name).read_bytes() for name in manifest["files"]}
    for name, digest in manifest["files"].items():
        need(hashlib.sha256(files[name]).hexdigest() == digest, f"{name} was changed")
    pinned = pinned or files["bundle-key.der"]
    headers, packed = cose(files["trust.bundle"], lambda kid: pinned if kid == sha(pinned)[:8] else None)
    need(headers[16] == "application/vnd.kozot.trust-bundle+cose", "a bundle of another kind")
    bundle = cbor(zlib.decompress(packed))
    keys = {one[0]: one for one in bundle[3]}
    bodies = {}
    for variant in (1, 2, 3):
        data = files[f"certificate-{variant}.cwt"]
        _, payload = cose(data, lambda kid: keys[kid][1] if kid in keys else None)
        claims = cbor(payload)
        key = keys[cbor(cbor(data)[2][0])[4]]
        body = bodies[variant] = claims[-65537]
        day = body[4]
        need(
            body[1] == variant and body[2] == manifest["number"] and claims[1] == key[2],
            "the payload names others",
        )
        need(
            key[4] <= claims[6] // 86400 and (key[5] is None or claims[6] // 86400 <= key[5]),
            "the key was not valid then",
        )
        need(
            any(start <= day and (stop is None or day <= stop) for _b, start, stop in key[7]),
            "no right to issue on that day",
        )
    version, entries = cbor(files["disclosure.cbor"])
    need(version == 1, "a disclosure of another version")
    digests = [one if isinstance(one, bytes) else sha(b"\x00" + dump(one)) for one in entries]
    need(
        len({body[12] for body in bodies.values()} | {tree_root(digests)}) == 1,
        "the facts lead to another root",
    )
    log, witnesses, _quorum, _note, earlier = bundle[6]
    state, issued_at, cosigners = "", None, 0
    for name in sorted(
        (one for one in files if one.startswith("step-")), key=lambda one: int(one[5:].split(".")[0])
    ):
        index, entry, record, cosigners = proved_entry(files[name].decode(), [log, *earlier], witnesses)
        state = entry[1]
        if state == "certificate_issued":
            issued_at = index
            cwts = [sha(files[f"certificate-{variant}.cwt"]) for variant in (1, 2, 3)]
            need(
                (record[1], record[2], record[3]) == (manifest["number"], bodies[3][12], cwts),
                "the register holds another certificate",
            )
    need(issued_at is not None, "the issue is not proved")
    limit = keys[cbor(cbor(files["certificate-3.cwt"])[2][0])[4]][6]
    need(limit is None or issued_at < limit, "the key was stolen before the issue was entered")
    prints = {}
    for name, data in files.items():
        if name.endswith(".pdf"):
            cwts = [files[f"certificate-{variant}.cwt"] for variant in (1, 2, 3)]
            prints[name] = check_pdf(data, cwts, bundle[4][keys[cbor(cbor(cwts[0])[2][0])[4]][2]], bundle[9])
    return {
        "number": manifest["number"],
        "state": state,
        "entry": issued_at,
        "witnesses": cosigners,
        "stamps": prints,
    }


if __name__ == "__main__":
    try:
        told = check(sys.argv[1], Path(sys.argv[2]).read_bytes() if len(sys.argv) > 2 else None)
    except (Wrong, LookupError, ValueError, TypeError, zlib.error) as error:
        print(json.dumps({"holds": False, "why": str(error)}))
        raise SystemExit(1) from None
    print(json.dumps({"holds": True, **told}))
