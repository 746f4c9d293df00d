"""The menu: each app's `navigation.py` adds entries, shown to whoever holds their action."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

from . import access


@dataclass(frozen=True)
class Entry:
    """`area` is public, worker, employer or desk; `action` of the permission table, empty for everyone."""

    title: Any
    url_name: str
    area: str = "public"
    action: str = ""
    order: int = 100


@dataclass(frozen=True)
class Tile:
    """A figure on the desk's first page; `value(user)` is one query, `url` leads to the list behind it."""

    title: Any
    value: Callable[[Any], Any]
    url: str
    action: str
    tone: str = "neutral"
    order: int = 100


_entries: list[Entry] = []
_tiles: list[Tile] = []


def entry(*args: Any, **kwargs: Any) -> None:
    _entries.append(Entry(*args, **kwargs))


def tile(*args: Any, **kwargs: Any) -> None:
    _tiles.append(Tile(*args, **kwargs))


def menu(user: Any, area: str, path: str = "") -> list[dict]:
    found = []
    for one in sorted(_entries, key=lambda e: e.order):
        if one.area == area and (not one.action or access.permits(user, one.action)):
            try:
                url = reverse(one.url_name)
            except NoReverseMatch:
                continue
            found.append({"title": one.title, "url": url, "current": path == url})
    return found


def tiles(user: Any) -> list[dict]:
    """Figures of the dashboard for the roles that this user has; nothing to do is no warning."""
    shown = [one for one in sorted(_tiles, key=lambda t: t.order) if access.permits(user, one.action)]
    valued = [(one, one.value(user)) for one in shown]
    return [
        {"title": one.title, "value": value, "url": one.url, "tone": one.tone if value else "neutral"}
        for one, value in valued
    ]


entry(_("Journal"), "admin:journal_entry_changelist", area="desk", action="journal.entry.view", order=80)
entry(_("Who may do what"), "admin:permissions", area="desk", action="accounts.permission.view", order=85)
entry(
    _("My tokens"), "admin:accounts_apitoken_changelist", area="desk", action="accounts.token.issue", order=90
)
