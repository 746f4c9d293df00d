"""Kyrgyz letters: a key to sort by, a key to search by, and a Latin spelling to suggest.

Neither SQLite nor PostgreSQL's C collation knows the Kyrgyz alphabet, and a collation named in a
migration exists on one of them only. So both keys are stored in columns beside the text.
"""

import re
import unicodedata
from functools import lru_cache

ALPHABET = "абвгдеёжзийклмнңоөпрстуүфхцчшщъыьэюя"

# Letters of neighbouring alphabets stand after the Kyrgyz letter they resemble.
_NEIGHBOURS = {
    "а": "ә",
    "г": "ғґҕ",
    "е": "єҽ",
    "ж": "җ",
    "и": "ӣії",
    "к": "қҡҝ",
    "о": "ӧ",
    "у": "ўӯұ",
    "х": "ҳһ",
    "ч": "ҷҹ",
}
_ORDER = "".join(letter + _NEIGHBOURS.get(letter, "") for letter in ALPHABET)
_CYRILLIC_WEIGHT = {letter: chr(0x41 + place) for place, letter in enumerate(_ORDER)}

# What is typed where the right letter is not on the keyboard.
_MISTYPED = str.maketrans({"ӊ": "ң", "ҥ": "ң", "ѳ": "ө", "ɵ": "ө", "ѐ": "е", "ѝ": "и"})
_LOOKALIKES = str.maketrans("aceopxykmthb", "асеорхукмтнв")
_WORD = re.compile(r"\w+")


def _composed(text: str) -> str:
    """Casefolded NFC, with look-alike Latin letters inside Cyrillic words put right."""
    text = unicodedata.normalize("NFC", text).casefold().translate(_MISTYPED)
    return _WORD.sub(lambda word: _one_script(word[0]), text)


def _one_script(word: str) -> str:
    has_cyrillic = any("\u0400" <= letter <= "\u052f" for letter in word)
    return word.translate(_LOOKALIKES) if has_cyrillic and not word.isascii() else word


def sort_key(text: str) -> str:
    """A key whose plain byte order is the order of the Kyrgyz alphabet.

    Case does not matter; a space sorts before digits, digits before letters, Cyrillic before Latin, Latin
    before other scripts. Compare it as bytes: SQLite's BINARY and PostgreSQL's "C" give the same order.
    """
    return "".join(_weight(char) for char in " ".join(re.split(r"[\s\-–—_]+", _composed(text).strip())))


@lru_cache(maxsize=4096)
def _weight(char: str) -> str:
    if char in _CYRILLIC_WEIGHT:
        return _CYRILLIC_WEIGHT[char]
    if char == " " or char in "0123456789":
        return char
    if not char.isalnum():
        return ""
    base = unicodedata.normalize("NFKD", char.replace("ı", "i"))[0]
    return f"~{base}" if base.isascii() else f"~~{char}"


# --- the search key ---------------------------------------------------------------------------------

_FOLDED = {
    **dict(zip("абвгдежзиклмнопрстуфх", "abvgdejziklmnoprstufh", strict=True)),
    **{"ё": "e", "й": "i", "ң": "n", "ө": "o", "ү": "u", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "sh"},
    **{"ъ": "", "ь": "", "ы": "i", "э": "e", "ю": "iu", "я": "ia"},
    **{"ә": "a", "ғ": "g", "ґ": "g", "є": "e", "җ": "j", "ӣ": "i", "і": "i", "ї": "i", "қ": "k", "ӧ": "o"},
    **{"ў": "u", "ӯ": "u", "ұ": "u", "ҳ": "h", "һ": "h", "ҷ": "j"},
    # Latin letters of Turkish, Uzbek, Azerbaijani and Common Turkic spelling
    **{"ç": "ch", "ş": "sh", "ğ": "g", "ı": "i", "ŋ": "n", "ə": "a", "ß": "s", "ø": "o", "ł": "l"},
}
_FOLD_TABLE = str.maketrans(_FOLDED)
_APOSTROPHES = "'`ʻʼ‘’´"

# In this order: longer spellings first. Each line makes two habits of spelling one.
_SPELLINGS = [
    (re.compile(pattern), result)
    for pattern, result in (
        (rf"o[{_APOSTROPHES}]", "u"),  # Uzbek Latin oʻ is Cyrillic ў, which folds to у
        (rf"[{_APOSTROPHES}]", ""),
        (r"alex", "aleks"),
        (r"maxim", "maksim"),
        (r"shch", "sh"),
        (r"dzh|dj|zh", "j"),
        (r"kh|x", "h"),
        (r"q", "k"),
        (r"w", "v"),
        (r"c(?!h)", "k"),
        (r"y", "i"),
        (r"\bie|(?<=[aeou])ie", "e"),  # Yelena, Sergeyev
        (r"(?<=[bcdfghjklmnprstvz])iu", "u"),  # Гюлнара, Людмила
    )
]
_DROPPED_WORDS = {"uulu", "uul", "kizi", "ogli", "oglu", "ugli"}
_PATRONYMIC = re.compile(r"(?<=\w\w)(?:ovich|evich|ovna|evna)\b")
_FEMININE = re.compile(r"(?<=\w\w)(ov|ev|in|sk)a(?:ia)?\b")
_DOUBLED = re.compile(r"([a-z])\1+")


def fold(text: str) -> str:
    """The key by which a name is searched and compared: ASCII lower case, words parted by one space.

    Kyrgyz, Russian and Latin spellings of one name meet (Өмүрбекова = Омурбекова = Omurbekov), for the
    price that some different names meet as well. Never show it, and never take equality for identity.
    """
    text = _composed(text).replace("дж", "ж").translate(_FOLD_TABLE)
    text = "".join(char for char in unicodedata.normalize("NFKD", text) if not unicodedata.combining(char))
    for pattern, result in _SPELLINGS:
        text = pattern.sub(result, text)
    words = [word for word in re.findall(r"[^\W_]+", text) if word not in _DROPPED_WORDS]
    return " ".join(_DOUBLED.sub(r"\1", _stem(word)) for word in words)


def _stem(word: str) -> str:
    return _FEMININE.sub(r"\1", _PATRONYMIC.sub("", word))


# --- Latin spelling to suggest ----------------------------------------------------------------------

# ICAO Doc 9303 for Russian, with Ө, Ү, Ң and the letters of neighbours, which its table leaves out.
_LATIN = {
    **dict(zip("абвгдежз", ["A", "B", "V", "G", "D", "E", "ZH", "Z"], strict=True)),
    **dict(zip("ийклмноп", ["I", "I", "K", "L", "M", "N", "O", "P"], strict=True)),
    **dict(zip("рстуфхцчшщ", ["R", "S", "T", "U", "F", "KH", "TS", "CH", "SH", "SHCH"], strict=True)),
    **{"ё": "E", "ъ": "IE", "ы": "Y", "ь": "", "э": "E", "ю": "IU", "я": "IA"},
    **{"ң": "N", "ө": "O", "ү": "U"},
    **{"ә": "A", "ғ": "G", "ґ": "G", "є": "IE", "җ": "ZH", "ӣ": "I", "і": "I", "ї": "I", "қ": "K"},
    **{"ӧ": "O", "ў": "U", "ӯ": "U", "ұ": "U", "ҳ": "H", "һ": "H", "ҷ": "J"},
}


def to_latin(text: str) -> str:
    """A Latin spelling to suggest; the one printed in a person's document always wins over it.

    Letters that stand in capitals among capitals stay so: ЖЫЛДЫЗ → ZHYLDYZ, Жылдыз → Zhyldyz.
    """
    text = unicodedata.normalize("NFC", text)
    return _WORD.sub(lambda word: _latin_word(word[0]), text)


def _latin_word(word: str) -> str:
    shout = len(word) > 1 and word.isupper()
    letters = []
    for char in word:
        latin = _LATIN.get(char.lower().translate(_MISTYPED))
        if latin is None:
            letters.append(char)
        elif char.isupper():
            letters.append(latin if shout else latin.capitalize())
        else:
            letters.append(latin.lower())
    return "".join(letters)


# A syllable begins with the consonant before its vowel; between two consonants the first stays behind.
_VOWEL, _CONSONANT = "аеёиоөуүыэюя", "бвгджзйклмнңпрстфхцчшщ"
_SYLLABLE = re.compile(
    rf"(?<=[{_VOWEL}])(?=[{_CONSONANT}][{_VOWEL}])|(?<=[{_VOWEL}][{_CONSONANT}])(?=[{_CONSONANT}][{_VOWEL}])",
    re.IGNORECASE,
)
_LONG_WORD = re.compile(r"[^\W\d_]{14,}")
SOFT_HYPHEN = "\u00ad"


def hyphenable(text: str) -> str:
    """Soft hyphens between the syllables of long words: no typesetter at hand knows where Kyrgyz words break."""
    return _LONG_WORD.sub(lambda word: _SYLLABLE.sub(SOFT_HYPHEN, word[0]), text)
