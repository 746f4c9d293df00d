"""Forms of a case's documents and exports."""

from django import forms
from django.utils.translation import gettext_lazy as _

from common import virus_scan


class DocumentForm(forms.Form):
    file = forms.FileField(label=_("File"), allow_empty_file=True)
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


class ExportForm(forms.Form):
    recipient = forms.CharField(
        label=_("For whom"),
        max_length=200,
        help_text=_("The person or organisation that will be given the file."),
    )
    purpose = forms.CharField(label=_("For what"), max_length=200)
