"""Today's answer and the supposed one side by side, the differences named."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.enums import UNION_STATES, State
from common import formatting
from pensions.forms.registry import DayInput
from pensions.services import what_if
from pensions.services.statement import Statement

from . import entitlement

FURTHEST_YEARS = 60
PREFIX = "if"


class WhatIfForm(forms.Form):
    """Answered by GET: what is asked stands in the address and nowhere else."""

    work_until = forms.DateField(label=gettext_lazy("I go on working until"), required=False, widget=DayInput)
    work_in = forms.ChoiceField(
        label=gettext_lazy("in"),
        required=False,
        choices=lambda: [("", "—"), *((str(one), State(one).label) for one in UNION_STATES)],
    )
    confirm = forms.MultipleChoiceField(
        label=gettext_lazy("These disputed periods are confirmed"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    pay_missing = forms.BooleanField(label=gettext_lazy("The missing contributions are paid"), required=False)
    claim_on = forms.DateField(label=gettext_lazy("I claim on"), required=False, widget=DayInput)

    def __init__(self, made: Statement, data: Any = None):
        asked = data is not None and any(name.startswith(f"{PREFIX}-") for name in data)
        super().__init__(data if asked else None, prefix=PREFIX)
        self.made = made
        self.fields["confirm"].choices = [
            (
                str(one.period.entry),
                f"{one.employer}, {formatting.date_range(one.period.start_on, one.end_on)}",
            )
            for one in made.periods
            if not one.counts
        ]
        if not self.fields["confirm"].choices:
            del self.fields["confirm"]

    def _day(self, name: str):
        value = self.cleaned_data[name]
        if value is None:
            return None
        if value < self.made.on:
            raise ValidationError(_("Give a day from today on."), code="past")
        if value.year > self.made.on.year + FURTHEST_YEARS:
            raise ValidationError(_("Give a day within the next sixty years."), code="too_far")
        return value

    def clean_work_until(self):
        return self._day("work_until")

    def clean_claim_on(self):
        return self._day("claim_on")

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        if values.get("work_until") and not values.get("work_in"):
            self.add_error("work_in", ValidationError(_("Say in which state you would work."), code="state"))
        return values

    @property
    def supposed(self) -> what_if.WhatIf:
        values = self.cleaned_data
        return what_if.WhatIf(
            work_until=values["work_until"],
            work_in=values["work_in"],
            confirm=frozenset(values.get("confirm", ())),
            pay_missing=values["pay_missing"],
            claim_on=values["claim_on"],
        )


def in_words(made: Statement, data: Any = None) -> dict[str, Any]:
    """`what_if` for the page: the form, and where it was filled in rightly the comparison."""
    form = WhatIfForm(made, data)
    shown: dict[str, Any] = {"form": form, "asked": False}
    if form.is_bound and form.is_valid() and form.supposed:
        answer = what_if.suppose(made, form.supposed)
        rows = differences(made.answer, answer)
        shown |= {
            "asked": True,
            "columns": [_("What"), _("Today"), _("Supposed")],
            "rows": rows,
            "claim_on": entitlement.day(answer["as_of"]) if answer else "",
            "cards": entitlement.cards(answer),
        }
    return {"what_if": shown}


def differences(today: dict[str, Any] | None, supposed: dict[str, Any] | None) -> list[list[str]]:
    """Rows (what, today, supposed) of everything that is not the same in both answers."""
    before, after = _facts(today), _facts(supposed)
    return [
        [what, before.get(what, formatting.MISSING), after.get(what, formatting.MISSING)]
        for what in dict.fromkeys([*before, *after])
        if before.get(what) != after.get(what)
    ]


def _facts(answer: dict[str, Any] | None) -> dict[str, str]:
    if answer is None:
        return {}
    found = {_("All states together"): entitlement.length(answer["total"])}
    for state, total in sorted(answer["states"].items()):
        name = formatting.country_name(state)
        found[_("%(country)s: insurance period") % {"country": name}] = entitlement.length(total)
        if total["treaty_gate_required"]:
            months = _("%(have)s of %(required)s")
            found[_("%(country)s: full months since 2021") % {"country": name}] = months % {
                "have": total["treaty_full_months"],
                "required": total["treaty_gate_required"],
            }
    for state, one in sorted(answer["entitlement"].items()):
        name = formatting.country_name(state)
        found[_("%(country)s: old-age pension") % {"country": name}] = str(
            entitlement.STATUS[one["status"]][0]
        )
        missing = " ".join(entitlement.missing_lines(one)) or _("nothing")
        found[_("%(country)s: missing") % {"country": name}] = missing
        found[_("%(country)s: earliest day") % {"country": name}] = entitlement.day(one["earliest_on"])
    return found
