"""Treaties are data, whole and with a source for every rule."""

import re

import pytest

from pensions.totalisation.gate import STRATEGIES
from pensions.totalisation.overlaps import RULES
from pensions.totalisation.treaties import DATA, available, load_treaty


def test_the_four_treaties_are_there():
    assert available() == ("cis-1992", "eaeu-2019", "eu-883", "ru-by-2006")


@pytest.mark.parametrize("name", available())
def test_every_rule_has_a_source_and_is_known(name):
    treaty = load_treaty(name)
    for rule in (*treaty.overlap, *treaty.same_state):
        assert rule.rule in RULES
        assert rule.source in treaty.sources
        assert rule.effect in ("removed", "counted_once")
        assert rule.question is None or rule.question in treaty.questions
    for branch in treaty.branches:
        assert branch.source in treaty.sources
    for rules in (treaty.overlap, treaty.same_state):
        assert rules[-1].rule in ("own_territory_first", "counted_once"), (
            "the last rule must decide everything"
        )
    if treaty.gate:
        assert set(treaty.gate.strategies) <= set(STRATEGIES)
        assert treaty.gate.reported in treaty.gate.strategies


@pytest.mark.parametrize("name", available())
def test_branches_follow_each_other_without_a_hole(name):
    from itertools import pairwise

    from pensions.totalisation.arithmetic import ONE_DAY

    for before, after in pairwise(load_treaty(name).branches):
        assert after.from_on == before.until_on + ONE_DAY


def test_no_article_of_the_eaeu_agreement_is_cited():
    text = (DATA / "eaeu-2019.yaml").read_text(encoding="utf-8")
    assert not re.search(r"\b(art\.|article|стат\w+)\s*\d", text, re.IGNORECASE)


def test_methods():
    assert {name: load_treaty(name).method for name in available()} == {
        "cis-1992": "residence",
        "eaeu-2019": "direct",
        "eu-883": "theoretical_ratio",
        "ru-by-2006": "direct",
    }
