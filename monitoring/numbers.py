"""Numbers of observations and figures as both databases keep them."""

from decimal import Context, Decimal

PLACES = 10
# SQLite keeps a decimal as a binary fraction, of which 15 digits come back as they were. A longer number would
# differ from itself at the next computation, and between the two databases.
_DIGITS = Context(prec=15)


def as_kept(number: Decimal | None) -> Decimal | None:
    """To ten places and fifteen digits; the same on both databases."""
    return None if number is None else _DIGITS.create_decimal(round(number, PLACES))
