"""Units as products of powers with a decimal factor: number = factor x quantity.

`percent` is the dimensionless unit with factor 100 (0.5 is written 50), `thousand USD` is USD with factor
1/1000. So persons / persons * 100 is percent, and persons / persons is not.
"""

import re
from dataclasses import dataclass
from fractions import Fraction

_DIMENSIONLESS = {
    "": 1,
    "ratio": 1,
    "share": 1,
    "yes/no": 1,
    "percent": 100,
    "%": 100,
    "index": 100,
    "per mille": 1000,
}
_MULTIPLES = {"thousand": 1000, "million": 10**6, "billion": 10**9}
_PER = re.compile(r"per (10+)")


@dataclass(frozen=True, slots=True)
class Unit:
    """`powers` are sorted (name, exponent) pairs without zeros."""

    powers: tuple[tuple[str, int], ...] = ()
    factor: Fraction = Fraction(1)

    def __mul__(self, other: "Unit") -> "Unit":
        return self._combine(other, 1)

    def __truediv__(self, other: "Unit") -> "Unit":
        return self._combine(other, -1)

    def scaled(self, factor: Fraction) -> "Unit":
        return Unit(self.powers, self.factor * factor)

    def _combine(self, other: "Unit", sign: int) -> "Unit":
        powers = dict(self.powers)
        for name, exponent in other.powers:
            powers[name] = powers.get(name, 0) + sign * exponent
        factor = self.factor * other.factor**sign
        return Unit(tuple(sorted((name, exp) for name, exp in powers.items() if exp)), factor)

    def __str__(self) -> str:
        if not self.powers:
            return _dimensionless_name(self.factor)
        above = "*".join(_power(name, exp) for name, exp in self.powers if exp > 0) or "1"
        below = "".join(f"/{_power(name, -exp)}" for name, exp in self.powers if exp < 0)
        return f"{above}{below}" if self.factor == 1 else f"{_factor(self.factor)}{above}{below}"


ONE = Unit()


def _power(name: str, exponent: int) -> str:
    return name if exponent == 1 else f"{name}^{exponent}"


def _factor(factor: Fraction) -> str:
    for word, size in _MULTIPLES.items():
        if factor * size == 1:
            return f"{word} "
    return f"{factor} × "


def _dimensionless_name(factor: Fraction) -> str:
    named = {1: "ratio", 100: "percent", 1000: "per 1000"}
    return named.get(factor, f"{factor} × ratio") if factor.denominator == 1 else f"{factor} × ratio"


def parse_unit(text: str) -> Unit:
    """Any word is a unit of its own; `/` and `*` combine, `thousand`, `million`, `billion` multiply."""
    text = " ".join(text.split())
    if text in _DIMENSIONLESS:
        return Unit((), Fraction(_DIMENSIONLESS[text]))
    if per := _PER.fullmatch(text):
        return Unit((), Fraction(int(per[1])))
    unit, sign = ONE, "*"
    for part in re.split(r"([*/])", text):
        if part in ("*", "/"):
            sign = part
        else:
            single = _single(part.strip())
            unit = unit * single if sign == "*" else unit / single
    return unit


def _single(text: str) -> Unit:
    word, _, rest = text.partition(" ")
    if rest and word in _MULTIPLES:
        return Unit(((rest, 1),), Fraction(1, _MULTIPLES[word]))
    if text in _DIMENSIONLESS:
        return Unit((), Fraction(_DIMENSIONLESS[text]))
    return Unit(((text, 1),))


def answers(result: Unit, declared: str) -> bool:
    """Whether a result may be called `declared`. `per 1000` asks for the factor only, whatever is counted."""
    if per := _PER.fullmatch(declared.strip()):
        return result.factor == int(per[1])
    return result == parse_unit(declared)


def power_of_ten(number: Fraction) -> bool:
    """Whether multiplying by it changes the unit (100, 0.001) and not the quantity (2, 0.5)."""
    if number <= 0 or number == 1:
        return False
    size = number.numerator if number.denominator == 1 else number.denominator
    is_unit_fraction = number.denominator == 1 or number.numerator == 1
    return is_unit_fraction and re.fullmatch("10+", str(size)) is not None
