"""The next item is made while the last one is used: a file is read on while the database takes in its rows."""

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from typing import Any, TypeVar

from django.utils import translation

Item = TypeVar("Item")
_END: Any = object()


def ahead(items: Iterable[Item]) -> Iterator[Item]:
    """The same items in the same order, one of them made in advance in a thread, in the caller's language and scope.

    What makes them must not ask the database: a thread has no part in the caller's transaction. What it raises is
    raised here, at the item's place.
    """
    made, context = iter(items), copy_context()
    with ThreadPoolExecutor(1, thread_name_prefix="ahead") as thread:
        # Django keeps the language for a thread: the copied context alone does not bring it.
        thread.submit(context.run, translation.activate, translation.get_language())
        coming = thread.submit(context.run, next, made, _END)
        while (item := coming.result()) is not _END:
            coming = thread.submit(context.run, next, made, _END)
            yield item
