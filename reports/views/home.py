from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from common.translated import words
from monitoring.periods import Period
from reports.content import unpack
from reports.enums import Audience, EditionState
from reports.models import Edition
from reports.renderers.words import MissingWords, Speaker
from reports.sections.figures import Figures

HEADLINES = ["REMITTANCES_GDP", "NET_MIGRATION", "ROUBLE_IN_SOM", "UNEMPLOYMENT_ILO"]


def home(request):
    """The public front page: the four things that people come for, and the newest figures."""
    edition = (
        Edition.objects.filter(state=EditionState.PUBLISHED, definition__audience=Audience.PUBLIC)
        .select_related("definition")
        .order_by("-published_at")
        .first()
    )
    context = {"edition": edition, "headlines": _headlines(edition), "doors": doors()}
    if edition:
        context["news"] = _news(edition)
        context["edition_title"] = words(edition.definition, "title")[0]
    return render(request, "reports/home.html", context)


def _news(edition: Edition) -> list:
    """What changed in the period, in the sentences of the newest report."""
    summary = next((one for one in unpack(edition.snapshot) if one.code == "summary"), None)
    if summary is None:
        return []
    try:
        blocks = Speaker((get_language() or "ky")[:2]).section(summary).blocks
    except MissingWords:  # a word that has left the code since: the report itself was built with it
        return []
    return [block for block in blocks if block.type == "paragraph" and block.tone]


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
