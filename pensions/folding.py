"""Names as they are compared: each part folded by itself, and a key under which like names meet."""

from collections.abc import Sequence
from typing import Protocol

from rapidfuzz.distance import JaroWinkler

from common.kyrgyz import fold

ALIKE = 0.82  # Өмүрбек and Умурбек, Үсөнбаева and Усенбаева; not Асанова and Иванова


class Named(Protocol):
    family_name: str
    given_name: str
    latin_family_name: str
    latin_given_name: str


def parts(family_name: str, given_name: str = "", patronymic: str = "") -> tuple[str, str, str]:
    return fold(family_name), fold(given_name), fold(patronymic)


def block(names: Sequence[str]) -> str:
    """Family and given name in the order of the alphabet: the same when a clerk has swapped them."""
    return " ".join(sorted(word for name in names[:2] for word in name.split()))


def is_called(known: str, *names: str) -> bool:
    """Whether one of these folded names is a word of `known`, or like one: people marry, and who writes Kyrgyz names in
    Russian writes them by ear. Without any name nobody can say that it is another person."""
    words = known.split()
    told = [word for name in names for word in name.split()[:1]]
    return not told or any(
        word in known or any(JaroWinkler.similarity(word, other) >= ALIKE for other in words) for word in told
    )


def unfolded(folded_names: str) -> tuple[str, str, str]:
    """The three parts out of how they are stored."""
    family_name, given_name, patronymic, *_rest = (*folded_names.split("|"), "", "", "")
    return family_name, given_name, patronymic


def latin_block(person: Named) -> str:
    """The same of the passport's spelling; empty where there is none, or where it says what the name itself says."""
    found = block(parts(person.latin_family_name, person.latin_given_name))[:210]
    return "" if found == block(parts(person.family_name, person.given_name))[:210] else found
