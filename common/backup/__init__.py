"""Backup, restore and the drill that shows that a backup restores: both databases and the files.

A backup is sealed to a public key: the installation that makes it cannot read it, and neither can who finds it. The
private key, and the secrets of the installation (key ring, index key), are kept apart and never stand in a backup.
Apps register with `fact` what must be the same before and after, beside the counts and sums of every table.
"""

from .facts import fact
from .layout import Damaged, Repository
from .restoring import Restored, restore
from .taking import Taken, take

__all__ = ["Damaged", "Repository", "Restored", "Taken", "fact", "restore", "take"]
