"""Who may do what: each module adds its rows to the one table of permissions."""

from . import (  # noqa: F401
    claims,  # claims, awards, double receipt
    exchange,  # requests between institutions
    issuing,  # blanks, certificates, keys, control register
    legislation,  # parameters of the law
    registry,  # workers, employers, ledger, imports
)
