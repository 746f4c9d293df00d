from monitoring.models import CarryOver
from monitoring.sources import moments
from reports import content
from reports.content import Sentence, Table

from . import Section, section
from .measures import measure_titles


@section("carried_over")
class CarriedOver(Section):
    """Unfinished measures that were moved into a later horizon, explicitly."""

    def blocks(self):
        start, end = moments(self.period)
        moved = list(
            CarryOver.objects.filter(
                decided_at__gte=start, decided_at__lt=min(end, self.as_of)
            ).select_related("measure", "from_version", "to_version")
        )
        if not moved:
            return [Sentence("nothing_carried")]
        titles = measure_titles({one.measure_id for one in moved})
        rows = [
            [
                content.text(one.measure.code),
                titles[one.measure_id],
                content.code(f"horizon.{one.from_version.horizon}"),
                content.code(f"horizon.{one.to_version.horizon}"),
            ]
            for one in moved
        ]
        return [Table(content.code("carried_over"), ["measure", "title", "from", "to"], rows)]
