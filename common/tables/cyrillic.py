"""Which of the one-byte Cyrillic tables a text was written in: each of them turns any bytes into some letters, so they
are told apart by how often Russian and Kyrgyz letters occur and by where in a word they stand."""

import math
from collections import Counter
from collections.abc import Sequence
from functools import cache

import numpy as np

TABLES = ("cp1251", "koi8-r", "cp866", "mac-cyrillic", "iso8859-5")
TELLING = 4  # letters beyond ASCII in a line from which its table can be told
# How likely something is, as 100 × ln:
NONSENSE = -500  # for each letter, what is less likely are no words of ours
STRANGE = 400  # so much more likely in another table is no line of this one
CLEAR = 300  # so much more likely than in any other table, and nothing else can be meant

# Letters per thousand of running Russian and Kyrgyz text; what is not listed is as good as absent.
_FREQUENCY = {
    **dict(zip("оеаинтсрвл", (105, 80, 90, 75, 68, 58, 50, 50, 42, 44), strict=True)),
    **dict(zip("кмдпуяызбгч", (40, 32, 30, 26, 30, 18, 24, 17, 16, 19, 14), strict=True)),
    **dict(zip("йхжшюцщэфъёь", (12, 10, 10, 8, 6, 5, 4, 5, 3, 1, 1, 16), strict=True)),
}
_SIGNS = {**dict.fromkeys("№«»", 3), **dict.fromkeys("–—“”\xa0", 0.5)}
_RARE_LETTER, _RARE_SIGN = 0.2, 0.02
_NO_WORD = 600  # so much less likely is what stands in no word, see `_likelihood`


def best(data: bytes, first: str) -> tuple[str, float]:
    """The table in which the bytes make most sense, `first` among equals, and how much: see `sense`."""
    scores = {name: sense(data, name) for name in (first, *TABLES)}
    found = max(scores, key=lambda name: scores[name])
    return found, scores[found]


def sense(sample: bytes, table: str) -> float:
    """Mean over the characters beyond ASCII: above nought for Russian and Kyrgyz words."""
    text = sample.decode(table, errors="replace")
    points, count, previous = 0.0, 0, " "
    for char, times in Counter(zip(" " + text, text, strict=False)).items():
        previous, letter = char
        if letter.isascii():
            continue
        count += times
        points += times * (_points(letter) - 60 * (previous.islower() and letter.isupper()))
    return points / count if count else 0.0


def _points(letter: str) -> float:
    if letter in _SIGNS:
        return 10
    return _FREQUENCY.get(letter.lower(), -60) - 12


# --- line by line ------------------------------------------------------------------------------------


def all_in(data: bytes, usual: str) -> bool:
    """Whether no line is clearly more likely in another table than in the usual one. A short word in capitals may be a
    little more likely in one in which nobody wrote it: where nothing else speaks for a mixture, that is no doubt."""
    if data.isascii():
        return True
    likely, letters = _likely(data.splitlines(keepends=True))
    others = (likely > likely[TABLES.index(usual)] + STRANGE).any(axis=0)
    return not (others & (letters >= TELLING)).any()


def tables(lines: Sequence[bytes], usual: str) -> list[str | None]:
    """The table of each line where several are mixed: that of the line before it, at the beginning the usual one, or
    another that is more likely. "" where two are nearly as likely as each other, or a line is too short to tell and
    those around it are of two tables; None where a line makes sense in none."""
    if not lines:
        return []
    found: list[str | None] = []
    before, short = usual, 0
    likely, letters = _likely(lines)
    for place, count in enumerate(letters):
        if count < TELLING:
            short += 1
            continue
        table = _table(likely[:, place], count, before)
        found += [before if table in (before, None) else ""] * short + [table]
        before, short = table or before, 0
    return found + [before] * short


def _table(likely: np.ndarray, letters: int, before: str) -> str | None:
    most = int(likely.argmax())
    less = likely[most] - likely  # nought for tables that have the same letters at these places
    if likely[most] < NONSENSE * letters:
        return None
    if less[TABLES.index(before)] == 0:
        return before
    return "" if ((less > 0) & (less <= CLEAR)).any() else TABLES[most]


def _likely(lines: Sequence[bytes]) -> tuple[np.ndarray, np.ndarray]:
    """How likely each line is in each table, and how many letters beyond ASCII it has; the others tell nothing."""
    data = np.frombuffer(b"\n" + b"".join(lines), np.uint8)
    beyond = np.flatnonzero(data[1:] > 127)
    pairs = data[beyond].astype(np.uint16) << 8 | data[beyond + 1]
    ends = np.searchsorted(beyond, np.cumsum([0, *map(len, lines)]))
    letters = np.diff(ends)
    likely, some = np.zeros((len(lines), len(TABLES)), np.int32), letters > 0
    if len(pairs):
        told = _likelihoods().take(pairs, axis=0)
        likely[some] = np.add.reduceat(told, ends[:-1][some], axis=0, dtype=np.int32)
    return likely.T, letters


@cache
def _likelihoods() -> np.ndarray:
    """A column for each table, so that a pair is looked up once for all of them."""
    return np.stack([_likelihood(name) for name in TABLES], axis=1)


def _likelihood(table: str) -> np.ndarray:
    """100 × ln of the frequency of a byte behind another one, at the place 256 × the first + the second. In words no
    capital follows a small letter, no soft or hard sign anything but a consonant, no small letter a dash."""
    chars = [bytes([one]).decode(table, errors="replace") for one in range(256)]
    alone = np.array([0 if char.isascii() else _logarithm(char) for char in chars])
    small, capital = _where(chars, str.islower), _where(chars, str.isupper)
    beyond = ~_where(chars, str.isascii)
    mark = _where(chars, lambda char: char in "ьъЬЪ")
    consonant = _where(chars, lambda char: char.isalpha() and char.lower() not in "аеёиоуыэюяьъ")
    dash = _where(chars, lambda char: char in "–—“”„")
    apart = np.outer(small, capital & beyond) | np.outer(~consonant, mark) | np.outer(dash, small & beyond)
    return (alone - _NO_WORD * apart).astype(np.int16).ravel()


def _where(chars: Sequence[str], holds) -> np.ndarray:
    return np.array([holds(char) for char in chars])


def _logarithm(char: str) -> int:
    rare = _RARE_LETTER if char.isalpha() else _RARE_SIGN
    return round(100 * math.log(_FREQUENCY.get(char.lower(), _SIGNS.get(char, rare)) / 1000))
