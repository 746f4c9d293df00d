from monitoring.enums import MeasureState, Track
from monitoring.models import ChainRun
from reports import content
from reports.content import Sentence, Table

from . import Section, section
from .measures import measure_titles


@section("emergency")
class Emergency(Section):
    """Measures that went round research and pilot by order: each ends by itself, and is shown until then."""

    def blocks(self):
        known = ChainRun.objects.filter(started_at__lte=self.as_of, measure__state=MeasureState.OPEN)
        newest = {run.measure_id: run for run in known.select_related("measure").order_by("iteration")}
        began = dict(
            known.filter(track=Track.EMERGENCY).order_by("-started_at").values_list("measure", "started_at")
        )
        runs = [run for run in newest.values() if run.track == Track.EMERGENCY]
        runs.sort(key=lambda run: (run.sunset_on, run.measure.code))
        if not runs:
            return [Sentence("no_emergency")]
        today = self.today
        titles = measure_titles({run.measure_id for run in runs})
        rows = [
            [
                content.text(run.measure.code),
                titles[run.measure_id],
                content.date(began[run.measure_id]),
                content.date(run.sunset_on),
                content.number(max(0, (run.sunset_on - today).days)),
            ]
            for run in runs
        ]
        over = sum(run.sunset_on < today for run in runs)
        columns = ["measure", "title", "since", "sunset", "days_left"]
        return [
            Sentence("emergency_running", {"count": content.number(len(runs))}, "warning"),
            *([Sentence("emergency_over", {"count": content.number(over)}, "danger")] if over else []),
            Table(content.code("emergency"), columns, rows),
        ]
