"""Forms of the clocks of the law and of the terms from which they follow."""

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.enums import State
from cases.enums import ClaimType, ClockState, TermShift, TermStart, TermUnit
from cases.forms.work import DateInput
from cases.models import Case, CaseClock
from cases.services.clocks import OPEN


class StartClockForm(forms.Form):
    claim = forms.ChoiceField(label=_("For what"), choices=ClaimType)
    country = forms.ChoiceField(label=_("By the law of"), choices=State)
    started_on = forms.DateField(
        label=_("Runs from"),
        widget=DateInput(),
        help_text=_("The day of payment, of the copy handed over, or on which the person learned of it."),
    )


class OfClock(forms.Form):
    """One term of the case that is not over."""

    clock = forms.ModelChoiceField(label=_("Which term"), queryset=CaseClock.everything.none())
    STATES: tuple[str, ...] = OPEN

    def __init__(self, *args, case: Case, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["clock"].queryset = case.clocks.filter(state__in=self.STATES)
        self.fields["clock"].label_from_instance = lambda one: one.get_claim_display()


class SuspendClockForm(OfClock):
    STATES = (ClockState.RUNNING,)
    on = forms.DateField(label=_("Suspended on"), widget=DateInput())
    reason = forms.CharField(label=_("Reason"), max_length=300)


class RestartClockForm(OfClock):
    STATES = (ClockState.SUSPENDED,)
    on = forms.DateField(label=_("Runs again from"), widget=DateInput())
    reason = forms.CharField(label=_("Reason"), max_length=300)


class StopClockForm(OfClock):
    state = forms.ChoiceField(
        label=_("What came of it"),
        choices=[(one, ClockState(one).label) for one in (ClockState.MET, ClockState.DROPPED)],
    )
    reason = forms.CharField(label=_("Reason"), max_length=300)


class TermForm(forms.Form):
    state = forms.ChoiceField(label=_("Country"), choices=State)
    claim = forms.ChoiceField(label=_("For what"), choices=ClaimType)
    starts = forms.ChoiceField(label=_("Runs from"), choices=TermStart)
    count = forms.IntegerField(label=_("How many"), min_value=1, max_value=3650)
    unit = forms.ChoiceField(label=pgettext_lazy("of time", "Unit"), choices=TermUnit)
    shift = forms.ChoiceField(label=_("Where the last day is not a working day"), choices=TermShift)
    from_on = forms.DateField(label=_("In effect from"), widget=DateInput())
    until_on = forms.DateField(
        label=pgettext_lazy("term", "Last day of effect"), required=False, widget=DateInput()
    )
    source = forms.CharField(
        label=_("Source"),
        max_length=500,
        help_text=_("Act, article and the address where its text was read."),
    )


class CheckTermForm(forms.Form):
    accepted = forms.TypedChoiceField(
        label=_("Does it stand so in the source?"),
        choices=[("yes", _("yes")), ("no", _("no"))],
        coerce=lambda answer: answer == "yes",
    )
    reason = forms.CharField(label=_("Reason"), required=False, max_length=300)
