"""Search boxes and lists of choices that know the Kyrgyz alphabet, where no key is stored beside the name."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.db.models import Manager, QuerySet
from django.forms.models import ModelChoiceField, ModelChoiceIterator

from common.kyrgyz import fold, sort_key

MOST = 1_000


class FoldedSearch:
    """A desk whose search forgives spelling: capitals, ң and н, ө and о, ү and у, ё and е, Latin letters.

    Folded here, since SQLite knows no capitals beyond ASCII: for tables of some thousands of rows. Larger ones store
    `search_key`. All words typed have to stand in the `search_fields` of a row, in any order.
    """

    search_fields: Any = ()

    def get_search_results(self, request, queryset, search_term):
        words = fold(search_term).split()
        if not words:
            return queryset, False
        return queryset.filter(pk__in=keys_of(queryset, self.search_fields, words)[:MOST]), False


def keys_of(rows: Manager | QuerySet, columns: Iterable[str], words: list[str]) -> list:
    """Keys of the rows in which all of these folded words stand. One query."""
    said = defaultdict(str)
    for key, *texts in rows.order_by().values_list("pk", *columns):
        said[key] += " ".join(["", *filter(None, texts)])
    return [key for key, text in said.items() if _has(fold(text), words)]


def _has(text: str, words: list[str]) -> bool:
    return all(word in text for word in words)


class AlphabeticalIterator(ModelChoiceIterator):
    def __iter__(self):
        if self.field.empty_label is not None:
            yield ("", self.field.empty_label)
        chosen = [self.choice(one) for one in self.queryset]
        yield from sorted(chosen, key=lambda pair: sort_key(str(pair[1])))


class AlphabeticalChoice(ModelChoiceField):
    """A choice among rows in the order of the Kyrgyz alphabet, on either database."""

    iterator = AlphabeticalIterator
