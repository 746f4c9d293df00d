"""Forms of a case's documents and exports."""

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from cases.enums import ConsentUse
from cases.forms.work import KeptForm
from cases.letters import letters
from cases.models import Case, Consent
from common import clock, virus_scan
from common.enums import Language
from common.uploads import UploadField


class DocumentForm(forms.Form):
    file = UploadField(label=_("File"), allow_empty_file=True)
    title = forms.CharField(
        label=_("What it is"),
        required=False,
        max_length=200,
        help_text=_("Without it, the file's own name is taken."),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        told = _("PDF, photos, DOCX, XLSX, ODT, TXT, voice messages and MP4, up to 20 MB.")
        if not virus_scan.is_on():
            warning = _("No virus scanner is set up here: open files of strangers with care.")
            told = f"{told} {warning}"
        self.fields["file"].help_text = told


class LetterForm(KeptForm):
    code = forms.ChoiceField(label=_("Which letter"))
    language = forms.ChoiceField(label=_("Language of the letter"), choices=Language)
    consent = forms.ModelChoiceField(
        label=_("To whom, and by which consent"),
        queryset=Consent.everything.none(),
        help_text=_(
            "Record the client's consent for a letter first: it names the recipient and what may be shown."
        ),
    )
    facts = forms.CharField(
        label=_("What happened"), required=False, max_length=5000, widget=forms.Textarea(attrs={"rows": 6})
    )

    def __init__(self, *args, case: Case, **kwargs):
        super().__init__(*args, **kwargs)
        language = (get_language() or "ky")[:2]
        self.fields["code"].choices = [
            (one.code, one.title[language]) for one in letters().values() if case.type in one.case_types
        ]
        standing = case.consents.standing(clock.today()).filter(use=ConsentUse.LETTER)
        self.fields["consent"].queryset = standing.select_related("recipient", "case__key")
        self.fields["consent"].label_from_instance = lambda one: f"{one.who}: {one.purpose}"


class ExportForm(forms.Form):
    recipient = forms.CharField(
        label=_("For whom"),
        max_length=200,
        help_text=_("The person or organisation that will be given the file."),
    )
    purpose = forms.CharField(label=_("For what"), max_length=200)
