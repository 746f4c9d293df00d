"""Where the house counts its own figures: one set-based query for each data item, period and breakdown."""

from collections.abc import Mapping

from .counting import Counts, Source, dims_of, item_source, key_of, moments, registered

__all__ = ["Counts", "Source", "dims_of", "item_source", "key_of", "moments", "sources"]


def sources() -> Mapping[str, Source]:
    from . import cases, certificates, chain, registry, totals  # noqa: F401  (each registers its own)

    return registered
