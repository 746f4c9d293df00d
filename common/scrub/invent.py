"""What stands in a copy in place of what is real: the same for the same, and not to be led back without the secret.

The secret lives as long as one run, so two copies have nothing in common.
"""

import datetime as dt
import hashlib
import hmac
import re
from functools import lru_cache
from typing import Any

from common.kyrgyz import fold, to_latin

_CONSONANTS, _VOWELS = "бгджзклмнрст", "аеоуы"
_SYLLABLES = [consonant + vowel for consonant in _CONSONANTS for vowel in _VOWELS]
_ENDING = re.compile(r"(?<=\w\w)(?:ович|евич|овна|евна|ова|ева|ов|ев)$", re.IGNORECASE)
_LATIN_ENDING = re.compile(r"(?<=\w\w)(?:ovich|evich|ovna|evna|ova|eva|ov|ev)$", re.IGNORECASE)
_ROOT = re.compile(r"(?<=\w\w)(?:ov|ev)$")
_WORDS = "бул жерде башка сөздөр турган, көчүрмөдө алар жок; "
FURTHEST = 20  # days


class Inventor:
    def __init__(self, secret: bytes):
        self._secret = secret
        self._root = lru_cache(maxsize=100_000)(self._new_root)

    def digest(self, *what: Any) -> bytes:
        text = "\0".join(str(one) for one in what)
        return hmac.new(self._secret, text.encode(), hashlib.sha256).digest()

    def number(self, *what: Any) -> int:
        return int.from_bytes(self.digest(*what)[:8])

    def token(self, *what: Any, length: int = 64) -> str:
        """In place of a hash or an index: equal ones stay equal."""
        return self.digest(*what).hex()[:length]

    def key(self, key_id: Any) -> bytes:
        """The fresh secret of a person's or a case's key."""
        return self.digest("key", key_id)

    def signs(self, text: str, alphabet: str) -> str:
        """Another code of the same length out of the alphabet."""
        number = int.from_bytes(self.digest("signs", text))
        return "".join(
            alphabet[number // len(alphabet) ** place % len(alphabet)] for place in range(len(text))
        )

    def words(self, length: int) -> str:
        """A text of about that length."""
        return (_WORDS * (length // len(_WORDS) + 1))[:length].strip()

    def name(self, text: str) -> str:
        """Word by word, in its script, with its ending: spellings of one name in two scripts stay one name."""
        return re.sub(r"[^\W\d_]+", lambda word: self._word(word[0]), text)

    def person(self, *what: Any) -> str:
        """A name in place of one that is sealed, so that nobody knows whose."""
        return f"{self._new_root(('family', *what))}ов {self._new_root(('given', *what))}"

    def _word(self, word: str) -> str:
        folded = fold(word)
        if not folded:
            return word  # son or daughter of
        root, ending = self._root(_ROOT.sub("", folded)), _ENDING.search(word)
        if word.isascii():
            root, ending = to_latin(root), _LATIN_ENDING.search(word)
        made = root + (ending[0].lower() if ending else "")
        return made.upper() if word.isupper() and len(word) > 1 else made

    def _new_root(self, what: Any) -> str:
        digest = self.digest("name", what)
        parts = [_SYLLABLES[int.from_bytes(digest[at : at + 2]) % len(_SYLLABLES)] for at in (0, 2, 4)]
        return ("".join(parts) + _CONSONANTS[digest[6] % len(_CONSONANTS)]).capitalize()

    def day(self, day: dt.date) -> dt.date:
        """Some days away: the same day everywhere, so that two records of one person still have one birth date."""
        number = self.number("day", day.isoformat()[:10])
        return day + dt.timedelta(days=(1 + number // 2 % FURTHEST) * (1 if number % 2 else -1))

    def phone(self, *what: Any) -> str:
        """A number that no network gives out."""
        return f"+996000{self.number('phone', *what) % 10**6:06}"
