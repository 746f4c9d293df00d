"""The assessment of a case, made from its template, its next step, and the incident in the words of GBVIMS."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.case_types import Question, parse, words
from cases.enums import IncidentContext, QuestionKind, RiskLevel, Step
from cases.forms.work import CURRENCIES, DateInput, KeptForm
from cases.models import Case
from cases.services import templates
from cases.workflow import NEXT

PREFIX = "answer_"
YES_NO = [("", "—"), ("yes", _("yes")), ("no", _("no"))]


def field_for(question: Question) -> forms.Field:
    kwargs: dict[str, Any] = {"label": words(question.label), "required": question.required}
    match question.kind:
        case QuestionKind.LONG:
            return forms.CharField(widget=forms.Textarea(attrs={"rows": 3}), max_length=5000, **kwargs)
        case QuestionKind.YES_NO:
            return forms.ChoiceField(choices=YES_NO, **kwargs)
        case QuestionKind.NUMBER:
            return forms.DecimalField(localize=True, **kwargs)
        case QuestionKind.DATE:
            return forms.DateField(widget=DateInput(), **kwargs)
        case QuestionKind.CHOICE:
            offered = [(one.code, words(one.label)) for one in question.choices]
            return forms.ChoiceField(choices=[("", "—"), *offered], **kwargs)
    return forms.CharField(max_length=500, **kwargs)


class AssessmentForm(KeptForm):
    risk_level = forms.ChoiceField(label=_("Risk"), choices=RiskLevel)
    claimed = forms.DecimalField(
        label=_("Sum claimed"), required=False, min_value=0, decimal_places=2, localize=True
    )
    currency = forms.ChoiceField(label=_("Currency"), choices=[("", "—"), *CURRENCIES], required=False)

    def __init__(self, *args, case: Case, **kwargs):
        super().__init__(*args, **kwargs)
        asked = parse(templates.of_case(case).content).questions
        for question in asked:
            self.fields[f"{PREFIX}{question.code}"] = field_for(question)
        self.order_fields([f"{PREFIX}{question.code}" for question in asked])
        self.fields["risk_level"].initial = case.risk_level

    def clean(self):
        values = super().clean()
        if values.get("claimed") is not None and not values.get("currency"):
            self.add_error("currency", _("Name the currency of the sum."))
        return values

    @staticmethod
    def arguments(values: dict[str, Any]) -> dict[str, Any]:
        """Arguments of the service: answers by the codes of their questions, the rest by its name."""
        answers = {
            name.removeprefix(PREFIX): str(value)
            for name, value in values.items()
            if name.startswith(PREFIX) and value not in (None, "")
        }
        return {
            **{name: value for name, value in values.items() if not name.startswith(PREFIX)},
            "answers": answers,
        }


class IncidentForm(KeptForm):
    """The six questions of GBVIMS in their order; the first yes gives the type."""

    rape = forms.BooleanField(label=_("Was there penetration, however slight?"), required=False)
    sexual_assault = forms.BooleanField(label=_("Was there other unwanted sexual contact?"), required=False)
    physical_assault = forms.BooleanField(label=_("Was there a physical assault?"), required=False)
    forced_marriage = forms.BooleanField(label=_("Was it a forced marriage?"), required=False)
    denial_of_resources = forms.BooleanField(
        label=_("Were resources, opportunities or services denied?"), required=False
    )
    psychological_abuse = forms.BooleanField(
        label=_("Was there psychological or emotional abuse?"), required=False
    )
    contexts = forms.MultipleChoiceField(
        label=_("Context"), choices=IncidentContext, required=False, widget=forms.CheckboxSelectMultiple
    )
    happened_on = forms.DateField(label=_("Day of the incident"), required=False, widget=DateInput())
    place = forms.CharField(label=_("Place"), required=False, max_length=200)
    alleged_perpetrator = forms.CharField(
        label=_("Alleged perpetrator (relation to the survivor, no name needed)"),
        required=False,
        max_length=200,
    )
    account = forms.CharField(
        label=_("What the survivor told, in her or his own words"),
        widget=forms.Textarea(attrs={"rows": 5}),
        max_length=10000,
    )
    may_be_counted = forms.BooleanField(
        label=_("The survivor agreed to be counted in figures without a name"), required=False
    )
    QUESTIONS = (
        "rape",
        "sexual_assault",
        "physical_assault",
        "forced_marriage",
        "denial_of_resources",
        "psychological_abuse",
    )

    def clean(self):
        values = super().clean()
        values["answers"] = {name: values.pop(name, False) for name in self.QUESTIONS}
        return values


class MoveForm(forms.Form):
    step = forms.ChoiceField(label=_("Step"))
    reason = forms.CharField(label=_("Reason"), max_length=300)

    def __init__(self, *args, case: Case, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["step"].choices = [(one, Step(one).label) for one in NEXT[case.step]]
