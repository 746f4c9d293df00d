"""What a backup of the registry must bring back to the letter: the root of the control register."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from common import backup
from pensions.control_register.merkle import MerkleLog, Node, Position


class SqlNodeStore:
    """Nodes of the tree, read through a cursor of a snapshot."""

    def __init__(self, cursor: Any) -> None:
        self.cursor = cursor

    def read(self, positions: Sequence[Position]) -> Mapping[Position, bytes]:
        found = {}
        for level, index in positions:
            self.cursor.execute(
                f'SELECT hash FROM pensions_registernode WHERE level = {int(level)} AND "index" = {int(index)}'
            )
            row = self.cursor.fetchone()
            found[level, index] = bytes(row[0]) if row else b"absent"
        return found

    def write(self, nodes: Iterable[Node]) -> None:
        raise NotImplementedError("a snapshot is only read")


@backup.fact("control register", app="pensions")
def register_root(cursor: Any) -> dict[str, Any]:
    """Size and Merkle root, folded from the nodes as they lie in the table."""
    cursor.execute('SELECT max("index") FROM pensions_registerentry')
    last = cursor.fetchone()[0]
    size = 0 if last is None else last + 1
    return {"size": size, "root": MerkleLog(SqlNodeStore(cursor), size).root().hex()}
