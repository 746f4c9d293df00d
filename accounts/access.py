"""The permission table: role × action × scope. Pages, API, admin, search, import, export, tasks and files
ask it and nothing else.

Each app's `permissions.py` adds rows, and says what each scope means for the rows of its models:

    table.allow("registry.worker.view", {Role.REGISTRY_OFFICIAL: Scope.STATE, Role.WORKER: Scope.OWN})
    table.reach(Worker, {Scope.STATE: lambda who: Q(registered_in__in=who.states), …})

An action's last word is its verb; a model's rows are seen by whoever holds its `view` action.
"""

import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import reduce
from operator import or_
from typing import Any

from django.db import models
from django.db.models import Q

from common import clock
from common.context import current_organisation_id
from common.errors import Missing, Refused
from common.scoping import ScopedQuerySet, System, current

from .enums import Role, Scope


@dataclass(frozen=True)
class Who:
    """On whose behalf a scope is resolved: the user and the memberships that carry the permission."""

    user: Any
    memberships: tuple[Any, ...] = ()

    @property
    def organisation_ids(self) -> list[uuid.UUID]:
        return [m.organisation_id for m in self.memberships if m.organisation_id]

    @property
    def states(self) -> list[str]:
        return sorted({m.organisation.state for m in self.memberships if m.organisation_id})

    def duties(self, model: type[models.Model], *codes: str) -> models.QuerySet:
        """Subquery of the ids of objects of this model for which the person has a duty that has not ended."""
        from .models import Duty

        # A deputy's membership is the colleague's, and so are the duties that come with it.
        people = {self.user.pk, *(membership.user_id for membership in self.memberships)}
        rows = Duty.objects.filter(user_id__in=people, object_type=model._meta.label_lower).filter(
            Q(ended_at__isnull=True) | Q(ended_at__gt=clock.now())
        )
        return (rows.filter(duty__in=codes) if codes else rows).values("object_id")


Resolver = Callable[[Who], Q]
NOTHING = Q(pk__in=[])


@dataclass
class Table:
    """{action: {role: scope}} and {model: {scope: resolver}}."""

    rules: dict[str, dict[str, Scope]] = field(default_factory=dict)
    reaches: dict[type[models.Model], dict[Scope, Resolver]] = field(default_factory=dict)

    def allow(self, action: str, grants: Mapping[Role, Scope]) -> str:
        if action in self.rules:
            raise ValueError(f"{action} stands in the permission table already")
        self.rules[action] = dict(grants)
        return action

    def reach(self, model: type[models.Model], resolvers: Mapping[Scope, Resolver]) -> None:
        self.reaches[model] = dict(resolvers)


table = Table()


def grants(user: Any, action: str) -> dict[Scope, Who]:
    """The scopes in which this user holds the action, with the memberships that give them."""
    rules = table.rules.get(action)
    if rules is None:
        raise KeyError(f"{action} is not in the permission table")
    found: dict[Scope, list] = {}
    if Role.PUBLIC in rules:
        found[rules[Role.PUBLIC]] = []
    if getattr(user, "is_authenticated", False) and user.is_active and _token_allows(user, action):
        chosen = current_organisation_id()
        for membership in user.valid_memberships:
            scope = rules.get(membership.role)
            if scope and (chosen is None or membership.organisation_id in (None, chosen)):
                found.setdefault(scope, []).append(membership)
    return {scope: Who(user, tuple(memberships)) for scope, memberships in found.items()}


def _token_allows(user: Any, action: str) -> bool:
    """A token opens the actions that it names, and no other; without a token nothing is limited."""
    limit = getattr(user, "token_actions", None)
    return limit is None or action in limit


def filter_for(user: Any, action: str, model: type[models.Model]) -> Q | None:
    """Q of the rows of this model on which the user holds the action; None stands for every row."""
    found = grants(user, action)
    if Scope.ALL in found:
        return None
    resolvers = table.reaches.get(model, {})
    parts = [resolvers[scope](who) for scope, who in found.items() if scope in resolvers]
    return reduce(or_, parts) if parts else NOTHING


def narrow(queryset: models.QuerySet, user: Any, action: str) -> models.QuerySet:
    """The rows on which the user holds the action."""
    if isinstance(user, System):
        return queryset
    condition = filter_for(user, action, queryset.model)
    return queryset if condition is None else queryset.filter(condition)


_answers: ContextVar[dict | None] = ContextVar("kozot_answers", default=None)


@contextmanager
def remembering() -> Iterator[None]:
    """Inside, a question about one object is put to the database once: for showing a page, never around a write."""
    token = _answers.set({})
    try:
        yield
    finally:
        _answers.reset(token)


def permits(user: Any, action: str, obj: models.Model | None = None) -> bool:
    """May this user do it (to this object)? Without an object: may the user do it to anything at all?"""
    if action not in table.rules:
        return False
    found = grants(user, action)
    if not found or obj is None or Scope.ALL in found:
        return bool(found)
    answers = _answers.get()
    if answers is None:
        return _reaches(user, action, obj)
    key = _answer_key(user, obj, found)
    if key not in answers:
        answers[key] = _reaches(user, action, obj)
    return answers[key]


def _answer_key(user: Any, obj: models.Model, found: dict[Scope, Who]) -> tuple:
    """The answer depends on the scopes and who holds them, not on the action's name."""
    held = frozenset((scope, tuple(m.pk for m in who.memberships)) for scope, who in found.items())
    return (user.pk, type(obj), obj.pk, held)


def seen(user: Any, action: str, obj: models.Model) -> None:
    """The object came out of rows that were narrowed by this action: while its page is shown, nobody asks again."""
    answers = _answers.get()
    if answers is not None:
        answers[_answer_key(user, obj, grants(user, action))] = True


def _reaches(user: Any, action: str, obj: models.Model) -> bool:
    everything = getattr(type(obj), "everything", type(obj)._base_manager)
    return narrow(everything.filter(pk=obj.pk), user, action).exists()


def require(user: Any, action: str, obj: models.Model | None = None) -> None:
    """Raises Refused; Missing where the user may not even know that the object exists. None is the system."""
    if user is None or isinstance(user, System) or permits(user, action, obj):
        return
    if obj is not None:
        view = getattr(type(obj), "VIEW", None)
        if view and not permits(user, view, obj):
            raise Missing()
    raise Refused()


def holders(action: str) -> dict[str, Scope]:
    return table.rules[action]


class TableQuerySet(ScopedQuerySet):
    """Rows are visible to whoever holds the model's VIEW action on them."""

    def visible_to(self, user: Any) -> "TableQuerySet":
        return narrow(self, user, self.model.VIEW)

    def allowed(self, user: Any, action: str) -> "TableQuerySet":
        return narrow(self, user, action)


def acting_user() -> Any:
    """The user in whose name the code runs; None for the system."""
    scope = current()
    return None if isinstance(scope, System) else scope
