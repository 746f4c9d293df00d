"""A small OpenID provider on this machine: discovery, authorization, token and keys, with real signatures."""

import base64
import hashlib
import json
import secrets
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, parse_qsl, unquote, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

CLIENT, SECRET = "kozot", "s:ecret"


class Provider(ThreadingHTTPServer):
    """`subject` is who sits at the browser; `spoil(claims)` lets a test send a wrong token.

    `moved` are paths that are answered with a redirect to the same path below /moved; `strayed` who followed.
    """

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.issuer = f"http://localhost:{self.server_port}"
        self.key = rsa.generate_private_key(65537, 2048)
        self.signing_key = self.key
        self.subject, self.codes = "21505199012345", {}
        self.moved, self.strayed = set(), []
        self.spoil = lambda claims: claims
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def settings(self) -> dict:
        names = {"ky": "Түндүк", "ru": "Тундук", "en": "Tunduk"}
        return {
            "code": "tunduk",
            "issuer": self.issuer,
            "client_id": CLIENT,
            "client_secret": SECRET,
            "names": names,
        }

    def approve(self, address: str) -> str:
        """What the person does at the provider: the address to which the browser is sent back."""
        asked = dict(parse_qsl(urlsplit(address).query))
        assert asked["response_type"] == "code" and asked["code_challenge_method"] == "S256"
        code = secrets.token_urlsafe(16)
        self.codes[code] = asked
        return f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state'], 'iss': self.issuer})}"

    def token(self, form: dict, client: tuple[str, str]) -> dict | None:
        asked = self.codes.pop(form.get("code"), None)  # once
        challenge = base64.urlsafe_b64encode(hashlib.sha256(form["code_verifier"].encode()).digest())
        if (
            asked is None
            or client != (CLIENT, SECRET)
            or challenge.rstrip(b"=").decode() != asked["code_challenge"]
            or form["redirect_uri"] != asked["redirect_uri"]
        ):
            return None
        now = int(time.time())
        claims = {"iss": self.issuer, "aud": CLIENT, "sub": self.subject, "nonce": asked["nonce"]}
        claims = self.spoil(claims | {"iat": now, "exp": now + 300})
        token = jwt.encode(claims, self.signing_key, algorithm="RS256", headers={"kid": "k1"})
        return {"id_token": token, "access_token": "a", "token_type": "Bearer"}


class Handler(BaseHTTPRequestHandler):
    server: Provider

    def _leads_away(self) -> bool:
        if self.path.startswith("/moved"):
            self.server.strayed.append((self.path, self.headers["Authorization"]))
            self.path = self.path.removeprefix("/moved")
        elif self.path in self.server.moved:
            self.send_response(302)
            self.send_header("Location", f"http://127.0.0.1:{self.server.server_port}/moved{self.path}")
            self.send_header("Content-Length", "0")
            self.end_headers()
            return True
        return False

    def do_GET(self):
        own = self.server
        if self._leads_away():
            return
        if self.path == "/.well-known/openid-configuration":
            paths = {"authorization_endpoint": "authorize", "token_endpoint": "token", "jwks_uri": "jwks"}
            self._answer(
                {"issuer": own.issuer} | {name: f"{own.issuer}/{path}" for name, path in paths.items()}
            )
        elif self.path == "/jwks":
            public = RSAAlgorithm.to_jwk(own.key.public_key(), as_dict=True)
            self._answer({"keys": [public | {"kid": "k1", "use": "sig", "alg": "RS256"}]})
        else:
            self._answer({}, 404)

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        if self._leads_away():
            return
        form = {name: values[0] for name, values in parse_qs(body).items()}
        pair = base64.b64decode(self.headers["Authorization"].removeprefix("Basic ")).decode()
        name, _, secret = pair.partition(":")
        answer = self.server.token(form, (unquote(name), unquote(secret)))
        self._answer(answer or {"error": "invalid_grant"}, 200 if answer else 400)

    def _answer(self, body: dict, status: int = 200) -> None:
        text = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *args):
        pass
