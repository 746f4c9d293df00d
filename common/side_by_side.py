"""Work over connections beside the caller's own. PostgreSQL only: SQLite has one writer."""

from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextvars import copy_context
from typing import Any

from django.db import connection


class SideBySide:
    """Some threads, each piece of work over a connection of its own. It sees what the caller has committed before;
    what goes wrong in it is raised where the caller begins another one, or at the end of the block."""

    def __init__(self, at_once: int):
        self._at_once, self._running = at_once, set[Future]()

    def __enter__(self) -> "SideBySide":
        self._threads = ThreadPoolExecutor(self._at_once, thread_name_prefix="side by side")
        return self

    def begin(self, work: Callable[..., Any], *args: Any) -> None:
        """Once there is room for it."""
        self._leave(self._at_once - 1)
        self._running.add(self._threads.submit(copy_context().run, _over_own_connection, work, args))

    def __exit__(self, kind: Any, *_error: Any) -> None:
        """Waits in any case. What went wrong with the caller goes before what went wrong here."""
        with self._threads:
            if kind is None:
                self._leave(0)

    def _leave(self, count: int) -> None:
        while len(self._running) > count:
            over, self._running = wait(self._running, return_when=FIRST_COMPLETED)
            for piece in over:
                piece.result()


def _over_own_connection(work: Callable[..., Any], args: tuple) -> None:
    try:
        work(*args)
    finally:
        connection.close()
