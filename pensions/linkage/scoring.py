"""Scores of pairs among people that lie in DuckDB. One run, one connection; nothing is kept on disk."""

import datetime as dt
import json
import logging
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import duckdb
import pyarrow as pa
from splink import DuckDBAPI, Linker

from pensions.folding import block

from .levels import COLUMNS, MACROS, RESPECTS

MODEL = Path(__file__).with_name("model.json")
CHUNK = 50_000
_TYPES = {
    "VARCHAR": pa.string(),
    "DATE": pa.date32(),
    "VARCHAR[]": pa.list_(pa.string()),
    "BOOLEAN": pa.bool_(),
}
SCHEMA = pa.schema([(name, _TYPES[kind]) for name, kind in COLUMNS.items()])


class Row(NamedTuple):
    """One record as it is compared; `due`: only pairs with a due record are wanted.

    `names` are all names that the person is known by, "family|given", the one of today first; `blocks` their keys.
    """

    unique_id: str
    register: str
    family: str
    given: str
    patronymic: str
    block: str
    names: Sequence[str]
    blocks: Sequence[str]
    born: dt.date | None
    sex: str
    numbers: Sequence[str]
    kinds: Sequence[str]
    due: bool = True

    @classmethod
    def of(
        cls, key: str, register: str, names: Sequence[str], others: Iterable[Sequence[str]], *more: Any
    ) -> "Row":
        """`names`: family name, given name and patronymic of today, folded; `others`: family and given name of what
        the person was called before, or is in the passport."""
        forms = list(dict.fromkeys([(names[0], names[1]), *((one[0], one[1]) for one in others)]))
        blocks = list(dict.fromkeys(filter(None, map(block, forms))))
        return cls(key, register, *names, block(names), ["|".join(form) for form in forms], blocks, *more)


@dataclass(frozen=True)
class Scored:
    """`score`: probability that the two are one person, by the model; `reasons` like "birth:same"."""

    first: str
    second: str
    score: float
    reasons: tuple[str, ...]


@lru_cache(maxsize=1)
def model() -> dict[str, Any]:
    """`version`, `made` (how it came to be), `threshold` for proposing, `splink` (the settings with their weights)."""
    return json.loads(MODEL.read_text(encoding="utf8"))


class People:
    """The records of one run, handed in by chunks."""

    def __init__(self, memory: str = "1GB", threads: int = 2):
        self.connection = duckdb.connect(":memory:")
        self.connection.execute(f"SET memory_limit = '{memory}'; SET threads = {threads}")
        columns = ", ".join(f"{name} {kind}" for name, kind in COLUMNS.items())
        self.connection.execute(f"CREATE TABLE people ({columns})")
        for macro in MACROS:
            self.connection.execute(macro)
        self.count = 0

    def __enter__(self) -> "People":
        return self

    def __exit__(self, *_: Any) -> None:
        self.connection.close()

    def add(self, rows: Iterable[Row]) -> None:
        rows = list(rows)
        if rows:
            chunk = pa.table(list(map(list, zip(*rows, strict=True))), schema=SCHEMA)
            self.connection.register("chunk", chunk)
            self.connection.execute("INSERT INTO people SELECT * FROM chunk")
            self.connection.unregister("chunk")
            self.count += len(rows)

    def linker(self, settings: dict[str, Any], extra: str = "") -> Linker:
        """Splink over these people; `extra` names further columns of a labelled set."""
        logging.getLogger("splink").setLevel(logging.ERROR)
        api = DuckDBAPI(connection=self.connection)
        table = self.connection.table("people" + extra)
        return Linker(api.register(table, dataset_display_name="records"), settings, log_level=None)

    def pairs(
        self, threshold: float | None = None, settings: dict[str, Any] | None = None
    ) -> Iterator[Scored]:
        """Pairs at or above the threshold (that of the model, if none is given), in no order."""
        if self.count < 2:
            return
        limit = model()["threshold"] if threshold is None else threshold
        found = self.linker(settings or model()["splink"]).inference.predict(
            threshold_match_probability=limit
        )
        gammas = ", ".join(f"gamma_{one.code}" for one in RESPECTS)
        sql = f"""
            SELECT p.unique_id_l, p.unique_id_r, match_probability, {gammas}
            FROM {found.physical_name} p
            JOIN people a ON a.unique_id = p.unique_id_l JOIN people b ON b.unique_id = p.unique_id_r
            WHERE a.due OR b.due
        """
        answer = self.connection.execute(sql)
        while rows := answer.fetchmany(CHUNK):
            for first, second, score, *levels in rows:
                reasons = tuple(
                    f"{respect.code}:{respect.level(gamma)}"
                    for respect, gamma in zip(RESPECTS, levels, strict=True)
                    if gamma >= 0
                )
                yield Scored(*sorted((first, second)), score, reasons)
