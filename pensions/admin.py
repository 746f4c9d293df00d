"""The registry's desks: importing them registers them."""

from pensions.desks import blanks, certificates, employers, findings, imports, register, workers  # noqa: F401
