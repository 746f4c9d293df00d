"""Secrets of persons: a key ring of the installation, a key for each person or case, blind indexes."""

from .fields import SealedField
from .ring import blind_index, commitment, unwrap, wrap

__all__ = ["SealedField", "blind_index", "commitment", "unwrap", "wrap"]
