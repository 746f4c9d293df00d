"""Why a row was rejected: a code for programs, a whole sentence for its sender."""

from django.utils.translation import gettext_lazy as _

from pensions import occupations
from pensions.enums import Scheme
from pensions.identifiers import PROBLEMS as IDENTIFIER_PROBLEMS
from pensions.services import classifications

from . import words
from .columns import FORM_TITLES, TITLES

PROBLEMS = {
    **IDENTIFIER_PROBLEMS,
    **occupations.PROBLEMS,
    "missing": _("The value is missing: fill the cell in and send the row again."),
    "too_long": _("The text is too long: shorten it and send the row again."),
    "not_a_number": _(
        "This is not a number: write digits and a decimal sign only, no words and no currency."
    ),
    "not_whole": _("This is not a whole number: write it without a fraction."),
    "ambiguous_number": _(
        "This can be read as two different numbers: write it without thousands separators."
    ),
    "not_a_date": _("This is not a date: write day, month and year."),
    "two_digit_year": _("Write the year with four digits."),
    "not_a_month": _("This is not a month: write month and year."),
    "ambiguous_date": _(
        "This can be read as two different dates: write day, month and year with dots, as 31.12.2025."
    ),
    "error_cell": _(
        "The cell holds a calculation error, or a formula without a saved result: write the value itself."
    ),
    "merged_amount": _(
        "One amount is merged over several rows: write the amount of each month in its own row."
    ),
    "overflow": _("The row has more cells than the header: a separator may stand inside a value."),
    "damaged_line": _(
        "The line cannot be read: a quotation mark opens and does not close, or a cell has no end. Mend the line and "
        "send it again."
    ),
    "unknown_word": _("This value is not known here: write it as the template or the form has it."),
    "negative": _(
        "The amount is negative: write the amount that is right for the whole month, and send the row as a "
        "correction if the month was reported before."
    ),
    "too_precise": _("The amount has more than two digits after the decimal sign: round it."),
    "broken_letters": _(
        "Letters were lost, or the line can be read in more than one encoding: write the text anew, or save the whole "
        "file as CSV UTF-8, and send the row again."
    ),
    "not_an_event": _("This is not the UUID of an event."),
    "event_without_period": _("Events of this kind begin and end no work and are not recorded."),
    "nothing_to_close": _(
        "The record holds no open work at this employer that could end: send the hire first."
    ),
    "another_name": _(
        "The number belongs to a person with another name: look whether the number is right. If the person has a new "
        "name, an official adds it to the record; then send the row again."
    ),
    "too_big": _("The amount is too big to be true: look whether a decimal sign is missing."),
    "no_identifier": _("The row has no personal number: give the PIN, SNILS or another one."),
    "month_in_future": _("The month has not begun yet: look at month and year."),
    "too_early": _("The date lies too far back to be true: look at the year."),
    "in_future": _("The date lies in the future: look at the year."),
    "end_before_start": _("The date of dismissal lies before the date of hire: look which of them is wrong."),
    "outside_period": _(
        "The month lies outside the period of work in the same row: look at the month and at the dates of hire "
        "and dismissal."
    ),
    "paid_before_month": _(
        "The contribution was paid before its month began: look at the month and at the day of payment."
    ),
    "month_too_young": _(
        "The person was younger than 14 in this month: look whether month and birth date are right."
    ),
    "too_far_ahead": _("The date lies too far ahead: leave the cell empty while the work goes on."),
    "too_young": _(
        "The person was younger than 14 at the date of hire: look at the birth date and at the date of hire."
    ),
    "share": _("The share of rate lies between 0 and 2."),
    "rate": _("The rate lies between 0 and 100 per cent."),
    "rate_too_precise": _("The rate has more than three digits after the decimal sign: round it."),
    "rate_unclear": _(
        "This can be read as per cent or as a share of one, and base and contribution do not say which: write the rate "
        "in per cent, as 22."
    ),
    "other_employer": _(
        "The row belongs to another employer than the file: send it in a file of that employer."
    ),
    "twice_in_file": _("The same person and month stand in the file twice; the first row was taken."),
    "number_twice": _(
        "Another row of the file gives this number to another person; the first row was taken: write the number, name "
        "and birth date as the papers have them."
    ),
    "number_of_another": _(
        "The registry knows this number as that of a person with other names or another birth date: look which of them "
        "is wrong, mend the row and send it again."
    ),
    "conflicts_in_file": _(
        "The same person and month stand in the file with other amounts; the first row was taken: if the other "
        "amounts are right, send them as a correction."
    ),
    "period_contradicts": _(
        "Another row gives another date of dismissal for the same work: write the same date in all rows of that work."
    ),
    "another_person": _(
        "The number belongs to a person with another name and birth date: look whether the number is right."
    ),
    "birth_differs": _(
        "The registry knows another birth date under this number: look at the number and at the date. If the "
        "registry is wrong, an official corrects it; then send the row again."
    ),
    "registered_elsewhere": _(
        "The person is registered in another state: send the row to the registry there."
    ),
    "differs_from_record": _(
        "The record holds other amounts for this month: send the row as a correction if they are wrong."
    ),
    "nothing_to_correct": _(
        "The record holds nothing for this month that could be corrected or withdrawn: send the row as a first "
        "report if the month is missing."
    ),
    "nothing_to_withdraw": _(
        "The record holds no period at this employer with these days: give its first and last day as the record has "
        "them."
    ),
    "told_and_withdrawn": _(
        "Another row of the file withdraws this work, or tells it anew: send the withdrawal first and the rest in a "
        "second file."
    ),
    "unpaid_inside": _(
        "Another period of work at this employer, in the record or in the file, counts these unpaid days: split it, or "
        "take the days out of it, and send the row again."
    ),
    "worker_refused": _(
        "An official did not confirm that this person exists: look whether names and numbers are as the papers "
        "have them."
    ),
}

# For each field one word of each meaning: many more are understood.
KNOWN_WORDS = {
    field: list({code: word for word, code in reversed(known.items())}.values())[::-1]
    for field, known in (
        ("sex", words.SEXES),
        ("kind", words.KINDS),
        ("fund", words.FUNDS),
        ("currency", words.CURRENCIES),
    )
}


def reason(code: str, field: str) -> str:
    """In the current language: which column, and what is wrong with it."""
    problem = PROBLEMS.get(code, code)
    if code == "occupation_unknown":  # its reader may be a clerk, who has no desk where the table stands
        problem = occupations.words(code, classifications.codes(Scheme.ISCO08))
    if code == "unknown_word" and field in KNOWN_WORDS:
        problem = _("This value is not known here: write one of these words: %(words)s.") % {
            "words": ", ".join(KNOWN_WORDS[field])
        }
    titles = TITLES | FORM_TITLES
    if field in titles:
        return str(_("Column “%(column)s”: %(problem)s") % {"column": titles[field], "problem": problem})
    return str(problem)
