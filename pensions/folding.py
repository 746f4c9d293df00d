"""Names as they are compared: each part folded by itself, and a key under which like names meet."""

from collections.abc import Sequence

from common.kyrgyz import fold


def parts(family_name: str, given_name: str = "", patronymic: str = "") -> tuple[str, str, str]:
    return fold(family_name), fold(given_name), fold(patronymic)


def block(names: Sequence[str]) -> str:
    """Family and given name in the order of the alphabet: the same when a clerk has swapped them."""
    return " ".join(sorted(word for name in names[:2] for word in name.split()))
