"""Hands a short message to a gateway over HTTP: one POST as the setting SMS_GATEWAY describes it.

    {"address": "https://gateway.example/send", "format": "json", "headers": {"Authorization": "Bearer …"},
     "fields": {"to": "{to}", "text": "{text}", "id": "{key}", "sender": "Kozot"}}

`format` is json or form; `fields` may hold anything, in whose texts {to}, {text} and {key} are filled in. The address
is the operator's: HTTPS, or HTTP on this very machine; a redirect is not followed. Neither number nor text is logged.
"""

import json
import urllib.error
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode, urlsplit
from urllib.request import Request

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from .fetching import open_there

SECONDS = 10
FORMATS = {
    "json": ("application/json", lambda fields: json.dumps(fields, ensure_ascii=False)),
    "form": ("application/x-www-form-urlencoded", urlencode),
}
PLACES = ("to", "text", "key")
LATER = {HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY, HTTPStatus.TOO_MANY_REQUESTS}


class NotSent(Exception):
    """`reason` says what the gateway did, never what was to be sent. `may_repeat`: another moment may be better."""

    def __init__(self, reason: str, *, may_repeat: bool, wait: int = 0):
        super().__init__(reason)
        self.may_repeat, self.wait = may_repeat, wait


@dataclass(frozen=True)
class Gateway:
    address: str
    fields: dict[str, Any]
    format: str = "json"
    headers: dict[str, str] = field(default_factory=dict)

    def __post_init__(self):
        parts = urlsplit(self.address)
        is_here = parts.scheme == "http" and parts.hostname in {"localhost", "127.0.0.1", "::1"}
        if not (parts.scheme == "https" or is_here) or not parts.hostname or parts.username:
            raise ImproperlyConfigured(
                "SMS_GATEWAY: the address is https://…, or http:// on this machine, without a name in it."
            )
        if self.format not in FORMATS:
            raise ImproperlyConfigured(f"SMS_GATEWAY: the format is one of {', '.join(FORMATS)}.")
        told = json.dumps(self.fields)
        if "{to}" not in told or "{text}" not in told:
            raise ImproperlyConfigured("SMS_GATEWAY: fields has to say where {to} and {text} stand.")

    @classmethod
    def of(cls, told: dict[str, Any]) -> "Gateway":
        try:
            return cls(**told)
        except TypeError as error:
            raise ImproperlyConfigured(
                "SMS_GATEWAY is an object with address and fields, and format or headers where needed."
            ) from error


def post(*, to: str, text: str, key: str) -> None:
    """One attempt; NotSent when the gateway did not take the message."""
    gateway = Gateway.of(settings.SMS_GATEWAY)
    kind, write = FORMATS[gateway.format]
    body = write(_filled(gateway.fields, {"to": to, "text": text, "key": key})).encode()
    headers = {"Content-Type": kind, "Idempotency-Key": key, **gateway.headers}
    request = Request(gateway.address, body, headers, method="POST")  # noqa: S310
    try:
        with open_there(request, timeout=SECONDS) as answer:
            answer.read(1024)
    except urllib.error.HTTPError as error:
        error.close()
        may_repeat = error.code >= HTTPStatus.INTERNAL_SERVER_ERROR or error.code in LATER
        raise NotSent(
            f"the gateway answered {error.code}", may_repeat=may_repeat, wait=_seconds(error.headers)
        ) from None
    except OSError as error:
        reason = getattr(error, "reason", error)
        raise NotSent(f"no answer: {type(reason).__name__}", may_repeat=True) from None


def _filled(value: Any, words: dict[str, str]) -> Any:
    """Each place is filled once: a text that holds {to} by itself stays as it is."""
    if isinstance(value, dict):
        return {name: _filled(inner, words) for name, inner in value.items()}
    if isinstance(value, list):
        return [_filled(inner, words) for inner in value]
    if not isinstance(value, str):
        return value
    if value[1:-1] in PLACES and value == f"{{{value[1:-1]}}}":
        return words[value[1:-1]]
    for name in ("to", "key", "text"):  # the text last, for it may hold anything
        value = value.replace(f"{{{name}}}", words[name])
    return value


def _seconds(headers: Any) -> int:
    """What Retry-After asks for, in seconds; nought where it names a date or nothing."""
    told = headers.get("Retry-After", "")
    return int(told) if told.isdigit() else 0
