"""What an attacker works out across items and periods: relations that everybody knows, over all that was released.

A case is opened before it is closed. Whoever reads five opened cases and a withheld number of closed ones knows that
at most five were closed; over several quarters such bounds come closer. Relations are declared in
`monitoring/data/relations.yaml`; each table is released, and each document audited, with the attacker holding the
newest release of every related table and every relation that the true figures keep to.
"""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path

import yaml

from monitoring import disclosure
from monitoring.disclosure import Config, Key, Knowledge, Need, Ref
from monitoring.periods import Period

from .plan import History, Place, Plan
from .release import TiedTable, Told, of_told

DATA = Path(__file__).parent.parent / "data" / "relations.yaml"
REST = "rest"
Pair = tuple[str, str]
"""(less, more): codes of two items."""


@lru_cache(maxsize=1)
def declared() -> tuple[Pair, ...]:
    return tuple(
        (one["less"], one["more"]) for one in yaml.safe_load(DATA.read_text(encoding="utf-8"))["until"]
    )


def pairs_of(table: str, plan: Plan) -> tuple[Pair, ...]:
    """Relations that say something about a table, by the item that all others of it are part of."""
    return tuple(pair for pair in declared() if table in {plan.root(code) for code in pair})


def beside(plan: Plan, history: History, place: Place) -> Knowledge:
    """What related tables have told until now, and how their counts are bound to those of the table at `place`."""
    pairs = pairs_of(place[0], plan)
    if not pairs:
        return Knowledge()
    roots = {plan.root(code) for pair in pairs for code in pair}
    own = plan.table(place)
    tables: dict[Place, tuple[str, TiedTable]] = {place: ("", own)}
    told: dict[str, tuple[Place, Told]] = {}
    for other in list(history.runs):
        if other[0] in roots and other != place and (newest := history.newest_told(other)):
            tables[other] = (newest.name, newest.table)
            told[newest.name] = (other, newest)
    unknown = {*own.cells, *((name, key) for name, (_place, one) in told.items() for key in one.hidden)}
    bounds = [one for pair in pairs for one in _until(pair, plan, tables) if unknown & _refs(one)]
    named = {ref[0] for one in bounds for ref in _refs(one)} & set(told)
    parts = [of_told(told[name][1], plan.config(told[name][0])) for name in sorted(named)]
    return disclosure.merged([*parts, *bounds])


def _refs(known: Knowledge) -> set[Ref]:
    return {ref for relation in known.relations for ref, _number in relation.terms}


def _until(pair: Pair, plan: Plan, tables: Mapping[Place, tuple[str, TiedTable]]) -> Iterator[Knowledge]:
    """For each code and each period: all of `more` until then are those of `less` and the rest.

    The rest are people too, such as those whose case is still open: nobody prints them, anybody subtracts. They are
    protected like a count that stands in a table.
    """
    less, more = pair
    periods = sorted({period for _table, period in tables}, key=lambda text: Period.parse(text).first_day)
    keys = {key for _name, table in tables.values() for item, key in table.cells if item == less}
    for key in sorted(keys):
        terms: dict[Ref, float] = {}
        rest = 0
        for period in periods:
            above = _count(more, key, tables.get((plan.root(more), period)))
            below = _count(less, key, tables.get((plan.root(less), period)))
            if above is None:
                break  # from here on nobody knows how many more there may have been
            terms |= {ref: 1.0 for ref, _n in above} | {ref: -1.0 for ref, _n in below or ()}
            rest += sum(n for _ref, n in above) - sum(n for _ref, n in below or ())
            if below is not None and rest >= 0 and min(terms.values(), default=0) < 0:
                yield _rest((REST, less, key, period), terms, rest, plan.config((plan.root(less), period)))


def _rest(ref: Ref, terms: Mapping[Ref, float], number: int, config: Config) -> Knowledge:
    small = {ref: Need(config.width)} if 0 < number < config.threshold else {}
    return Knowledge(
        (disclosure.exactly({**terms, ref: -1.0}, 0),), protected=small, true_values={ref: float(number)}
    )


def _count(item: str, key: str, found: tuple[str, TiedTable] | None) -> list[tuple[Ref, int]] | None:
    """A count and what it is called; nothing for a code that nobody has there, None for what is not counted at all."""
    if found is None:
        return None
    name, table = found
    cell: Key = (item, key)
    if cell in table.cells:
        return [((name, cell) if name else cell, int(table.cells[cell].value))]
    dimension = key.partition("=")[0]
    others = any(one == item and other.startswith(f"{dimension}=") for one, other in table.cells)
    return [] if key and others else None
