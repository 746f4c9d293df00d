"""Time-stamp authorities of this installation: who is asked, who is believed, and what happens while none answers."""

from functools import lru_cache
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from django.conf import settings
from django.core.cache import cache
from pyhanko.sign.timestamps import TimeStamper
from pyhanko.sign.timestamps.common_utils import TimestampRequestError

from pensions.certificates.algorithms import Policy
from pensions.certificates.stamps import STAMP_FAILURES, timestamper_for

PAUSE = 300
PAUSED = "time-stamping:paused"
SUFFIXES = {".pem", ".crt", ".cer", ".der"}


class PausingTimeStamper(TimeStamper):
    """After a failure nobody is asked for five minutes: an outage must not slow every issue down by its time-outs."""

    def __init__(self, asked: TimeStamper) -> None:
        super().__init__()
        self._asked = asked

    async def async_request_tsa_response(self, req: Any) -> Any:
        if cache.get(PAUSED):
            raise TimestampRequestError("The authorities did not answer a moment ago")
        try:
            return await self._asked.async_request_tsa_response(req)
        except STAMP_FAILURES:
            cache.set(PAUSED, True, PAUSE)
            raise


def stamper() -> TimeStamper | None:
    """The configured authorities behind one client; None when there is none."""
    asked = timestamper_for(settings.TIMESTAMP_AUTHORITIES)
    return PausingTimeStamper(asked) if asked else None


def believed() -> list[bytes]:
    """X.509 certificates (DER) of the authorities that are believed."""
    folder = Path(settings.TIMESTAMP_TRUST) if settings.TIMESTAMP_TRUST else None
    if folder is None:
        return []
    files = sorted(path for path in folder.iterdir() if path.suffix.lower() in SUFFIXES)
    return [der for path in files for der in _certificates(path.read_bytes())]


def policy() -> Policy:
    return _policy(str(settings.SIGNATURE_POLICY))


@lru_cache(maxsize=4)
def _policy(path: str) -> Policy:
    return Policy.load(Path(path))


def _certificates(data: bytes) -> list[bytes]:
    """Every certificate of a PEM file, or the one of a DER file."""
    if b"-----BEGIN" in data:
        return [one.public_bytes(Encoding.DER) for one in x509.load_pem_x509_certificates(data)]
    return [x509.load_der_x509_certificate(data).public_bytes(Encoding.DER)]
