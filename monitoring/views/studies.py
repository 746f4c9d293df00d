from collections import Counter, defaultdict

from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from common import formatting
from common.journal import services as journal
from common.journal.models import Verb
from monitoring.enums import DisclosureClass, InterviewMode
from monitoring.models import Interview, Quotation, Study, StudyFile
from monitoring.quoting import LEAST_EXPERTS, shown_country, speaker

from .downloads import attachment


def studies(request):
    found = Study.objects.select_related("measure").order_by("-started_on")
    return render(request, "monitoring/studies.html", {"studies": found})


def study(request, pk):
    """Method and limits first; then files with their hashes, who was asked in numbers, quotations, peer reviews."""
    one = get_object_or_404(Study.objects.select_related("measure"), pk=pk)
    context = {
        "study": one,
        "files": StudyFile.everything.filter(study=one).select_related("file").order_by("recorded_at"),
        "readable": set(StudyFile.objects.filter(study=one).values_list("pk", flat=True)),
        "guide": one.guides.order_by("-number").first(),
        "experts": _experts(one),
        "themes": _quotations(one),
        "reviews": one.reviews.order_by("reviewed_at"),
    }
    return render(request, "monitoring/study.html", context)


def study_file(request, pk):
    """The bytes of a file, for whoever may read it; reads of what is not public are kept."""
    one = get_object_or_404(StudyFile.objects.select_related("file__key"), pk=pk)
    if one.disclosure != DisclosureClass.PUBLIC:
        journal.record(
            by=request.user,
            verb=Verb.READ,
            obj=one,
            action=StudyFile.VIEW,
            details={"sha256": one.sha256},
        )
    return attachment(one.file)


def _experts(one: Study) -> dict:
    """How many were asked, by country where enough come from it, and how. Names of countries tell nobody."""
    held = Interview.everything.filter(study=one, key__destroyed_at__isnull=True)
    found = list(held.values_list("country", "mode"))
    if len(found) < LEAST_EXPERTS:
        return {"rows": []}
    countries = [country for country, _mode in found]
    by_country = Counter(shown_country(country, countries) for country in countries)
    rows = [
        [formatting.country_name(country) if country else _("other countries"), count]
        for country, count in sorted(by_country.items(), key=lambda pair: (not pair[0], -pair[1]))
    ]
    modes = Counter(mode for _country, mode in found)
    if min(modes.values()) >= LEAST_EXPERTS:
        rows += [[InterviewMode(mode).label, count] for mode, count in sorted(modes.items())]
    number = {"title": _("Experts"), "number": True}
    return {"columns": [_("Country or way"), number], "rows": [*rows, [_("All"), len(found)]]}


def _quotations(one: Study) -> list[dict]:
    """Words by theme; those of withdrawn interviews are gone."""
    shown = Quotation.objects.filter(
        passage__theme__study=one, passage__interview__key__destroyed_at__isnull=True
    ).select_related("passage__theme", "passage__interview__key")
    themes = defaultdict(list)
    for quotation in shown.order_by("released_at"):
        passage = quotation.passage
        themes[passage.theme].append(
            {
                "text": passage.text,
                "language": passage.interview.language,
                "speaker": speaker(quotation.country),
            }
        )
    return [{"title": theme.title, "quotations": words} for theme, words in themes.items()]
