"""Observations come in: from files of providers and from the house's own sources. Nothing is overwritten."""

import hashlib
import json
from collections.abc import Callable, Iterable
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml
from django.utils.translation import gettext_lazy as _

from accounts.access import require
from common import clock, files, locks
from common.enums import Language, TranslationState
from common.errors import Invalid
from common.journal import services as journal
from common.journal.models import Verb
from common.scoping import system
from common.service import service
from common.tables import values
from common.tables.reader import open_table
from monitoring.enums import ItemBasis, ItemOrigin, RevisionReason, SubmissionState, ValueState
from monitoring.models import DataItem, Observation, Submission
from monitoring.numbers import as_kept
from monitoring.periods import Period
from monitoring.sources import sources

DATA = Path(__file__).parents[1] / "data"
SERIES = DATA / "series" / "kyrgyzstan.csv"

LONG = {"item": ["item"], "period": ["period"], "value": ["value"]}

# (item code, key, period, number; None for missing, or the state in which there is no number)
Row = tuple[str, str, str, Decimal | ValueState | None]


def translated(name: str, words: dict[str, str]) -> dict[str, str]:
    """Columns of a translated title from {language: words}; ours are approved except where marked."""
    columns = {f"{name}_{language}": words.get(language, "") for language in Language.values}
    states = {
        f"{name}_{language}_state": TranslationState.APPROVED
        if words.get(language)
        else TranslationState.MISSING
        for language in Language.values
    }
    return columns | states


@service
def load_items(*, by: Any) -> int:
    """Creates the data items of the project's own list that are not there yet."""
    require(by, "monitoring.indicator.change")
    facts = yaml.safe_load((DATA / "items.yaml").read_text(encoding="utf-8"))["items"]
    present = set(DataItem.everything.values_list("code", flat=True))
    made = DataItem.everything.bulk_create(
        DataItem(
            code=one["code"],
            unit=one["unit"],
            frequency=one["frequency"],
            kind=one["kind"],
            origin=one["origin"],
            basis=one.get("basis", ItemBasis.REGISTERED),
            dimensions=one.get("dimensions", []),
            source=one.get("source", ""),
            licence=one.get("licence", ""),
            about_persons=one.get("about_persons", False),
            part_of=one.get("part_of", ""),
            **translated("title", one["title"]),
        )
        for one in facts
        if one["code"] not in present
    )
    return len(made)


@service
def load_series(
    *,
    by: Any,
    content: bytes | None = None,
    title: str = "Kyrgyzstan, yearly public series",
    source: str = "",
) -> Submission:
    """Loads a long file `item,period,value` of items of origin `dataset`; an empty value is missing, 0 is zero."""
    require(by, "monitoring.submission.load")
    content = SERIES.read_bytes() if content is None else content
    rows = read_long(content)
    file = files.store(content, name="series.csv", media_type="text/csv", by=by)
    submission = Submission.everything.create(
        title=title,
        source=source,
        file=file,
        sha256=file.sha256,
        state=SubmissionState.APPROVED,
        submitted_by=by,
    )
    observe(submission, rows, reason=RevisionReason.LATE_DATA)
    journal.record(by=by, verb=Verb.CREATED, obj=submission, action="monitoring.submission.load")
    return submission


def read_long(content: bytes) -> list[Row]:
    """Rows of a long table, CSV or XLSX. Invalid names the first line that does not hold."""
    loadable = set(DataItem.everything.filter(origin=ItemOrigin.DATASET).values_list("code", flat=True))
    rows: dict[tuple[str, str], Row] = {}
    with open_table(content, expected=LONG, required=list(LONG)) as table:
        for line, record in table.records():
            row = _long_row(line, record, loadable)
            if row[:3:2] in rows:
                raise Invalid("twice", _("Line %(line)s repeats an earlier one."), field="file", line=line)
            rows[row[:3:2]] = row
    return list(rows.values())


def _long_row(line: int, record: dict[str, Any], loadable: set[str]) -> Row:
    code = values.text(record["item"])
    if code not in loadable:
        raise Invalid(
            "unknown_item",
            _("Line %(line)s: there is no data item “%(name)s” that files may fill."),
            field="file",
            line=line,
            name=code,
        )
    try:
        period = str(Period.parse(values.text(record["period"])))
        number = values.decimal(record["value"], places=10)
    except ValueError as error:
        raise Invalid(
            "unreadable_line",
            _("Line %(line)s: the period or the value cannot be read."),
            field="file",
            line=line,
        ) from error
    return code, "", period, number


def count_house(
    *, by: Any, period: Period, progress: Callable[[int, int, str], Any] | None = None
) -> Submission:
    """Counts every item of the house for one period and keeps what changed as a new vintage.

    Each item is one set-based question of its own, outside the transaction that keeps the answers.
    """
    require(by, "monitoring.figure.compute")
    rows: list[Row] = []
    with system("count of the house"):
        present = set(DataItem.everything.exclude(origin="dataset").values_list("code", flat=True))
        wanted = {code: source for code, source in sources().items() if code in present}
        for done, (code, source) in enumerate(wanted.items(), start=1):
            rows += [(code, key, str(period), _decimal(number)) for key, number in source(period).items()]
            if progress:
                progress(done, len(wanted), code)
    return _keep_counts(by=by, period=period, rows=rows)


@service
def _keep_counts(*, by: Any, period: Period, rows: list[Row]) -> Submission:
    require(by, "monitoring.figure.compute")
    locks.hold(f"counts of {period}")
    rows = rows + _emptied(rows, period)
    digest = hashlib.sha256(json.dumps(rows, default=str).encode()).hexdigest()
    title, last = (
        f"house {period}",
        Submission.everything.filter(title=f"house {period}").order_by("-pk").first(),
    )
    # The same count as last time, such as that of a job taken up again, is no new submission.
    submission = (
        last
        if last and last.sha256 == digest
        else Submission.everything.create(
            title=title,
            sha256=digest,
            state=SubmissionState.APPROVED,
            submitted_by=by if getattr(by, "pk", None) else None,
        )
    )
    observe(submission, rows, reason=RevisionReason.LATE_DATA)
    return submission


def _emptied(rows: list[Row], period: Period) -> list[Row]:
    """Parts that were counted before and in which nobody is left: a count leaves them out, but they are 0 now."""
    counted = {row[0] for row in rows}
    before = Observation.objects.as_of().filter(item__code__in=counted, period=str(period))
    known = set(before.values_list("item__code", "key")) - {row[:2] for row in rows}
    return [(code, key, str(period), Decimal(0)) for code, key in sorted(known)]


def _decimal(number) -> Decimal | None:
    return None if number is None else Decimal(number)


def stored(number: Decimal | ValueState | None) -> tuple[ValueState, Decimal | None]:
    """State and number as the database keeps them, so that a file loaded twice changes nothing."""
    if isinstance(number, ValueState):
        return number, None
    return (ValueState.MISSING, None) if number is None else (ValueState.VALUE, as_kept(number))


def observe(submission: Submission, rows: Iterable[Row], *, reason: str) -> int:
    """Adds a version for each fact that is new or changed; returns how many. Unchanged facts add nothing."""
    rows = list(rows)
    items = {item.code: item for item in DataItem.everything.filter(code__in={row[0] for row in rows})}
    unknown = {row[0] for row in rows} - set(items)
    if unknown:
        raise Invalid("unknown_item", _("There is no data item %(codes)s."), codes=", ".join(sorted(unknown)))
    periods = {row[2] for row in rows}
    known = {
        (o.item_id, o.key, o.period): o
        for o in Observation.objects.as_of().filter(item__in=items.values(), period__in=periods)
    }
    now, made = clock.now(), []
    for code, key, period, given in rows:
        old = known.get((items[code].pk, key, period))
        state, number = stored(given)
        if old and (old.state, old.value) == (state, number):
            continue
        made.append(
            Observation(
                item=items[code],
                key=key,
                period=period,
                value=number,
                state=state,
                known_from=now,
                submission=submission,
                version=old.version + 1 if old else 1,
                revision_reason=reason if old else "",
            )
        )
    Observation.objects.bulk_create(made)
    Submission.everything.filter(pk=submission.pk).update(rows=len(made))
    return len(made)
