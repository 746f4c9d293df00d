from monitoring.enums import Outcome
from monitoring.models import GateDecision, Lesson
from monitoring.sources import moments
from reports import content
from reports.content import Sentence

from . import Section, section


@section("summary")
class Summary(Section):
    """Achievements and shortcomings of the period, each in a sentence, as the study asks for both."""

    def blocks(self):
        start, end = moments(self.period)
        decisions = GateDecision.objects.filter(decided_at__gte=start, decided_at__lt=min(end, self.as_of))
        passed = decisions.filter(outcome__in=[Outcome.GO, Outcome.GO_WITH_CONDITIONS]).count()
        back = decisions.filter(outcome=Outcome.LOOP).count()
        ended = decisions.filter(outcome__in=[Outcome.STOP, Outcome.OVERTAKE]).count()
        lessons = Lesson.objects.filter(recorded_at__gte=start, recorded_at__lt=min(end, self.as_of)).count()
        return [
            Sentence("period", {"period": content.period(str(self.period))}),
            Sentence("gates_passed", {"count": content.number(passed)}, "success"),
            Sentence("sent_back", {"count": content.number(back)}, "warning"),
            Sentence("measures_ended", {"count": content.number(ended)}, "warning"),
            Sentence("lessons", {"count": content.number(lessons)}),
        ]
