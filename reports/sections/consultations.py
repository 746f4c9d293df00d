from django.db.models import Count, Q

from monitoring.enums import ConsultationKind
from monitoring.models import Consultation
from monitoring.sources import moments
from reports import content
from reports.content import Sentence, Table

from . import Section, section
from .measures import measure_titles


@section("consultations")
class Consultations(Section):
    """Public discussions that were open in the period: what was said, what was answered, what was taken up."""

    def blocks(self):
        until = min(moments(self.period)[1], self.as_of)
        received = Q(comments__received_at__lt=until)
        answered = received & Q(comments__responses__answered_at__lt=until)
        found = list(
            Consultation.objects.filter(
                kind=ConsultationKind.PUBLIC,
                opens_on__lte=min(self.period.last_day, self.today),
                closes_on__gte=self.period.first_day,
            )
            .select_related("entry__run__measure")
            .annotate(
                received=Count("comments", filter=received, distinct=True),
                answered=Count("comments", filter=answered, distinct=True),
                taken=Count(
                    "comments", filter=answered & Q(comments__responses__accepted=True), distinct=True
                ),
            )
            .order_by("opens_on", "pk")
        )
        if not found:
            return [Sentence("no_consultations")]
        titles = measure_titles({one.entry.run.measure_id for one in found})
        rows = [
            [
                content.text(one.entry.run.measure.code),
                titles[one.entry.run.measure_id],
                content.date(one.opens_on),
                content.date(one.closes_on),
                content.number(one.received),
                content.number(one.answered),
                content.number(one.taken),
            ]
            for one in found
        ]
        silent = sum(one.received - one.answered for one in found)
        columns = ["measure", "title", "opens", "closes", "received", "answered", "taken_up"]
        return [
            Sentence(
                "comments_unanswered", {"count": content.number(silent)}, "warning" if silent else "success"
            ),
            Table(content.code("consultations"), columns, rows),
        ]
