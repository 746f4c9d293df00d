"""Statistical files of others: read by a saved mapping into observations, with every fault at its place."""

from .mapping import Mapping, read_mapping
from .rows import Fault, Reading, read

__all__ = ["Fault", "Mapping", "Reading", "read", "read_mapping"]
