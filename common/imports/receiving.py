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
from common.models import ImportRun
from common.tables import writer
from common.tables.columns import Column, Table, plain_columns
from common.tables.errors import TableError
from common.tables.guard import Limits
from common.tables.reader import OpenTable, open_table

from .kinds import Kind, kinds

OVER = (ImportState.REFUSED, ImportState.CANCELLED, ImportState.UNDONE)


def limits() -> Limits:
    return Limits(
        max_bytes=settings.IMPORT_MAX_BYTES,
        max_rows=settings.UPLOAD_MAX_ROWS,
        max_unpacked=settings.UPLOAD_MAX_UNPACKED_BYTES,
    )


Content = bytes | BinaryIO


def _open(kind: Kind, content: Content, mapping: Mapping[str, str], required: bool) -> OpenTable:
    expected = {
        key: (*titles, mapping[key]) if key in mapping else tuple(titles)
        for key, titles in kind.columns.items()
    }
    required_keys = kind.required if required else ()
    return open_table(content, expected=expected, required=required_keys, limits=limits())


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

    The same bytes for the same purpose (`params`) a second time: Conflict, with the first run in `params`.
    """
    mapping = dict(mapping or {})
    try:
        with _open(kinds()[kind], content, mapping, required=True) as table:
            file_format = table.file_format
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
    stored = files.store(source, name=name, media_type=writer.CONTENT_TYPES[file_format], by=by)
    return ImportRun.everything.create(
        kind=kind,
        file=stored,
        sha256=sha256,
        format=file_format,
        mapping=mapping,
        params=params,
        language=(translation.get_language() or "ru")[:2],
        organisation_id=organisation_id,
        created_by=by,
    )


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
    """The rejected rows as they came, in the same columns and format, with the reason in a last column."""
    with open_run(run) as table:
        columns = [*plain_columns(table.header), Column("reason", _("Why the row was rejected"), width=60)]
        rows = ([*row.values, reasons[row.number]] for row in table.rows() if row.number in reasons)
        content = writer.to_bytes(Table(columns, rows), run.format)
    stem = run.file.name.rsplit(".", 1)[0]
    return Rejects(f"{stem}-rejected.{run.format}", writer.CONTENT_TYPES[run.format], content)
