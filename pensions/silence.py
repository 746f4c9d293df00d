"""Where a worker can take an employer's silence: whoever helps registers here, and is never imported.

    @helper("cases", _("Ask an organisation for help"))
    def take(silence: Silence, *, contact: str, …) -> str: …    # returns the receipt that the worker is told

Nothing of it is kept on this floor: officials who see the demand do not learn that the worker went for help.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Silence:
    """What the worker lets go along: the demand and its dates, the employer, the state of work."""

    number: str
    worker_name: str
    employer: str
    state: str
    told_on: date | None
    due_on: date | None
    outcome: str


Taker = Callable[..., str]
_takers: list[Taker] = []


def taker(function: Taker) -> Taker:
    """Registers who takes a silence in; the last one registered is asked."""
    _takers.append(function)
    return function


def has_taker() -> bool:
    return bool(_takers)


def pass_on(silence: Silence, **values) -> str:
    """Receipt of the request for help. LookupError when nobody on the floors above takes any."""
    if not _takers:
        raise LookupError("nobody takes a silence in")
    return _takers[-1](silence, **values)
