"""Whose number a row gives: the name has to be that of its owner, in whatever spelling.

A mistyped number may be somebody else's. One that holds the birth date, as the PIN does, proves nothing by it; so one
of both names has to be known too. The database names the few whose names are not the same, and only those are compared
by likeness.
"""

from collections.abc import Sequence

from pensions.folding import is_called
from pensions.models import StagedSpell

from .sql import Target, ask, fetch

# A file without birth dates is held to the family name alone.
_GIVEN = "CASE WHEN p.birth_on IS NULL THEN '' ELSE p.given_key END"
OTHERWISE_NAMED = f"""
SELECT p.number, p.name_key, {_GIVEN}, w.search_key
FROM pensions_stagedspell p JOIN pensions_worker w ON w.id = p.worker_id
WHERE p.run_id = %(run)s AND p.problem = '' AND w.search_key NOT LIKE '%%' || p.name_key || '%%'
AND (p.birth_on IS NULL OR p.given_key = '' OR w.search_key NOT LIKE '%%' || p.given_key || '%%')"""

_ONE_NUMBER = """p.run_id = %(run)s AND p.problem = '' AND p.person <> p.number AND q.run_id = %(run)s
AND q.number = p.person AND q.identifier_kind = p.identifier_kind AND q.identifier_index = p.identifier_index"""
TWO_BIRTHS = f"""
UPDATE pensions_stagedspell AS p SET problem = 'number_twice', problem_field = p.identifier_kind
FROM pensions_stagedspell q WHERE {_ONE_NUMBER} AND p.birth_on <> q.birth_on"""
TWO_NAMES = f"""
SELECT p.number, p.name_key, p.given_key, q.name_key || ' ' || q.given_key, p.identifier_kind
FROM pensions_stagedspell p JOIN pensions_stagedspell q ON {_ONE_NUMBER}
WHERE p.name_key <> q.name_key AND (p.given_key = '' OR p.given_key <> q.given_key)"""
AT_ONCE = 500


def find_strangers(target: Target) -> int:
    """Spells under the number of a registered person of another name; how many."""
    found = [number for number, *told, known in fetch(OTHERWISE_NAMED, target) if not is_called(known, *told)]
    return _spoil(target, found, "another_name", "family_name")


def find_two_under_one_number(target: Target) -> int:
    """Spells to which the file gives the number of another person of its own, who stands first; how many."""
    spoiled = ask(TWO_BIRTHS, target)
    found: dict[str, list[int]] = {}
    for number, family, given, known, kind in fetch(TWO_NAMES, target):
        if not is_called(known, family, given):
            found.setdefault(kind, []).append(number)
    return spoiled + sum(_spoil(target, numbers, "number_twice", kind) for kind, numbers in found.items())


def _spoil(target: Target, numbers: Sequence[int], problem: str, field: str) -> int:
    spells = StagedSpell.objects.filter(run=target.run)
    for start in range(0, len(numbers), AT_ONCE):
        spells.filter(number__in=numbers[start : start + AT_ONCE]).update(
            problem=problem, problem_field=field
        )
    return len(numbers)
