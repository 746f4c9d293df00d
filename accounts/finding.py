"""One box for everything at the desk: pages of the menu and records that apps offer, never what one may not see.

    @finder(_("Workers"), "registry.worker.view")
    def workers(user, text): return [Found(worker.full_name, url, hint)]

A finder looks only among rows that the person may see, writes into the journal whose records it showed, and returns
at most `MOST`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from common.kyrgyz import fold

from . import access
from .navigation import menu

SHORTEST, MOST = 2, 8


@dataclass(frozen=True)
class Found:
    title: str
    url: str
    hint: str = ""


Finder = Callable[[Any, str], list[Found]]
_finders: list[tuple[Any, str, Finder]] = []


def finder(title: Any, action: str) -> Callable[[Finder], Finder]:
    """Registers a source of records, asked for whoever holds the action."""

    def keep(function: Finder) -> Finder:
        _finders.append((title, action, function))
        return function

    return keep


def find(user: Any, text: str) -> list[tuple[str, list[Found]]]:
    """Groups (title, what was found), empty ones left out; nothing for less than two letters."""
    text = text.strip()
    if len(text) < SHORTEST:
        return []
    groups = [(_("Pages"), pages(user, text))]
    groups += [
        (str(title), look(user, text)[:MOST])
        for title, action, look in _finders
        if access.permits(user, action)
    ]
    return [(title, found) for title, found in groups if found]


def pages(user: Any, text: str) -> list[Found]:
    """Entries of the person's menu in whose title every word typed stands, however it is spelt."""
    words = fold(text).split()
    found = [
        Found(str(one["title"]), one["url"], str(one["room"]))
        for one in menu(user, "desk")
        if words and all(word in fold(str(one["title"])) for word in words)
    ]
    return found[:MOST]
