"""What an estimate says, in plain Kyrgyz, Russian and English. Sentences are in wording.yaml, whole."""

import math

from common import formatting
from monitoring.evaluation.problems import wording
from monitoring.evaluation.result import EffectChart, Estimate

POINTS = {"ky": "пайыздык пункт", "ru": "п. п.", "en": "percentage points"}
LEAST_SHOWN_P = 0.001
MOST_DIGITS = 6


def finding(estimate: Estimate, language: str, *, label: str | None = None) -> str:
    """The finding in one to four sentences. `label` names the outcome to people; its code stands in if None."""
    outcome = label or estimate.outcome
    if not estimate.is_estimated:
        return " ".join(_not_enough(estimate, language, outcome))
    sentences = [_main(estimate, language, outcome), *_exact(estimate, language)]
    trend = estimate.diagnostics.get("pre_trend") or {}
    if "pre_trend" in estimate.warnings:
        sentences.append(sentence("findings", "pre_trend", language, p=p_value(trend["p_value"], language)))
    if estimate.p_holm is not None and estimate.p_holm != estimate.p_value:
        sentences.append(sentence("findings", "holm", language, p=p_value(estimate.p_holm, language)))
    if estimate.role == "exploratory":
        sentences.append(sentence("findings", "exploratory", language))
    return " ".join(sentences)


def sentence(section: str, code: str, language: str, **facts: object) -> str:
    return wording()[section][code][language].format(**facts)


def verdict(estimate: Estimate) -> str:
    """increase, decrease or unclear."""
    if not estimate.detects_effect:
        return "unclear"
    return "increase" if estimate.estimate > 0 else "decrease"


def p_value(p: float, language: str) -> str:
    """ "p = 0,031"; below a thousandth only that it is below."""
    if p < LEAST_SHOWN_P:
        return f"p < {formatting.decimal(LEAST_SHOWN_P, 3, language)}"
    return f"p = {formatting.decimal(p, 3, language)}"


def percentage(share: float, language: str) -> str:
    """A level as a bare number of per cent: 95, or 99,5."""
    return formatting.number(float(f"{100 * share:.6g}"), language).removesuffix(".0").removesuffix(",0")


def _main(estimate: Estimate, language: str, outcome: str) -> str:
    chart = estimate.chart()
    low, high = (_end(value, chart, language) for value in (chart.low, chart.high))
    return sentence(
        "findings",
        f"{estimate.quantity}.{verdict(estimate)}",
        language,
        outcome=outcome,
        effect=_with_unit(chart.estimate, _digits(chart), chart.scale, language),
        low=low,
        high=high,
        level=percentage(estimate.level, language),
        p=p_value(estimate.p_value, language),
    )


def _exact(estimate: Estimate, language: str) -> list[str]:
    """Where units were assigned: the exact p, or that no data of this shape could have been convincing."""
    facts = estimate.feasibility
    if estimate.p_exact is None or estimate.design == "two_proportions" or "units" not in facts:
        return []
    if not facts["can_reach_level"]:
        return [
            sentence(
                "findings",
                "cannot_reach",
                language,
                units=formatting.number(facts["units"], language),
                treated=formatting.number(facts["treated_units"], language),
                p=formatting.decimal(facts["smallest_p"], 3, language),
                alpha=percentage(1 - estimate.level, language),
            )
        ]
    if not facts["assignments"]:
        return []
    count = formatting.number(facts["assignments"], language)
    sentences = [
        sentence("findings", "exact", language, assignments=count, p=p_value(estimate.p_exact, language))
    ]
    low, high = estimate.interval
    if estimate.p_exact > 1 - estimate.level + 1e-12 and not low <= 0 <= high:
        sentences.append(sentence("findings", "exact_disagrees", language))
    return sentences


def _not_enough(estimate: Estimate, language: str, outcome: str) -> list[str]:
    sentences = [
        sentence("findings", "not_enough", language, outcome=outcome),
        sentence("reasons", estimate.reason, language, **_written(estimate.reason_params, language)),
    ]
    if estimate.estimate is not None and estimate.reason != "no_variation":
        effect = formatting.number(float(f"{estimate.estimate:.4g}"), language)
        sentences.append(sentence("findings", "not_enough_estimate", language, effect=effect))
    return sentences


def _written(params: dict, language: str) -> dict:
    return {
        name: formatting.number(value, language) if isinstance(value, int | float) else value
        for name, value in params.items()
    }


def _digits(chart: EffectChart) -> int:
    """Digits after the sign: two that matter in half the interval, one for shares of a hundred."""
    if chart.scale != "units":
        return 1
    half = (chart.high - chart.low) / 4
    return 2 if half <= 0 else min(MOST_DIGITS, max(0, 1 - math.floor(math.log10(half))))


def _end(value: float, chart: EffectChart, language: str) -> str:
    """An end of the interval, with as many digits as the effect."""
    write = formatting.percent if chart.scale == "percent" else formatting.decimal
    return write(value, _digits(chart), language)


def _with_unit(value: float, digits: int, scale: str, language: str) -> str:
    if scale == "percent":
        return formatting.percent(value, digits, language)
    shown = formatting.decimal(value, digits, language)
    return f"{shown} {POINTS[language]}" if scale == "percentage_points" else shown
