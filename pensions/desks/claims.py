"""Buttons and table of an employer's statement on the page of a draft."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.object_actions import ObjectAction
from common.errors import KozotError
from common.formatting import datetime_short
from common.uploads import UploadField
from pensions.enums.issuing import CertificateState
from pensions.forms.registry import DayInput
from pensions.models import Certificate
from pensions.services import certificates, claims

PLACES = {
    "position": _("Position"),
    "start_on": _("First day"),
    "end_on": _("Last day"),
    "declared": _("Years, months, days as stated"),
    "days": _("days"),
    "contribution": _("contribution"),
    "wage": _("wage"),
    "tax": _("tax"),
}


class StatementForm(forms.Form):
    start_on = forms.DateField(label=_("First day"), widget=DayInput)
    end_on = forms.DateField(label=_("Last day"), widget=DayInput)
    position = forms.CharField(label=_("Position"), max_length=160, required=False)
    file = UploadField(
        label=_("Table of months"),
        required=False,
        help_text=_(
            "XLSX or CSV with the columns Месяц, Дней, Пенсионный взнос, Заработная плата, Налог. "
            "Columns that you leave out are not compared."
        ),
    )


class PlacesForm(forms.Form):
    """`places`: differences that may be chosen, as (place, words)."""

    places = forms.MultipleChoiceField(
        label=_("Differences"), choices=[], widget=forms.CheckboxSelectMultiple
    )
    reason = forms.CharField(label=_("Why"), max_length=300, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args, places: list[tuple[str, str]], **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["places"].choices = places


class AcceptForm(PlacesForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["reason"].required = False


def named(place: str) -> str:
    """A place in words: “03.2025: wage”."""
    month, _space, column = place.partition(" ")
    if month[:4].isdigit():
        shown = f"{month[5:7]}.{month[:4]}"
        return f"{shown}: {PLACES[column]}" if column else shown
    return str(PLACES[place])


def _lines(draft: Certificate) -> list[claims.Line]:
    claim = claims.claim_for(draft)
    return claims.lines(claim, certificates.draft_content(draft)) if claim else []


def _open(explained: bool):
    """Differences that wait for a reason, or for somebody to take it."""

    def kwargs(request, draft: Certificate) -> dict[str, Any]:
        try:
            found = _lines(draft)
        except KozotError:
            found = []
        waiting = [one for one in found if not one.is_settled and (one.explained is not None) == explained]
        return {"places": [(one.difference.place, named(one.difference.place)) for one in waiting]}

    return kwargs


def _state(by: Any, obj: Certificate, *, file: Any, **values: Any) -> None:
    if file is not None:
        values |= {"table": file.read(), "name": file.name}
    claims.state_claim(by=by, employment=obj.employment, **values)


def _has_claim(draft: Certificate) -> bool:
    return draft.state == CertificateState.DRAFT and claims.claim_for(draft) is not None


CLAIM_ACTIONS = [
    ObjectAction(
        "statement",
        _("Enter what the employer states"),
        claims.STATE,
        _state,
        StatementForm,
        when=lambda draft: draft.state == CertificateState.DRAFT,
        initial=lambda request, draft: {"start_on": draft.start_on, "end_on": draft.end_on},
        done=_("The statement stands beside the record."),
        explain=_("The record does not change. Each difference needs a reason before the issue."),
    ),
    ObjectAction(
        "explain",
        _("Explain differences"),
        claims.STATE,
        lambda by, obj, **values: bool(claims.explain(by=by, certificate=obj, **values)) or None,
        PlacesForm,
        when=_has_claim,
        form_kwargs=_open(explained=False),
    ),
    ObjectAction(
        "accept",
        _("Accept explanations"),
        claims.ACCEPT,
        lambda by, obj, **values: bool(claims.accept(by=by, certificate=obj, **values)) or None,
        AcceptForm,
        when=_has_claim,
        form_kwargs=_open(explained=True),
        explain=_("The certificate says what the record says. Whoever gave the reason cannot accept it."),
    ),
]


def comparison(draft: Certificate, content: dict[str, Any]) -> dict[str, Any]:
    """The statement beside the record, row by row, for the page of a draft."""
    claim = claims.claim_for(draft)
    if claim is None:
        return {}
    found = claims.lines(claim, content)
    return {
        "claim": claim,
        "claim_columns": [
            _("Field"),
            _("The employer states"),
            _("The record says"),
            _("Why"),
            _("Accepted by"),
        ],
        "claim_rows": [
            [
                named(one.difference.place),
                {"value": one.difference.claimed or "—", "tone": "warning"},
                one.difference.held or "—",
                f"{one.explained.reason} ({one.explained.by})" if one.explained else _("no reason yet"),
                f"{one.accepted.by}, {datetime_short(one.accepted.at)}"
                if one.accepted
                else {"value": _("nobody yet"), "tone": "danger"},
            ]
            for one in found
        ],
        "claim_open": sum(not one.is_settled for one in found),
    }
