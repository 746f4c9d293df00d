"""Which column of a file is which field, where its titles do not say so: shown with samples, chosen, tried out."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from common import imports
from common.imports.receiving import LEFT_OUT
from common.models import ImportRun
from common.tables.values import text

from .columns import KIND, REQUIRED, TITLES
from .problems import reason

SAMPLES, TRIED, LONGEST = 3, 5, 60


@dataclass(frozen=True)
class FileColumn:
    """A column of the file: its title, the first values in it, and the field that it is taken for."""

    title: str
    samples: list[str]
    field: str


def file_columns(run: ImportRun) -> list[FileColumn]:
    with imports.content(run) as stream, imports.look(KIND, stream, run.mapping) as table:
        rows = list(islice(table.rows(), 50))
        fields = {place: key for key, place in table.places.items()}
        return [
            FileColumn(title, _samples(row.values[place] for row in rows), fields.get(place, ""))
            for place, title in enumerate(table.header)
            if title
        ]


def _samples(values) -> list[str]:
    shown = (text(value)[:LONGEST] for value in values)
    return list(dict.fromkeys(value for value in shown if value))[:SAMPLES]


class ColumnsForm(forms.Form):
    """One choice for each column of the file."""

    def __init__(self, columns: list[FileColumn], *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.columns = columns
        choices = [("", _("— leave out —")), *((key, _sentence(title)) for key, title in TITLES.items())]
        for place, column in enumerate(columns):
            self.fields[f"column-{place}"] = forms.ChoiceField(
                label=column.title,
                choices=choices,
                required=False,
                initial=column.field,
                help_text=" · ".join(column.samples) or _("The column is empty."),
            )
            self.fields[f"column-{place}"].unmarked = True  # "optional" would be said of the file's own title

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        chosen = [values.get(f"column-{place}") for place in range(len(self.columns))]
        for place, key in enumerate(chosen):
            if key and key in chosen[:place]:
                self.add_error(f"column-{place}", _("Another column is taken for this field already."))
        missing = [_sentence(TITLES[key]) for key in REQUIRED if key not in chosen]
        if missing:
            self.add_error(None, _("Name a column for: %(fields)s.") % {"fields": ", ".join(missing)})
        return values

    @property
    def mapping(self) -> dict[str, Any]:
        """As an import keeps it: {field: title}, and the titles that are left out."""
        pairs = [(self.cleaned_data[f"column-{place}"], one.title) for place, one in enumerate(self.columns)]
        left_out = [title for key, title in pairs if not key]
        return {key: title for key, title in pairs if key} | ({LEFT_OUT: left_out} if left_out else {})


def _sentence(title: Any) -> str:
    shown = str(title)
    return shown[:1].upper() + shown[1:]


def tried(run: ImportRun, mapping: Mapping[str, Any]) -> dict[str, Any]:
    """The first rows as they would be read under this mapping: columns and rows of a table for the page."""
    from .staging import row_reader

    with imports.content(run) as stream, imports.look(KIND, stream, mapping) as table:
        reader = row_reader(run, table)
        keys = [key for key in TITLES if key in table.places]
        rows = []
        for row in islice(table.rows(), TRIED):
            staged = reader.read(*row)
            cells = [text(row.values[table.places[key]])[:LONGEST] or "—" for key in keys]
            problem = reason(staged.problem, staged.problem_field) if staged.problem else _("can be read")
            rows.append(
                [row.number, {"value": problem, "tone": "danger" if staged.problem else "success"}, *cells]
            )
    columns = [
        {"title": _("Row"), "number": True},
        _("What comes of it"),
        *(_sentence(TITLES[key]) for key in keys),
    ]
    return {"tried_columns": columns, "tried_rows": rows}
