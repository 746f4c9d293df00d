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
    "tells_earlier": gettext_noop(
        "Any release of this table, even of its zeros alone, would tell figures that were withheld before. "
        "Merge categories or leave the table out."
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
    "not_a_number": gettext_noop(
        "Line %(line)s: “%(text)s” is not a number. Write it in digits, with decimals after a point "
        "and no comma between thousands."
    ),
    "not_whole": gettext_noop(
        "Line %(line)s: “%(text)s” is not a whole number, but the table is one of counts."
    ),
    "twice": gettext_noop("Line %(line)s: the cell %(key)s is given a second time."),
    "twice_without": gettext_noop(
        "Line %(line)s: the cell %(key)s is given a second time. The settings leave out the columns %(columns)s: "
        "where one of them is a dimension, put it under “dimensions” too."
    ),
    "heading_twice": gettext_noop("The column %(column)s stands twice in the heading."),
    "row_length": gettext_noop(
        "Line %(line)s has %(cells)s cells, but the heading has %(heads)s. "
        "Put a text that holds the separator into quotes."
    ),
    "no_rows": gettext_noop("The table has no row below its heading."),
    "not_text": gettext_noop("The file is not text in UTF-8. Save it as “CSV UTF-8”."),
    "not_json": gettext_noop("The settings are not a JSON object; the fault is near line %(line)s."),
    "empty_cell": gettext_noop(
        "Line %(line)s: the cell under %(column)s is empty. Write 0 where there is nobody; "
        "a figure that is not known cannot be protected."
    ),
    "no_code": gettext_noop(
        "Line %(line)s: the code under %(column)s is missing. A total has a code of its own."
    ),
    "too_large": gettext_noop(
        "Line %(line)s: “%(text)s” is too large. Give amounts in thousands or millions."
    ),
    "contributions_too_large": gettext_noop(
        "Line %(line)s: the largest contributions are negative or together larger than the amount."
    ),
    "contributors_wrong": gettext_noop("Line %(line)s: the number of contributors does not fit the amount."),
    "circle": gettext_noop("In the dimension %(dimension)s the code %(code)s adds up into itself."),
    "too_many_cells": gettext_noop(
        "With all margins the table has %(count)s cells; at most %(most)s can be examined. "
        "Merge codes or take the table apart."
    ),
    "wrong_setting": gettext_noop("The setting %(setting)s is not understood."),
}
