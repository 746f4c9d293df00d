"""Short ways to a table and an evaluation, for tests."""

from typing import Any

from monitoring.evaluation import Estimate, Table, design_from, evaluate, table_from_columns


def table_of(frame: Any) -> Table:
    return table_from_columns(**{name: frame[name].tolist() for name in frame.columns})


def estimate(table: Any, **design: Any) -> Estimate:
    table = table if isinstance(table, Table) else table_of(table)
    return evaluate(table, design_from(design)).main
