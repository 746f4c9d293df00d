"""Events of a labour record (ЕФС-1, СЗВ-ТД) one after another as stretches of work with their beginning and end."""

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Any

from common.tables.values import ValueRefused, date
from pensions.enums import EventKind

from . import words

_OPENING = {EventKind.HIRE, EventKind.CIVIL_START}
_CLOSING = {EventKind.DISMISSAL, EventKind.CIVIL_END}
_WORK = ("position", "occupation", "unit")


def worked(events: Sequence[dict[str, Any]]) -> Iterator[tuple[int, dict[str, Any]]]:
    """Each stretch with the place of the event that tells it first; an end without a beginning closes what the record
    has open."""
    rows: list[tuple[int, dict[str, Any]]] = []
    opened: dict[str, Any] | None = None
    numbered = sorted(enumerate(events, start=1), key=lambda one: _sortable(one[1].get("on")))
    for place, event in numbered:
        kind = _kind(event)
        if kind in _CLOSING or kind == EventKind.TRANSFER:
            if opened is None:
                opened = {}
                rows.append((place, opened))
            opened |= _ended(event, kind, opened)
            opened = None
        if kind not in _CLOSING:
            row = _begun(event, kind)
            rows.append((place, row))
            opened = row if kind in _OPENING or kind == EventKind.TRANSFER else opened
    yield from rows


def may_end(event: dict[str, Any]) -> bool:
    """Whether it ends work by what was read of it so far."""
    return not event.get("kind") or _kind(event) in _CLOSING


def _kind(event: dict[str, Any]) -> str:
    return words.EVENTS.get(str(event.get("kind", "")).casefold(), "")


def _begun(event: dict[str, Any], kind: str) -> dict[str, Any]:
    return {
        "start_on": event.get("on"),
        "opened_by": kind or event.get("kind") or "?",
        "event_id": event.get("event_id"),
        "basis_document": event.get("basis"),
        **{name: event.get(name) for name in _WORK},
    }


def _ended(event: dict[str, Any], kind: str, opened: dict[str, Any]) -> dict[str, Any]:
    """How work ended. Its post is told by its beginning, else by its end; a transfer tells that of the next work."""
    own = event if kind in _CLOSING else {}
    return {
        "end_on": own.get("on") if own else _day_before(event.get("on")),
        "closed_by": kind,
        "closing_event_id": event.get("event_id"),
        "closing_document": event.get("basis"),
        "dismissal_ground": own.get("ground"),
        **{name: opened.get(name) or own.get(name) for name in _WORK},
    }


def day(text: str | None) -> dt.date | None:
    try:
        return date(text)
    except ValueRefused:
        return None


def _sortable(text: str | None) -> dt.date:
    return day(text) or dt.date.max


def _day_before(text: str | None) -> str | None:
    next_day = day(text)
    return (next_day - dt.timedelta(days=1)).isoformat() if next_day else text
