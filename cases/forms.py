"""Forms of intake and of the case worker's desk. Their clean data are the arguments of services."""

import datetime as dt

from django import forms
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from accounts.enums import State
from accounts.folded import AlphabeticalChoice
from accounts.models import Organisation, User
from common import clock
from common.enums import Language
from common.uploads import UploadField

from . import retention
from .case_types import parse, words
from .enums import (
    CaseType,
    ConsentField,
    ConsentUse,
    ContactChannel,
    Outcome,
    Relation,
    RespondentKind,
    ServiceKind,
    ServiceState,
)
from .models import (
    ApprovalRequest,
    Case,
    CaseDocument,
    Consent,
    EmergencyAccess,
    KindRules,
    Partner,
    PlannedService,
)
from .services import sign_off, templates
from .services.referrals import AFTER_ACCEPTANCE, BEFORE_ACCEPTANCE
from .services.work import people_on

CURRENCIES = [("RUB", "RUB"), ("KGS", "KGS"), ("KZT", "KZT"), ("BYN", "BYN"), ("AMD", "AMD"), ("USD", "USD")]
CONSENT_FIELDS = dict(ConsentField.choices)


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


class ConsentForm(forms.Form):
    use = forms.ChoiceField(label=_("What it is for"), choices=ConsentUse, initial=ConsentUse.REFERRAL)
    recipient = AlphabeticalChoice(
        label=_("Who may see it"), queryset=Organisation.objects.none(), required=False
    )
    recipient_name = forms.CharField(
        label=_("Or, for a letter, somebody else"),
        required=False,
        max_length=200,
        help_text=_("As it will stand on the letter: an authority, a court, an employer."),
    )
    purpose = forms.CharField(label=_("For what"), max_length=200)
    fields_shown = forms.MultipleChoiceField(
        label=_("What may be shown"),
        choices=[(code, CONSENT_FIELDS[code]) for code in BEFORE_ACCEPTANCE + AFTER_ACCEPTANCE],
        widget=forms.CheckboxSelectMultiple,
    )
    documents = forms.ModelMultipleChoiceField(
        label=_("Documents that the partner may open"),
        queryset=CaseDocument.everything.none(),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("After it has accepted, and as long as the consent stands."),
    )
    documents_before = forms.ModelMultipleChoiceField(
        label=_("Of these, already before it accepts"),
        queryset=CaseDocument.everything.none(),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    how = forms.CharField(label=_("How the client agreed"), max_length=200)
    expires_on = forms.DateField(
        label=_("Valid until"), widget=DateInput(), initial=lambda: clock.today() + dt.timedelta(days=90)
    )

    def __init__(self, *args, case: Case, **kwargs):
        super().__init__(*args, **kwargs)
        partners = Partner.everything.values("organisation_id")
        self.fields["recipient"].queryset = Organisation.objects.filter(
            pk__in=partners, is_active=True
        ).exclude(pk=case.organisation_id)
        kept = case.documents.filter(consent__withdrawal__isnull=True).order_by("-added_at")
        for name in ("documents", "documents_before"):
            field = self.fields[name]
            field.queryset = kept.select_related("file", "case__key", "consent")
            field.label_from_instance = lambda one: one.title or "—"
        if not kept.exists():
            del self.fields["documents"], self.fields["documents_before"]


class ReferralForm(forms.Form):
    consent = forms.ModelChoiceField(label=_("By which consent"), queryset=Consent.everything.none())
    then = forms.ModelChoiceField(
        label=_("If that partner declines or is silent, ask"),
        queryset=Consent.everything.none(),
        required=False,
    )
    then_too = forms.ModelChoiceField(
        label=_("And after that"), queryset=Consent.everything.none(), required=False
    )
    service = forms.ChoiceField(label=_("What is asked for"), choices=ServiceKind)
    situation = forms.CharField(
        label=_("What happened, in short"),
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("The partner sees this before accepting. Leave out names."),
    )
    is_transfer = forms.BooleanField(
        label=_("Hand the case over: when the partner accepts, ours is closed"), required=False
    )
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, case: Case, **kwargs):
        super().__init__(*args, **kwargs)
        standing = case.consents.standing(clock.today()).filter(use=ConsentUse.REFERRAL)
        standing = standing.select_related("recipient", "case__key")
        for name in ("consent", "then", "then_too"):
            self.fields[name].queryset = standing
            self.fields[name].label_from_instance = lambda one: f"{one.recipient}: {one.purpose}"


class WithdrawForm(forms.Form):
    consent = forms.ModelChoiceField(label=_("Which consent"), queryset=Consent.everything.none())

    def __init__(self, *args, case: Case, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["consent"].queryset = case.consents.filter(withdrawal__isnull=True).select_related(
            "recipient", "case__key"
        )
        self.fields["consent"].label_from_instance = lambda one: f"{one.who}: {one.purpose}"


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


class DecideForm(forms.Form):
    accepted = forms.TypedChoiceField(
        label=_("Close it as proposed?"),
        choices=[("yes", _("yes")), ("no", _("no"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    note = forms.CharField(label=pgettext_lazy("case", "Note"), required=False, max_length=1000)


class ApproveForm(DecideForm):
    """The newest request of each kind that waits in this case."""

    request = forms.ModelChoiceField(label=_("What waits"), queryset=ApprovalRequest.everything.none())
    field_order = ["request", "accepted", "note"]

    def __init__(self, *args, case: Case, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["request"].queryset = sign_off.unanswered(ApprovalRequest.everything.filter(case=case))
        self.fields["request"].label_from_instance = lambda one: f"{one.get_kind_display()}, {one.asked_by}"
        self.fields["accepted"].label = _("Do you approve it?")


class KindRulesForm(forms.Form):
    """What is set now stands beside each kind."""

    types = forms.MultipleChoiceField(
        label=_("For which kinds of case"), choices=CaseType, widget=forms.CheckboxSelectMultiple
    )
    approvals = forms.MultipleChoiceField(
        label=_("What a second person approves"),
        choices=[
            ("approve_assessment", _("assessment")),
            ("approve_plan", _("case plan")),
            ("approve_closure", _("closure")),
        ],
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("Cases of critical risk are not held up."),
    )
    keep_years = forms.IntegerField(
        label=_("Years for which ended cases are kept"),
        required=False,
        min_value=retention.LEAST_YEARS,
        max_value=retention.MOST_YEARS,
        help_text=_(
            "Empty: as this house has it. A change counts after 30 days; until then nothing of that kind is erased."
        ),
    )

    def __init__(self, *args, organisation: Organisation, **kwargs):
        super().__init__(*args, **kwargs)
        known = {one.type: one for one in KindRules.everything.filter(organisation=organisation)}
        self.fields["types"].choices = [
            (kind.value, f"{kind.label} ({self._now(kind, known.get(kind.value))})") for kind in CaseType
        ]

    def _now(self, kind: CaseType, rules: KindRules | None) -> str:
        years = (rules and rules.keep_years) or retention.YEARS[kind]
        wished = [
            str(label) for name, label in self.fields["approvals"].choices if rules and getattr(rules, name)
        ]
        return ", ".join([*wished, _("kept for %(years)s years") % {"years": years}])


class RulesForm(forms.Form):
    approve_closure = forms.BooleanField(
        label=_("A supervisor who did not propose it decides on closures"), required=False
    )


class KeepForm(forms.Form):
    until_on = forms.DateField(label=_("Keep until"), widget=DateInput())
    reason = forms.CharField(label=_("Reason"), max_length=300)


class FamilyForm(forms.Form):
    number = forms.CharField(label=_("Number of the relative's case"), max_length=12)
    relation = forms.ChoiceField(label=_("How they are related"), choices=Relation)


class CloseForm(forms.Form):
    outcome = forms.ChoiceField(label=_("Outcome"), choices=Outcome)
    reason = forms.CharField(label=_("How it ended"), max_length=300)
    recovered = forms.DecimalField(
        label=_("Sum recovered"), required=False, min_value=0, decimal_places=2, localize=True
    )
    currency = forms.ChoiceField(label=_("Currency"), choices=[("", "—"), *CURRENCIES], required=False)


class AssignForm(forms.Form):
    user = AlphabeticalChoice(label=_("Who"), queryset=None)

    def __init__(self, *args, case: Case, **kwargs):
        from accounts.models import Membership, User

        super().__init__(*args, **kwargs)
        members = Membership.objects.valid_on(clock.today()).filter(
            organisation=case.organisation, role__in=["case_worker", "case_supervisor"]
        )
        self.fields["user"].queryset = User.objects.filter(pk__in=members.values("user_id"))
