"""The desks of case work: importing them registers them."""

from cases import finders  # noqa: F401

from . import cases, partners, templates  # noqa: F401
