from django.db.models import F, Sum

from monitoring.sources import moments
from pensions.enums.issuing import MovementKind
from pensions.models import BlankMovement
from reports import content
from reports.content import Sentence, Table

from . import Section, section
from .registry import Registry


@section("certificates")
class Certificates(Registry):
    """Certificates that were issued."""

    codes = ["CERTIFICATES_ISSUED"]
    broken_down = []
    chart = ""


# Movements that end with another owner are told by the side that received.
TOLD = [
    MovementKind.RECEIVED,
    MovementKind.SOLD,
    MovementKind.USED,
    MovementKind.SPOILED,
    MovementKind.LOST,
    MovementKind.STOLEN,
    MovementKind.DESTROYED,
]


@section("blanks")
class Blanks(Section):
    """Blank forms of strict accounting: what came in and what became of them; whether the books balance."""

    def blocks(self):
        start, end = moments(self.period)
        moved = BlankMovement.everything.filter(at__gte=start, at__lt=min(end, self.as_of), kind__in=TOLD)
        counts = dict(
            moved.order_by()
            .values("kind")
            .annotate(n=Sum(F("last") - F("first") + 1))
            .values_list("kind", "n")
        )
        if not counts:
            return [Sentence("no_blanks_moved")]
        rows = [[content.code(f"movement.{kind}"), content.number(counts.get(kind, 0))] for kind in TOLD]
        gone = counts.get(MovementKind.LOST, 0) + counts.get(MovementKind.STOLEN, 0)
        tone = "warning" if gone else "success"
        return [
            Sentence("blanks_gone", {"count": content.number(gone)}, tone),
            Table(content.code("blanks"), ["movement", "count"], rows),
        ]
