"""Short messages: one adapter, chosen by the setting SMS_BACKEND. What they say is never logged."""

import json
import sys
from pathlib import Path
from typing import Any

import phonenumbers
from django.conf import settings
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from .errors import Invalid
from .keys.ring import unwrap, wrap

SEALED = "sms"

outbox: list[dict[str, str]] = []  # filled by the adapter of the tests


def number(text: str) -> str:
    """E.164; a number without a country is one of Kyrgyzstan. Raises Invalid."""
    try:
        parsed = phonenumbers.parse(text, "KG")
    except phonenumbers.NumberParseException:
        parsed = None
    if parsed is None or not phonenumbers.is_valid_number(parsed):
        raise Invalid(
            "phone_wrong",
            _("This is not a phone number."),
            field="phone",
            way_out=_("Write it with the country, such as +996 555 123 456."),
        )
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


def send(to: str, text: str, *, key: str) -> None:
    """Sends once; `key` lets a gateway drop a repetition."""
    backend: Any = import_string(settings.SMS_BACKEND)
    backend(to=to, text=text, key=key)


def to_file(*, to: str, text: str, key: str) -> None:
    """One line for each message in a file that only its owner reads: for trials, and for a gateway that polls."""
    path = Path(settings.SMS_FILE)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600)
    with path.open("a", encoding="utf8") as file:
        file.write(json.dumps({"to": to, "text": text, "key": key}, ensure_ascii=False) + "\n")


def to_console(*, to: str, text: str, key: str) -> None:
    sys.stdout.write(f"SMS {key} to {to}: {text}\n")


def to_gateway(*, to: str, text: str, key: str) -> None:
    """Through the queue to an HTTP gateway (common/sms_gateway.py); sealed, since a queue may lie on a disk."""
    from .tasks import post_sms

    post_sms.delay(wrap(json.dumps({"to": to, "text": text, "key": key}).encode(), SEALED))


def opened(sealed: str) -> dict[str, str]:
    return json.loads(unwrap(sealed, SEALED))


def to_memory(*, to: str, text: str, key: str) -> None:
    outbox.append({"to": to, "text": text, "key": key})
