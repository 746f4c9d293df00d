"""Proof that a row stands in the control register, as a text that anybody can check without us."""

from pensions.control_register.leaves import canonical
from pensions.control_register.tlog_proof import TlogProof
from pensions.models import RegisterOpening
from pensions.models.register import Logged
from pensions.services import checkpoints, control_register


def proof_of(row: Logged) -> str:
    """c2sp.org/tlog-proof with entry and opening as extra data. Needs a transaction: it may sign a checkpoint."""
    control_register.hold()
    checkpoint = checkpoints.checkpoint()
    stored = RegisterOpening.objects.select_related("key", "entry").get(entry_id=row.entry_id)
    opening = control_register.opening_of(stored)
    extra = canonical([bytes(stored.entry.leaf), opening.encode()]) if opening else None
    path = control_register.log().inclusion_proof(row.entry_id)
    return TlogProof(row.entry_id, tuple(path), checkpoint.note, extra).text()
