"""Totalisation of insurance periods across states. Free of Django; see docs/howto/totalise.md."""

from pensions.totalisation.arithmetic import Stage
from pensions.totalisation.engine import totalise
from pensions.totalisation.periods import Duration, InsurancePeriod
from pensions.totalisation.results import Segment, StateTotal, Total, Totalisation
from pensions.totalisation.treaties import Treaty, load_treaty

__all__ = [
    "Duration",
    "InsurancePeriod",
    "Segment",
    "Stage",
    "StateTotal",
    "Total",
    "Totalisation",
    "Treaty",
    "load_treaty",
    "totalise",
]
