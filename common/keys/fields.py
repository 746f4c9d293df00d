"""A text field sealed under the key of the person or case that the row belongs to."""

import base64
from functools import reduce
from typing import Any

from django.db import models

from .ring import KeyDestroyed, decrypt, encrypt

MARK = "s1:"


class _Sealed(str):
    """Ciphertext as read from the database, told apart from a text that was just assigned."""


class _Door:
    """Opens the text when it is first read from the instance."""

    def __init__(self, field: "SealedField"):
        self.field = field

    def __get__(self, instance: models.Model | None, owner: type | None = None) -> Any:
        if instance is None:
            return self
        data = instance.__dict__
        name = self.field.attname
        if name not in data:
            instance.refresh_from_db(fields=[name])
        value = data[name]
        if isinstance(value, _Sealed):
            value = data[name] = self.field.open(instance, value)
        return value

    def __set__(self, instance: models.Model, value: Any) -> None:
        instance.__dict__[self.field.attname] = value


class SealedField(models.TextField):
    """Text encrypted under `instance.<key>`, a SubjectKey; reads as None once that is destroyed.

    `key="case.key"` is the key of a parent.

    It can't be searched or sorted: keep a blind index beside it where exact search is needed.
    """

    def __init__(self, *args: Any, key: str = "key", **kwargs: Any):
        self.key = key
        super().__init__(*args, **kwargs)

    def deconstruct(self):
        name, path, args, kwargs = super().deconstruct()
        if self.key != "key":
            kwargs["key"] = self.key
        return name, path, args, kwargs

    def contribute_to_class(self, cls, name, private_only=False):
        super().contribute_to_class(cls, name, private_only=private_only)
        setattr(cls, self.attname, _Door(self))

    def from_db_value(self, value, expression, connection):
        return _Sealed(value) if isinstance(value, str) and value.startswith(MARK) else value

    def pre_save(self, instance, add):
        value = instance.__dict__.get(self.attname)
        if value in (None, "") or isinstance(value, _Sealed):
            return value
        secret = self._key_of(instance).secret()
        return MARK + base64.b64encode(encrypt(secret, str(value).encode(), self._context())).decode()

    def open(self, instance: models.Model, value: str) -> str | None:
        try:
            secret = self._key_of(instance).secret()
        except KeyDestroyed:
            return None
        return decrypt(secret, base64.b64decode(value.removeprefix(MARK)), self._context()).decode()

    def _key_of(self, instance: models.Model) -> Any:
        return reduce(getattr, self.key.split("."), instance)

    def _context(self) -> str:
        return f"{self.model._meta.label_lower}.{self.name}"
