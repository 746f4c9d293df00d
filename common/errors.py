"""Errors that a person can act on: a stable code, a sentence, the way out."""

from typing import Any

from django.utils.translation import gettext_lazy as _


class KozotError(Exception):
    """Base of every error that is shown to a person or an API client.

    `code` is stable and machine-readable; `message` is a translatable sentence with %(name)s places
    filled from `params`; `field` and `row` say where; `way_out` says what to do next.
    """

    code = "error"
    status = 400
    message: Any = _("The request cannot be carried out.")
    way_out: Any = ""

    def __init__(
        self,
        code: str = "",
        message: Any = "",
        *,
        field: str = "",
        row: int | None = None,
        way_out: Any = "",
        **params: Any,
    ):
        self.code = code or self.code
        self.message = message or self.message
        self.way_out = way_out or self.way_out
        self.field, self.row, self.params = field, row, params
        super().__init__(self.code)

    def __str__(self) -> str:
        text = str(self.message)
        return text % self.params if self.params else text


class Invalid(KozotError):
    code = "invalid"
    message = _("The data are not valid.")


class Refused(KozotError):
    code = "refused"
    status = 403
    message = _("You may not do this.")


class Missing(KozotError):
    code = "not_found"
    status = 404
    message = _("There is nothing here, or it is not for you.")


class Conflict(KozotError):
    code = "conflict"
    status = 409
    message = _("Somebody else has changed this in the meantime.")
    way_out = _("Open it again and repeat the step.")
