"""The registry's desks: importing them registers them."""

from pensions.desks import (  # noqa: F401
    blanks,
    certificate_batches,
    certificates,
    classifications,
    duplicates,
    employers,
    exchange,
    findings,
    imports,
    register,
    workers,
)
