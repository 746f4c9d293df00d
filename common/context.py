"""What is known of the request or task in which code runs: the channel and the organisation worked for."""

import uuid
from contextlib import contextmanager
from contextvars import ContextVar

_channel: ContextVar[str] = ContextVar("kozot_channel", default="system")
_organisation: ContextVar[uuid.UUID | None] = ContextVar("kozot_organisation", default=None)


@contextmanager
def working(channel: str, organisation_id: uuid.UUID | None = None):
    one, two = _channel.set(channel), _organisation.set(organisation_id)
    try:
        yield
    finally:
        _channel.reset(one)
        _organisation.reset(two)


def current_channel() -> str:
    return _channel.get()


def current_organisation_id() -> uuid.UUID | None:
    return _organisation.get()
