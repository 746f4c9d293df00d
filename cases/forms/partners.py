"""Forms of the directory of partners and of the figures."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.enums import State
from cases.enums import CaseType, ServiceKind
from cases.forms.work import DateInput
from common.formatting import language_name

SPOKEN = ("ky", "ru", "uz", "kk", "tg", "hy", "be", "tr", "en")


def spoken() -> list[tuple[str, str]]:
    """Languages in which help is given, named in the language of the moment."""
    return [(code, language_name(code)) for code in SPOKEN]


def _words(label) -> forms.CharField:
    return forms.CharField(
        label=label, required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )


class PartnerForm(forms.Form):
    """What an organisation tells of itself."""

    services = forms.MultipleChoiceField(
        label=_("What you offer"), choices=ServiceKind, widget=forms.CheckboxSelectMultiple
    )
    case_types = forms.MultipleChoiceField(
        label=_("With which trouble you help"),
        choices=CaseType,
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("None ticked: with all."),
    )
    languages = forms.MultipleChoiceField(
        label=_("In which languages"), choices=spoken, widget=forms.CheckboxSelectMultiple
    )
    hotline = forms.CharField(label=_("Hotline"), required=False, max_length=100)
    hours = forms.CharField(label=_("Hours"), required=False, max_length=200)
    coverage = forms.CharField(label=_("Where you work"), required=False, max_length=200)
    about_ky = _words(_("In Kyrgyz, in short"))
    about_ru = _words(_("In Russian, in short"))
    about_en = _words(_("In English, in short"))
    is_public = forms.BooleanField(label=_("Show us to everyone"), required=False)
    takes_requests = forms.BooleanField(
        label=_("We take requests for help from the public form"), required=False
    )


class DirectoryForm(forms.Form):
    """Filters of the public directory."""

    country = forms.ChoiceField(label=_("Country"), choices=[("", _("any")), *State.choices], required=False)
    type = forms.ChoiceField(
        label=_("What it is about"), choices=[("", _("any")), *CaseType.choices], required=False
    )
    language = forms.ChoiceField(
        label=_("Language"), choices=lambda: [("", _("any")), *spoken()], required=False
    )


class FiguresForm(forms.Form):
    first = forms.DateField(label=_("From"), widget=DateInput(), required=False)
    last = forms.DateField(label=_("Until"), widget=DateInput(), required=False)
