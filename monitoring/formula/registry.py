"""What a formula may name, and where its figures come from: the seam to the rest of the house."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from monitoring.periods import Frequency, Period

from .ast import Node
from .values import Result

TOTAL = "_T"


class Kind(StrEnum):
    """How a data item behaves when several periods or groups are brought together."""

    FLOW = "flow"  # events in a period: adds up over time and over groups
    STOCK = "stock"  # state at the end of a period: adds up over groups only
    RATE = "rate"  # ready-made ratio, index, mean or median: never brought together
    RECORDS = "records"  # a distribution: one value for each record


@dataclass(frozen=True, slots=True)
class Item:
    """A data item. `record_set` names who the records are (items of one set pair by record key);
    `basis` how the figure was counted, e.g. registered, modelled, by_birth."""

    name: str
    unit: str
    frequency: Frequency
    kind: Kind
    dimensions: tuple[str, ...] = ()
    record_set: str = ""
    basis: str = ""


@dataclass(frozen=True, slots=True)
class Indicator:
    """An indicator as others see it: its formula is taken over, so that ratios keep their two halves."""

    code: str
    expression: Node
    unit: str
    frequency: Frequency
    dimensions: tuple[str, ...] = ()


class Registry(Protocol):
    def lookup(self, name: str) -> Item | Indicator | None:
        """The item or indicator of that name, None when there is none."""

    def codes(self, name: str, dimension: str) -> Sequence[str]:
        """The codes of `dimension` in use for item `name`, totals left out; they must add up to the total."""


class DataItems(Registry, Protocol):
    def series(self, name: str, dims: Mapping[str, str]) -> Mapping[Period, Result]:
        """The item's values by period, in its own frequency, for exactly these codes.

        Dimensions not in `dims` stand at their total. A kind other than `records` gives a `Value` for each
        period, `records` gives `Many` keyed by record. A period that is absent counts as missing; one that is
        not due yet must be given as such.
        """
