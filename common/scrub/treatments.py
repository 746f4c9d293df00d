"""How one value is treated: as its field's class says, or in a way of its own that an app's `scrubbing.py` names."""

import base64
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any

from django.apps import apps
from django.db import models

from common.classification import OURS, FieldClass, classified
from common.keys.fields import MARK, SealedField
from common.keys.ring import encrypt

from .invent import Inventor

Row = dict[str, Any]
Treat = Callable[[Any, Row], Any]
NAMES = {
    *("family_name", "given_name", "patronymic", "latin_family_name", "latin_given_name"),
    *("full_name", "author_name", "received_by", "depositor"),
}
SHORT_CODE = 3  # signs: a country, a currency
OVERHEAD = 28  # bytes that sealing adds


@dataclass
class Special:
    """What the class of a field does not tell; keys are `Model` or `Model.field`.

    `fields`: what stands there instead; of a sealed field the plain text. `sealed_by`: the lookup of the key, where it
    is not what the field says. `wanted`: lookups that a treatment reads beside the row's own columns. `order`: of the
    rows.
    """

    fields: dict[str, Treat] = field(default_factory=dict)
    sealed_by: dict[str, str] = field(default_factory=dict)
    wanted: dict[str, tuple[str, ...]] = field(default_factory=dict)
    order: dict[str, tuple[str, ...]] = field(default_factory=dict)
    shut: set[str] = field(default_factory=set)  # models whose keys are destroyed in the copy
    told: list[str] = field(default_factory=list)  # lines for whoever made the copy


class Treatments:
    def __init__(self, inventor: Inventor):
        self.inventor, self._classes = inventor, classified()
        self._special = {label: self._of_app(label) for label in OURS}
        self.left_out = left_out()

    def _of_app(self, label: str) -> Special:
        name = apps.get_app_config(label).name
        try:
            module = import_module(f"{name}.scrubbing")
        except ModuleNotFoundError as error:
            if error.name != f"{name}.scrubbing":
                raise
            return Special()
        return module.special(self.inventor)

    def shut(self) -> Iterable[type[models.Model]]:
        for label, special in self._special.items():
            yield from (apps.get_model(label, name) for name in special.shut)

    def say(self, label: str, fields: dict[str, Treat]) -> None:
        """Of an app, for this run."""
        self._special[label].fields |= fields

    def told(self) -> list[str]:
        return [line for special in self._special.values() for line in special.told]

    def lookups(self, model: type[models.Model]) -> list[str]:
        """What is read of each row: its own columns, then what treatments want."""
        special = self._special[model._meta.app_label]
        own = [one.attname for one in columns(model)]
        sealed = [self._key(one) for one in columns(model) if isinstance(one, SealedField)]
        return list(dict.fromkeys([*own, *sealed, *special.wanted.get(model.__name__, ())]))

    def order(self, model: type[models.Model]) -> tuple[str, ...]:
        return self._special[model._meta.app_label].order.get(model.__name__, ("pk",))

    def of(self, model: type[models.Model]) -> list[Treat]:
        """One for each column, in order."""
        return [self._treat(model, one) for one in columns(model)]

    def _treat(self, model: type[models.Model], one: models.Field) -> Treat:
        special = self._special[model._meta.app_label].fields.get(f"{model.__name__}.{one.name}")
        if isinstance(one, SealedField):
            return self._sealed(one, special or self._plain(one))
        if special:
            return special
        if one.is_relation:
            gone = one.related_model in self.left_out
            return (lambda value, row: None) if gone else _as_it_is
        return self._by_class(one, self._classes[model._meta.label_lower][one.name])

    def _by_class(self, one: models.Field, kind: FieldClass) -> Treat:
        if kind.scrub == "keep" or one.choices or (one.max_length or SHORT_CODE + 1) <= SHORT_CODE:
            return _as_it_is
        if isinstance(one, (models.BooleanField, models.IntegerField, models.DecimalField, models.UUIDField)):
            return _as_it_is
        if isinstance(one, models.DateField):
            return lambda value, row: value and self.inventor.day(value)
        if isinstance(one, models.JSONField):
            return lambda value, row: None if value is None else type(value)()
        if isinstance(one, models.BinaryField):
            return lambda value, row: value and b""
        return self._text(one)

    def _text(self, one: models.Field) -> Treat:
        invent, longest = self.inventor, one.max_length or 10_000
        if isinstance(one, models.EmailField):
            return lambda value, row: value and f"{invent.token(value, length=12)}@example.org"
        if one.name in NAMES:
            return lambda value, row: value and invent.name(value)[:longest]
        if one.unique or any(word in one.name for word in ("index", "digest", "sha256")):
            return lambda value, row: value and invent.token(value, length=min(longest, 64))
        return lambda value, row: value and invent.words(len(value))

    def _plain(self, one: SealedField) -> Treat:
        """In place of what is sealed and stays unread; as long as it was."""
        if one.name in {"name", "reporter", "recipient_name"}:
            return lambda value, row: self.inventor.person(one.model._meta.label, row["pk"])
        if one.name == "contact":
            return lambda value, row: self.inventor.phone(row["pk"])
        return lambda value, row: self.inventor.words(max(8, len(value) * 3 // 4 - OVERHEAD))

    def _key(self, one: SealedField) -> str:
        said = self._special[one.model._meta.app_label].sealed_by.get(one.model.__name__, one.key)
        return said.replace(".", "__") + "_id"

    def _sealed(self, one: SealedField, plain: Treat) -> Treat:
        context, key = f"{one.model._meta.label_lower}.{one.name}", self._key(one)

        def treat(value: Any, row: Row) -> Any:
            text = value and plain(value, row)
            if not text:
                return text
            sealed = encrypt(self.inventor.key(row[key]), text.encode(), context)
            return MARK + base64.b64encode(sealed).decode()

        return treat


def _as_it_is(value: Any, row: Row) -> Any:
    return value


def columns(model: type[models.Model]) -> list[models.Field]:
    return list(model._meta.concrete_fields)


def ours() -> list[type[models.Model]]:
    every = apps.get_models(include_auto_created=True)
    return [one for one in every if one._meta.app_label in OURS and not one._meta.proxy]


def left_out() -> set[type[models.Model]]:
    """Tables that a copy goes without: those named, and those whose rows cannot be without one of these."""
    gone = set()
    for label in OURS:
        module = import_module(f"{apps.get_app_config(label).name}.privacy")
        gone |= {apps.get_model(label, name) for name in getattr(module, "LEFT_OUT", ())}
    while more := {model for model in ours() if model not in gone and _hangs_on(model, gone)}:
        gone |= more
    return gone


def _hangs_on(model: type[models.Model], gone: set[type[models.Model]]) -> bool:
    return any(one.related_model in gone and not one.null for one in columns(model) if one.is_relation)
