"""Reading figures for sections: one query for a whole list of indicators."""

import datetime as dt
from collections import defaultdict
from decimal import Decimal

from common.enums import Language, TranslationState
from common.formatting import rounded
from monitoring.codelists import code_of
from monitoring.enums import ValueState
from monitoring.models import Figure, Indicator, IndicatorVersion
from monitoring.periods import Frequency, Period
from reports import content
from reports.content import Sentence, Value

STATES = {
    ValueState.SUPPRESSED: content.WITHHELD,
    ValueState.MISSING: content.MISSING,
    ValueState.NOT_APPLICABLE: content.NOT_APPLICABLE,
    ValueState.NOT_YET_DUE: content.NOT_YET_DUE,
}


class Figures:
    """Figures of some indicators as known at a moment."""

    def __init__(self, codes: list[str], as_of: dt.datetime):
        self.as_of = as_of
        self.versions: dict[str, IndicatorVersion] = {}
        newest = IndicatorVersion.objects.filter(indicator__code__in=codes, recorded_at__lte=as_of)
        for version in newest.select_related("indicator").order_by("number"):
            self.versions[version.indicator.code] = version
        self._figures: dict[str, dict[tuple[str, str], Figure]] = defaultdict(dict)
        rows = Figure.objects.as_of(as_of).filter(indicator__code__in=codes).select_related("indicator")
        for figure in rows:
            self._figures[figure.indicator.code][figure.key, figure.period] = figure

    def value(self, code: str, period: str, key: str = "") -> Value:
        figure = self._figures[code].get((key, period))
        if figure is None:
            return Value(content.MISSING)
        if figure.state != ValueState.VALUE:
            return Value(STATES[figure.state], id=figure.short_id)
        version = self.versions[code]
        return content.number(figure.value, version.decimals, version.unit, figure.short_id)

    def first_told(self, code: str) -> dict[str, str]:
        """{period: number} as each was published first, where that was a number."""
        told = Figure.objects.filter(
            indicator__code=code, key="", state=ValueState.VALUE, known_from__lte=self.as_of
        ).order_by("-version")
        return {period: str(value) for period, value in told.values_list("period", "value")}

    def latest(self, code: str, upto: Period) -> str | None:
        """The last period with a value that is over when `upto` is."""
        periods = [
            p for p in self.periods(code, shown_only=True) if Period.parse(p).last_day <= upto.last_day
        ]
        return periods[-1] if periods else None

    def periods(self, code: str, *, shown_only: bool = False, key: str = "") -> list[str]:
        found = {
            period
            for (one_key, period), figure in self._figures[code].items()
            if one_key == key and (not shown_only or figure.state == ValueState.VALUE)
        }
        return sorted(found, key=lambda period: Period.parse(period).ordinal)

    def keys(self, code: str, periods: list[str]) -> list[str]:
        """Parts of one dimension that have a figure in one of the periods."""
        return sorted({key for key, one in self._figures[code] if key and ";" not in key and one in periods})

    def title(self, code: str) -> Value:
        version = self.versions[code]
        return content.words(
            {language: getattr(version, f"title_{language}") for language in Language.values},
            [
                language
                for language in Language.values
                if getattr(version, f"title_{language}_state") != TranslationState.APPROVED
            ],
        )

    def unit(self, code: str) -> Value:
        return content.code(f"unit.{self.versions[code].unit}")

    def trend(self, code: str, period: Period) -> Sentence:
        """What became of a figure since the period before, by the numbers as they are printed."""
        now = self._spoken(code, str(period))
        values = {"indicator": self.title(code), "value": now}
        if now.kind not in content.NUMERIC:
            return Sentence(f"trend_{now.kind}", {"indicator": values["indicator"]})
        before = self._spoken(code, str(period.offset(-1)))
        if before.kind not in content.NUMERIC:
            return Sentence("trend_first", values)
        version = self.versions[code]
        digits = version.decimals
        step = rounded(Decimal(now.number), digits) - rounded(Decimal(before.number), digits)
        if not step:
            return Sentence("trend_same", values)
        change = content.by_how_much(abs(step), digits, version.unit)
        good = {"up": step > 0, "down": step < 0}.get(version.direction)
        tone = {True: "success", False: "warning", None: ""}[good]
        return Sentence("trend_rose" if step > 0 else "trend_fell", {**values, "change": change}, tone)

    def _spoken(self, code: str, period: str) -> Value:
        """The value with its unit, as a sentence says it."""
        value = self.value(code, period)
        if value.kind != "number":
            return value
        return Value("quantity", value.number, value.digits, self.versions[code].unit, id=value.id)


def part(key: str) -> Value:
    """The name of a part, "SEX=F": from the code list of its dimension, or from the labels of reports."""
    dimension, _sign, code = key.partition("=")
    known = code_of(dimension, code)
    if known is None:
        return content.code(f"{dimension}.{code}")
    return content.words({language: known.name(language) for language in Language.values})


def quarters(period: Period) -> list[Period]:
    """The quarters that a report of this period speaks of: its own, or for a month the last that was over."""
    if period.frequency is Frequency.MONTHLY:
        return [period.last_ended(Frequency.QUARTERLY)]
    return list(period.parts(Frequency.QUARTERLY))


def active_codes(frequency: str) -> list[str]:
    """Codes of computed indicators of one frequency, in order."""
    codes = Indicator.everything.filter(is_active=True, versions__frequency=frequency)
    return sorted(set(codes.values_list("code", flat=True)))
