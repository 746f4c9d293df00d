"""The tables behind the figures about persons, and what earlier releases told of the same persons.

A figure shows something of every count that went into it; so a figure is released only when none of its counts
is hidden, and the attacker is given every count that is not. That makes a percentage no easier to attack than its
numerator and denominator printed side by side, whatever the formula.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise

from monitoring import disclosure
from monitoring.disclosure import Cell, Config, Key, Knowledge, Need, Ref, Relation, Table

UNKNOWN = "_U"  # SDMX: whose code is not known
SETTLED = float("inf")


@dataclass(frozen=True)
class TiedTable(Table):
    """Counts by (item, key), tied by sums that are given rather than by trees of codes.

    `bounds` say what sums cannot: where persons are counted in several parts, the parts make up at least the total.
    """

    sums: tuple[tuple[Key, tuple[Key, ...]], ...] = ()
    bounds: tuple[Relation, ...] = ()

    @property
    def relations(self) -> tuple[tuple[Key, tuple[Key, ...]], ...]:
        return self.sums

    def margin_depth(self, key: Key) -> int:
        return sum(key == total for total, _parts in self.sums)


def table_of(counts: Mapping[Key, int], parents: Mapping[str, str]) -> TiedTable:
    """One table of the counts of one period. `parents`: items that count some of those whom another item counts.

    What can be worked out by subtraction stands in the table as a cell of its own: persons whose code is not
    known, and those of the larger item who are not of the smaller.
    """
    cells = dict(counts)
    sums: list[tuple[Key, tuple[Key, ...]]] = []
    bounds: list[Relation] = []
    for item in sorted({item for item, _key in counts}):
        total = (item, "")
        for parts in _breakdowns(item, counts) if total in counts else ():
            rest = counts[total] - sum(counts[part] for part in parts)
            if rest < 0:
                bounds += _overlapping(total, parts)
                continue
            unknown = (item, f"{parts[0][1].partition('=')[0]}={UNKNOWN}")
            if rest:
                cells[unknown] = cells.get(unknown, 0) + rest
            sums.append((total, tuple(sorted({*parts, unknown} if rest else parts))))
    for key in sorted(counts):
        whole = (parents.get(key[0], ""), key[1])
        if whole in counts and counts[whole] >= counts[key]:
            others = (f"{whole[0]}-{key[0]}", key[1])
            cells[others] = counts[whole] - counts[key]
            sums.append((whole, (key, others)))
    tied = {key: Cell(number) for key, number in cells.items()}
    return TiedTable((), tied, sums=tuple(sums), bounds=tuple(bounds))


def _breakdowns(item: str, counts: Collection[Key]) -> list[tuple[Key, ...]]:
    """The parts of an item, one tuple for each dimension."""
    found: dict[str, list[Key]] = {}
    for key in sorted(counts):
        if key[0] == item and key[1] and ";" not in key[1]:
            found.setdefault(key[1].partition("=")[0], []).append(key)
    return [tuple(parts) for parts in found.values()]


def _overlapping(total: Key, parts: tuple[Key, ...]) -> list[Relation]:
    together = Relation((*((part, 1.0) for part in parts), (total, -1.0)), 0.0, SETTLED)
    return [together, *(Relation(((total, 1.0), (part, -1.0)), 0.0, SETTLED) for part in parts)]


@dataclass(frozen=True)
class Told:
    """An earlier release: an older vintage of the same period, or a neighbouring period of the same stock."""

    name: str
    table: TiedTable
    hidden: frozenset[Key]


def knowledge(
    table: TiedTable, vintages: Iterable[Told], neighbours: Iterable[Told], config: Config
) -> Knowledge:
    """What the attacker knows of the persons of `table` before it is released.

    Beside the figures themselves the attacker is assumed to know wherever a count did not fall from one
    release to the next: late registration adds, and a stock grows.
    """
    vintages, neighbours = tuple(vintages), tuple(neighbours)
    parts = [Knowledge(table.bounds), *(of_told(one, config) for one in (*vintages, *neighbours))]
    chain = [*((one.name, one.table) for one in vintages), ("", table)]
    parts += [Knowledge(_grown(older, newer)) for older, newer in pairwise(chain)]
    for one in neighbours:
        pair = [(one.name, one.table), ("", table)]
        parts.append(Knowledge(_grown(*pair) + _grown(*reversed(pair))))
    return disclosure.knowledge.merged([*parts, _kept_hidden(table, vintages, config)])


def _ref(name: str, key: Key) -> Ref:
    return (name, key) if name else key


def of_told(one: Told, config: Config) -> Knowledge:
    """The release as statements; its small counts stay protected."""
    primary = disclosure.primary_cells(one.table, config)
    needs = {key: need for key, need in primary.items() if key in one.hidden}
    bounds = tuple(
        replace(bound, terms=tuple((_ref(one.name, key), number) for key, number in bound.terms))
        for bound in one.table.bounds
    )
    return disclosure.of_release(one.name, one.table, one.hidden, needs) + Knowledge(bounds)


def _grown(older: tuple[str, TiedTable], newer: tuple[str, TiedTable]) -> tuple[Relation, ...]:
    (old_name, old), (new_name, new) = older, newer
    return tuple(
        Relation(((_ref(new_name, key), 1.0), (_ref(old_name, key), -1.0)), 0.0, SETTLED)
        for key in sorted(set(old.cells) & set(new.cells))
        if new.cells[key].value >= old.cells[key].value
    )


def _kept_hidden(table: TiedTable, vintages: Iterable[Told], config: Config) -> Knowledge:
    """A count that was hidden and has hardly changed stays hidden, small itself or not: showing its new value
    would as good as show the old one."""
    near = {
        key
        for one in vintages
        for key in one.hidden & set(table.cells)
        if abs(table.cells[key].value - one.table.cells[key].value) < config.width
    }
    return Knowledge(protected=dict.fromkeys(near - set(disclosure.primary_cells(table, config)), Need(0)))


def protect(
    table: TiedTable,
    config: Config,
    *,
    vintages: Iterable[Told] = (),
    neighbours: Iterable[Told] = (),
    previous: Collection[Key] = (),
    beside: Knowledge | None = None,
) -> disclosure.Result:
    """A pattern that is safe beside everything told before, or a refusal. Too much hidden is no refusal.

    `beside`: what tables of other items and periods tell of the same persons.
    """
    known = knowledge(table, vintages, neighbours, config) + (beside or Knowledge())
    return disclosure.protect(
        table, replace(config, max_hidden_share=1.0), published=known, previous=sorted(previous)
    )


def broken_promises(
    table: TiedTable,
    hidden: Collection[Key],
    config: Config,
    *,
    vintages: Iterable[Told] = (),
    neighbours: Iterable[Told] = (),
    printed: tuple[Relation, ...] = (),
    beside: Knowledge | None = None,
) -> list[Key]:
    """The small counts that an attacker pins more closely than promised, all releases and `printed` together."""
    known = knowledge(table, vintages, neighbours, config) + Knowledge(printed) + (beside or Knowledge())
    needs = disclosure.primary_cells(table, config)
    found = disclosure.audit(table, hidden, needs, published=known, time_limit=config.time_limit)
    return [key for key, interval in found.items() if not interval.keeps(float(table.cells[key].value))]
