"""Rules over the figures of a provider's file. Whatever does not hold is found at its place, with a way out."""

from .rules import Context, Found, Rule, check

__all__ = ["Context", "Found", "Rule", "check"]
