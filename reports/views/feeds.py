"""Atom feeds, one address for each language, since a feed reader chooses none."""

from typing import Any

from django.contrib.syndication.views import Feed
from django.http import Http404
from django.urls import reverse
from django.utils import feedgenerator, translation
from django.utils.translation import gettext as _

from common import formatting
from common.enums import Language
from common.translated import words
from monitoring.enums import ConsultationKind
from monitoring.models import Consultation, GateDecision
from reports.enums import Audience, EditionState
from reports.models import Edition
from reports.sections.measures import measure_titles

ITEMS = 30


class InLanguage(Feed):
    """Its language stands in the address; everything of it is said in that language."""

    feed_type = feedgenerator.Atom1Feed

    def __call__(self, request, *args: Any, **kwargs: Any):
        if kwargs["language"] not in Language.values:
            raise Http404
        with translation.override(kwargs["language"]):
            return super().__call__(request, *args, **kwargs)

    def get_object(self, request, language: str) -> str:
        return language

    def get_feed(self, obj, request):
        feed = super().get_feed(obj, request)
        feed.feed["language"] = obj
        return feed

    def link(self, language: str) -> str:
        return reverse("home")

    def item_description(self, item) -> str:
        return ""


class ReportsFeed(InLanguage):
    def title(self, language: str) -> str:
        return _("Kozot: reports")

    def items(self, language: str):
        shown = [EditionState.PUBLISHED, EditionState.REPLACED]
        found = Edition.objects.filter(state__in=shown, definition__audience=Audience.PUBLIC)
        return found.defer("snapshot").select_related("definition").order_by("-published_at")[:ITEMS]

    def item_title(self, item: Edition) -> str:
        title = f"{words(item.definition, 'title')[0]}, {formatting.period(item.period)}"
        return _("%(title)s (erratum)") % {"title": title} if item.corrects_id else title

    def item_link(self, item: Edition) -> str:
        return reverse("edition", args=[item.pk])

    def item_pubdate(self, item: Edition):
        return item.published_at

    def item_updateddate(self, item: Edition):
        return item.published_at


class DecisionsFeed(InLanguage):
    """What the gates decided about measures."""

    def title(self, language: str) -> str:
        return _("Kozot: decisions on measures")

    def items(self, language: str):
        made = GateDecision.objects.select_related("review__entry__run__measure")
        found = list(made.order_by("-decided_at")[:ITEMS])
        titles = measure_titles({one.review.entry.run.measure_id for one in found})
        for one in found:
            said = titles[one.review.entry.run.measure_id].words
            one.measure_title = said[language] or said["ru"]
        return found

    def item_title(self, item: GateDecision) -> str:
        entry = item.review.entry
        return f"{item.measure_title}: {entry.get_stage_display()}, {item.get_outcome_display()}"

    def item_link(self, item: GateDecision) -> str:
        return reverse("monitoring:measure", args=[item.review.entry.run.measure.code])

    def item_guid(self, item: GateDecision) -> str:
        return f"urn:uuid:{item.pk}"

    def item_pubdate(self, item: GateDecision):
        return item.decided_at

    item_updateddate = item_pubdate


class DiscussionsFeed(InLanguage):
    """Public discussions, newest first."""

    def title(self, language: str) -> str:
        return _("Kozot: public discussions")

    def items(self, language: str):
        found = Consultation.objects.filter(kind=ConsultationKind.PUBLIC)
        return found.select_related("entry__run__measure").order_by("-created_at")[:ITEMS]

    def item_title(self, item: Consultation) -> str:
        days = formatting.date_range(item.opens_on, item.closes_on)
        return f"{words(item, 'title')[0]} ({days})"

    def item_link(self, item: Consultation) -> str:
        return reverse("monitoring:consultation", args=[item.pk])

    def item_pubdate(self, item: Consultation):
        return item.created_at

    item_updateddate = item_pubdate
