from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import NoReverseMatch, reverse
from django.utils.safestring import mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from common import files
from common.journal import services as journal
from common.journal.models import Verb
from common.translated import words

from .enums import PUBLIC_STATES, EditionState, Format, NoticeKind
from .models import Build, Edition
from .renderers import KINDS
from .sections.figures import Figures
from .services import publication

HEADLINES = ["REMITTANCES_GDP", "NET_MIGRATION", "ROUBLE_IN_SOM", "UNEMPLOYMENT_ILO"]


def home(request):
    """The public front page: the four things that people come for, and the newest figures."""
    edition = (
        Edition.objects.filter(state=EditionState.PUBLISHED)
        .select_related("definition")
        .order_by("-published_at")
        .first()
    )
    context = {"edition": edition, "headlines": _headlines(edition), "doors": doors()}
    if edition:
        context["edition_title"] = words(edition.definition, "title")[0]
    return render(request, "reports/home.html", context)


def doors() -> list[dict]:
    """What people come for; a door whose room has no page yet is left out."""
    wanted = [
        (
            "pensions:verify",
            _("Check a certificate"),
            _("See whether an employment certificate is genuine and still valid."),
        ),
        (
            "cases:help",
            _("Ask for help"),
            _("Wages not paid, documents taken, a ban on entry: say what happened."),
        ),
        (
            "monitoring:consultations",
            _("Take part in a discussion"),
            _("Say what you think of a measure before it is decided."),
        ),
        (
            "monitoring:board",
            _("See the measures"),
            _("What is being done, where each measure stands and what it waits for."),
        ),
    ]
    found = []
    for name, title, text in wanted:
        try:
            found.append({"url": reverse(name), "title": title, "text": text})
        except NoReverseMatch:
            continue
    return found


def _headlines(edition: Edition | None) -> list[dict]:
    """Public yearly figures as the newest published edition knew them."""
    if edition is None:
        return []
    from monitoring.periods import Period

    from .renderers.words import Speaker

    figures = Figures(HEADLINES, edition.as_of)
    speaker = Speaker((get_language() or "ky")[:2])
    found = []
    for code in HEADLINES:
        year = figures.latest(code, Period.parse(edition.period)) if code in figures.versions else None
        if year:
            found.append(
                {
                    "title": speaker.cell(figures.title(code)).text,
                    "value": speaker.cell(figures.value(code, year)).text,
                    "hint": year,
                }
            )
    return found


def archive(request):
    editions = (
        Edition.objects.filter(published_at__isnull=False)
        .select_related("definition")
        .order_by("-published_at")
    )
    rows = [{"edition": one, "title": words(one.definition, "title")[0]} for one in editions]
    return render(request, "reports/archive.html", {"editions": rows})


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
        "builds": [b for b in publication.current_builds(one) if b.format != Format.HTML],
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
