"""The menu: each app's `navigation.py` adds entries, shown to whoever holds their action."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

from . import access
from .enums import MessageState, Role
from .models import Message, ReadingAlarm

LONGEST = 9


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


_rooms: dict[str, Any] = {}
_entries: list[Entry] = []
_tiles: list[Tile] = []


def room(area_of_actions: str, title: Any) -> None:
    """Under which word a long menu gathers entries whose actions begin so; "" gathers what is open to everyone."""
    _rooms[area_of_actions] = title


def entry(*args: Any, **kwargs: Any) -> None:
    _entries.append(Entry(*args, **kwargs))


def tile(*args: Any, **kwargs: Any) -> None:
    _tiles.append(Tile(*args, **kwargs))


def entries() -> list[Entry]:
    """Every entry of every menu, in its order."""
    return sorted(_entries, key=lambda one: one.order)


def menu(user: Any, area: str, path: str = "") -> list[dict]:
    found = []
    for one in entries():
        if one.area == area and (not one.action or access.permits(user, one.action)):
            try:
                url = reverse(one.url_name)
            except NoReverseMatch:
                continue
            title = _rooms.get(one.action.partition(".")[0], "")
            found.append({"title": one.title, "url": url, "current": path == url, "room": title})
    return found


def gathered(items: list[dict]) -> list[dict]:
    """A menu longer than a person takes in is gathered by rooms: `children` in place of `url`. The order stays."""
    if len(items) <= LONGEST:
        return items
    rooms: dict[str, list[dict]] = {}
    for one in items:
        rooms.setdefault(str(one["room"]) or one["url"], []).append(one)
    return [
        {"title": title, "children": inside, "current": any(one["current"] for one in inside)}
        if len(inside) > 1
        else inside[0]
        for title, inside in rooms.items()
    ]


def tiles(user: Any) -> list[dict]:
    """Figures of the dashboard for the roles that this user has; nothing to do is no warning."""
    shown = [one for one in sorted(_tiles, key=lambda t: t.order) if access.permits(user, one.action)]
    valued = [(one, one.value(user)) for one in shown]
    return [
        {"title": one.title, "value": value, "url": one.url, "tone": one.tone if value else "neutral"}
        for one, value in valued
    ]


room("", _("For everyone"))
for prefix in ("accounts", "journal"):
    room(prefix, _("Administration"))
entry(_("Journal"), "admin:journal_entry_changelist", area="desk", action="journal.entry.view", order=80)
entry(_("Who may do what"), "admin:permissions", area="desk", action="accounts.permission.view", order=85)
entry(
    _("Unusual reading"),
    "admin:accounts_readingalarm_changelist",
    area="desk",
    action="journal.alarm.view",
    order=81,
)
tile(
    _("Unusual readings to explain"),
    lambda user: ReadingAlarm.objects.filter(explained_at__isnull=True).count(),
    "/admin/accounts/readingalarm/?explained_at__isempty=1",
    "journal.alarm.view",
    tone="warning",
    order=81,
)
entry(_("My messages"), "accounts:messages", area="worker", action="accounts.notice.view", order=95)
STUCK = (MessageState.FAILED, MessageState.IN_DOUBT)
entry(
    _("Messages sent"),
    "admin:accounts_message_changelist",
    area="desk",
    action="accounts.message.view",
    order=89,
)
tile(
    _("Messages that did not arrive"),
    lambda user: Message.objects.filter(state__in=STUCK).count(),
    "/admin/accounts/message/?state__exact=failed",
    "accounts.message.view",
    tone="warning",
    order=89,
)
entry(
    _("Roles to decide on"),
    "admin:accounts_roleproposal_changelist",
    area="desk",
    action="accounts.role.view",
    order=86,
)
entry(
    _("Bulk acts"),
    "admin:accounts_bulkact_changelist",
    area="desk",
    action="accounts.bulk.view",
    order=88,
)
entry(
    _("My tokens"), "admin:accounts_apitoken_changelist", area="desk", action="accounts.token.issue", order=90
)


def first_page(user) -> str:
    """Where a person's own work begins."""
    if user.is_staff and user.roles != {Role.EMPLOYER_CLERK}:
        return reverse("admin:index")
    for role, area in ((Role.WORKER, "worker"), (Role.EMPLOYER_CLERK, "employer")):
        if role in user.roles and (own := menu(user, area)):
            return own[0]["url"]
    return reverse("home")
