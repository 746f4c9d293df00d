"""Filters and order of a desk list, kept under a name for oneself. What was searched for is never kept."""

import re
from collections.abc import Callable
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from accounts import access
from accounts.models import SavedFilter, User
from common.errors import Conflict, Invalid, Missing
from common.journal import services as journal
from common.journal.models import Verb
from common.service import service

KEEP = "accounts.filter.keep"
MOST = 20
ORDER = "o"
DAY = re.compile(r"\d{4}-\d\d-\d\d")
IDENTIFIER = re.compile(r"\d{6,}|@|\d(?:[ -]?\d){7,}")


def names_somebody(text: str) -> bool:
    """Numbers of persons, telephones and addresses; a day is none of them."""
    return bool(IDENTIFIER.search(DAY.sub("", text)))


def cleaned(query: str, offered: Callable[[str], bool]) -> str:
    """Order and filters that the list offers, in one spelling. Invalid where a value names somebody."""
    found = QueryDict(mutable=True)
    for name, given in sorted(QueryDict(query).lists()):
        values = [value for value in given if value]
        if not values or (name != ORDER and not offered(name)):
            continue
        if any(names_somebody(value) for value in values if not _is_key(value)):
            raise Invalid(
                "names_somebody",
                _("A filter that names a person or a number of a person is not kept."),
                field="name",
                way_out=_("Take that filter away, or find the person by the search each time."),
            )
        found.setlist(name, values)
    return found.urlencode()


def _is_key(value: str) -> bool:
    """The key of a row, such as of a fund: it says nothing, and `offered` leaves those of persons out."""
    return bool(re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", value))


def of(user: User, desk: str) -> list[SavedFilter]:
    rows = SavedFilter.everything.filter(user=user, desk=desk)
    return list(rows.order_by("-is_default", "name")) if access.permits(user, KEEP) else []


@service
def keep(*, by: User, desk: str, name: str, query: str, is_default: bool = False) -> SavedFilter:
    """A new one, or another content under a name that one has already; `query` comes from `cleaned`."""
    access.require(by, KEEP)
    name = " ".join(name.split())[:40]
    if not name or names_somebody(name):
        raise Invalid("name_wrong", _("Give it a name that names nobody."), field="name")
    if len(query) > SavedFilter._meta.get_field("query").max_length:
        raise Invalid("too_long", _("These are too many filters at once."), field="name")
    own = SavedFilter.everything.filter(user=by, desk=desk)
    if own.exclude(name=name).count() >= MOST:
        raise Conflict("too_many", _("Twenty are kept already; take one away first."), field="name")
    if is_default:
        own.update(is_default=False)
    made, _new = SavedFilter.everything.update_or_create(
        user=by, desk=desk, name=name, defaults={"query": query, "is_default": is_default}
    )
    journal.record(by=by, verb=Verb.CHANGED, obj=made, action=KEEP)
    return made


@service
def choose(*, by: User, desk: str, pk: Any, is_default: bool) -> None:
    """The list opens with it from now on, or with none."""
    row = _own(by, desk, pk)
    SavedFilter.everything.filter(user=by, desk=desk).update(is_default=False)
    SavedFilter.everything.filter(pk=row.pk).update(is_default=is_default)
    journal.record(by=by, verb=Verb.CHANGED, obj=row, action=KEEP)


@service
def forget(*, by: User, desk: str, pk: Any) -> None:
    row = _own(by, desk, pk)
    journal.record(by=by, verb=Verb.CHANGED, obj=row, action=KEEP, details={"forgotten": True})
    row.delete()


def _own(by: User, desk: str, pk: Any) -> SavedFilter:
    access.require(by, KEEP)
    row = SavedFilter.everything.filter(user=by, desk=desk, pk=pk).first()
    if row is None:
        raise Missing()
    return row
