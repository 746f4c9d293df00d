"""The control register as anybody may read it: checkpoint, tiles, proofs, and answers about kept checkpoints."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count

from common.scoping import system
from pensions.control_register.checkpoint import Checkpoint, CheckpointError, open_checkpoint
from pensions.control_register.merkle import ProofError
from pensions.control_register.notes import NoteError
from pensions.control_register.tiles import TILE_WIDTH, Tile, TileError, encode_entries
from pensions.control_register.tlog_proof import HEADER
from pensions.models import RegisterCosignature, RegisterEntry, RegisterWitness
from pensions.services import checkpoints, control_register, witnessing

REASON = "the control register, public by its nature"


@dataclass(frozen=True)
class Overview:
    """What the public page shows. `checkpoint` is the newest, with the lines of its witnesses."""

    size: int
    checkpoint: str
    signed_at: Any
    signed_size: int
    root: str
    kinds: list[tuple[str, int]]
    witnesses: list[tuple[str, str, Any, int]]


def overview() -> Overview:
    with system(REASON):
        latest = checkpoints.latest()
        kinds = RegisterEntry.everything.order_by().values_list("kind").annotate(count=Count("index"))
        witnesses = [
            (
                one.name,
                one.get_state_display(),
                last.at if last else None,
                last.checkpoint.size if last else 0,
            )
            for one in RegisterWitness.everything.filter(ended_on__isnull=True).order_by("at", "pk")
            for last in [
                RegisterCosignature.everything.filter(witness=one)
                .select_related("checkpoint")
                .order_by("-at")
                .first()
            ]
        ]
        return Overview(
            size=control_register.size(),
            checkpoint=witnessing.cosigned(latest) if latest else "",
            signed_at=latest.at if latest else None,
            signed_size=latest.size if latest else 0,
            root=latest.root if latest else "",
            kinds=sorted(kinds, key=lambda one: -one[1]),
            witnesses=witnesses,
        )


def newest_checkpoint() -> str:
    """The newest signed checkpoint with its cosignatures; empty while there is none."""
    with system(REASON):
        latest = checkpoints.latest()
        return witnessing.cosigned(latest) if latest else ""


def verifier_keys() -> str:
    """Keys of the log (the newest first) and of its witnesses, one a line, as c2sp.org/signed-note writes them."""
    with system(REASON):
        keys = [*control_register.verifiers(), *witnessing.verifiers()]
    return "".join(f"{key}\n" for key in keys)


def tile(level: str, name: str) -> bytes | None:
    """The tile or entry bundle of this path; None when there is no such path, or the log is not that long yet."""
    with system(REASON):
        try:
            wanted = Tile.parse(level, name)
        except TileError:
            return None
        latest = checkpoints.latest()
        complete = (latest.size if latest else 0) >> (8 * wanted.level)
        first = wanted.index * TILE_WIDTH
        if not 0 < wanted.width <= TILE_WIDTH or first + wanted.width > complete:
            return None
        if level != "entries":
            return wanted.read(control_register.TableNodeStore())
        rows = RegisterEntry.everything.filter(index__gte=first, index__lt=first + wanted.width).order_by(
            "index"
        )
        return encode_entries([bytes(leaf) for leaf in rows.values_list("leaf", flat=True)])


def inclusion(index: int, size: int) -> dict[str, Any]:
    """Leaf hash and audit path of an entry in the tree of that size (hex); ProofError when there is none."""
    with system(REASON):
        tree = control_register.log()
        path = tree.inclusion_proof(index, size)
        leaf = tree.store.read([(0, index)])[0, index]
        return {
            "index": index,
            "size": size,
            "leaf": leaf.hex(),
            "root": tree.root(size).hex(),
            "path": _hex(path),
        }


def consistency(first: int, second: int) -> dict[str, Any]:
    """Proof that the log of `first` entries begins that of `second` (hex); ProofError when there is none."""
    with system(REASON):
        tree = control_register.log()
        path = tree.consistency_proof(first, second)
        roots = {"first_root": tree.root(first).hex(), "second_root": tree.root(second).hex()}
        return {"first": first, "second": second, **roots, "path": _hex(path)}


def judge(text: str) -> tuple[str, int]:
    """What the register says to a checkpoint, or to a proof, that somebody has kept; and its size.

    Codes: holds, contradicts (we have signed two histories), longer (we have lost entries), not_ours.
    """
    text = text.replace("\r\n", "\n").strip("\n") + "\n"
    note = text.partition("\n\n")[2] if text.startswith(HEADER) else text
    with system(REASON):
        kept = _opened(note)
        if kept is None:
            return "not_ours", 0
        tree = control_register.log()
        if kept.size > tree.size:
            return "longer", kept.size
        try:
            same = tree.root(kept.size) == kept.root
        except (KeyError, ProofError):
            same = False
        return ("holds" if same else "contradicts"), kept.size


def _opened(note: str) -> Checkpoint | None:
    for verifier in control_register.verifiers():
        try:
            return open_checkpoint(note, verifier)[0]
        except (NoteError, CheckpointError):
            continue
    return None


def _hex(path: list[bytes]) -> list[str]:
    return [digest.hex() for digest in path]
