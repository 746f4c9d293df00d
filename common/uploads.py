"""The one field by which a person sends a file; `tests/project/test_uploads.py` finds any other.

A field with `kinds` says by content what the file is: nothing else comes through, and `file.media_type` is ours, not
the browser's. Without `kinds` the service that opens the file judges it (tables, messages, certificates).
"""

from collections.abc import Collection
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from common import file_kinds
from common.errors import KozotError
from common.files import safe_name
from common.formatting import file_size
from common.tables.errors import TooLarge

SCANS = (file_kinds.PDF, file_kinds.JPEG, file_kinds.PNG)


class UploadField(forms.FileField):
    """`most`: bytes, or the setting that says them. `is_divisible`: a larger file can be sent in parts."""

    def __init__(
        self,
        *,
        kinds: Collection[file_kinds.FileKind] | None = None,
        most: int | str = "UPLOAD_MAX_BYTES",
        is_divisible: bool = False,
        **kwargs: Any,
    ):
        super().__init__(**kwargs)
        self.kinds, self._most, self.is_divisible = kinds, most, is_divisible

    @property
    def most(self) -> int:
        return self._most if isinstance(self._most, int) else getattr(settings, self._most)

    def clean(self, data: Any, initial: Any = None) -> Any:
        file = super().clean(data, initial)
        if file:
            self._judge(file)
        return file

    def _judge(self, file: Any) -> None:
        if file.size > self.most:
            words = TooLarge.message if self.is_divisible else _("The file is larger than %(limit)s.")
            raise ValidationError(words, code="too_large", params={"limit": file_size(self.most)})
        if self.kinds is not None:
            kind = self._kind(file)
            file.media_type = file.content_type = kind.media_type
        file.name = safe_name(file.name)

    def _kind(self, file: Any) -> file_kinds.FileKind:
        try:
            kind = file_kinds.recognise(file)
        except KozotError as error:
            raise ValidationError(f"{error} {error.way_out}".strip(), code=error.code) from error
        if kind not in self.kinds:
            raise ValidationError(
                _("Give a file of one of these kinds: %(kinds)s."),
                code="file_kind",
                params={"kinds": ", ".join(one.ending.upper() for one in self.kinds)},
            )
        return kind
