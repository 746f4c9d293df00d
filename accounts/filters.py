"""Filters of desks whose choices read as words, not as the codes that stand in the column."""

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import admin


class NamedValues(admin.AllValuesFieldListFilter):
    """Every value that occurs; an empty one can be read and pressed, too.

    `list_filter = [("channel", NamedValues.by(lambda: {"desk": _("desk")}))]`: what the mapping lacks stays as it is.
    """

    words: Callable[[], Mapping[str, Any]] = staticmethod(dict)

    @classmethod
    def by(cls, words: Callable[[], Mapping[str, Any]]) -> type["NamedValues"]:
        return type(cls.__name__, (cls,), {"words": staticmethod(words)})

    def choices(self, changelist):
        everything, *values = super().choices(changelist)
        words = self.words()
        yield everything
        for choice in values:
            shown = choice["display"]
            yield {**choice, "display": words.get(shown, shown) or "—"}
