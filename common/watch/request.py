"""The number of the request in which code runs; it stands in every line of the log and on the page of an error."""

import re
import uuid
from contextvars import ContextVar

_request: ContextVar[str] = ContextVar("kozot_request", default="")
FORM = re.compile(r"^[0-9A-Za-z-]{8,64}$")


def current() -> str:
    return _request.get()


def begin(given: str) -> str:
    """Takes the proxy's number if it looks like one, else makes one."""
    number = given if FORM.match(given) else uuid.uuid4().hex
    _request.set(number)
    return number
