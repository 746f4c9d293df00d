"""What an alert proposes: a way back in the chain that the rules allow. Nothing is carried out from here."""

from dataclasses import dataclass

from .chain.template import Template
from .enums import AlertSeverity, Stage, Tier
from .models import Alert, Measure
from .services.chain import where


@dataclass(frozen=True)
class Proposal:
    """`needs`: the evidence that the gate will ask for before a decision may go back to `target`."""

    measure: Measure
    target: str
    needs: str

    @property
    def target_label(self) -> str:
        return str(Stage(self.target).label)


def proposals(alert: Alert) -> list[Proposal]:
    """For a red alert on an outcome, one for each measure of the indicator that is in performance monitoring."""
    indicator = alert.rule.indicator
    if alert.rule.severity != AlertSeverity.RED or indicator.version.tier != Tier.OUTCOME:
        return []
    return [found for measure in indicator.measures.all() if (found := _for_measure(measure)) is not None]


def _for_measure(measure: Measure) -> Proposal | None:
    entry = where(measure)
    if entry is None or entry.stage != Stage.PERFORMANCE_MONITORING:
        return None
    ways = Template(entry.run.template.content).loops
    return next(
        (
            Proposal(measure, way.target, way.needs)
            for way in ways
            if way.start == entry.stage and way.needs == "alert_record"
        ),
        None,
    )
