"""Statistical files of others: read by a saved mapping into observations, with every fault at its place."""

from .mapping import Mapping, mapping_of, read_mapping
from .rows import Fault, Reading, read

__all__ = ["Fault", "Mapping", "Reading", "mapping_of", "read", "read_mapping"]
