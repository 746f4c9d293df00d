"""The public number of a person's record: eleven signs that cannot be guessed, the last a check character.

Thirty-one signs (digits and capitals without I, L, O, U and Z): a prime, so the weighted sum finds every
single wrong sign and every exchange of two.
"""

import secrets

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXY"
LENGTH = 11
GROUP = 4
_VALUE = {sign: place for place, sign in enumerate(ALPHABET)}
_READ_AS = str.maketrans({"I": "1", "L": "1", "O": "0", "U": "V", "Z": "2"})


def new() -> str:
    body = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH - 1))
    return body + check_character(body)


def check_character(body: str) -> str:
    total = sum(weight * _VALUE[sign] for weight, sign in enumerate(body, start=1))
    # The check character has weight LENGTH: total + LENGTH * c must be 0 modulo 31.
    return ALPHABET[-total * pow(LENGTH, -1, len(ALPHABET)) % len(ALPHABET)]


def signs_of(text: str) -> str:
    """Letters and digits of what somebody typed, a whole number or a part, look-alike signs put right."""
    return "".join(sign for sign in text.upper() if sign.isalnum()).translate(_READ_AS)


def normalise(text: str) -> str | None:
    """The stored form of what somebody typed; None if the check fails."""
    signs = signs_of(text)
    if len(signs) != LENGTH or not set(signs) <= set(ALPHABET):
        return None
    return signs if check_character(signs[:-1]) == signs[-1] else None


def show(number: str) -> str:
    """In groups: 4G7K-Q2MX-93T."""
    return "-".join(number[start : start + GROUP] for start in range(0, len(number), GROUP))
