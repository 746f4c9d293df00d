"""OpenID Connect as a client: code flow with PKCE, signed ID token. Tunduk (ЕСИ) and ministries speak it alike.

Who somebody is here is decided by accounts/services/identities.py; this module only proves a subject.
Sources: OpenID Connect Core 1.0, 3.1.2–3.1.3; RFC 7636 (PKCE); RFC 9207 where the provider sends `iss`.
"""

import base64
import hashlib
import json
import secrets
from dataclasses import dataclass
from typing import Any
from urllib.error import URLError
from urllib.parse import quote, urlencode, urlsplit
from urllib.request import Request

import jwt
from django.conf import settings
from django.core.cache import cache
from django.utils.translation import gettext_lazy as _

from common.errors import KozotError, Missing
from common.fetching import open_there
from common.keys import ring

ALGORITHMS = ["RS256", "PS256", "ES256", "ES384", "EdDSA"]
SECONDS, LEEWAY, LARGEST = 10, 60, 256 * 1024
REMEMBERED = 10 * 60


class NotProved(KozotError):
    """Whatever the provider or the browser brought does not prove who it is."""

    code, status = "not_proved", 400
    message = _("The other sign-in did not confirm who you are.")
    way_out = _("Try again, or sign in in another way.")


@dataclass(frozen=True)
class Provider:
    """One entry of the setting OIDC_PROVIDERS; `names` by language."""

    code: str
    issuer: str
    client_id: str
    client_secret: str
    names: dict[str, str]
    scope: str = "openid"

    def name(self, language: str) -> str:
        return self.names.get(language) or next(iter(self.names.values()), self.code)


def providers() -> dict[str, Provider]:
    return {one["code"]: Provider(**one) for one in settings.OIDC_PROVIDERS}


def provider(code: str) -> Provider:
    try:
        return providers()[code]
    except KeyError as error:
        raise Missing() from error


def begin(one: Provider, redirect_uri: str) -> tuple[str, dict[str, str]]:
    """Address to send the browser to, and what its session keeps until it comes back."""
    kept = {name: secrets.token_urlsafe(32) for name in ("state", "nonce", "verifier")}
    challenge = base64.urlsafe_b64encode(hashlib.sha256(kept["verifier"].encode()).digest()).rstrip(b"=")
    asked = {
        "response_type": "code",
        "response_mode": "query",
        "client_id": one.client_id,
        "redirect_uri": redirect_uri,
        "scope": one.scope,
        "state": kept["state"],
        "nonce": kept["nonce"],
        "code_challenge": challenge.decode(),
        "code_challenge_method": "S256",
    }
    address = _discover(one)["authorization_endpoint"]
    return f"{address}{'&' if urlsplit(address).query else '?'}{urlencode(asked)}", kept


def finish(one: Provider, answer: dict[str, str], kept: dict[str, str], redirect_uri: str) -> str:
    """The subject that the provider vouches for. Raises NotProved."""
    if not secrets.compare_digest(answer.get("state", ""), kept.get("state") or " "):
        raise NotProved("state")
    if answer.get("iss", one.issuer) != one.issuer:
        raise NotProved("issuer")
    if not answer.get("code"):
        raise NotProved(answer.get("error", "no_code")[:40])
    about = _discover(one)
    got = _ask(
        about["token_endpoint"], _token_request(one, answer["code"], kept["verifier"], redirect_uri), one
    )
    return _subject(one, about, got.get("id_token", ""), kept["nonce"])


def _token_request(one: Provider, code: str, verifier: str, redirect_uri: str) -> dict[str, str]:
    return {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": redirect_uri,
        "client_id": one.client_id,
        "code_verifier": verifier,
    }


class _Keys(jwt.PyJWKClient):
    """The provider's keys, fetched as everything else of it is."""

    def fetch_data(self) -> dict[str, Any]:
        return _ask(self.uri)


def _subject(one: Provider, about: dict, token: str, nonce: str) -> str:
    try:
        key = _Keys(about["jwks_uri"]).get_signing_key_from_jwt(token)
        claims = jwt.decode(
            token,
            key.key,
            algorithms=ALGORITHMS,
            audience=one.client_id,
            issuer=one.issuer,
            leeway=LEEWAY,
            options={"require": ["exp", "iat", "sub", "aud", "iss"]},
        )
    except (jwt.PyJWTError, ValueError) as error:
        raise NotProved("token") from error
    if not secrets.compare_digest(str(claims.get("nonce", "")), nonce):
        raise NotProved("nonce")
    if claims.get("azp", one.client_id) != one.client_id:
        raise NotProved("azp")
    return str(claims["sub"])


def _discover(one: Provider) -> dict[str, Any]:
    key = f"oidc:{ring.blind_index('oidc_about', one.issuer)[:32]}"
    about = cache.get(key)
    if about is None:
        about = _ask(f"{one.issuer.rstrip('/')}/.well-known/openid-configuration")
        if about.get("issuer") != one.issuer:
            raise NotProved("issuer")
        for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
            _safe(about.get(name, ""))
        cache.set(key, about, REMEMBERED)
    return about


def _safe(address: str) -> str:
    """HTTPS, but for a provider on this very machine."""
    parts = urlsplit(address)
    if parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in ("localhost", "127.0.0.1")):
        return address
    raise NotProved("address")


def _ask(address: str, form: dict[str, str] | None = None, one: Provider | None = None) -> dict[str, Any]:
    headers = {"Accept": "application/json"}
    if one:
        pair = f"{quote(one.client_id, safe='')}:{quote(one.client_secret, safe='')}"
        headers["Authorization"] = f"Basic {base64.b64encode(pair.encode()).decode()}"
    body = urlencode(form).encode() if form else None
    try:
        with open_there(Request(_safe(address), body, headers), timeout=SECONDS) as response:  # noqa: S310
            found = json.loads(response.read(LARGEST))
    except (URLError, OSError, ValueError) as error:
        raise NotProved("provider") from error
    if not isinstance(found, dict):
        raise NotProved("provider")
    return found
