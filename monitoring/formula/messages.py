"""What a formula can be refused for: stable codes, and their words in English.

The room is free of Django, so the words are marked for translation and translated by whoever shows them:
`gettext(problem.message) % problem.params`.
"""


def gettext_noop(text: str) -> str:
    """Mark `text` for the catalogues without translating it."""
    return text


MESSAGES = {
    # reading
    "too_long": gettext_noop("The formula has %(length)s characters; at most %(limit)s are allowed."),
    "too_deep": gettext_noop("The formula is nested %(depth)s levels deep; at most %(limit)s are allowed."),
    "empty": gettext_noop("The formula is empty."),
    "unexpected_character": gettext_noop("The character “%(character)s” cannot stand here."),
    "unexpected_token": gettext_noop("“%(token)s” cannot stand here."),
    "unexpected_end": gettext_noop("The formula ends too early."),
    "chained_comparison": gettext_noop("Only two values can be compared at a time."),
    "unknown_function": gettext_noop("There is no function “%(name)s”."),
    "unknown_method": gettext_noop("There is no method “.%(name)s”."),
    "wrong_argument_count": gettext_noop("“%(name)s” takes %(expected)s arguments, not %(given)s."),
    "whole_number_needed": gettext_noop("“%(name)s” needs a whole number here."),
    "bad_period": gettext_noop("“%(text)s” is not a period."),
    # names
    "unknown_name": gettext_noop("There is no data item or indicator “%(name)s”."),
    "unknown_dimension": gettext_noop("“%(name)s” has no dimension “%(dimension)s”."),
    "unknown_code": gettext_noop("The dimension “%(dimension)s” of “%(name)s” has no code “%(code)s”."),
    "dimension_missing": gettext_noop(
        "The indicator is broken down by “%(dimension)s”, but “%(name)s” is not; "
        "write .where(%(dimension)s=_T) if its total is meant."
    ),
    "cycle": gettext_noop("The indicator would depend on itself: %(path)s."),
    # time
    "frequency_mixed": gettext_noop(
        "Values of different frequency (%(left)s and %(right)s) cannot meet without sum, mean, first or last."
    ),
    "frequency_too_coarse": gettext_noop(
        "A value of frequency %(given)s says nothing about a single period of frequency %(wanted)s; "
        "use last for the latest one known."
    ),
    "needs_aggregator": gettext_noop(
        "The indicator has frequency %(wanted)s, the value %(given)s: say how it is brought together, "
        "for example with sum or last."
    ),
    "at_frequency": gettext_noop(
        "The period %(period)s does not have the frequency %(wanted)s of the value."
    ),
    "not_a_series": gettext_noop("“%(name)s” needs a value that changes over time."),
    # shape
    "shape_left_open": gettext_noop(
        "The result is a list of many values: bring them together, for example with sum, mean or median."
    ),
    "shape_mismatch": gettext_noop("Lists with different keys cannot be combined value by value."),
    "on_missing_needs_item": gettext_noop(
        "“.on_missing” belongs to a single data item, not to an expression."
    ),
    # additivity
    "not_additive": gettext_noop(
        "“%(name)s” cannot be taken over ratios, means or medians; "
        "aggregate the numerator and the denominator separately."
    ),
    "stock_summed": gettext_noop("A stock cannot be summed over time; use last or mean."),
    # units
    "unit_mismatch": gettext_noop("“%(left)s” and “%(right)s” are different units."),
    "unit_result": gettext_noop("The formula gives “%(given)s”, the indicator says “%(declared)s”."),
    "basis_mixed": gettext_noop(
        "Figures counted on different bases (%(left)s, %(right)s) must not be mixed."
    ),
    # worked examples
    "example_syntax": gettext_noop(
        "Example %(line)s cannot be read. Write it like this: resolved = 30, received[-1] = 40 => 75."
    ),
    "example_unknown": gettext_noop("Example %(line)s: there is no data item “%(name)s”."),
    "example_differs": gettext_noop("Example %(line)s gives %(given)s, not %(expected)s."),
    "too_many_examples": gettext_noop("At most %(limit)s examples are kept."),
    "dates_needed": gettext_noop("“days” needs two dates."),
}
