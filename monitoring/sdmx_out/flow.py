"""An indicator as a dataflow: dimensions, code lists in three languages, series and observations."""

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from django.utils import timezone

from common import clock
from common.enums import Language
from monitoring.codelists import LIST_OF, code_of
from monitoring.enums import ValueState
from monitoring.models import Figure, IndicatorVersion

AGENCY = "KOZOT"
TOTAL = "_T"

# SDMX CL_OBS_STATUS 2.2 and CL_CONF_STATUS 1.2, as far as figures use them
OBS_STATUS = {
    ValueState.VALUE: "A",
    ValueState.MISSING: "O",
    ValueState.NOT_YET_DUE: "L",
    ValueState.NOT_APPLICABLE: "M",
    ValueState.SUPPRESSED: "Q",
}
STATUS_NAMES = {
    "A": "Normal value",
    "L": "Missing value; data exist but were not collected",
    "M": "Missing value; data cannot exist",
    "O": "Missing value",
    "Q": "Missing value; suppressed",
}
CONFIDENTIALITY_NAMES = {"F": "Free (free for publication)", "C": "Confidential statistical information"}


@dataclass(frozen=True)
class Observed:
    """One figure; `value` is None in every state but `value`."""

    period: str
    value: Decimal | None
    status: str
    confidentiality: str
    figure: str
    known_from: dt.datetime

    @property
    def attributes(self) -> dict[str, str]:
        return {
            "OBS_STATUS": self.status,
            "CONF_STATUS": self.confidentiality,
            "FIGURE_ID": self.figure,
            "KNOWN_FROM": timezone.localtime(self.known_from).isoformat(timespec="seconds"),
        }

    @property
    def number(self) -> str:
        return "" if self.value is None else f"{self.value.normalize():f}"


ATTRIBUTES = {
    "OBS_STATUS": "Observation status",
    "CONF_STATUS": "Confidentiality status",
    "FIGURE_ID": "Short id of the figure",
    "KNOWN_FROM": "Known from",
    "UNIT_MEASURE": "Unit of measure",
}
CONCEPTS = {
    "FREQ": "Frequency of observation",
    "INDICATOR": "Indicator",
    "REF_AREA": "Reference area",
    "SEX": "Sex",
    "AGE": "Age",
    "TIME_PERIOD": "Time period",
    "OBS_VALUE": "Observation value",
} | ATTRIBUTES


@dataclass(frozen=True)
class Flow:
    """`figures` as they were known at one moment: what readers may see of them, and nothing else."""

    version: IndicatorVersion
    figures: Sequence[Figure]
    prepared: dt.datetime

    @property
    def code(self) -> str:
        return self.version.indicator.code.replace("-", "_")

    @property
    def number(self) -> str:
        """Version of the structure: a new definition is a new one."""
        return f"{self.version.number}.0"

    @property
    def dimensions(self) -> list[str]:
        return ["FREQ", "INDICATOR", *self.version.dimensions]

    @property
    def names(self) -> dict[str, str]:
        return self._words("title")

    @property
    def descriptions(self) -> dict[str, str]:
        return self._words("definition")

    def _words(self, name: str) -> dict[str, str]:
        words = {language: getattr(self.version, f"{name}_{language}") for language in Language.values}
        return {language: text for language, text in words.items() if text}

    def urn(self, kind: str) -> str:
        prefix = {"Dataflow": "DF", "DataStructure": "DSD"}[kind]
        return (
            f"urn:sdmx:org.sdmx.infomodel.datastructure.{kind}={AGENCY}:{prefix}_{self.code}({self.number})"
        )

    @cached_property
    def series(self) -> dict[tuple[str, ...], list[Observed]]:
        """Codes in the order of the dimensions → observations from the oldest on."""
        found: dict[tuple[str, ...], list[Observed]] = defaultdict(list)
        for figure in sorted(self.figures, key=lambda one: (one.key, one.period)):
            codes = dict(part.split("=", 1) for part in figure.key.split(";")) if figure.key else {}
            broken = (codes.get(name, TOTAL) for name in self.version.dimensions)
            found[(self.version.frequency, self.code, *broken)].append(_observed(figure))
        return dict(found)

    @cached_property
    def codes(self) -> dict[str, dict[str, dict[str, str]]]:
        """{dimension: {code: {language: name}}} of the codes that occur."""
        used = {
            name: dict.fromkeys(key[place] for key in self.series)
            for place, name in enumerate(self.dimensions)
        }
        return {name: {code: self._code_names(name, code) for code in codes} for name, codes in used.items()}

    def _code_names(self, dimension: str, code: str) -> dict[str, str]:
        if dimension == "INDICATOR":
            return self.names
        if dimension == "FREQ":
            return {"en": str(FREQUENCIES_EN.get(code, code))}
        known = code_of(dimension, code) or (code_of("SEX", TOTAL) if code == TOTAL else None)
        return {one: known.name(one) for one in Language.values} if known else {"en": code}

    def list_of(self, dimension: str) -> str:
        return f"CL_{LIST_OF.get(dimension, dimension)}"


FREQUENCIES_EN = {"A": "Annual", "S": "Half-yearly", "Q": "Quarterly", "M": "Monthly"}


def _observed(figure: Figure) -> Observed:
    state = ValueState(figure.state)
    confidential = "C" if state is ValueState.SUPPRESSED else "F"
    value = figure.value if state is ValueState.VALUE else None
    return Observed(figure.period, value, OBS_STATUS[state], confidential, figure.short_id, figure.known_from)


def flow_of(version: IndicatorVersion, figures: Sequence[Figure]) -> Flow:
    return Flow(version, figures, clock.now())
