"""Rounding that the law or a published amount asks for."""

from __future__ import annotations

from decimal import ROUND_CEILING, ROUND_DOWN, ROUND_HALF_UP, Decimal
from fractions import Fraction

CENT = Decimal("0.01")


def half_up(amount: Decimal | Fraction, step: Decimal = CENT) -> Decimal:
    """To the nearest ``step``, halves up."""
    if isinstance(amount, Fraction):
        return rounded(amount, "half_up", step)
    return amount.quantize(step, ROUND_HALF_UP)


def rounded(amount: Fraction, mode: str, step: Decimal) -> Decimal:
    """To a multiple of ``step``: half_up, down or up. Exact."""
    units = amount / Fraction(step)
    whole = {
        "half_up": (2 * units.numerator + units.denominator) // (2 * units.denominator),
        "down": units.numerator // units.denominator,
        "up": -(-units.numerator // units.denominator),
    }[mode]
    return whole * step


def up_to_whole(amount: Decimal) -> Decimal:
    return amount.quantize(Decimal(1), ROUND_CEILING)


def truncated(amount: Decimal, step: Decimal) -> Decimal:
    return amount.quantize(step, ROUND_DOWN)
