"""Forms of the registry's desk and of employers. What is right is decided by the services."""

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from common.formatting import country_name, file_size, join_list
from common.uploads import UploadField
from pensions.enums import EmployerIdentifierKind, IdentifierKind, RowKind, Sex
from pensions.imports.columns import REQUIRED, TITLES
from pensions.models import Employer, EmployerIdentifier

COUNTRIES = ("KG", "AM", "BY", "KZ", "RU", "TJ", "UZ", "TM", "AZ", "GE", "MD", "UA", "CN", "TR")


def _country_choices() -> list[tuple[str, str]]:
    return [("", "—"), *((code, country_name(code)) for code in COUNTRIES)]


class DayInput(forms.DateInput):
    """A calendar where the browser has one."""

    input_type = "date"

    def __init__(self):
        super().__init__(format="%Y-%m-%d")


class AsOfForm(forms.Form):
    """The day to which a statement counts, and the moment whose knowledge it tells  (by default in Bishkek time)."""

    on = forms.DateField(label=_("Days counted to"), widget=DayInput, required=False)
    known_at = forms.DateTimeField(
        label=_("As it was known at"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d"],
        required=False,
    )

    @classmethod
    def asked(cls, query: Any) -> dict[str, Any]:
        """`on` and `known_at` as an address names them; None for today and now, and for what is neither."""
        form = cls(query)
        form.is_valid()
        return {name: form.cleaned_data.get(name) for name in form.fields}

    @classmethod
    def in_words(cls, query: Any) -> dict[str, Any]:
        """For `pensions/as_of.html`: the form as it was sent, whether it asks of an earlier state, and its address."""
        sent = {name: query[name] for name in cls.base_fields if query.get(name)}
        form = cls(query if sent else None)
        asked = {name: form.cleaned_data.get(name) for name in sent} if sent and form.is_valid() else {}
        return {"form": form, "asked": asked, "query": "?" + urlencode(sent) if asked else ""}


class PersonForm(forms.Form):
    family_name = forms.CharField(label=_("Family name"), max_length=100)
    given_name = forms.CharField(label=_("Given name"), max_length=100, required=False)
    patronymic = forms.CharField(
        label=_("Patronymic"),
        max_length=100,
        required=False,
        help_text=_("As in the passport, for example “Бакыт уулу”. May be empty."),
    )
    latin_family_name = forms.CharField(
        label=_("Family name as in the passport"), max_length=100, required=False
    )
    latin_given_name = forms.CharField(
        label=_("Given name as in the passport"), max_length=100, required=False
    )
    one_name = forms.BooleanField(label=_("The document has one name only"), required=False)
    birth_on = forms.DateField(label=_("Birth date"), required=False, widget=DayInput)
    birth_place = forms.CharField(
        label=_("Place of birth"),
        max_length=160,
        required=False,
        help_text=_("As in the document: village or town, region, state."),
    )
    sex = forms.ChoiceField(label=_("Sex"), choices=[("", "—"), *Sex.choices], required=False)
    citizenship = forms.ChoiceField(label=_("Citizenship"), choices=_country_choices, required=False)


class NumberForm(forms.Form):
    kind = forms.ChoiceField(label=_("Kind of number"), choices=IdentifierKind.choices)
    text = forms.CharField(label=_("Number"), max_length=30)


class RegisterForm(PersonForm):
    kind = forms.ChoiceField(
        label=_("Kind of number"), choices=[("", "—"), *IdentifierKind.choices], required=False
    )
    text = forms.CharField(
        label=_("Number"),
        max_length=30,
        required=False,
        help_text=_("Without a number the record stays incomplete until one is known."),
    )
    anyway = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        if bool(values.get("kind")) != bool(values.get("text")):
            raise ValidationError(_("Give the kind and the number together."), code="number")
        return values


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("Why"), max_length=300)


class MergeForm(ReasonForm):
    number = forms.CharField(label=_("Registry number of the record that becomes an alias"), max_length=20)
    field_order = ["number", "reason"]


# --- employers --------------------------------------------------------------------------------------


def employer_by_number(text: str) -> Employer:
    """The employer who has this number in any state; ValidationError if none or several."""
    digits = "".join(sign for sign in text if sign.isalnum()).upper()
    rows = EmployerIdentifier.objects.filter(value=digits).exclude(kind=EmployerIdentifierKind.RU_KPP)
    found = list({row.employer_id: row.employer for row in rows.select_related("employer")}.values())
    if len(found) != 1:
        raise ValidationError(
            _("No employer in the registry has this number. Record the employer first."),
            code="unknown_employer",
        )
    return found[0]


# --- files ------------------------------------------------------------------------------------------


class UploadForm(forms.Form):
    """`states`: the registries to which the file may go; `employers`: whose file it may be, None for any."""

    employer = forms.CharField(
        label=_("Number of the employer"), max_length=30, help_text=_("Taxpayer number, as on the file.")
    )
    state = forms.ChoiceField(label=_("Registry of the state"), choices=[])
    entries = forms.ChoiceField(
        label=_("What the rows are"), choices=RowKind.choices, initial=RowKind.ORIGINAL
    )
    file = UploadField(label=_("File"), most="IMPORT_MAX_BYTES", is_divisible=True)

    def __init__(self, *args: Any, states: list[str], employers: list[Employer] | None = None, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["state"].choices = [(code, country_name(code)) for code in states]
        self.fields["file"].help_text = _(
            "A table (XLSX or CSV) or a form of the Russian fund (XML: %(forms)s), at most %(size)s. A table needs "
            "columns for: %(columns)s, and for a personal number; their titles may be Kyrgyz, Russian or English."
        ) % {
            "forms": "СЗВ-СТАЖ, СЗВ-ТД, ЕФС-1",
            "size": file_size(settings.IMPORT_MAX_BYTES),
            "columns": join_list(str(TITLES[key]) for key in REQUIRED),
        }
        self.fields["file"].widget.attrs["accept"] = ".xlsx,.csv,.txt,.xml"
        if employers is not None:
            choices = [(str(one.pk), one.name) for one in employers]
            self.fields["employer"] = forms.ChoiceField(label=_("Employer"), choices=choices)
            self._own = {str(one.pk): one for one in employers}
        else:
            self._own = None

    def clean_employer(self) -> Employer:
        value = self.cleaned_data["employer"]
        return self._own[value] if self._own is not None else employer_by_number(value)
