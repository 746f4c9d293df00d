"""What one bulk act of a desk does, and what has to be known of it before and after."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.db import models


def _nobody(rows: list[Any]) -> dict[Any, Any]:
    return {}


@dataclass(frozen=True)
class BulkAction:
    """`run(by, rows, **cleaned)` calls a service. `refused(rows)`: {key: why not}, set-wise.

    `undo(by, rows, before)` writes the compensating act, `before` holds by key what `before(row)` said;
    `moved_since(rows, at)` names the keys of rows that were dealt with since. Without `undo`, `no_undo` says
    why there is no way back.
    """

    name: str
    title: Any
    model: type[models.Model]
    action: str
    run: Callable[..., Any]
    refused: Callable[[list[Any]], dict[Any, Any]] = _nobody
    form: type[forms.Form] = forms.Form
    form_kwargs: Callable[[Any], dict] = lambda by: {}
    explain: Any = ""
    label: Callable[[Any], str] = str
    before: Callable[[Any], dict] = lambda row: {}
    undo: Callable[..., Any] | None = None
    moved_since: Callable[[list[Any], Any], set] = lambda rows, at: set()
    no_undo: Any = ""
    in_list: bool = True

    @property
    def is_undoable(self) -> bool:
        """For templates, which would call `undo` itself."""
        return self.undo is not None
