"""Filters of a list that last: until they are taken off, the list opens as it was left.

They are kept in the person's own session. What was searched for is not kept: it may be the number of a case.
"""

from collections.abc import Collection
from typing import Any
from urllib.parse import urlsplit

from django.http import QueryDict

KEY = "list_filters"


def lasting(request: Any, name: str, offered: Collection[str]) -> str:
    """The query with which the list `name` opens, where it was asked for with none; otherwise notes what is asked."""
    held = request.session.get(KEY, {})
    before = held.get(name, "")
    if "q" in request.GET:
        return ""
    if not request.GET and not _taken_off(request):
        return before
    now = QueryDict(mutable=True)
    for given, values in request.GET.lists():
        if any(given == one or given.startswith(f"{one}__") for one in offered) and any(values):
            now.setlist(given, values)
    if now.urlencode() != before:
        request.session[KEY] = {**held, name: now.urlencode()}
    return ""


def _taken_off(request: Any) -> bool:
    """Led here from the same list with a query: the last filter was taken off."""
    came_from = urlsplit(request.headers.get("Referer", ""))
    return came_from.path == request.path and bool(came_from.query)
