import json
import re
from decimal import Decimal
from string import Formatter

import pytest

from monitoring.evaluation import Estimate, PilotPlan, feasibility
from monitoring.evaluation.cost import cost_per_outcome
from monitoring.evaluation.design import Cost
from monitoring.evaluation.finding import finding
from monitoring.evaluation.power import (
    design_effect,
    detectable_difference,
    power_of_means,
    sample_size_means,
    sample_size_proportions,
)
from monitoring.evaluation.problems import LANGUAGES, wording


def effect(**changed):
    facts = {
        "design": "did",
        "quantity": "did",
        "outcome": "wage",
        "estimate": -21920.27,
        "std_error": 6359.75,
        "interval": (-34433.2, -9407.3),
        "level": 0.95,
        "p_value": 0.000644,
        "n": 321,
    }
    return Estimate(**{**facts, **changed})


def fields_of(text):
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def test_every_sentence_stands_in_three_languages_with_the_same_facts():
    for section, sentences in wording().items():
        for code, texts in sentences.items():
            assert tuple(texts) == LANGUAGES, (section, code)
            assert len({frozenset(fields_of(text)) for text in texts.values()}) == 1, (section, code)
            assert all(text.rstrip()[-1] in ".:" for text in texts.values()), (section, code)
            assert not re.search("[А-Яа-яЁёҢңӨөҮү]", texts["en"]), (section, code)


def test_kyrgyz_is_kyrgyz():
    """Sentences of any length hold a letter or an ending that Russian does not have."""
    for sentences in wording().values():
        for texts in sentences.values():
            assert texts["ky"] != texts["ru"]


@pytest.mark.parametrize(
    ("language", "numbers"),
    [
        ("ky", ["-21\u00a0920", "[-34\u00a0433; -9\u00a0407]", "p < 0,001", "95 пайыздык"]),
        ("ru", ["-21\u00a0920", "[-34\u00a0433; -9\u00a0407]", "p < 0,001", "95-процентный"]),
        ("en", ["-21,920", "[-34,433; -9,407]", "p < 0.001", "95% confidence"]),
    ],
)
def test_numbers_as_each_language_writes_them(language, numbers):
    text = finding(effect(), language)
    for number in numbers:
        assert number in text


def test_verdicts():
    assert "lower" in finding(effect(), "en")
    assert "higher" in finding(effect(estimate=2.0, interval=(1.0, 3.0)), "en")
    unclear = finding(effect(estimate=2.0, interval=(-1.0, 5.0)), "en")
    assert "do not show clearly" in unclear
    assert "does not prove" in unclear
    assert "do not show clearly" in finding(effect(p_exact=0.111), "en")
    assert "Holm" in finding(effect(p_holm=0.2), "en")
    assert "do not show clearly" in finding(effect(p_holm=0.2), "en")


def test_one_of_nine_is_told_in_words():
    facts = {
        "units": 9,
        "treated_units": 1,
        "assignments": 9,
        "smallest_p": 1 / 9,
        "can_reach_level": False,
    }
    text = finding(effect(p_exact=1 / 9, feasibility=facts), "ru")
    assert "0,111" in text
    assert "не могут достичь уровня 5 %" in text


def test_logarithms_are_told_in_per_cent():
    text = finding(effect(estimate=0.1906, interval=(0.0563, 0.3249), scale="percent"), "en")
    assert "21.0%" in text
    assert "[5.8%; 38.4%]" in text


def test_label_of_the_outcome():
    assert "«айлык акы»" in finding(effect(), "ky", label="айлык акы")


def test_not_enough_data_is_a_finding():
    estimate = effect(
        estimate=1.5,
        std_error=None,
        interval=None,
        p_value=None,
        status="not_enough_data",
        reason="no_residual_df",
        reason_params={"n": 4, "parameters": 4},
    )
    for language in LANGUAGES:
        assert "{" not in finding(estimate, language)
    assert "1,5" in finding(estimate, "ky")


def test_pilot_of_one_region_is_refused_by_arithmetic():
    found = feasibility(PilotPlan(units=9, treated=1, unit_cost=Decimal("1500000"), sd_periods=4.0))
    assert found.smallest_p == pytest.approx(1 / 9)
    assert not found.can_reach_level
    assert found.least_treated == 2
    assert found.cost == Decimal("1500000")
    assert "0,111" in found.finding["ky"]
    kept = json.loads(json.dumps(found.as_dict()))
    assert {"smallest_p", "detectable_effect"} <= set(kept)
    assert kept["cost"] == "1500000"


def test_pilot_of_three_regions():
    plan = PilotPlan(units=9, treated=3, before=8, after=8, sd_periods=4.0, target=6.0)
    found = feasibility(plan)
    assert found.smallest_p == pytest.approx(1 / 84)
    assert found.can_reach_level
    assert found.detectable_effect == pytest.approx((2.3646 + 0.8960) * 4 * 0.5 * 0.70711, abs=0.01)
    assert found.can_detect_target


def test_what_the_plan_does_not_say_is_not_computed():
    found = feasibility(PilotPlan(units=9, treated=3))
    assert found.detectable_effect is None
    assert found.can_detect_target is None


def test_pilot_without_comparison_is_no_pilot():
    with pytest.raises(ValueError, match="one without"):
        PilotPlan(units=3, treated=3)


def test_power_and_sample_size_agree():
    needed = sample_size_means(0.5).exact
    assert power_of_means(0.5, needed) == pytest.approx(0.8)
    assert detectable_difference(64, 64, sd=10) == pytest.approx(5, abs=0.01)
    with pytest.raises(ValueError, match="zero"):
        sample_size_means(0)


def test_sample_size_of_proportions():
    """60 against 70 per cent at 80 per cent power: 356 in each group (Fleiss, without continuity correction)."""
    assert sample_size_proportions(0.6, 0.7).needed == 356


def test_design_effect():
    assert design_effect(20, 0.05) == pytest.approx(1.95)


def test_cost_per_outcome():
    cost = Cost("1000000", "KGS", persons=100)
    found = cost_per_outcome(cost, 0.2, (0.1, 0.4))
    assert (found.per_unit, found.low, found.high) == (Decimal("50000"), Decimal("25000"), Decimal("100000"))
    assert cost_per_outcome(cost, 0.2, (-0.1, 0.4)).high is None
    assert cost_per_outcome(cost, 0.0, None).per_unit is None
