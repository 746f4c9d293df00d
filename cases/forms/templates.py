"""Small forms with which a supervisor changes the organisation's templates; each makes a new version."""

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.case_types import parse, words
from cases.enums import CaseType, QuestionKind, RiskLevel, ServiceKind
from cases.models import CaseTemplate

LANGUAGES = {"ky": _("in Kyrgyz"), "ru": _("in Russian"), "en": _("in English")}


class WordsForm(forms.Form):
    """One text in three languages; one of them is enough."""

    label_ky = forms.CharField(label=LANGUAGES["ky"], required=False, max_length=300)
    label_ru = forms.CharField(label=LANGUAGES["ru"], required=False, max_length=300)
    label_en = forms.CharField(label=LANGUAGES["en"], required=False, max_length=300)

    def clean(self):
        values = super().clean()
        values["label"] = {one: values.pop(f"label_{one}", "").strip() for one in LANGUAGES}
        if not any(values["label"].values()):
            self.add_error("label_ky", _("Write it in at least one language."))
        return values


class OwnForm(forms.Form):
    type = forms.ChoiceField(label=_("Kind of case"), choices=CaseType)


class QuestionForm(WordsForm):
    kind = forms.ChoiceField(label=_("Answered with"), choices=QuestionKind)
    answers = forms.CharField(
        label=_("Answers to choose from"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("One a line: Kyrgyz / Russian / English."),
    )
    required = forms.BooleanField(label=_("Must be answered"), required=False)
    raises = forms.ChoiceField(
        label=_("A “yes” means at least this risk"), choices=[("", "—"), *RiskLevel.choices], required=False
    )


class OfTemplate(forms.Form):
    def __init__(self, *args, template: CaseTemplate, **kwargs):
        super().__init__(*args, **kwargs)
        self.parsed = parse(template.content)
        if "code" in self.fields:
            self.fields["code"].choices = self.offered()

    def offered(self) -> list[tuple[str, str]]:
        return [(one.code, words(one.label)) for one in self.parsed.questions]


class RewordForm(OfTemplate, WordsForm):
    code = forms.ChoiceField(label=_("Question"))
    required = forms.BooleanField(label=_("Must be answered"), required=False)
    field_order = ["code"]


class DropQuestionForm(OfTemplate):
    code = forms.ChoiceField(label=_("Question"))


class ServiceForm(WordsForm):
    goal_ky = forms.CharField(label=_("Goal, in Kyrgyz"), required=False, max_length=300)
    goal_ru = forms.CharField(label=_("Goal, in Russian"), required=False, max_length=300)
    goal_en = forms.CharField(label=_("Goal, in English"), required=False, max_length=300)
    kind = forms.ChoiceField(label=_("Kind of help"), choices=ServiceKind)
    working_days = forms.IntegerField(label=_("Working days"), min_value=1, max_value=366, initial=5)
    field_order = ["goal_ky", "goal_ru", "goal_en", "kind", "label_ky", "label_ru", "label_en"]

    def clean(self):
        values = super().clean()
        values["what"] = values.pop("label")
        values["goal"] = {one: values.pop(f"goal_{one}", "").strip() for one in LANGUAGES}
        if not any(values["goal"].values()):
            self.add_error("goal_ky", _("Write it in at least one language."))
        return values


class DropServiceForm(OfTemplate):
    code = forms.ChoiceField(label=_("Service"))

    def offered(self) -> list[tuple[str, str]]:
        return [(one.code, f"{words(one.goal)}: {words(one.what)}") for one in self.parsed.suggestions]
