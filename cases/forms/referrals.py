"""Forms of consents and of the referrals that go by them."""

import datetime as dt

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.folded import AlphabeticalChoice
from accounts.models import Organisation
from cases.enums import ConsentField, ConsentUse, ServiceKind
from cases.forms.work import DateInput
from cases.models import Case, CaseDocument, Consent, Partner
from cases.services.referrals import AFTER_ACCEPTANCE, BEFORE_ACCEPTANCE
from common import clock

CONSENT_FIELDS = dict(ConsentField.choices)


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
