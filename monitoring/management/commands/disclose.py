"""manage.py disclose TABLE.csv --config C --json: a safe release of a table, or an honest refusal."""

import json
from dataclasses import asdict
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext, gettext_lazy

from monitoring.disclosure import (
    Key,
    Mark,
    Refusal,
    Result,
    Suggestion,
    Table,
    TableError,
    protect,
    suggestions,
)
from monitoring.disclosure.files import rows_of, settings_of
from monitoring.disclosure.messages import TABLE_FAULTS
from monitoring.disclosure.reading import read_task

REFUSED = 2


class Command(BaseCommand):
    help = gettext_lazy(
        "Protects a table of counts against disclosure and audits the outcome as an attacker would."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "table", type=Path, help=gettext_lazy("CSV file: a column for each dimension, one for the count")
        )
        parser.add_argument(
            "--config", type=Path, help=gettext_lazy("JSON file of rules, hierarchies and earlier releases")
        )
        parser.add_argument("--json", action="store_true", help=gettext_lazy("print the outcome as JSON"))

    def handle(self, *, table, config, json: bool, **options):
        try:
            task = read_task(rows_of(table.read_bytes()), settings_of(config.read_bytes()) if config else {})
            result = protect(task.table, task.config, published=task.published, previous=task.previous)
        except TableError as fault:
            raise CommandError(gettext(TABLE_FAULTS[fault.code]) % fault.params) from None
        except OSError as fault:
            raise CommandError(str(fault)) from fault
        helpful = not result.safe or result.hidden_share > task.config.max_hidden_share
        merges = suggestions(task.table, task.config) if helpful else []
        vain = sorted(task.config.keep & set(result.pattern))
        self.stdout.write(_as_json(result, merges, vain) if json else _as_text(result, merges, vain))
        if not result.safe:
            raise SystemExit(REFUSED)


def _as_json(result: Result, merges: list[Suggestion], vain: list[Key]) -> str:
    more = {
        "not_kept": [_codes(result.table, key) for key in vain],
        "suggested": [asdict(one) for one in merges],
    }
    return json.dumps(describe(result) | more, ensure_ascii=False, indent=2)


def describe(result: Result) -> dict:
    """The outcome as plain data. A refused run shows no table."""
    table = result.table
    described = {
        "safe": result.safe,
        "method": result.method.value,
        "refusal": result.refusal and _refusal(result.refusal, table),
        "cells": len(table.published),
        "hidden_share": round(result.hidden_share, 4),
        "pattern": [{**_codes(table, key), "mark": mark.value} for key, mark in result.pattern.items()],
        "intervals": [
            {**_codes(table, ref), "low": interval.low, "high": interval.high, "width": interval.width}
            | {"promised": interval.need.width if interval.need else None}
            for ref, interval in result.intervals.items()
        ],
        "released": _released(result) if result.safe else [],
        "repairs": result.repairs,
        "seconds": round(result.seconds, 3),
    }
    return described | {"offer": describe(result.offer) if result.offer else None}


def _released(result: Result) -> list[dict]:
    """What may be published: null stands for a hidden cell."""
    shown = result.rounded or {key: result.table.cells[key].value for key in result.table.published}
    return [
        {**_codes(result.table, key), "value": None if key in result.pattern else _plain(number)}
        for key, number in shown.items()
    ]


def _plain(number):
    return number if isinstance(number, int) else str(number)


def _codes(table: Table, ref) -> dict[str, str]:
    if ref in table.cells:
        return {dimension.name: code for dimension, code in zip(table.dimensions, ref, strict=True)}
    return {"figure": str(ref)}


def _refusal(refusal: Refusal, table: Table) -> dict:
    figures = [_codes(table, ref) for ref in refusal.figures]
    return {"code": refusal.code, "message": gettext(refusal.message), "figures": figures}


def _as_text(result: Result, merges: list[Suggestion], vain: list[Key]) -> str:
    lines = []
    if result.refusal:
        lines.append(gettext(result.refusal.message))
        lines += [" ".join(_codes(result.table, ref).values()) for ref in result.refusal.figures]
        return "\n".join(lines + _proposed(merges))
    marks = list(result.pattern.values())
    lines.append(
        gettext(
            "Hidden by the rules: %(primary)s. To protect them: %(secondary)s. Together %(share)s %% of the cells."
        )
        % {
            "primary": marks.count(Mark.PRIMARY),
            "secondary": marks.count(Mark.SECONDARY),
            "share": round(100 * result.hidden_share),
        }
    )
    if vain:
        named = "; ".join(" ".join(key) for key in vain)
        lines.append(
            gettext("Hidden although the settings keep it, since it is small itself: %(cells)s.")
            % {"cells": named}
        )
    if result.rounded:
        lines.append(gettext("The table is rounded instead."))
    if result.offer and result.offer.safe:
        lines.append(
            gettext(
                "So much is hidden that a rounded or coarser table would serve readers better; see --json."
            )
        )
    lines += _proposed(merges)
    lines += [" ".join(key) for key in result.pattern]
    return "\n".join(lines)


def _proposed(merges: list[Suggestion]) -> list[str]:
    words = gettext(
        "Merging codes of %(dimension)s (%(codes)s) would leave %(after)s small cells instead of %(before)s."
    )
    return [
        words
        % {
            "dimension": one.dimension,
            "codes": ", ".join(one.merge),
            "after": one.small_after,
            "before": one.small_before,
        }
        for one in merges
    ]
