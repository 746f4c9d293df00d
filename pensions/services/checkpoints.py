"""Signed checkpoints of the control register: its size and root, as they stood."""

from typing import Any

from common import clock
from common.service import service
from pensions.control_register.checkpoint import Checkpoint
from pensions.models import RegisterCheckpoint

from . import control_register, signing_keys


def checkpoint() -> RegisterCheckpoint | None:
    """Signs size and root as they stand, or gives the checkpoint that says so already; None while the log is empty."""
    control_register.hold()
    signer = signing_keys.register_signer()
    tree = control_register.log()
    if not tree.size:
        return None
    root = tree.root()
    made = RegisterCheckpoint.everything.filter(size=tree.size, root=root.hex()).order_by("-pk").first()
    if made is None:
        note = Checkpoint(control_register.origin(), tree.size, root).sign(signer)
        made = RegisterCheckpoint.everything.create(
            size=tree.size, root=root.hex(), note=note, at=clock.now()
        )
    return made


@service
def sign_checkpoint(*, by: Any = None) -> RegisterCheckpoint | None:
    """The scheduled checkpoint; safe to run twice."""
    return checkpoint()


def latest() -> RegisterCheckpoint | None:
    return RegisterCheckpoint.everything.order_by("-pk").first()
