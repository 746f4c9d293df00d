"""The registry's desks: importing them registers them."""

from pensions.desks import employers, imports, workers  # noqa: F401
