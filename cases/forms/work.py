"""Forms of intake and of the case worker's desk. Their clean data are the arguments of services. Those of consents and
referrals, and of the end of a case, stand in modules of their own."""

import datetime as dt

from django import forms
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from accounts.enums import State
from accounts.folded import AlphabeticalChoice
from accounts.models import User
from cases.case_types import parse, words
from cases.enums import CaseType, ContactChannel, Relation, RespondentKind, ServiceKind, ServiceState
from cases.models import Case, EmergencyAccess, PlannedService
from cases.services import templates
from cases.services.work import people_on
from common import clock
from common.enums import Language
from common.uploads import UploadField

CURRENCIES = [("RUB", "RUB"), ("KGS", "KGS"), ("KZT", "KZT"), ("BYN", "BYN"), ("AMD", "AMD"), ("USD", "USD")]


class DateInput(forms.DateInput):
    input_type = "date"

    def __init__(self, **kwargs):
        super().__init__(format="%Y-%m-%d", **kwargs)


class HelpForm(forms.Form):
    """The public request. Only the kind of trouble, the country and a few words are needed."""

    type = forms.ChoiceField(label=_("What is it about?"), choices=CaseType)
    country = forms.ChoiceField(label=_("In which country?"), choices=State, initial=State.RU)
    text = forms.CharField(
        label=_("What happened?"), widget=forms.Textarea(attrs={"rows": 5}), max_length=5000
    )
    is_urgent = forms.BooleanField(label=_("I am in danger now"), required=False)
    channel = forms.ChoiceField(
        label=_("How may we reach you safely?"),
        choices=ContactChannel,
        initial=ContactChannel.NONE,
        help_text=_("Think of who else may use your telephone or read your e-mail."),
    )
    contact = forms.CharField(label=_("Telephone or e-mail"), required=False, max_length=200)
    safe_hours = forms.CharField(label=_("When is it safe?"), required=False, max_length=100)
    name = forms.CharField(
        label=_("Your name"), required=False, max_length=200, help_text=_("You need not give it.")
    )

    def service_values(self) -> dict:
        return {**self.cleaned_data, "language": (get_language() or "ky")[:2]}


class PhoneIntakeForm(HelpForm):
    """The same, taken down by a worker while listening."""

    language = forms.ChoiceField(label=_("Language"), choices=Language, initial=Language.KY)
    field_order = ["type", "country", "language"]


class IntakeFileForm(forms.Form):
    file = UploadField(
        label=_("File"),
        help_text=_(
            "CSV or XLSX with the columns: what happened, kind of trouble, country; and, if known, language, name, "
            "telephone or e-mail, how to reach, when it is safe."
        ),
    )


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("Reason"), max_length=300)


class KeptForm(forms.Form):
    """What is typed is kept before it is sent; `token` is that of the page."""

    token = forms.UUIDField(required=False, widget=forms.HiddenInput)


class NoteForm(KeptForm):
    text = forms.CharField(
        label=pgettext_lazy("case", "Note"), widget=forms.Textarea(attrs={"rows": 5}), max_length=10000
    )
    is_sealed = forms.BooleanField(
        label=_("Sealed: only I and our supervisors read it"),
        required=False,
        help_text=_("Colleagues on the case do not see it, and it leaves with no export of theirs."),
    )


class OwnerForm(forms.Form):
    """Something that is given to a person of the case; the one who fills it in comes first."""

    owner = AlphabeticalChoice(label=_("Who does it"), queryset=User.objects.none())

    def __init__(self, *args, case: Case, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = people_on(case)


class PlanForm(OwnerForm):
    kind = forms.ChoiceField(label=_("Kind of help"), choices=ServiceKind)
    what = forms.CharField(label=_("What will be done"), max_length=500)
    due_on = forms.DateField(
        label=_("Until"), widget=DateInput(), initial=lambda: clock.today() + dt.timedelta(days=14)
    )
    field_order = ["kind", "what", "due_on", "owner"]


class SuggestedForm(OwnerForm):
    """What the template of the case suggests, to be ticked."""

    codes = forms.MultipleChoiceField(label=_("What will be done"), widget=forms.CheckboxSelectMultiple)
    field_order = ["codes", "owner"]

    def __init__(self, *args, case: Case, **kwargs):
        super().__init__(*args, case=case, **kwargs)
        self.fields["codes"].choices = [
            (one.code, f"{words(one.goal)}: {words(one.what)}")
            for one in parse(templates.of_case(case).content).suggestions
        ]


class WaitingForm(forms.Form):
    """One service of the plan that is not finished."""

    planned = forms.ModelChoiceField(
        label=_("Which part of the plan"), queryset=PlannedService.everything.none()
    )

    def __init__(self, *args, case: Case, **kwargs):
        super().__init__(*args, **kwargs)
        waiting = case.services.filter(state=ServiceState.NOT_IMPLEMENTED).select_related("key")
        self.fields["planned"].queryset = waiting
        self.fields["planned"].label_from_instance = lambda one: f"{one.get_kind_display()}: {one.what}"


class DueForm(WaitingForm):
    due_on = forms.DateField(label=_("Until"), widget=DateInput())
    reason = forms.CharField(label=_("Reason"), max_length=300)


class PutOffForm(forms.Form):
    until_on = forms.DateField(label=_("Until"), widget=DateInput())
    reason = forms.CharField(label=_("Reason"), max_length=300)


class CompleteForm(WaitingForm):
    result = forms.CharField(label=_("Result"), max_length=500)
    state = forms.ChoiceField(
        label=_("Status"),
        choices=[c for c in ServiceState.choices if c[0] != ServiceState.NOT_IMPLEMENTED],
    )


class RespondentForm(forms.Form):
    kind = forms.ChoiceField(label=_("Who it is"), choices=RespondentKind)
    name = forms.CharField(label=pgettext_lazy("person or organisation", "Name"), max_length=200)


class ReviewForm(forms.Form):
    """An emergency access of this case that nobody has reviewed."""

    access = forms.ModelChoiceField(label=_("Who opened it"), queryset=EmergencyAccess.everything.none())
    was_right = forms.TypedChoiceField(
        label=_("Was it justified?"),
        choices=[("yes", _("yes")), ("no", _("no"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    note = forms.CharField(label=pgettext_lazy("case", "Note"), required=False, max_length=1000)

    def __init__(self, *args, case: Case, **kwargs):
        super().__init__(*args, **kwargs)
        waiting = EmergencyAccess.everything.filter(case=case, review__isnull=True)
        self.fields["access"].queryset = waiting.select_related("user", "case__key")
        self.fields["access"].label_from_instance = lambda one: f"{one.user}: {one.reason}"


class EmergencyForm(forms.Form):
    known = forms.CharField(
        label=_("Number of the case, or the client's telephone or e-mail"),
        max_length=200,
        help_text=_("As it was written down, with the country code."),
    )
    reason = forms.CharField(
        label=_("What is the emergency?"), widget=forms.Textarea(attrs={"rows": 3}), max_length=1000
    )


class KeepForm(forms.Form):
    until_on = forms.DateField(label=_("Keep until"), widget=DateInput())
    reason = forms.CharField(label=_("Reason"), max_length=300)


class FamilyForm(forms.Form):
    number = forms.CharField(label=_("Number of the relative's case"), max_length=12)
    relation = forms.ChoiceField(label=_("How they are related"), choices=Relation)


class AssignForm(forms.Form):
    user = AlphabeticalChoice(label=_("Who"), queryset=None)

    def __init__(self, *args, case: Case, **kwargs):
        from accounts.models import Membership, User

        super().__init__(*args, **kwargs)
        members = Membership.objects.valid_on(clock.today()).filter(
            organisation=case.organisation, role__in=["case_worker", "case_supervisor"]
        )
        self.fields["user"].queryset = User.objects.filter(pk__in=members.values("user_id"))
