"""Why a disclosure run refuses, or cannot begin: stable codes, and their words in English.

Whoever shows them translates: `gettext(REFUSALS[code])`, `gettext(TABLE_FAULTS[code]) % params`.
"""


def gettext_noop(text: str) -> str:
    """Mark `text` for the catalogues without translating it."""
    return text


REFUSALS = {
    "time_limit": gettext_noop(
        "No safe pattern was found within the time limit. Nothing may be published; "
        "merge categories, publish fewer margins or allow more time."
    ),
    "cannot_protect": gettext_noop(
        "These figures cannot be protected by hiding other cells. Merge categories or round the table."
    ),
    "published_before": gettext_noop(
        "What was published before already tells these figures too exactly; no pattern in this table can undo that."
    ),
    "contradiction": gettext_noop(
        "What was published before contradicts itself or this table, at these figures."
    ),
    "not_solved": gettext_noop("The solver gave no reliable answer, so nothing may be published."),
    "cannot_round": gettext_noop("The table cannot be rounded so that its sums still add up."),
    "rounding_not_safe": gettext_noop("Rounding would leave these figures too exactly known."),
}

TABLE_FAULTS = {
    "unknown_parent": gettext_noop(
        "In the dimension %(dimension)s these codes add up into none that exists: %(codes)s."
    ),
    "one_total_needed": gettext_noop("The dimension %(dimension)s needs exactly one total."),
    "wrong_number_of_codes": gettext_noop("The key %(key)s does not have one code for each dimension."),
    "unknown_code": gettext_noop("The dimension %(dimension)s has no code %(code)s."),
    "negative": gettext_noop("The figure of %(key)s is negative: %(value)s."),
    "margin_is_not_the_sum": gettext_noop(
        "The total %(key)s is given as %(given)s, but its parts add up to %(sum)s."
    ),
    "contributors_missing": gettext_noop("The threshold rule needs the number of contributors of %(key)s."),
    "contributions_missing": gettext_noop(
        "The rule on large contributors needs the largest contributions of %(key)s."
    ),
    "no_value_column": gettext_noop("The table has no column %(column)s."),
    "no_dimension": gettext_noop("The table has no dimension."),
    "not_a_number": gettext_noop("Line %(line)s: “%(text)s” is not a number."),
    "not_whole": gettext_noop(
        "Line %(line)s: “%(text)s” is not a whole number, but the table is one of counts."
    ),
    "twice": gettext_noop("Line %(line)s: the cell %(key)s is given a second time."),
    "wrong_setting": gettext_noop("The setting %(setting)s is not understood."),
}
