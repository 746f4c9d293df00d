"""Disclosure control of tables of 180 and 360 cells, each as a ratio to a plain loop on the same table in the same run.

The yardstick attacks every small cell by linear programming, hides the smallest neighbour in a line of each cell
that is too well known, and begins again until none is. It is what one would write first; it promises no least
number of hidden cells and looks at fractions of persons only.
"""

import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from monitoring.disclosure import Config, Interval, Key, Need, Table, primary_cells, protect
from monitoring.disclosure.attack import Attack
from monitoring.disclosure.knowledge import Knowledge
from monitoring.disclosure.system import Clock, System
from tests.monitoring.disclosure.attacker import random_table

CONFIG = Config(max_hidden_share=1.0, time_limit=300.0)
TABLES = {
    "9 × 2 × 5, 180 cells with margins": random_table((9, 2, 5), 1, small=0.3, zero=0.1),
    "9 × 5 × 5, 360 cells with margins, sparse": random_table((9, 5, 5), 4, small=0.3, zero=0.3),
}


def neighbour_loop(table: Table, config: Config) -> tuple[set[Key], int]:
    """Hidden cells and rounds."""
    needs = primary_cells(table, config)
    hidden, rounds = set(needs), 0
    clock = Clock.of(config.time_limit)
    while True:
        rounds += 1
        attack = Attack(System(table, Knowledge()), hidden, clock)
        open_cells = [key for key, need in needs.items() if _is_open(attack, key, need, table)]
        added = {near for key in open_cells if (near := _smallest_neighbour(table, hidden, key))}
        if not open_cells or not added:
            return hidden, rounds
        hidden |= added


def _is_open(attack: Attack, key: Key, need: Need, table: Table) -> bool:
    interval: Interval = attack.interval(key, need, integer=False)
    return not interval.keeps(float(table.cells[key].value))


def _smallest_neighbour(table: Table, hidden: set[Key], key: Key) -> Key | None:
    """The smallest cell that is not zero and not hidden in a sum that this cell takes part in."""
    lines = [(total, *parts) for total, parts in table.relations if key == total or key in parts]
    near = {each for line in lines for each in line} - hidden
    return min(
        (each for each in near if table.cells[each].value),
        key=lambda each: (table.cells[each].value, each),
        default=None,
    )


def main() -> None:
    for name, table in TABLES.items():
        started = time.perf_counter()
        hidden, rounds = neighbour_loop(table, CONFIG)
        loop = time.perf_counter() - started
        result = protect(table, CONFIG)
        outcome = "safe" if result.safe else result.refusal.code
        small = len(primary_cells(table, CONFIG))
        print(f"{name}: {small} small counts")
        print(f"  plain loop   {loop:7.2f} s  {len(hidden):4} hidden  {rounds} rounds")
        print(f"  protect      {result.seconds:7.2f} s  {len(result.pattern):4} hidden  {outcome}")
        print(f"  ratio        {result.seconds / loop:7.2f} of the plain loop's time")


if __name__ == "__main__":
    main()
