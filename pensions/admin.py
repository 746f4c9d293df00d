"""The registry's desks: importing them registers them."""

from pensions import finders  # noqa: F401
from pensions.desks import (  # noqa: F401
    archives,
    blanks,
    certificate_batches,
    certificates,
    classifications,
    contributions,
    corrections,
    demands,
    duplicates,
    employers,
    erasures,
    exchange,
    findings,
    imports,
    pension_claims,
    register,
    totals,
    workers,
)
