import hashlib
import io
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, BinaryIO

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from common import files, locks
from common.enums import ImportState
from common.errors import Conflict, Invalid
from common.formatting import file_size
from common.models import ImportRun
from common.tables import writer
from common.tables.columns import Column, Table, plain_columns
from common.tables.errors import TableError, TooLarge, WrongTemplate
from common.tables.guard import Limits
from common.tables.header import normalise
from common.tables.reader import OpenTable, looks_like_xml, open_table

from .kinds import Kind, kinds

CONTENT_TYPES = writer.CONTENT_TYPES | {"xml": "application/xml"}
LEFT_OUT = "-"  # in a mapping: titles of columns that are nothing of ours
OVER = (ImportState.REFUSED, ImportState.CANCELLED, ImportState.UNDONE)


def limits() -> Limits:
    return Limits(
        max_bytes=settings.IMPORT_MAX_BYTES,
        max_rows=settings.UPLOAD_MAX_ROWS,
        max_unpacked=settings.UPLOAD_MAX_UNPACKED_BYTES,
    )


Content = bytes | BinaryIO


def _open(kind: Kind, content: Content, mapping: Mapping[str, str], required: bool) -> OpenTable:
    if kind.xml and (opened := _open_xml(kind, content)):
        return opened
    expected = _expected(kind, mapping)
    required_keys = kind.required if required else ()
    try:
        return open_table(
            content, expected=expected, required=required_keys, limits=limits(), every_sheet=True
        )
    except WrongTemplate:
        if table := _open_other(kind, content):
            return table
        raise


def _open_other(kind: Kind, content: Content) -> OpenTable | None:
    for name, (columns, required) in kind.others.items():
        try:
            table = open_table(
                content, expected=columns, required=required, limits=limits(), every_sheet=True
            )
        except WrongTemplate:
            continue
        table.file_format = name
        return table
    return None


def _expected(kind: Kind, mapping: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    """What a person has said of a title holds, whatever the title says by itself."""
    said = {normalise(title) for key, title in mapping.items() if key != LEFT_OUT}
    said |= {normalise(title) for title in mapping.get(LEFT_OUT, ())}
    return {
        key: (mapping[key],)
        if key in mapping
        else tuple(title for title in titles if normalise(title) not in said)
        for key, titles in kind.columns.items()
    }


def _open_xml(kind: Kind, content: Content) -> OpenTable | None:
    stream = io.BytesIO(content) if isinstance(content, bytes) else content
    if not looks_like_xml(stream):
        return None
    size, allowed = stream.seek(0, io.SEEK_END), limits()
    if size > allowed.max_bytes:
        raise TooLarge(limit=file_size(allowed.max_bytes))
    return kind.xml(stream, size, allowed)


def look(kind: str, content: Content, mapping: Mapping[str, str] | None = None) -> OpenTable:
    """The file's header without asking for the required columns, so that a person can name them.

    Invalid when it cannot be read at all.
    """
    try:
        return _open(kinds()[kind], content, mapping or {}, required=False)
    except TableError as error:
        raise refusal(error) from error


def refusal(error: TableError) -> Invalid:
    return Invalid(error.code, error.message, **error.params)


@transaction.atomic
def receive(
    *,
    by: Any,
    kind: str,
    content: Content,
    name: str,
    params: dict,
    organisation_id: uuid.UUID | None = None,
    mapping: Mapping[str, str] | None = None,
) -> ImportRun:
    """Keeps a file that can be read. Invalid with a clear reason otherwise: then nothing of it stays.

    A table in which columns are missing is kept too, in state MAPPING, if enough of it is known (`may_ask`): a person
    can say which columns they are.

    The same bytes for the same purpose (`params`) a second time: Conflict, with the first run in `params`.
    """
    mapping = dict(mapping or {})
    state = ImportState.UPLOADED
    try:
        with _open(kinds()[kind], content, mapping, required=True) as table:
            file_format = table.file_format
    except WrongTemplate as error:
        with look(kind, content, mapping) as table:
            if not may_ask(table):
                raise refusal(error) from error
            file_format, state = table.file_format, ImportState.MAPPING
    except TableError as error:
        raise refusal(error) from error
    source = io.BytesIO(content) if isinstance(content, bytes) else content
    source.seek(0)
    sha256 = hashlib.file_digest(source, "sha256").hexdigest()
    source.seek(0)
    locks.hold(f"import {kind} {sha256}")
    before = (
        ImportRun.everything.filter(kind=kind, sha256=sha256, params=params).exclude(state__in=OVER).first()
    )
    if before:
        raise Conflict(
            "import_twice",
            _("This file was sent before, on %(when)s. Nothing was changed."),
            way_out=_("Open the earlier import to see what came of it."),
            when=f"{before.created_at:%d.%m.%Y}",
            run_id=str(before.pk),
        )
    media_type = CONTENT_TYPES.get(file_format, CONTENT_TYPES["csv"])
    stored = files.store(source, name=name, media_type=media_type, by=by)
    return ImportRun.everything.create(
        kind=kind,
        state=state,
        file=stored,
        sha256=sha256,
        format=file_format,
        mapping=mapping,
        params=params,
        language=(translation.get_language() or "ru")[:2],
        organisation_id=organisation_id,
        created_by=by,
    )


def may_ask(table: OpenTable) -> bool:
    """A table of quite another matter is refused: two of our columns at least have to be there."""
    return len(table.places) >= 2


def content(run: ImportRun) -> BinaryIO:
    """The stored original as a stream; closed with the table that is opened on it, or by hand."""
    return files.open_file(run.file)


def open_run(run: ImportRun) -> OpenTable:
    """The stored original, under its header; opened piece by piece."""
    stream = files.open_file(run.file)
    table = _open(kinds()[run.kind], stream, run.mapping, required=True)
    table.when_closed(stream.close)
    return table


def refuse(run: ImportRun, error: Exception) -> None:
    """Writes down why the file was refused after all."""
    code = getattr(error, "code", type(error).__name__)
    run.state = ImportState.REFUSED
    run.refusal = {"code": code, "text": str(error)}
    run.save(update_fields=["state", "refusal"])


@dataclass(frozen=True)
class Rejects:
    name: str
    media_type: str
    content: bytes


def rejects(run: ImportRun, reasons: Mapping[int, str]) -> Rejects:
    """The rejected rows as they came, in the same columns and format, with the reason in a last column.

    Rows of an XML come as CSV: first the path of the element, then what was read there. A form of the fund that holds
    only some of its people would be another form; this table is taken again as one of the kind's `others`.
    """
    form = run.format if run.format in writer.CONTENT_TYPES else "csv"
    with open_run(run) as table:
        columns = [*plain_columns(table.header), Column("reason", _("Why the row was rejected"), width=60)]
        rows = ([*row.values, reasons[row.number]] for row in table.rows() if row.number in reasons)
        content = writer.to_bytes(Table(columns, rows), form)
    stem = run.file.name.rsplit(".", 1)[0]
    return Rejects(f"{stem}-rejected.{form}", CONTENT_TYPES[form], content)
