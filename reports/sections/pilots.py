from decimal import Decimal

from common.enums import Language
from monitoring.enums import Outcome, Stage
from monitoring.models import AnalysisRun, GateDecision, PilotDesign
from monitoring.sources import moments
from reports import content
from reports.content import Chart, Sentence, Table, Value
from reports.enums import Audience

from . import Section, section
from .measures import measure_titles

DIGITS = 2


@section("pilots")
class Pilots(Section):
    """Pilots that were registered or analysed in the period, and what they found, the failures too."""

    def blocks(self):
        start, end = moments(self.period)
        until = min(end, self.as_of)
        designs = list(
            PilotDesign.objects.filter(registered_at__gte=start, registered_at__lt=until)
            .select_related("run__measure")
            .order_by("registered_at")
        )
        analyses = self._analyses(start, until)
        measures = {one.run.measure_id for one in designs}
        measures |= {one.freeze.design.run.measure_id for one in analyses}
        if not measures:
            return [Sentence("no_pilots")]
        titles = measure_titles(measures)
        return [*self._registered(designs, titles), *self._found(analyses, titles)]

    def _analyses(self, start, until) -> list[AnalysisRun]:
        """The newest of each pilot; the public hears of those that the experts have discussed."""
        made = AnalysisRun.objects.filter(made_at__gte=start, made_at__lt=until)
        made = made.select_related("freeze__design__run__measure").order_by("made_at")
        newest = {one.freeze.design_id: one for one in made}
        if self.audience == Audience.PUBLIC:
            passed = GateDecision.objects.filter(
                decided_at__lt=until,
                review__entry__stage=Stage.PILOT_RESEARCH,
                outcome__in=[Outcome.GO, Outcome.GO_WITH_CONDITIONS],
            )
            runs = set(passed.values_list("review__entry__run_id", flat=True))
            newest = {key: one for key, one in newest.items() if one.freeze.design.run_id in runs}
        return list(newest.values())

    def _registered(self, designs: list[PilotDesign], titles: dict) -> list:
        if not designs:
            return []
        rows = [
            [
                content.text(one.run.measure.code),
                titles[one.run.measure_id],
                content.date(one.registered_at),
                content.number(len(one.units)),
                content.number(len(one.treated_units)),
                content.text(one.digest[:12]),
            ]
            for one in designs
        ]
        columns = ["measure", "title", "registered", "units", "treated", "digest"]
        return [Table(content.code("pilots_registered"), columns, rows)]

    def _found(self, analyses: list[AnalysisRun], titles: dict) -> list:
        blocks: list = []
        rows, series = [], {name: [] for name in ("estimate", "low", "high")}
        for one in analyses:
            title = titles[one.freeze.design.run.measure_id]
            finding = one.result.get("finding") or {}
            if all(finding.get(language) for language in Language.values):
                blocks.append(Sentence("finding", {"measure": title, "finding": content.words(finding)}))
            for estimate in one.result.get("estimates") or []:
                cells = [_number(estimate["estimate"]), *map(_number, estimate["interval"] or (None, None))]
                rows.append([title, content.text(estimate["outcome"]), *cells, content.number(estimate["n"])])
                label = content.text(f"{one.freeze.design.run.measure.code} {estimate['outcome']}")
                for name, cell in zip(series, cells, strict=True):
                    series[name].append([label, cell.number or None])
        if rows:
            columns = ["title", "pilot_outcome", "estimate", "low", "high", "observations"]
            blocks.append(Table(content.code("findings"), columns, rows))
            drawn = [{"name": content.code(name), "points": points} for name, points in series.items()]
            blocks.append(Chart("intervals", content.code("findings"), drawn, digits=DIGITS))
        return blocks


def _number(value: float | None) -> Value:
    return Value(content.NOT_APPLICABLE) if value is None else content.number(Decimal(str(value)), DIGITS)
