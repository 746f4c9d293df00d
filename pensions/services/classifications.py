"""Tables of codes: what a new installation begins with, whether a code is known, import and export."""

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import tablib
from django.db import connection
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override
from import_export import resources

from accounts import access
from common.enums import TranslationState
from common.errors import Invalid
from common.journal import services as journal
from common.journal.models import Verb
from common.service import service
from common.tables.columns import Column, Table
from common.tables.guard import Limits
from common.tables.reader import open_table
from common.tables.writer import to_bytes
from pensions.enums import Scheme
from pensions.models import ClassificationCode

DATA = Path(__file__).resolve().parents[1] / "data" / "classifications"
CHANGE = "registry.classification.change"
LANGUAGES = ("ky", "ru", "en")
COLUMNS = (
    Column("scheme", _("table")),
    Column("code", _("code")),
    Column("level", _("level"), "integer"),
    Column("parent", _("code above")),
    Column("maps_to", _("maps to")),
    Column("title_ky", _("title in Kyrgyz"), width=60),
    Column("title_ru", _("title in Russian"), width=60),
    Column("title_en", _("title in English"), width=60),
    Column("ended_on", _("last day"), "date"),
)
MAX_ROWS = 20_000


def fill() -> None:
    """The first rows of a table that has none; nothing where the table stands, or is not made yet."""
    if ClassificationCode._meta.db_table in connection.introspection.table_names() and (
        not ClassificationCode.objects.exists()
    ):
        ClassificationCode.objects.bulk_create(initial_rows(), batch_size=500)


def initial_rows() -> Iterator[ClassificationCode]:
    """Rows of the files under `data/classifications`."""
    for scheme in Scheme.values:
        with (DATA / f"{scheme}.csv").open(encoding="utf8", newline="") as file:
            for row in csv.DictReader(file):
                states = {
                    f"title_{language}_state": TranslationState.UNREVIEWED
                    for language in LANGUAGES
                    if row[f"title_{language}"]
                }
                yield ClassificationCode(scheme=scheme, **{**row, "level": int(row["level"])}, **states)


def find(scheme: str, code: str) -> ClassificationCode | None:
    """The code, or the nearest one above it: records often hold a finer code than the table has."""
    beginnings = [code[:length] for length in range(1, len(code) + 1)]
    rows = ClassificationCode.objects.filter(scheme=scheme, code__in=beginnings)
    return max(rows, key=lambda row: len(row.code), default=None)


def codes(scheme: str) -> frozenset[str]:
    """All codes of a table, for who checks many rows against it."""
    return frozenset(ClassificationCode.objects.filter(scheme=scheme).values_list("code", flat=True))


def groups(scheme: str, digits: int) -> list[ClassificationCode]:
    """The codes of so many digits that are still given, in their order."""
    rows = ClassificationCode.objects.filter(scheme=scheme, ended_on=None).order_by("code")
    return [row for row in rows if len(row.code) == digits]


def require_code(scheme: str, code: str, field: str) -> ClassificationCode | None:
    """Invalid if neither the code nor one above it is in the table; None while the table is empty."""
    found = find(scheme, code)
    if found is None and ClassificationCode.objects.filter(scheme=scheme).exists():
        raise Invalid(
            "code_unknown",
            _("The code %(given)s is not in the table “%(table)s”."),
            field=field,
            given=code,
            table=Scheme(scheme).label,
            way_out=_("Look it up under Classifications."),
        )
    return found


def industry(isic: str, national: str) -> tuple[str, str]:
    """(ISIC code, national code), both known; ISIC follows from the national code where only that is given."""
    isic, national = isic.strip().upper(), national.strip().upper()
    found = require_code(Scheme.GCED, national, "national_industry") if national else None
    if isic:
        require_code(Scheme.ISIC4, isic, "industry")
    return isic or (found.maps_to if found else ""), national


# --- tables in and out ------------------------------------------------------------------------------


class CodeResource(resources.ModelResource):
    """Rows of a file against rows of the table: new, changed, unchanged, wrong."""

    class Meta:
        model = ClassificationCode
        fields = tuple(column.key for column in COLUMNS)
        import_id_fields = ("scheme", "code")
        skip_unchanged = True
        clean_model_instances = True
        use_transactions = False  # the service has one

    def before_save_instance(self, instance: ClassificationCode, row: Any, **kwargs: Any) -> None:
        for language in LANGUAGES:
            if getattr(instance, f"title_{language}") and (
                getattr(instance, f"title_{language}_state") == TranslationState.MISSING
            ):
                setattr(instance, f"title_{language}_state", TranslationState.UNREVIEWED)


@service
def import_table(*, by: Any, content: bytes, only_check: bool) -> dict[str, Any]:
    """{new, changed, unchanged, wrong: [(line, text)]} of a file; nothing is recorded if a row is wrong.

    A code is never deleted by a table that does not have it: give its last day.
    """
    access.require(by, CHANGE)
    lines, dataset = _dataset(content)
    result = CodeResource().import_data(dataset, dry_run=only_check, raise_errors=False)
    wrong = [(lines[row.number - 1], _said(row)) for row in result.invalid_rows]
    wrong += [
        (lines[number - 1], "; ".join(str(one.error) for one in errors))
        for number, errors in result.row_errors()
    ]
    if wrong and not only_check:
        line, text = sorted(wrong)[0]
        raise Invalid("table_wrong", _("Line %(line)s: %(text)s"), field="file", line=line, text=text)
    counts = {"new": result.totals["new"], "changed": result.totals["update"]}
    if not only_check:
        journal.record(by=by, verb=Verb.CHANGED, action=CHANGE, details=counts)
    return {**counts, "unchanged": result.totals["skip"], "wrong": sorted(wrong)}


def _said(row: Any) -> str:
    return "; ".join(str(text) for texts in row.error.message_dict.values() for text in texts)


def _dataset(content: bytes) -> tuple[list[int], tablib.Dataset]:
    """The file's rows under the names of the resource, and the line of each."""
    keys = [column.key for column in COLUMNS]
    expected = {column.key: [column.key, *_titles(column)] for column in COLUMNS}
    dataset, lines = tablib.Dataset(headers=keys), []
    names = {str(label).casefold(): value for value, label in Scheme.choices}
    with open_table(
        content, expected=expected, required=["scheme", "code"], limits=Limits(max_rows=MAX_ROWS)
    ) as table:
        for line, record in table.records():
            values = {key: str(record.get(key) or "").strip() for key in keys}
            values["scheme"] = names.get(values["scheme"].casefold(), values["scheme"])
            values["level"] = values["level"] or "1"
            values["ended_on"] = values["ended_on"] or None
            dataset.append([values[key] for key in keys])
            lines.append(line)
    return lines, dataset


def _titles(column: Column) -> list[str]:
    found = []
    for language in LANGUAGES:
        with override(language):
            found.append(str(column.title))
    return found


@service
def export_table(*, by: Any, scheme: str, file_format: str) -> bytes:
    """All rows of one table, or of every one, through the project's own writer."""
    access.require(by, "registry.classification.view")
    rows = ClassificationCode.objects.order_by("scheme", "code")
    rows = rows.filter(scheme=scheme) if scheme else rows
    keys = [column.key for column in COLUMNS]
    return to_bytes(Table(COLUMNS, rows.values(*keys).iterator(), title=_("Classifications")), file_format)
