"""One box for workers: a name in any script and order, a person's whole number, part of a public one, a birth year.

What is found comes in this order: the number itself, people in whose name every word stands whole, people in whose
name every word stands as a part; only where there is nobody of these, names that are spelt nearly so. Everything is
looked for among the rows that the caller may see: somebody else's number finds nothing, like one that does not exist.
"""

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import combinations, pairwise
from uuid import UUID

from django.db.models import Q, QuerySet
from django.db.models.expressions import RawSQL
from rapidfuzz import fuzz

from common import bulk, search
from common.keys import blind_index
from common.kyrgyz import fold
from pensions import identifiers, registry_number

SHOWN = 100
# Among so many hits there nearly always are a hundred that hold every word whole, or these are all: then the index need
# not be asked again for words with a space on both sides, which takes twice as long.
LOOKED_AT = 400
LOOKED_THROUGH = 2_000
NEAR = 80.0
EXACT, WORDS, PARTS, NEARLY, NOBODY = "exact", "words", "parts", "nearly", "nobody"
_DATE = re.compile(r"\b(\d{1,2})\.(\d{1,2})\.((?:19|20)\d\d)\b|\b((?:19|20)\d\d)-(\d\d)-(\d\d)\b")
_YEAR = re.compile(r"\b(19[2-9]\d|20[0-2]\d)\b")
_COLUMNS = ("pk", "search_key", "sort_key", "merged_into")
Hits = tuple[list[tuple], str, bool]  # rows of these columns, how they were found, whether there are more


@dataclass(frozen=True)
class Found:
    """Keys of records, the best first; `how` says what kind the best are; `more`: there are others beyond these."""

    keys: Sequence[UUID] = ()
    how: str = NOBODY
    more: bool = False

    def rows(self, among: QuerySet) -> QuerySet:
        """The rows themselves, in this order; for one page of them `page` does less work."""
        found = among.filter(pk__in=self.keys)
        if not self.keys:
            return found
        # Written in one piece: hundreds of expressions take the ORM longer than the whole search takes.
        places = " ".join(f"WHEN %s THEN {place}" for place in range(len(self.keys)))
        key = f'"{among.model._meta.db_table}"."{among.model._meta.pk.column}"'
        rank = RawSQL(f"CASE {key} {places} END", [bulk.key(one) for one in self.keys])  # noqa: S611  (our own names)
        return found.order_by(rank, "pk")

    def page(self, among: QuerySet, start: int, end: int) -> list:
        """The rows from one place to another, in this order: one query, whatever was found beyond them."""
        keys = self.keys[start:end]
        rows = {row.pk: row for row in search.keyed(among.order_by(), keys)} if keys else {}
        return [rows[key] for key in keys if key in rows]


@dataclass(frozen=True)
class Typed:
    """What stands in the box."""

    text: str
    words: list[str] = field(default_factory=list)
    born: Q = field(default_factory=Q)
    may_be_number: bool = False

    @classmethod
    def read(cls, text: str) -> "Typed":
        """Words whose only digits are a birth date are not looked for as a number, unless they may be a public one."""
        text = text.strip()
        rest, born = _birth(text)
        named = bool(born) and len(rest.split()) > 0 and len(text.split()) > 1
        digits = any(sign.isdigit() for sign in (rest if named else text))
        may_be = digits or bool(named and registry_number.normalise(text))
        return cls(text, fold(rest).split(), born, may_be)


def workers(among: QuerySet, text: str) -> Found:
    """Records that fit, at most a hundred; the count of queries hardly follows the number of hits."""
    typed = Typed.read(text)
    return _standing_for(among, *(_hits(among, typed) or ((), NOBODY, False)))


def _hits(among: QuerySet, typed: Typed) -> Hits | None:
    if typed.may_be_number and (found := _by_number(among, typed.text)):
        return found
    rows = among.filter(typed.born) if typed.born else among
    if not typed.words:
        return _ranked(_rows(rows), EXACT) if typed.born else None
    found = _by_name(rows, typed.words)
    if (found is None or found[1] == NEARLY) and _may_be_public(typed.text):
        return _by_number(among, typed.text) or found
    return found


# --- numbers ----------------------------------------------------------------------------------------


def _may_be_public(text: str) -> bool:
    """A stretch of a public number may hold letters alone: it is looked for once no name has it."""
    return set(registry_number.signs_of(text)) <= set(registry_number.ALPHABET)


def _by_number(among: QuerySet, text: str) -> Hits | None:
    signs = registry_number.signs_of(text)
    if len(signs) >= 9 and (keys := _whole_number(among, text)):
        return keys, EXACT, False
    if _may_be_part(text) and (keys := _part_of_number(among, signs)):
        return keys[:SHOWN], PARTS, len(keys) > SHOWN
    return None


def _whole_number(among: QuerySet, text: str) -> list[tuple]:
    """A registry or certificate number, a state's number that holds or that of a document."""
    from pensions.models import Certificate, WorkerDocument, WorkerIdentifier

    indexes = [blind_index(kind, value) for kind, value in identifiers.readings(text)]
    keys = [
        WorkerDocument.everything.filter(index=identifiers.document_index(text)).values_list("worker_id"),
        WorkerIdentifier.everything.filter(index__in=indexes, ended_at=None).values_list("worker_id"),
    ]
    if public := registry_number.normalise(text):
        keys.append(among.model.everything.filter(registry_number=public).order_by().values_list("pk"))
        keys.append(Certificate.objects.numbered(text).order_by().values_list("worker_id"))
    # One list of keys: over conditions joined by OR PostgreSQL would read every worker.
    return _rows(among.filter(pk__in=keys[0].union(*keys[1:], all=True)))


def _may_be_part(text: str) -> bool:
    return len(registry_number.signs_of(text)) >= registry_number.GROUP and " " not in text.strip()


def _part_of_number(among: QuerySet, signs: str) -> list[tuple]:
    """People in whose number these signs stand, then those in the number of whose certificate they stand."""
    from pensions.models import Certificate

    found = search.find(among, "registry_number", [[signs]], limit=SHOWN + 1, columns=_COLUMNS)
    papers = _certificates(Certificate.objects.all(), signs, "worker_id")
    return list(dict.fromkeys([*found, *_rows(among.filter(pk__in=papers))]))


def certificates(among: QuerySet, text: str) -> QuerySet:
    """Certificates with this number, else those in whose number this part of at least four signs stands.

    Four letters without a digit are taken for a word: some number of a million has any four.
    """
    whole = among.numbered(text)
    word = text.strip().isalpha() and len(text.strip()) <= registry_number.GROUP
    if registry_number.normalise(text) or word or not _may_be_part(text) or not _may_be_public(text):
        return whole
    return among.filter(pk__in=_certificates(among, registry_number.signs_of(text), "pk"))


def _certificates(among: QuerySet, signs: str, column: str) -> list[UUID]:
    spellings = sorted({_grouped(signs, start) for start in range(registry_number.GROUP)})
    return [row[0] for row in search.find(among, "number", [spellings], limit=SHOWN, columns=[column])]


def _grouped(signs: str, start: int) -> str:
    """The signs as they stand in a printed number when the first group holds `start` of them."""
    rest = range(start, len(signs), registry_number.GROUP)
    groups = [signs[:start], *(signs[place : place + registry_number.GROUP] for place in rest)]
    return "-".join(group for group in groups if group)


# --- names ------------------------------------------------------------------------------------------


def _by_name(among: QuerySet, words: list[str]) -> Hits | None:
    whole = [[f" {word} "] for word in words]
    parts = [[word if len(word) >= search.SHORTEST else f" {word}"] for word in words]
    if any(len(group[0]) < search.SHORTEST for group in parts):
        parts = whole
    wanted = [f" {word} " for word in words]

    def lacking(key: str) -> int:
        return sum(word not in key for word in wanted)

    rows, complete = search.best(
        among, "search_key", parts, limit=SHOWN + 1, look=LOOKED_AT, columns=_COLUMNS, rank=lacking
    )
    if not rows:
        return _nearly(among, words)
    more = len(rows) > SHOWN
    if not complete and sum(not lacking(row[1]) for row in rows) < SHOWN:
        rest = search.find(among, "search_key", whole, limit=SHOWN + 1, columns=_COLUMNS)
        rows = list(dict.fromkeys([*rest, *rows]))
    rows.sort(key=lambda row: (lacking(row[1]), row[2]))
    how = PARTS if lacking(rows[0][1]) else WORDS
    return rows[:SHOWN], how, more


def _nearly(among: QuerySet, words: list[str]) -> Hits | None:
    """One slip a word first, then two: a slip leaves all pieces of the word whole but one or two."""
    for slips in (1, 2):
        groups = [group for word in words for group in pieces(word, slips)]
        rows = search.find(among, "search_key", groups, limit=LOOKED_THROUGH, columns=_COLUMNS)
        close = [(score, row) for row in rows if (score := _likeness(words, row[1]))]
        if close:
            close.sort(key=lambda one: (-one[0], one[1][2]))
            return [row for _score, row in close[:SHOWN]], NEARLY, len(close) > SHOWN
    return None


def pieces(word: str, slips: int) -> list[list[str]]:
    """Groups of which each must be met: of any `slips` + 1 pieces of the word at least one stands in the name."""
    padded = f" {word} "
    count = max(1, len(padded) // search.SHORTEST)
    ends = [round(len(padded) * place / count) for place in range(count + 1)]
    pieces = [padded[start:end] for start, end in pairwise(ends)]
    size = min(slips + 1, len(pieces))
    return [list(group) for group in combinations(pieces, size)]


def _likeness(words: list[str], key: str) -> float:
    """The worst of the words, each compared with the word of the name that is most like it; 100 is the same, and 0
    whatever is not near."""
    names, worst = key.split(), 100.0
    for word in words:
        worst = min(worst, max((fuzz.ratio(word, name, score_cutoff=NEAR) for name in names), default=0.0))
        if not worst:
            break
    return worst


# --- common -----------------------------------------------------------------------------------------


def _rows(among: QuerySet) -> list[tuple]:
    return list(among.order_by().values_list(*_COLUMNS)[: SHOWN + 1])


def _ranked(rows: list[tuple], how: str) -> Hits | None:
    rows = sorted(rows, key=lambda row: row[2])
    return (rows[:SHOWN], how, len(rows) > SHOWN) if rows else None


def _standing_for(among: QuerySet, rows: Iterable[tuple], how: str, more: bool) -> Found:
    """A merged record leads to the one that stands for both, where that one is among the rows."""
    rows = list(rows)
    roots = {row[3] for row in rows if row[3]}
    seen = set(among.filter(pk__in=roots).values_list("pk", flat=True)) if roots else set()
    keys = dict.fromkeys(row[3] if row[3] in seen else row[0] for row in rows)
    return Found(tuple(keys), how, more)


def _birth(text: str) -> tuple[str, Q]:
    """The text without a birth date or year, and what it asks of `birth_on`."""
    if day := _DATE.search(text):
        a, b, c, year, month, number = day.groups()
        try:
            born = dt.date(int(c or year), int(b or month), int(a or number))
        except ValueError:
            return text, Q()
        return text.replace(day[0], " "), Q(birth_on=born)
    if year := _YEAR.search(text):
        first = int(year[1])
        return text.replace(year[0], " "), Q(
            birth_on__gte=dt.date(first, 1, 1), birth_on__lte=dt.date(first, 12, 31)
        )
    return text, Q()
