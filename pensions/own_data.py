"""Everything of the registry about one person, for the person: a ZIP with JSON, tables and the statement.

What belongs to it is not listed here but read from the classification (`privacy.py`): every field that is `given`
of every model that leads to the person. Cases are another room and never part of it.
"""

import datetime as dt
import io
import json
import shutil
import zipfile
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

from django.apps import apps
from django.db import models

from common import files
from common.classification import classified
from common.models import StoredFile
from common.tables.columns import Column, Table
from common.tables.writer import to_bytes
from pensions.models import Worker

DEEPEST = 3
# Rows that are as much about somebody else: the other half of a pair, a double receipt of two awards.
OF_TWO = {"DuplicatePair", "PairDecision", "WorkerMerge"}


def tables(records: list[Any], language: str) -> Iterator[tuple[type[models.Model], list[str], list[dict]]]:
    """(model, given fields, rows) of every model that holds something given about these records."""
    known = classified()
    for model in apps.get_app_config("pensions").get_models():
        if model._meta.proxy or model.__name__ in OF_TWO:
            continue
        given = [name for name, kind in known[model._meta.label_lower].items() if kind.given]
        path = path_to_person(model)
        if given and path is not None:
            rows = _rows(model, path, given, records)
            if rows:
                yield model, given, rows


def path_to_person(model: type[models.Model], depth: int = 0) -> str | None:
    """The shortest lookup from a model to its worker; None where there is none."""
    if model is Worker:
        return "pk"
    own = [
        one
        for one in model._meta.concrete_fields
        if isinstance(one, models.ForeignKey) and one.related_model._meta.app_label == "pensions"
    ]
    direct = next((one for one in own if one.related_model is Worker and one.name == "worker"), None)
    if direct:
        return "worker"
    if depth == DEEPEST:
        return None
    further = [
        (one.name, path_to_person(one.related_model, depth + 1))
        for one in own
        if one.related_model not in (model, Worker)
    ]
    found = [f"{name}__{path}" for name, path in further if path]
    return min(found, key=lambda path: path.count("__"), default=None)


def _rows(model: type[models.Model], path: str, given: list[str], records: list[Any]) -> list[dict]:
    manager = getattr(model, "everything", model._base_manager)
    related = [name for name in given if isinstance(model._meta.get_field(name), models.ForeignKey)]
    found = manager.filter(**{f"{path}__in": records}).select_related(*related).order_by("pk")
    return [{name: _said(getattr(row, name)) for name in given} for row in found]


def _said(value: Any) -> Any:
    """Exact and readable without this system."""
    if isinstance(value, StoredFile):
        return value.sha256 or value.name
    if isinstance(value, models.Model | Decimal):
        return str(value)
    if isinstance(value, dt.date):
        return value.isoformat()
    return value if value is None or isinstance(value, str | int | bool | list | dict) else str(value)


def package(
    records: list[Any],
    *,
    statement: dict,
    pdf: bytes,
    readers: list[dict],
    language: str,
    papers: Iterable[StoredFile] = (),
) -> bytes:
    """The ZIP: everything.json, statement.json, statement.pdf, readers.csv, one CSV for each table, own papers."""
    everything: dict[str, list[dict]] = {}
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as file:
        for model, given, rows in tables(records, language):
            everything[model._meta.model_name] = rows
            titles = [(name, model._meta.get_field(name).verbose_name) for name in given]
            file.writestr(f"tables/{model._meta.model_name}.csv", _csv(titles, rows, model, language))
        if readers:
            titles = [(name, name) for name in readers[0]]
            file.writestr("readers.csv", _csv(titles, readers, None, language))
        file.writestr("everything.json", _json(everything))
        file.writestr("statement.json", _json(statement))
        file.writestr("statement.pdf", pdf)
        for paper in papers:
            with files.open_file(paper) as source, file.open(f"papers/{paper.name}", "w") as target:
                shutil.copyfileobj(source, target)
    return buffer.getvalue()


def _csv(titles: list, rows: list[dict], model: Any, language: str) -> bytes:
    columns = [Column(name, title) for name, title in titles]
    plain = [{name: _flat(value) for name, value in row.items()} for row in rows]
    title = model._meta.verbose_name_plural if model else ""
    return to_bytes(Table(columns, plain, title=title), "csv", language=language)


def _flat(value: Any) -> str | None:
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False)
    return None if value is None else str(value)


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1, default=str)
