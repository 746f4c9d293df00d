"""Statistical files of others under a saved mapping: their items declared, their figures taken in as vintages."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from django.utils.translation import gettext_lazy as _

from accounts.access import require
from common import files
from common.errors import Invalid
from common.journal import services as journal
from common.journal.models import Verb
from common.service import service
from monitoring.enums import ItemBasis, ItemKind, ItemOrigin, SubmissionState
from monitoring.figures.data import HouseData
from monitoring.models import DataItem, DatasetMapping, Indicator, Observation, Submission
from monitoring.periods import Period
from monitoring.statfiles import Mapping, Reading, read, read_mapping
from monitoring.unusual import Unusual, unusual
from monitoring.validation.early import EarlyCode, early_codes

from . import indicators
from .datasets import DATA, observe, translated

SHIPPED = DATA / "mappings"
LOAD = "monitoring.submission.load"
SHOWN = 20
# {shipped mapping: shipped file} of the corridors of Kyrgyzstan and the states around it
CORRIDORS = {
    "undesa_stock": "migrants_by_birth.csv",
    "undesa_emigrants": "migrants_by_birth.csv",
    "knomad_stock": "migrants_modelled_2017.csv",
    "knomad_remittances": "remittances_2017.csv",
    "knomad_received": "remittances_2017.csv",
}
SAME = ("unit", "frequency", "kind", "basis")


def saved_mapping(name: str, *, files: bool = True) -> Mapping:
    """A mapping by the name under which it is kept in the house or shipped with it, or (`files`) by its file."""
    path = Path(name)
    if not files and not name.isidentifier():
        raise Invalid("no_mapping", _("There is no mapping “%(name)s”."), field="mapping", name=name)
    if not path.suffix:
        kept = DatasetMapping.everything.filter(name=name).order_by("-number").first()
        if kept:
            return read_mapping(kept.text)
        path = SHIPPED / f"{name}.yaml"
    if not path.is_file():
        raise Invalid("no_mapping", _("There is no mapping “%(name)s”."), field="mapping", name=name)
    return read_mapping(path.read_bytes())


@dataclass
class Loaded:
    """What became of a file. `fresh` counts observations that are new or changed.

    `unusual` figures and `early` codes are to be looked at.
    """

    submission: Submission | None
    reading: Reading
    fresh: int = 0
    items: list[str] = field(default_factory=list)
    indicators: dict[str, int] = field(default_factory=dict)
    unusual: list[Unusual] = field(default_factory=list)
    early: list[EarlyCode] = field(default_factory=list)


@service
def load_file(*, by: Any, content: bytes, mapping: Mapping, name: str, title: str = "") -> Loaded:
    """Reads a file by its mapping and keeps what holds; the faults come back with their places.

    Nothing is kept (Invalid) when no figure holds, when the file has not the columns of the mapping, or when an
    item of another unit, frequency, kind or basis would be mixed with it. A file loaded twice changes nothing.
    """
    require(by, LOAD)
    declare_items(mapping)
    reading = read(content, mapping, fillable(mapping))
    facts = worth_keeping(reading)
    if not reading.numbers:
        raise nothing(reading)
    file = files.store(content, name=name, media_type="application/octet-stream", by=by)
    submission = Submission.everything.create(
        title=title or mapping.title or name,
        source=mapping.source,
        file=file,
        sha256=file.sha256,
        mapping=mapping.raw,
        state=SubmissionState.APPROVED,
        submitted_by=by if getattr(by, "pk", None) else None,
    )
    rows = [(*fact, reading.numbers[fact]) for fact in facts]
    fresh = observe(submission, rows, reason=mapping.reason)
    journal.record(by=by, verb=Verb.CREATED, obj=submission, action=LOAD)
    items = sorted({fact[0] for fact in reading.numbers})
    return Loaded(submission, reading, fresh, items, unusual=unusual(facts), early=early_codes(facts))


def load_corridors(*, by: Any) -> list[Loaded]:
    """The shipped public figures by pairs of states, through the mappings that larger files of the offices use."""
    return [
        load_file(
            by=by, content=(DATA / "series" / name).read_bytes(), mapping=saved_mapping(mapping), name=name
        )
        for mapping, name in CORRIDORS.items()
    ]


@service
def keep_mapping(*, by: Any, name: str, mapping: Mapping) -> DatasetMapping:
    """Keeps a mapping under a name; an earlier one of that name stays as an older number."""
    require(by, LOAD)
    last = DatasetMapping.everything.filter(name=name).order_by("-number").first()
    text = yaml.safe_dump(mapping.raw, allow_unicode=True, sort_keys=False)
    if last and last.text == text:
        return last
    number = last.number + 1 if last else 1
    return DatasetMapping.everything.create(name=name, number=number, text=text, recorded_by=by)


def shown(loaded: Loaded, *, kept: bool) -> dict[str, Any]:
    """For a page: the first figures and faults, and how many there are."""
    reading = loaded.reading
    return {
        "kept": kept,
        "reading": reading,
        "figures": len(reading.numbers),
        "fresh": loaded.fresh,
        "rows": [
            (item, key, period, number)
            for (item, key, period), number in list(reading.numbers.items())[:SHOWN]
        ],
        "faults": reading.faults[:SHOWN],
        "more_faults": max(len(reading.faults) - SHOWN, 0),
        "unusual": loaded.unusual[:SHOWN],
        "early": loaded.early,
    }


@service
def compute_affected(*, by: Any, loaded: Loaded) -> Loaded:
    """Computes the indicators that reach a loaded item, up to its last period."""
    require(by, "monitoring.figure.compute")
    last: dict[str, Period] = {}
    for item, _key, period in loaded.reading.numbers:
        when = Period.parse(period)
        if item not in last or last[item] < when:
            last[item] = when
    data = HouseData()
    for indicator in Indicator.everything.filter(is_active=True):
        touched = data.items_behind(indicator.code) & set(last)
        if touched:
            until = max((last[item] for item in touched), key=lambda one: one.last_day)
            loaded.indicators[indicator.code] = indicators.compute(
                by=by, indicator=indicator, period=until, data=data
            )
    return loaded


def fillable(mapping: Mapping) -> dict[str, str]:
    """{item: frequency} of the items that this file may fill."""
    items = DataItem.everything.filter(origin=ItemOrigin.DATASET)
    found = {item.code: item for item in items}
    for code in mapping.item_codes:
        if code not in found:
            raise Invalid(
                "unknown_item",
                _(
                    "There is no data item “%(item)s” that files may fill. Declare it under “items” in the mapping."
                ),
                field="mapping",
                item=code,
            )
        _dimensions_fit(found[code], mapping)
        if mapping.basis and found[code].basis != mapping.basis:
            raise _mixed(found[code], "basis", mapping.basis)
    return {
        code: item.frequency
        for code, item in found.items()
        if set(mapping.dimensions) <= set(item.dimensions)
    }


def _dimensions_fit(item: DataItem, mapping: Mapping) -> None:
    foreign = sorted(set(mapping.dimensions) - set(item.dimensions))
    if foreign:
        raise Invalid(
            "foreign_dimension",
            _(
                "The data item “%(item)s” is not broken down by %(names)s. Declare an item of its own for this file."
            ),
            field="mapping",
            item=item.code,
            names=", ".join(foreign),
        )


def declare_items(mapping: Mapping) -> None:
    """Makes the items that are not there yet; one that is there must count the same thing the same way."""
    present = {
        item.code: item
        for item in DataItem.everything.filter(code__in=[one["code"] for one in mapping.items])
    }
    for one in mapping.items:
        item = present.get(one["code"])
        if item is None:
            words = translated("title", one["title"])
            facts = {name: value for name, value in one.items() if name != "title"}
            DataItem.everything.create(**facts, **words, origin=ItemOrigin.DATASET)
            continue
        for name in SAME:
            if getattr(item, name) != one[name]:
                raise _mixed(item, name, one[name])


def _mixed(item: DataItem, name: str, wanted: str) -> Invalid:
    """Stock by birth, modelled and registered figures are different things, whatever their titles say."""
    choices = {"kind": dict(ItemKind.choices), "basis": dict(ItemBasis.choices)}.get(name, {})
    stands = getattr(item, name)
    return Invalid(
        f"mixed_{name}",
        _(
            "The data item “%(item)s” holds figures of another sort: “%(stands)s”, and this file has “%(wanted)s”. "
            "They are never mixed in one series. Declare an item of its own for this file."
        ),
        field="mapping",
        item=item.code,
        stands=choices.get(stands, stands),
        wanted=choices.get(wanted, wanted),
    )


def worth_keeping(reading: Reading) -> list[tuple[str, str, str]]:
    """Without the blank cells of a wide table, except where a figure stood before: there the blank is news."""
    soft = reading.soft
    if not soft:
        return list(reading.numbers)
    known = Observation.objects.filter(item__code__in={fact[0] for fact in soft})
    known = set(known.values_list("item__code", "key", "period"))
    return [fact for fact in reading.numbers if fact not in soft or fact in known]


def nothing(reading: Reading) -> Invalid:
    first = reading.faults[0] if reading.faults else None
    return Invalid(
        "nothing_to_load",
        _(
            "No figure of the file could be taken: %(lines)s lines read, %(left_out)s left out by “keep”. %(fault)s"
        ),
        field="file",
        lines=reading.lines,
        left_out=reading.left_out,
        fault=_("First fault, line %(line)s: %(fault)s") % {"line": first.line, "fault": first}
        if first
        else "",
    )
