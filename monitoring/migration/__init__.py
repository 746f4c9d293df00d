"""Migration between states: corridors of one sort of figures, and what they amount to. Knows nothing of Django."""

from .corridors import (
    Corridor,
    Matrix,
    MixedSorts,
    concentration,
    corridors,
    effective_number,
    net,
    per_head,
    totals,
)

__all__ = [
    "Corridor",
    "Matrix",
    "MixedSorts",
    "concentration",
    "corridors",
    "effective_number",
    "net",
    "per_head",
    "totals",
]
