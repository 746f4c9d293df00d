from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from common import formatting
from common.journal import services as journal
from common.journal.models import Verb
from monitoring.board import NOT_STARTED, picture, row_of, rows_of, with_place
from monitoring.enums import DisclosureClass, Horizon, MeasureState, Stage
from monitoring.forms.public import BoardFilter
from monitoring.laws import laws_now
from monitoring.models import Consultation, EvidenceItem, Measure, PerformanceReview
from monitoring.rollout import progress, standing
from monitoring.story import measure_story

from .downloads import attachment


def board(request):
    """All measures by horizon and stage, what each waits for, and filters that are an ordinary form."""
    form = BoardFilter(request.GET or None)
    chosen = form.chosen() if form.is_bound else {}
    rows = rows_of(narrowed(with_place(Measure.objects.all()), chosen))
    groups = [
        (name, [row for row in rows if row.measure.horizon == horizon]) for horizon, name in Horizon.choices
    ]
    context = {
        "form": form,
        "chosen": chosen,
        "groups": [(name, found) for name, found in groups if found],
        "count": len(rows),
        "table": _table(rows, chosen),
    }
    return render(request, "monitoring/board.html", context)


def narrowed(measures, chosen: dict[str, str]):
    chosen = dict(chosen)
    stage = chosen.pop("stage", "")
    if stage:
        chosen["state"] = MeasureState.OPEN
        measures = (
            measures.filter(stage__isnull=True) if stage == NOT_STARTED else measures.filter(stage=stage)
        )
    return measures.filter(**chosen)


def _table(rows, chosen) -> dict:
    """The picture as a table whose numbers lead to their measures."""
    shown = picture(rows)
    lines = [
        [
            name,
            *(_cell(horizon, code, n, chosen) for (code, _n), n in zip(shown.columns, counts, strict=True)),
        ]
        for horizon, name, counts in shown.lines
        if sum(counts)
    ]
    return {"columns": [_("Term"), *({"title": n, "number": True} for _c, n in shown.columns)], "rows": lines}


def _cell(horizon: str, code: str, count: int, chosen: dict[str, str]) -> dict:
    if not count:
        return {"value": "—"}
    name = "stage" if code == NOT_STARTED or code in Stage.values else "state"
    query = urlencode({**chosen, "horizon": horizon, name: code})
    return {"value": count, "url": f"{reverse('monitoring:board')}?{query}#list"}


def measure(request, code: str):
    """The story of one measure as anyone may read it."""
    one = get_object_or_404(Measure.objects, code=code)
    row = row_of(one)
    public = Consultation.objects.filter(entry__run__measure=one, kind="public").order_by("-opens_on")
    context = {
        **measure_story(row, whole=False),
        "measure": one,
        "version": row.version,
        "actors": list(row.version.actors.all()),
        "consultations": list(public),
        "indicators": _indicators(one),
        "budget": _budget(one),
        "milestones": _milestones(one),
        "performance": PerformanceReview.objects.filter(entry__run__measure=one).order_by("-reviewed_at"),
        "laws": _laws(one),
        "studies": list(one.studies.order_by("-started_on")),
        "needed": list(
            Measure.objects.filter(code__in=row.version.depends_on).values_list("code", flat=True)
        ),
    }
    return render(request, "monitoring/measure.html", context)


def _laws(one: Measure) -> dict:
    """Its laws against international standards, as last reviewed."""
    rows = [
        [
            f"{law.law} ({formatting.date_short(law.law_as_of)})",
            law.standard,
            law.get_verdict_display(),
            law.text,
            formatting.date_short(law.next_on),
        ]
        for law in laws_now().filter(measure=one).order_by("law", "standard")
    ]
    columns = [
        _("Law"),
        _("Standard"),
        pgettext("law", "Finding"),
        _("Explanation"),
        _("To be reviewed again by"),
    ]
    return {"columns": columns, "rows": rows}


def _milestones(one: Measure) -> dict:
    """What the roll-out has to reach, and how far it has come."""
    rows = [
        [
            each.milestone.title,
            each.milestone.get_kind_display(),
            f"{formatting.number(each.milestone.goal.normalize())} {each.milestone.unit}",
            formatting.number(each.reached.normalize()) if each.reached is not None else "—",
            formatting.date_short(each.milestone.due_on),
            {"value": each.state, "tone": each.tone},
        ]
        for each in progress(standing().filter(measure=one))
    ]
    columns = [
        _("Milestone"),
        _("Kind"),
        _("To be reached"),
        _("Reached"),
        pgettext("milestone", "Due on"),
        _("State"),
    ]
    return {"columns": columns, "rows": rows}


def _budget(one: Measure) -> dict:
    """Money planned for it, by year and source, as it stands."""
    lines = (
        one.budget_lines.filter(replaced_by__isnull=True).select_related("fund").order_by("year", "source")
    )
    rows = []
    for line in lines:
        source = {"value": line.get_source_display()}
        if line.fund:
            source = {"value": line.fund.title, "url": reverse("monitoring:fund", args=[line.fund.code])}
        rows.append([line.year, source, formatting.money(line.amount, line.currency), line.document])
    amount = {"title": _("Amount"), "number": True}
    return {"columns": [_("Year"), _("Source of money"), amount, _("Document")], "rows": rows}


def _indicators(one: Measure) -> list[dict]:
    from monitoring.browser import listed

    wanted = set(one.indicators.values_list("pk", flat=True))
    if not wanted:
        return []
    return [
        {"item": item, "value": item.value}
        for _tier, group in listed()
        for item in group
        if item.indicator.pk in wanted
    ]


def evidence_file(request, pk):
    """The file of an item of evidence, for whoever may read the item; reads of what is not public are kept."""
    item = get_object_or_404(EvidenceItem.objects.select_related("file__key"), pk=pk)
    if item.file is None:
        raise Http404
    if item.disclosure != DisclosureClass.PUBLIC:
        journal.record(by=request.user, verb=Verb.READ, obj=item, action="monitoring.evidence.view")
    return attachment(item.file)
