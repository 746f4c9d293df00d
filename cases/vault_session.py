"""The organisation's key in one session: opened by a passphrase, shut again at sign-out.

The session row holds the person's private key sealed with a secret that only the browser's cookie has. Neither
the database with the key ring nor the cookie alone opens anything.
"""

import base64
import os
from typing import Any

from django.conf import settings
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode

from common.keys.ring import CannotOpen, decrypt, encrypt
from common.keys.vault import Locked, opening_with

from .services.vaults import open_vault

COOKIE = "case_key"


def remember(request: Any, response: Any, private: bytes) -> None:
    secret = os.urandom(32)
    sealed = encrypt(secret, private, f"session {request.user.pk}")
    request.session[COOKIE] = base64.b64encode(sealed).decode()
    response.set_cookie(
        COOKIE,
        base64.urlsafe_b64encode(secret).decode(),
        httponly=True,
        samesite="Strict",
        secure=settings.SESSION_COOKIE_SECURE,
    )


def forget(request: Any, response: Any) -> None:
    request.session.pop(COOKIE, None)
    response.delete_cookie(COOKIE, samesite="Strict")


def private_key(request: Any) -> bytes | None:
    """The person's private key, while the session holds it and the browser has its half."""
    sealed, secret = request.session.get(COOKIE), request.COOKIES.get(COOKIE)
    if not (sealed and secret and request.user.is_authenticated):
        return None
    try:
        return decrypt(
            base64.urlsafe_b64decode(secret), base64.b64decode(sealed), f"session {request.user.pk}"
        )
    except (CannotOpen, ValueError):
        return None


class _Opener:
    """Opens each vault at most once for a request."""

    def __init__(self, request: Any):
        self.request, self.opened = request, {}

    def __call__(self, vault: str) -> bytes | None:
        if vault not in self.opened:
            private = private_key(self.request)
            self.opened[vault] = open_vault(self.request.user, private, vault) if private else None
        return self.opened[vault]


class VaultMiddleware:
    """What a request reads of cases, it can open only with the key of its own session."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        with opening_with(_Opener(request)):
            return self.get_response(request)

    def process_exception(self, request, exception):
        if isinstance(exception, Locked) and request.user.is_authenticated:
            back = request.get_full_path() if request.method == "GET" else ""
            return redirect(f"{reverse('cases:vault')}?{urlencode({'next': back})}")
        return None
