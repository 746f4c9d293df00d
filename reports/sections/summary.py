from monitoring.enums import Outcome, Tier
from monitoring.models import GateDecision, IndicatorVersion, Lesson
from monitoring.sources import moments
from reports import content
from reports.content import Sentence

from . import Section, section
from .figures import Figures, quarters

TOLD = [Tier.OUTCOME, Tier.OUTPUT, Tier.RISK]
GOOD, BAD = "success", "warning"


@section("summary")
class Summary(Section):
    """Achievements and shortcomings of the period, each in a sentence, as the study asks for both."""

    def blocks(self):
        start, end = moments(self.period)
        until = min(end, self.as_of)
        decided = GateDecision.objects.filter(decided_at__gte=start, decided_at__lt=until)
        counts = {
            "gates_passed": ([Outcome.GO, Outcome.GO_WITH_CONDITIONS], GOOD),
            "measures_achieved": ([Outcome.ACHIEVE], GOOD),
            "sent_back": ([Outcome.LOOP], BAD),
            "measures_ended": ([Outcome.STOP, Outcome.OVERTAKE], BAD),
        }
        sentences = []
        for code, (outcomes, tone) in counts.items():
            found = decided.filter(outcome__in=outcomes).count()
            sentences.append(Sentence(code, {"count": content.number(found)}, tone if found else ""))
        lessons = Lesson.objects.filter(recorded_at__gte=start, recorded_at__lt=until).count()
        return [
            Sentence("period", {"period": content.period(str(self.period))}),
            *sentences,
            Sentence("lessons", {"count": content.number(lessons)}),
            *self._trends(),
        ]

    def _trends(self) -> list[Sentence]:
        """Indicators that are wanted up or down, and what became of each since the quarter before."""
        codes = sorted(
            set(
                IndicatorVersion.objects.filter(
                    tier__in=TOLD, frequency="Q", indicator__is_active=True, direction__in=["up", "down"]
                ).values_list("indicator__code", flat=True)
            )
        )
        figures, last = Figures(codes, self.as_of), quarters(self.period)[-1]
        told = [figures.trend(code, last) for code in codes if str(last) in figures.periods(code)]
        silent = {f"trend_{content.MISSING}", f"trend_{content.NOT_APPLICABLE}"}
        return [one for one in told if one.code not in silent]
