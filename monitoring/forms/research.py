"""What is filled in on the pages of studies and interviews."""

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.enums import State
from common import clock, file_kinds
from common.enums import Language
from common.uploads import UploadField
from monitoring.enums import DisclosureClass, InterviewConsent, InterviewMode, LegalVerdict, RespondentRole
from monitoring.models import Interview, Measure, Passage, Study, Theme

from .fields import Area, DateInput


class StudyForm(forms.Form):
    title = forms.CharField(label=_("Title"), max_length=300)
    method = forms.CharField(label=_("Method"), widget=Area())
    limits = forms.CharField(
        label=_("Limits"), widget=Area(), help_text=_("What the study cannot say, and why.")
    )
    started_on = forms.DateField(label=_("Begun on"), widget=DateInput(), initial=clock.today)
    measure = forms.ModelChoiceField(
        label=_("For the measure"), queryset=Measure.everything.none(), required=False
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["measure"].queryset = Measure.everything.order_by("code")


class FileForm(forms.Form):
    title = forms.CharField(label=_("Title"), max_length=300)
    file = UploadField(label=_("File"), kinds=file_kinds.ALL)
    is_data = forms.BooleanField(
        label=_("These are data"), required=False, help_text=_("They are frozen by the hash of the file.")
    )
    disclosure = forms.ChoiceField(
        label=_("Who may read it"), choices=DisclosureClass, initial=DisclosureClass.INTERNAL
    )


class ReviewForm(forms.Form):
    is_sound = forms.TypedChoiceField(
        label=_("Do the conclusions hold?"),
        choices=[("1", _("yes")), ("0", _("no"))],
        coerce=lambda value: value == "1",
        widget=forms.RadioSelect,
    )
    opinion = forms.CharField(label=_("Opinion"), widget=Area(6))


class GuideForm(forms.Form):
    questions = forms.CharField(label=_("Questions"), widget=Area(10), help_text=_("One question a line."))
    language = forms.ChoiceField(label=_("Language"), choices=Language)
    reason = forms.CharField(
        label=_("Reason of the change"),
        required=False,
        max_length=300,
        help_text=_("From the second version on."),
    )

    def clean_questions(self):
        return self.cleaned_data["questions"].splitlines()


class InterviewForm(forms.Form):
    country = forms.ChoiceField(label=_("Country of the expert"), choices=State)
    role = forms.ChoiceField(label=_("Where the expert works"), choices=RespondentRole)
    mode = forms.ChoiceField(label=_("How it was held"), choices=InterviewMode)
    held_on = forms.DateField(label=_("Held on"), widget=DateInput(), initial=clock.today)
    consent = forms.ChoiceField(
        label=_("Consent"), choices=InterviewConsent, help_text=_("Without consent an interview is not kept.")
    )
    name = forms.CharField(
        label=pgettext_lazy("person", "Name"),
        max_length=200,
        help_text=_("Sealed; it stands in no document."),
    )
    language = forms.ChoiceField(label=_("Language"), choices=Language)
    transcript = forms.CharField(label=_("Transcript"), widget=Area(16))


class ThemeForm(forms.Form):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for code, name in Language.choices:
            self.fields[f"title_{code}"] = forms.CharField(
                label=_("Title, %(language)s") % {"language": name}, max_length=300
            )


class PassageForm(forms.Form):
    theme = forms.ModelChoiceField(label=_("Theme"), queryset=Theme.objects.none())
    text = forms.CharField(
        label=_("Passage"), widget=Area(6), help_text=_("Word for word, as the transcript has it.")
    )

    def __init__(self, *args, interview: Interview, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["theme"].queryset = interview.study.themes.all()


class WithdrawForm(forms.Form):
    reason = forms.CharField(
        label=_("When and how the consent was taken back"), widget=Area(2), max_length=300
    )


class ReleaseForm(forms.Form):
    passage = forms.ModelChoiceField(label=_("Passage"), queryset=Passage.objects.none())
    has_read = forms.BooleanField(label=_("I have read it: nothing in it tells who spoke"), required=False)

    def __init__(self, *args, study: Study, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["passage"].queryset = to_release(study)
        self.fields["passage"].label_from_instance = lambda one: (one.text or "")[:500]


def to_release(study: Study):
    """Passages of experts who agreed to be quoted, not shown yet."""
    return Passage.objects.filter(
        interview__study=study,
        interview__consent=InterviewConsent.QUOTING,
        interview__key__destroyed_at__isnull=True,
        quotation__isnull=True,
    ).select_related("interview__key")


class LawForm(forms.Form):
    law = forms.CharField(label=_("Law and article"), max_length=300)
    law_as_of = forms.DateField(label=_("Wording of"), widget=DateInput(), initial=clock.today)
    standard = forms.CharField(
        label=_("International standard and article"),
        max_length=300,
        help_text=_("For example: ILO Convention No. 97, article 6."),
    )
    verdict = forms.ChoiceField(label=pgettext_lazy("law", "Finding"), choices=LegalVerdict)
    text = forms.CharField(label=_("Explanation"), widget=Area())
    next_on = forms.DateField(label=_("To be reviewed again by"), widget=DateInput())
