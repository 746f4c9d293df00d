from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from accounts import access
from common import clock, files, formatting
from common.journal import services as journal
from common.journal.models import Verb
from common.translated import words
from reports import schedule
from reports.enums import PUBLIC_STATES, Audience, EditionState, Format, NoticeKind
from reports.models import Build, Edition, ReportDefinition
from reports.renderers import KINDS
from reports.services import publication


def archive(request):
    editions = (
        Edition.objects.filter(published_at__isnull=False)
        .select_related("definition")
        .order_by("-published_at")
    )
    rows = [{"edition": one, "title": words(one.definition, "title")[0]} for one in editions]
    return render(request, "reports/archive.html", {"editions": rows})


def newest(request, code, period):
    """The permanent address of a report of a period: whichever edition holds now."""
    editions = Edition.objects.filter(
        definition__code=code, period=period, state__in=[EditionState.PUBLISHED, EditionState.WITHDRAWN]
    )
    found = editions.order_by("-number").first()
    if found is None:
        raise Http404
    return redirect("edition", pk=found.pk)


DUE = {
    schedule.PUBLISHED: (gettext_lazy("published"), "success"),
    schedule.LATE: (gettext_lazy("late"), "danger"),
    schedule.DUE: (gettext_lazy("being prepared"), "warning"),
    schedule.COMING: (gettext_lazy("the period is not over"), "neutral"),
}


def calendar(request):
    """When reports are due, and where each stands: those for everyone, and all for whoever sees their desk."""
    definitions = ReportDefinition.everything.order_by("code")
    if not access.permits(request.user, "reports.definition.view"):
        definitions = definitions.filter(audience=Audience.PUBLIC)
    rows = []
    for due in schedule.calendar(definitions, clock.today()):
        state, tone = DUE[due.state]
        shown = due.state == schedule.PUBLISHED
        rows.append(
            [
                formatting.period(str(due.period)),
                {
                    "value": words(due.definition, "title")[0],
                    "url": reverse("edition", args=[due.edition.pk]) if shown else "",
                },
                formatting.date_short(due.due_on),
                {"value": state, "tone": tone},
            ]
        )
    columns = [_("Period"), _("Report"), _("Due on"), _("State")]
    return render(request, "reports/calendar.html", {"columns": columns, "rows": rows})


def _build(pk, language: str, form: str) -> Build:
    """The newest document of an edition that this person may read."""
    edition = get_object_or_404(Edition.objects.select_related("definition"), pk=pk)
    build = (
        edition.builds.filter(language=language, format=form)
        .select_related("file__key")
        .order_by("-built_at")
        .first()
    )
    if build is None:
        raise Http404
    return build


def edition(request, pk):
    """The web page of an edition in the reader's language, exactly as it was built and approved."""
    one = get_object_or_404(Edition.objects.select_related("definition", "corrects"), pk=pk)
    if one.state == EditionState.WITHDRAWN:
        return _withdrawn(request, one)
    build = _build(pk, (get_language() or "ky")[:2], Format.HTML)
    _keep_early_reading(request, one)
    newer = one.corrections.filter(state__in=PUBLIC_STATES).order_by("-number").first()
    context = {
        "newer": newer,
        "edition": one,
        "title": words(one.definition, "title")[0],
        "document": mark_safe(files.read(build.file).decode()),
        "builds": sorted(
            (each for each in publication.current_builds(one) if each.format != Format.HTML),
            key=lambda each: each.language != (get_language() or "ky")[:2],
        ),
    }
    return render(request, "reports/edition.html", context)


def _withdrawn(request, edition: Edition):
    """The permanent address says why; it gives nothing else."""
    notice = edition.notices.filter(kind=NoticeKind.WITHDRAWAL).first()
    context = {
        "edition": edition,
        "title": words(edition.definition, "title")[0],
        "reason": notice.words[(get_language() or "ky")[:2]] if notice else "",
    }
    return render(request, "reports/withdrawn.html", context, status=410)


def _keep_early_reading(request, edition: Edition) -> None:
    if edition.state == EditionState.EMBARGOED:
        journal.record(by=request.user, verb=Verb.READ, obj=edition, action="reports.edition.view")


def download(request, pk, language, form):
    if form not in KINDS:
        raise Http404
    build = _build(pk, language, form)
    if build.edition.state == EditionState.WITHDRAWN:
        return _withdrawn(request, build.edition)
    if build.edition.state not in PUBLIC_STATES:
        journal.record(by=request.user, verb=Verb.EXPORTED, obj=build.edition, action="reports.edition.view")
    kind = KINDS[Format(form)]
    response = HttpResponse(files.read(build.file), content_type=kind.media_type)
    response["Content-Disposition"] = f'attachment; filename="{build.file.name}"'
    response["ETag"] = f'"{build.sha256}"'
    return response
