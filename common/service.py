"""Every write is a service: one transaction, in the name of somebody, permission asked inside."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from django.db import transaction

from .scoping import system

P = ParamSpec("P")
R = TypeVar("R")


def service(function: Callable[P, R]) -> Callable[P, R]:
    """Wraps a keyword-only function `f(*, by, …)`: one transaction and a system scope named after it.

    The body asks `accounts.access.require(by, action, object)` first: inside a service every row can be read.
    """

    @wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        if args:
            raise TypeError(f"{function.__name__} takes keyword arguments only")
        with system(f"service {function.__module__}.{function.__name__}"), transaction.atomic():
            return function(**kwargs)

    return run
