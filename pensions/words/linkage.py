"""What the levels of a comparison are called, for people who have to decide."""

from typing import Any

from django.utils.translation import gettext_lazy as _

WORDS = {
    "name:same": _("the name is the same"),
    "name:swapped": _("family and given name are swapped"),
    "name:former": _("a former name, or the passport's spelling, is the same"),
    "name:former_like": _("a former name, or the passport's spelling, is nearly the same"),
    "name:married": _(
        "of two women only the given name is the same: the surname may have changed on marriage"
    ),
    "name:close": _("one name is the same, the other nearly so"),
    "name:like": _("both names are nearly the same"),
    "name:swapped_like": _("family and given name are swapped and nearly the same"),
    "name:given": _("only the given name is the same"),
    "name:family": _("only the family name is the same: brothers, sisters and twins look so too"),
    "name:different": _("the name differs"),
    "patronymic:same": _("the patronymic is the same"),
    "patronymic:like": _("the patronymic is nearly the same"),
    "patronymic:different": _("the patronymic differs"),
    "birth:same": _("the birth date is the same"),
    "birth:swapped": _("day and month of birth are exchanged"),
    "birth:slip": _("one digit of the birth date differs"),
    "birth:part": _("two of day, month and year of birth are the same"),
    "birth:year": _("only the year of birth is the same"),
    "birth:different": _("the birth date differs"),
    "birth:unknown": _("a birth date is missing"),
    "sex:different": _("the sex differs"),
    "number:same": _("a number is the same"),
    "number:different": _("numbers of one kind differ"),
}


def said(reasons: list[str]) -> list[Any]:
    """In words; what says little (the same sex) is left out."""
    return [WORDS[reason] for reason in reasons if reason in WORDS]
