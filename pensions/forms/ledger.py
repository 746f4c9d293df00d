"""Forms for single entries of the ledger. What is right is decided by the services."""

import datetime as dt
import json
import re
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.enums import State
from common import file_kinds
from common.uploads import UploadField
from pensions import fund_conditions
from pensions.enums import DayScheme, EventKind, EvidenceStatus, Fund, LegalBasis
from pensions.enums.exchange import PeriodType
from pensions.enums.exchange import Scheme as InsuranceScheme
from pensions.forms.registry import DayInput, employer_by_number
from pensions.models import Contribution, Employer, EmploymentPeriod

AMOUNT = {"max_digits": 16, "decimal_places": 2, "required": False, "min_value": Decimal(0)}


class LinesField(forms.CharField):
    """One thing a line."""

    widget = forms.Textarea(attrs={"rows": 3})

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(map(str, value)) if isinstance(value, list) else value

    def clean(self, value: Any) -> list[str]:
        return [line.strip() for line in super().clean(value).splitlines() if line.strip()]


class ConditionsField(LinesField):
    """What a form of a fund told stands as JSON, so that a correction by hand keeps it as it was."""

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, list):
            return "\n".join(
                json.dumps(one, ensure_ascii=False) if isinstance(one, dict) else str(one) for one in value
            )
        return value

    def clean(self, value: Any) -> list[Any]:
        return [self._read(line) if line.startswith("{") else line for line in super().clean(value)]

    def _read(self, line: str) -> dict[str, Any]:
        known = fund_conditions.read(f"[{line}]")
        if known is None:
            raise ValidationError(
                _("“%(line)s” is not understood. Write a code, or leave the line as the form gave it."),
                code="condition",
                params={"line": line},
            )
        return json.loads(known)[0]


class StretchesField(LinesField):
    """Lines such as `2024-03-01 2024-04-30 unpaid leave`."""

    FORM = re.compile(r"(\d{4}-\d\d-\d\d)\s+(\d{4}-\d\d-\d\d)\s*(.*)")

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, list):
            return "\n".join(
                f"{one['from_on']} {one['until_on']} {one.get('reason', '')}".rstrip() for one in value
            )
        return value

    def clean(self, value: Any) -> list[dict[str, str]]:
        return [self._read(line) for line in super().clean(value)]

    def _read(self, line: str) -> dict[str, str]:
        found = self.FORM.fullmatch(line)
        try:
            days = [dt.date.fromisoformat(found[place]) for place in (1, 2)] if found else []
        except ValueError:
            days = []
        if not days or days[0] > days[1]:
            raise ValidationError(
                _("“%(line)s” is not understood. Write: first day, last day, reason; days as 2024-03-01."),
                code="stretch",
                params={"line": line},
            )
        return {"from_on": found[1], "until_on": found[2], "reason": found[3]}


class PeriodFields(forms.Form):
    start_on = forms.DateField(label=_("From"), widget=DayInput)
    end_on = forms.DateField(
        label=_("Last day"), widget=DayInput, required=False, help_text=_("Empty while the work goes on.")
    )
    state = forms.ChoiceField(label=_("Country"), choices=State.choices)
    legal_basis = forms.ChoiceField(label=_("Legal basis"), choices=LegalBasis.choices)
    p5000_type = forms.ChoiceField(
        label=_("Type of period (P5000 code)"),
        choices=[("", "—"), *PeriodType.choices],
        required=False,
        help_text=_("A certificate of voluntary, equivalent or self-employed insurance says it."),
    )
    insurance_scheme = forms.ChoiceField(
        label=_("Scheme"), choices=[("", "—"), *InsuranceScheme.choices], required=False
    )
    opened_by = forms.ChoiceField(label=_("Begun by"), choices=EventKind.choices)
    closed_by = forms.ChoiceField(
        label=_("Ended by"), choices=[("", "—"), *EventKind.choices], required=False
    )
    position = forms.CharField(label=_("Position"), max_length=300, required=False)
    occupation = forms.CharField(label=_("Occupation (ISCO-08)"), max_length=8, required=False)
    unit = forms.CharField(label=_("Unit"), max_length=300, required=False)
    share_of_rate = forms.DecimalField(
        label=_("Share of rate"),
        max_digits=5,
        decimal_places=4,
        required=False,
        help_text=_("1 is full time."),
    )
    day_scheme = forms.ChoiceField(label=_("Week"), choices=DayScheme.choices)
    special_conditions = ConditionsField(
        label=_("Special conditions"), required=False, help_text=_("Codes as on the form, one a line.")
    )
    not_counted = StretchesField(
        label=_("Days that do not count"),
        required=False,
        help_text=_("One stretch a line: first day, last day, reason."),
    )
    basis_document = forms.CharField(label=_("Basis document"), max_length=300, required=False)
    closing_document = forms.CharField(
        label=_("Basis document of the end"),
        max_length=300,
        required=False,
        help_text=_("Empty while the work goes on."),
    )
    dismissal_ground = forms.CharField(
        label=_("Ground of dismissal, with the article of the law"), max_length=300, required=False
    )
    declared_years = forms.IntegerField(label=_("Years written by the issuer"), min_value=0, required=False)
    declared_months = forms.IntegerField(label=_("Months written by the issuer"), min_value=0, required=False)
    declared_days = forms.IntegerField(label=_("Days written by the issuer"), min_value=0, required=False)


class RecordPeriodForm(PeriodFields):
    employer = forms.CharField(label=_("Number of the employer"), max_length=30)
    field_order = ["employer"]

    def clean_employer(self) -> Employer:
        return employer_by_number(self.cleaned_data["employer"])


class _OfOneEntry(forms.Form):
    """Until the entry is chosen, the form asks for nothing else."""

    label: Any = _("Which period")

    def __init__(self, *args: Any, entries: list[Any], chosen: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.chosen = chosen
        if chosen is None:
            choices = [(name, text) for name, text, _entry in entries]
            self.fields = {"entry": forms.ChoiceField(label=self.label, choices=choices)}

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        return values if self.chosen is None else {**values, "chosen": self.chosen}


class ReasonOfEntryForm(_OfOneEntry):
    reason = forms.CharField(label=_("Why"), max_length=300)


class CorrectPeriodForm(ReasonOfEntryForm, PeriodFields):
    field_order = [*PeriodFields.base_fields, "reason"]


class JudgePeriodForm(_OfOneEntry):
    status = forms.ChoiceField(label=_("Status"), choices=EvidenceStatus.choices)
    document_type = forms.CharField(label=_("Document"), max_length=100, required=False)
    issuer = forms.CharField(label=_("Issued by"), max_length=300, required=False)
    archive_reference = forms.CharField(label=_("Archive reference"), max_length=100, required=False)
    language = forms.ChoiceField(
        label=_("Language of the document"),
        choices=[("", "—"), ("ky", "кыргызча"), ("ru", "русский"), ("en", "English")],
        required=False,
    )
    attachment = UploadField(label=_("Copy of the document"), required=False, kinds=file_kinds.ALL)
    note = forms.CharField(label=_("Note"), max_length=500, required=False)


# --- months -----------------------------------------------------------------------------------------


class MonthFields(forms.Form):
    wage = forms.DecimalField(label=_("Earned"), **AMOUNT)
    base = forms.DecimalField(label=_("Contribution base"), **AMOUNT)
    tax = forms.DecimalField(label=_("Income tax"), **AMOUNT)
    rate = forms.DecimalField(label=_("Rate, per cent"), max_digits=6, decimal_places=3, required=False)
    accrued = forms.DecimalField(label=_("Accrued"), **{**AMOUNT, "required": True})
    paid = forms.DecimalField(label=_("Paid"), **AMOUNT)
    paid_on = forms.DateField(label=_("Paid on"), widget=DayInput, required=False)
    currency = forms.CharField(label=_("Currency"), min_length=3, max_length=3)

    def clean_currency(self) -> str:
        return self.cleaned_data["currency"].upper()


class RecordMonthForm(_OfOneEntry, MonthFields):
    month = forms.DateField(
        label=_("Month"), widget=forms.DateInput(attrs={"type": "month"}), input_formats=["%Y-%m", "%Y-%m-%d"]
    )
    fund = forms.ChoiceField(label=_("Fund"), choices=Fund.choices)
    field_order = ["month", "fund"]


class MonthOfEntry(_OfOneEntry):
    label = _("Which month")


class CorrectMonthForm(MonthOfEntry, MonthFields):
    reason = forms.CharField(label=_("Why"), max_length=300)


class WithdrawMonthForm(MonthOfEntry):
    reason = forms.CharField(label=_("Why"), max_length=300)


PERIOD_NAMES = [name for name in PeriodFields.base_fields if hasattr(EmploymentPeriod, name)]
MONTH_NAMES = [name for name in MonthFields.base_fields if hasattr(Contribution, name)]


# --- many at once -----------------------------------------------------------------------------------


class WaitingPeriodsForm(forms.Form):
    employer = forms.CharField(label=_("Number of the employer"), max_length=30)
    until_on = forms.DateField(
        label=_("Periods that ended by"), widget=DayInput, required=False, help_text=_("Empty for all.")
    )

    def clean_employer(self) -> Employer:
        return employer_by_number(self.cleaned_data["employer"])


class ConfirmManyForm(forms.Form):
    document_type = forms.CharField(label=_("Document"), max_length=100)
    issuer = forms.CharField(label=_("Issued by"), max_length=300, required=False)
    note = forms.CharField(label=_("Note"), max_length=500, required=False)
