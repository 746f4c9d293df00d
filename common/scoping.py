"""Whose rows: every read happens for somebody, or for a named purpose of the system.

A scoped model has two managers: `objects` shows what the person in whose name the code runs may see and
refuses to answer when there is none; `everything` is unscoped and stands only in services, where the
permission was asked before.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from django.db import models


@dataclass(frozen=True)
class System:
    """Reads all rows, for a reason that can be searched for in the code."""

    reason: str


_scope: ContextVar[Any] = ContextVar("kozot_scope", default=None)


class UnscopedRead(RuntimeError):
    """A scoped model was read outside any scope: wrap the code in acting_as(user) or system(reason)."""


@contextmanager
def _scoped(scope: Any) -> Iterator[None]:
    token = _scope.set(scope)
    try:
        yield
    finally:
        _scope.reset(token)


def acting_as(user: Any):
    """Reads inside see what this user (or the anonymous visitor) may see."""
    return _scoped(user)


def system(reason: str):
    """Reads inside see everything; for services, tasks and commands."""
    return _scoped(System(reason))


def nobody():
    """Reads inside are refused again; tests use it to show that they are."""
    return _scoped(None)


def current() -> Any:
    """The user, the System reason, or None."""
    return _scope.get()


class ScopedQuerySet(models.QuerySet):
    def visible_to(self, user: Any) -> "ScopedQuerySet":
        raise NotImplementedError(f"{type(self).__name__} must say which rows a user may see")


class ScopedManager(models.Manager.from_queryset(ScopedQuerySet)):
    def get_queryset(self):
        scope = current()
        queryset = super().get_queryset()
        if scope is None:
            raise UnscopedRead(self.model.__name__)
        if isinstance(scope, System):
            return queryset
        return queryset.visible_to(scope)

    @classmethod
    def of(cls, queryset_class: type[ScopedQuerySet]) -> "ScopedManager":
        """A scoped manager with the named methods of the model's own queryset."""
        return cls.from_queryset(queryset_class, class_name=f"Scoped{queryset_class.__name__}")()


def everything(queryset_class: type[models.QuerySet] = models.QuerySet) -> models.Manager:
    """The unscoped manager; grep for `.everything` to see every place that uses it."""
    return queryset_class.as_manager()
