from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.access import permits
from common import formatting
from common.enums import Language, TranslationState
from monitoring.forms.public import VersionsForm
from monitoring.models import Measure, MeasureVersion
from monitoring.versions import TONES, differences, reviewed_in, versions_of


def versions(request, code: str):
    """Every version of the words of a measure by language and state, and two of them side by side.

    Participants of the chain also read who recorded and who reviewed.
    """
    measure = get_object_or_404(Measure.objects, code=code)
    found = versions_of(measure)
    whole = permits(request.user, "monitoring.chain.view")
    form = VersionsForm(request.GET if "older" in request.GET else None, versions=found)
    compared = None
    if form.is_bound and form.is_valid():
        compared = _compared(found, form.cleaned_data["older"], form.cleaned_data["newer"])
    context = {
        "measure": measure,
        "version": found[0],
        "table": _table(found, whole),
        "form": form if len(found) > 1 else None,
        "compared": compared,
    }
    return render(request, "monitoring/versions.html", context)


def _table(found: list[MeasureVersion], whole: bool) -> dict:
    columns = [
        {"title": _("Version"), "number": True},
        pgettext("of a measure", "Recorded on"),
        _("Reason of the change"),
        *(formatting.language_name(code).capitalize() for code in Language.values),
    ]
    rows = [
        [
            one.number,
            formatting.date_short(timezone.localtime(one.recorded_at)),
            one.reason or (one.source and _("as the study has it")) or "—",
            *(_state(found, one, code, whole) for code in Language.values),
        ]
        for one in found
    ]
    if whole:
        columns.insert(3, pgettext("of a measure", "Recorded by"))
        for row, one in zip(rows, found, strict=True):
            row.insert(3, str(one.recorded_by) if one.recorded_by else "—")
    return {"columns": columns, "rows": rows}


def _state(found: list[MeasureVersion], version: MeasureVersion, code: str, whole: bool) -> dict:
    """The state of the words of a language; where they were reviewed here, since which version, and by whom."""
    state = getattr(version, f"title_{code}_state")
    words = str(TranslationState(state).label)
    reviewed = reviewed_in(found, version, code)
    if reviewed is not None and reviewed.number > 1:
        facts = {"state": words, "number": reviewed.number, "name": str(reviewed.recorded_by or "—")}
        words = (
            _("%(state)s in version %(number)s by %(name)s") % facts
            if whole
            else _("%(state)s in version %(number)s") % facts
        )
    return {"value": words, "tone": TONES[state]}


def _compared(found: list[MeasureVersion], older: int, newer: int) -> dict:
    by_number = {one.number: one for one in found}
    rows = [
        [one.name, one.before or "—", one.after or "—"]
        for one in differences(by_number[older], by_number[newer])
    ]
    heading = pgettext("of a measure", "Version %(number)s")
    return {
        "columns": [_("Field"), heading % {"number": older}, heading % {"number": newer}],
        "rows": rows,
        "title": _("What changed from version %(older)s to version %(newer)s")
        % {"older": older, "newer": newer},
        "reasons": [one for one in reversed(found) if older < one.number <= newer and one.reason],
    }
