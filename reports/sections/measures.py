from collections import Counter

from common.enums import Language, TranslationState
from monitoring.enums import Horizon, MeasureState, Stage
from monitoring.models import GateDecision, Measure, MeasureVersion, StageEntry
from monitoring.sources import moments
from reports import content
from reports.content import Chart, Sentence, Table, Value

from . import Section, section


@section("measures")
class Measures(Section):
    """All measures by horizon and stage, and what the gates decided in the period."""

    def blocks(self):
        stages = self._stages()
        horizons = dict(Measure.everything.filter(created_at__lte=self.as_of).values_list("pk", "horizon"))
        counts = Counter((horizons[pk], stages.get(pk, "not_started")) for pk in horizons)
        columns = [stage for stage in ["not_started", *Stage.values] if any(c == stage for _, c in counts)]
        rows = [
            [
                content.code(f"horizon.{horizon}"),
                *[content.number(counts[horizon, c]) for c in columns],
                content.number(sum(n for (h, _), n in counts.items() if h == horizon)),
            ]
            for horizon in Horizon.values
            if any(h == horizon for h, _ in counts)
        ]
        blocks = [
            Sentence("measures_total", {"count": content.number(len(horizons))}),
            Table(content.code("board"), ["horizon", *[f"stage.{c}" for c in columns], "total"], rows),
            self._board(rows, columns),
        ]
        return [*blocks, *self._decisions()]

    @staticmethod
    def _board(rows: list, columns: list[str]) -> Chart:
        """The chain as a board: a row for each horizon, a column for each stage."""
        labels = [content.code(f"stage.{one}") for one in columns]
        series = [
            {
                "name": row[0],
                "points": [[label, cell.number] for label, cell in zip(labels, row[1:], strict=False)],
            }
            for row in rows
        ]
        return Chart("board", content.code("chain_board"), series, unit="measures")

    def _stages(self) -> dict:
        """{measure id: stage} as it stood at `as_of`, in one query."""
        entries = StageEntry.objects.filter(entered_at__lte=self.as_of, run__measure__state=MeasureState.OPEN)
        found: dict = {}
        for pk, stage in entries.order_by("run__iteration", "position").values_list(
            "run__measure_id", "stage"
        ):
            found[pk] = stage
        return found

    def _decisions(self) -> list:
        start, end = moments(self.period)
        decisions = list(
            GateDecision.objects.filter(decided_at__gte=start, decided_at__lt=min(end, self.as_of))
            .select_related("review__entry__run__measure")
            .order_by("decided_at")
        )
        if not decisions:
            return [Sentence("no_decisions")]
        titles = measure_titles({d.review.entry.run.measure_id for d in decisions})
        rows = [
            [
                content.text(d.review.entry.run.measure.code),
                titles[d.review.entry.run.measure_id],
                content.code(f"stage.{d.review.entry.stage}"),
                content.code(f"outcome.{d.outcome}"),
                content.date(d.decided_at),
            ]
            for d in decisions
        ]
        return [Table(content.code("decisions"), ["measure", "title", "stage", "outcome", "date"], rows)]


def measure_titles(ids: set) -> dict[object, Value]:
    """{measure id: title in three languages with what is not reviewed}, newest versions, one query."""
    found: dict = {}
    for version in MeasureVersion.objects.filter(measure_id__in=ids).order_by("number"):
        found[version.measure_id] = content.words(
            {language: getattr(version, f"title_{language}") for language in Language.values},
            [
                language
                for language in Language.values
                if getattr(version, f"title_{language}_state") != TranslationState.APPROVED
            ],
        )
    return found
