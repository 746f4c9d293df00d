"""The respects in which two records are compared, and their levels, the best first.

Names come folded (`common.kyrgyz.fold`), so that ң/н, ё/е, Latin and Cyrillic are one before anything is compared.
"""

from dataclasses import dataclass
from typing import Any

CLOSE, LIKE = 0.92, 0.84


@dataclass(frozen=True)
class Level:
    """`sql` is DuckDB over the columns _l and _r; the last level of a respect has none and takes the rest."""

    code: str
    sql: str = ""


@dataclass(frozen=True)
class Respect:
    code: str
    unknown: str
    levels: tuple[Level, ...]

    def level(self, gamma: int) -> str:
        """The code of the level that Splink numbers from the worst, 0; -1 stands for unknown."""
        return self.levels[len(self.levels) - 1 - gamma].code if gamma >= 0 else "unknown"


def _alike(one: str, other: str, threshold: float) -> str:
    return f"jaro_winkler_similarity({one}, {other}) >= {threshold}"


# Two names out of two lists, "family|given", of which both parts are alike.
MACROS = (
    f"""CREATE MACRO names_like(mine, theirs) AS (len(mine) > 1 OR len(theirs) > 1) AND len(list_filter(mine, lambda m:
    len(list_filter(theirs, lambda t:
        jaro_winkler_similarity(split_part(m, '|', 1), split_part(t, '|', 1)) >= {LIKE}
        AND jaro_winkler_similarity(split_part(m, '|', 2), split_part(t, '|', 2)) >= {LIKE}
    )) > 0)) > 0""",
)

# A name that was or is in the passport counts after the name of today: "former" and "former_like". A woman of whom one
# record knows the name before her marriage only, and the other the name after it only, has nothing but the given name.
_NAME = (
    Level("same", "family_l = family_r and given_l = given_r"),
    Level("swapped", "block_l = block_r"),
    Level("former", "list_has_any(blocks_l, blocks_r)"),
    Level(
        "close",
        f"(family_l = family_r and {_alike('given_l', 'given_r', LIKE)}) or "
        f"(given_l = given_r and {_alike('family_l', 'family_r', LIKE)})",
    ),
    Level("like", f"{_alike('family_l', 'family_r', LIKE)} and {_alike('given_l', 'given_r', LIKE)}"),
    Level(
        "swapped_like",
        f"{_alike('family_l', 'given_r', LIKE)} and {_alike('given_l', 'family_r', LIKE)}",
    ),
    Level("former_like", "names_like(names_l, names_r)"),
    Level("married", "given_l = given_r and sex_l = 'female' and sex_r = 'female'"),
    Level("given", "given_l = given_r"),
    Level("family", "family_l = family_r"),
    Level("different"),
)
_PATRONYMIC = (
    Level("same", "patronymic_l = patronymic_r"),
    Level("like", _alike("patronymic_l", "patronymic_r", LIKE)),
    Level("different"),
)
_BIRTH = (
    Level("same", "born_l = born_r"),
    Level(
        "swapped",
        "year(born_l) = year(born_r) and month(born_l) = day(born_r) and day(born_l) = month(born_r)",
    ),
    Level("slip", "damerau_levenshtein(strftime(born_l, '%Y%m%d'), strftime(born_r, '%Y%m%d')) = 1"),
    Level(
        "part",
        "(year(born_l) = year(born_r) and (month(born_l) = month(born_r) or day(born_l) = day(born_r))) or "
        "(month(born_l) = month(born_r) and day(born_l) = day(born_r))",
    ),
    Level("year", "year(born_l) = year(born_r)"),
    Level("different"),
)
_SEX = (Level("same", "sex_l = sex_r"), Level("different"))
_NUMBER = (
    Level("same", "list_has_any(numbers_l, numbers_r)"),
    Level("different"),
)

RESPECTS = (
    Respect("name", "family_l = '' or family_r = ''", _NAME),
    Respect("patronymic", "patronymic_l = '' or patronymic_r = ''", _PATRONYMIC),
    Respect("birth", "born_l is null or born_r is null", _BIRTH),
    Respect("sex", "sex_l = '' or sex_r = ''", _SEX),
    # Unknown unless a number of the same kind stands in both records, or one number stands in both.
    Respect(
        "number", "not list_has_any(kinds_l, kinds_r) and not list_has_any(numbers_l, numbers_r)", _NUMBER
    ),
)

_SAME_REGISTER = "l.register = r.register and "
# Rules over `blocks` and `numbers` look at each element of the lists: records meet under any of their names.
BLOCKS = (
    "l.born = r.born",
    "l.blocks = r.blocks and year(l.born) = year(r.born)",
    "l.blocks = r.blocks and month(l.born) = month(r.born) and day(l.born) = day(r.born)",
    "l.blocks = r.blocks and l.patronymic = r.patronymic and l.patronymic <> ''",
    "l.numbers = r.numbers",
)
LISTS = ("blocks", "numbers")
COLUMNS = {
    "unique_id": "VARCHAR",
    "register": "VARCHAR",
    "family": "VARCHAR",
    "given": "VARCHAR",
    "patronymic": "VARCHAR",
    "block": "VARCHAR",
    "names": "VARCHAR[]",
    "blocks": "VARCHAR[]",
    "born": "DATE",
    "sex": "VARCHAR",
    "numbers": "VARCHAR[]",
    "kinds": "VARCHAR[]",
    "due": "BOOLEAN",
}


def settings() -> dict[str, Any]:
    """What Splink is told before it is trained."""
    return {
        "link_type": "dedupe_only",
        "unique_id_column_name": "unique_id",
        "retain_matching_columns": True,
        "retain_intermediate_calculation_columns": False,
        "blocking_rules_to_generate_predictions": [_rule(block) for block in BLOCKS],
        "comparisons": [_comparison(one) for one in RESPECTS],
    }


def _rule(block: str) -> dict[str, Any]:
    rule = {"blocking_rule": _SAME_REGISTER + block, "sql_dialect": "duckdb"}
    opened = [name for name in LISTS if f"l.{name} = r.{name}" in block]
    return {**rule, "arrays_to_explode": opened} if opened else rule


def _comparison(respect: Respect) -> dict[str, Any]:
    levels = [{"sql_condition": respect.unknown, "label_for_charts": "unknown", "is_null_level": True}]
    levels += [
        {"sql_condition": level.sql or "ELSE", "label_for_charts": level.code} for level in respect.levels
    ]
    return {
        "output_column_name": respect.code,
        "comparison_description": respect.code,
        "comparison_levels": levels,
    }
