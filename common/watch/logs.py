"""Structured logs: one JSON object a line. Of an exception its kind and its places in the code, never its words.

The words of an exception hold values: a database names the key that stood twice, a parser the text that it refused.
"""

import json
import logging
import threading
import time
import traceback
import urllib.request
from typing import Any

from common.masking import masked

from .request import current

PLAIN = ("request_id", "route", "method", "status", "milliseconds", "job", "kind")


def as_dict(record: logging.LogRecord) -> dict[str, Any]:
    """What may be told of a record: its template, its arguments, where it was, and the request in which it came."""
    found = {
        "at": time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created)) + f".{record.msecs:03.0f}Z",
        "level": record.levelname,
        "logger": record.name,
        "event": _event(record),
    }
    found |= {name: getattr(record, name) for name in PLAIN if hasattr(record, name)}
    if (request := current()) and "request_id" not in found:
        found["request_id"] = request
    if record.exc_info and record.exc_info[1] is not None:
        found["error"] = type(record.exc_info[1]).__qualname__
        found["places"] = places(record.exc_info[1])
    return found


def _event(record: logging.LogRecord) -> str:
    # Django's own lines about requests carry the path, and a path may carry what somebody typed.
    return masked(str(record.msg) if record.name.startswith("django") else record.getMessage())


def places(error: BaseException, most: int = 12) -> list[str]:
    """`app/module.py:12 function` for each frame, the innermost last; of the causes too."""
    found = [
        f"{'/'.join(frame.filename.split('/')[-3:])}:{frame.lineno} {frame.name}"
        for frame in traceback.extract_tb(error.__traceback__)[-most:]
    ]
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return [*(places(cause, most) if cause else []), f"= {type(error).__qualname__}", *found]


class JsonFormatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        return json.dumps(as_dict(record), ensure_ascii=False, default=str)


class ErrorHook(logging.Handler):
    """Posts errors as JSON to the operator's own address, the same place in the code once a minute at most.

    Sent from a thread and given up after five seconds: an address that does not answer holds nobody up.
    """

    PAUSE, PATIENCE = 60, 5

    def __init__(self, address: str) -> None:
        super().__init__(level=logging.ERROR)
        self.address, self._told = address, {}

    def emit(self, record: logging.LogRecord) -> None:
        if record.name == __name__:
            return
        told = as_dict(record)
        place, now = str(told.get("places") or told["event"]), time.monotonic()
        if now - self._told.get(place, -self.PAUSE) < self.PAUSE:
            return
        self._told = {key: at for key, at in self._told.items() if now - at < self.PAUSE} | {place: now}
        threading.Thread(target=self._send, args=[told], daemon=True).start()

    def _send(self, told: dict) -> None:
        body = json.dumps(told, ensure_ascii=False, default=str).encode()
        request = urllib.request.Request(  # noqa: S310 - the operator's address, checked in the settings
            self.address, body, {"Content-Type": "application/json"}
        )
        try:
            urllib.request.urlopen(request, timeout=self.PATIENCE).close()  # noqa: S310
        except OSError:
            logging.getLogger(__name__).warning("the error hook did not take an error")
