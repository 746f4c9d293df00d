"""Short public codes: a receipt told to a person, a case number, a client's pseudonym."""

import secrets

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # nothing that looks like something else


def code(prefix: str, length: int = 8) -> str:
    """40 random bits behind a letter: not to be guessed or walked."""
    return f"{prefix}-{''.join(secrets.choice(ALPHABET) for _ in range(length))}"
