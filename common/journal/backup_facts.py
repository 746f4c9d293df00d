"""What a backup of the journal must bring back to the letter: the head of its chain of seals."""

from typing import Any

from common import backup


@backup.fact("journal", app="journal")
def journal_head(cursor: Any) -> dict[str, Any]:
    cursor.execute("SELECT number, digest FROM journal_seal ORDER BY number DESC LIMIT 1")
    return {"head": "{}:{}".format(*(cursor.fetchone() or (0, "")))}
