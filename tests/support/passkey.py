"""A passkey in software: answers what the pages ask a device, with real keys and signatures (WebAuthn level 2)."""

import hashlib
import json
import os
from base64 import urlsafe_b64encode

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fido2 import cbor

PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


def b64(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()


class Passkey:
    def __init__(self, host: str = "testserver", origin: str = ""):
        self.host, self.origin = host, origin or f"https://{host}"
        self.private = ec.generate_private_key(ec.SECP256R1())
        self.id, self.owner, self.count = os.urandom(16), "", 0

    def create(self, options: dict) -> dict:
        """Answer to the options of navigator.credentials.create()."""
        asked = options["publicKey"]
        self.owner = asked["user"]["id"]
        public = self.private.public_key().public_numbers()
        key = {1: 2, 3: -7, -1: 1, -2: public.x.to_bytes(32, "big"), -3: public.y.to_bytes(32, "big")}
        attested = bytes(16) + len(self.id).to_bytes(2, "big") + self.id + cbor.encode(key)
        data = self._data(PRESENT | VERIFIED | ATTESTED) + attested
        statement = cbor.encode({"fmt": "none", "attStmt": {}, "authData": data})
        response = {"clientDataJSON": b64(self._client("create", asked)), "attestationObject": b64(statement)}
        return self._answer(response) | {"clientExtensionResults": {"credProps": {"rk": True}}}

    def get(self, options: dict) -> dict:
        """Answer to the options of navigator.credentials.get()."""
        client, data = self._client("get", options["publicKey"]), self._data(PRESENT | VERIFIED)
        signature = self.private.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        response = {
            "clientDataJSON": b64(client),
            "authenticatorData": b64(data),
            "signature": b64(signature),
            "userHandle": self.owner,
        }
        return self._answer(response) | {"clientExtensionResults": {}}

    def _answer(self, response: dict) -> dict:
        return {"id": b64(self.id), "rawId": b64(self.id), "type": "public-key", "response": response}

    def _client(self, kind: str, asked: dict) -> bytes:
        said = {"type": f"webauthn.{kind}", "challenge": asked["challenge"], "origin": self.origin}
        return json.dumps(said).encode()

    def _data(self, flags: int) -> bytes:
        self.count += 1
        return hashlib.sha256(self.host.encode()).digest() + bytes([flags]) + self.count.to_bytes(4, "big")
