"""Stretches of insurance of many people as columns. Free of Django."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .runs import Array

STATES = 256  # room for states beside a person in one number


@dataclass(frozen=True, slots=True)
class Pieces:
    """Stretches of insurance, cut at the day of the run. All arrays have one length.

    ``person``: numbers below 2**24; ``state``: places in the engine's sorted list of states; ``start``, ``end``:
    calendar.number, both counted; ``kind``: slices.kind_number; ``unpaid``: contributions are in the record and
    none of them was paid.
    """

    person: Array
    state: Array
    start: Array
    end: Array
    kind: Array
    unpaid: Array

    def where(self, mask: Array) -> Pieces:
        return Pieces(*(getattr(self, name)[mask] for name in self.__slots__))

    @property
    def key(self) -> Array:
        return self.person.astype(np.int64) * STATES + self.state

    @classmethod
    def joined(cls, parts: Sequence[Pieces]) -> Pieces:
        return cls(*(np.concatenate([getattr(one, name) for one in parts]) for name in cls.__slots__))
