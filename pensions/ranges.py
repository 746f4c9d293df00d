"""Ranges of numbers, both ends included: subtraction, union and a short way to write them. Pure."""

from collections.abc import Iterable

Range = tuple[int, int]


def merged(ranges: Iterable[Range]) -> list[Range]:
    """In order, with neighbours and overlaps made one."""
    found: list[Range] = []
    for first, last in sorted(ranges):
        if found and first <= found[-1][1] + 1:
            found[-1] = (found[-1][0], max(found[-1][1], last))
        else:
            found.append((first, last))
    return found


def without(ranges: Iterable[Range], taken: Iterable[Range]) -> list[Range]:
    """What is left of the ranges when the numbers of `taken` are gone."""
    left = merged(ranges)
    for first, last in merged(taken):
        left = [
            part
            for a, b in left
            for part in ((a, min(b, first - 1)), (max(a, last + 1), b))
            if part[0] <= part[1]
        ]
    return left


def holds(ranges: Iterable[Range], first: int, last: int) -> bool:
    """Does one of the ranges hold all numbers from first to last?"""
    return any(a <= first and last <= b for a, b in merged(ranges))


def count(ranges: Iterable[Range]) -> int:
    return sum(last - first + 1 for first, last in ranges)


def written(ranges: Iterable[Range], digits: int) -> str:
    """ "0000001–0000020, 0000031"."""
    return ", ".join(
        f"{first:0{digits}}" if first == last else f"{first:0{digits}}–{last:0{digits}}"
        for first, last in merged(ranges)
    )
