"""What a table is, before anyone asks in which file format."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from django.utils.translation import gettext_lazy as _

Kind = Literal["text", "integer", "decimal", "money", "percent", "date", "datetime", "month", "boolean"]


class _Suppressed:
    """A value that exists and is withheld by disclosure control. Neither nought nor missing."""

    def __repr__(self) -> str:
        return "SUPPRESSED"


SUPPRESSED: Final = _Suppressed()
SUPPRESSED_MARK = "c"
LEGEND = _("%(mark)s: withheld to protect the persons behind the figure")


@dataclass(frozen=True)
class Column:
    """`kind` decides how a value is written; `digits` after the sign; `width` in characters.

    Identifiers are text, even if they are digits: a spreadsheet would round a PIN.
    """

    key: str
    title: Any
    kind: Kind = "text"
    width: int | None = None
    digits: int | None = None

    @property
    def places(self) -> int:
        default = {"decimal": 2, "money": 2, "percent": 1}.get(self.kind, 0)
        return default if self.digits is None else self.digits

    @property
    def columns_wide(self) -> int:
        default = {"text": 24, "date": 12, "datetime": 17, "month": 10, "boolean": 8}.get(self.kind, 14)
        return self.width or max(default, min(len(str(self.title)) + 2, 40))


@dataclass
class Table:
    """Columns and an iterable of rows: mappings by column key, or sequences in column order.

    Rows are read once and never held. `title` and `notes` are for people: they go beside the table, so that
    its first line is the header, as programs expect.
    """

    columns: Sequence[Column]
    rows: Iterable[Mapping[str, Any] | Sequence[Any]]
    title: Any = ""
    notes: Sequence[Any] = field(default_factory=tuple)

    def values(self) -> Iterable[list[Any]]:
        keys = [column.key for column in self.columns]
        for row in self.rows:
            yield [row.get(key) for key in keys] if isinstance(row, Mapping) else list(row)


def plain_columns(titles: Iterable[str], extra: Iterable[Column] = ()) -> list[Column]:
    """Text columns under the titles a file came with, to hand rows back in the same shape."""
    return [Column(str(place), title) for place, title in enumerate(titles)] + list(extra)
