"""What a ministry infers from figures on cases over items and quarters: the attack, and what stands against it."""

import random

import numpy as np
import pytest

from common.errors import Conflict
from monitoring.figures import relations
from monitoring.models import DataItem, DisclosureRun, Figure, Indicator, ReleasedFigure
from monitoring.periods import Period
from monitoring.services import indicators, release_audit, releases
from tests.monitoring.published import Unknowns
from tests.monitoring.test_releases import Office

pytestmark = pytest.mark.django_db

TYPES = ["unpaid_wages", "documents", "trafficking"]
QUARTERS = ["2026-Q1", "2026-Q2", "2026-Q3", "2026-Q4"]
WIDTH, THRESHOLD = 5, 5
SHOWN = {
    "CASES_OPENED": "cases_opened",
    "CLOSED": "cases_closed",
    "RESOLVED": "cases_resolved",
    "SENT": "referrals_sent",
    "ACCEPTED": "referrals_accepted",
}
KNOWN = [("cases_closed", "cases_opened"), ("referrals_accepted", "referrals_sent")]
BROKEN_DOWN = {"cases_opened", "cases_closed", "cases_resolved"}


class Ministry(Office):
    """Every count of the cases has an indicator of its own: the most that could ever be printed."""

    def __init__(self, house):
        super().__init__(house)
        self.analyst_defines()

    def analyst_defines(self):
        for code, item in SHOWN.items():
            if not Indicator.everything.filter(code=code).exists():
                indicators.define(
                    by=self.analyst,
                    code=code,
                    title=dict.fromkeys(("ky", "ru", "en"), code),
                    formula_text=f"sum({item})",
                    unit=DataItem.everything.get(code=item).unit,
                    frequency="Q",
                    direction="none",
                    tier="output",
                    dimensions=["CASE_TYPE"] if item in BROKEN_DOWN else [],
                )

    def release(self, **options):
        for indicator in Indicator.everything.filter(code__in=SHOWN):
            indicators.compute(by=self.analyst, indicator=indicator, period=Period.parse("2026-Q4"))
        return releases.release_figures(by=self.analyst, **options)

    def quarter(self, period: str, counts: dict[str, dict[str, int] | int]) -> None:
        """{item: number, or {kind of case: number}}; a total is added."""
        rows = {}
        for item, found in counts.items():
            parts = found if isinstance(found, dict) else {}
            rows[item, "", period] = sum(parts.values()) if isinstance(found, dict) else found
            rows |= {(item, f"CASE_TYPE={code}", period): number for code, number in parts.items()}
        self.report(rows)


class Reader(Unknowns):
    """Unknowns are (item, key, quarter). Statements: what the register shows, sums, and what everybody knows."""

    def __init__(self, known=KNOWN):
        super().__init__()
        self.rests: dict[tuple, dict] = {}
        rows = ReleasedFigure.objects.filter(figure__indicator__code__in=SHOWN, release__channel="figures")
        shown = {
            (SHOWN[code], key, period): (number, state)
            for code, key, period, number, state in rows.order_by("release__made_at", "pk").values_list(
                "figure__indicator__code", "figure__key", "figure__period", "shown", "figure__state"
            )
        }
        self.hidden = {ref for ref, (_number, state) in shown.items() if state == "suppressed"}
        for ref, (number, state) in shown.items():
            if number is not None:
                self.say({ref: 1}, float(number), float(number))
            elif state == "suppressed":
                self.say({ref: 1}, 1, np.inf)
                self.floor[ref] = 1
        for item in BROKEN_DOWN:
            for quarter in {ref[2] for ref in shown if ref[0] == item}:
                parts = [(item, f"CASE_TYPE={code}", quarter) for code in TYPES]
                self.say({(item, "", quarter): 1} | dict.fromkeys([p for p in parts if p in shown], -1), 0, 0)
        for ref in shown:
            if ref[0] == "cases_resolved":
                self.say({("cases_closed", *ref[1:]): 1, ref: -1}, 0, np.inf)
        for less, more in known:
            for key in {ref[1] for ref in shown if ref[0] == less}:
                for last in range(len(QUARTERS)):
                    until = QUARTERS[: last + 1]
                    terms = {(more, key, q): 1 for q in until if (more, key, q) in shown}
                    terms |= {(less, key, q): -1 for q in until if (less, key, q) in shown}
                    if len({ref[2] for ref in terms if ref[0] == more}) == len(until):
                        self.rests[less, key, QUARTERS[last]] = terms
                        self.say({**terms, ("rest", less, key, QUARTERS[last]): -1}, 0, 0)


def pinned(truth: dict[tuple, int], known=KNOWN) -> dict[tuple, tuple[int, int]]:
    """Small counts that a reader of everything released knows more closely than promised; with them the rests, those
    who are still open or unanswered, whom nobody prints and anybody can subtract."""
    reader, found = Reader(known), {}
    values = {ref: truth[ref] for ref in reader.hidden}
    for ref, terms in reader.rests.items():
        values["rest", *ref] = sum(number * truth[one] for one, number in terms.items())
    for ref, value in sorted(values.items()):
        if 0 < value < THRESHOLD:
            low, high = reader.bounds(ref)
            assert low <= value <= high, "the attack itself is sound"
            if high - low < WIDTH:
                found[ref] = (low, high)
    return found


def truth_of(history: dict[str, dict]) -> dict[tuple, int]:
    truth = {}
    for quarter, counts in history.items():
        for item, found in counts.items():
            parts = found if isinstance(found, dict) else {}
            truth[item, "", quarter] = sum(parts.values()) if isinstance(found, dict) else found
            truth |= {(item, f"CASE_TYPE={code}", quarter): n for code, n in parts.items()}
    return truth


@pytest.fixture
def ministry(house):
    return Ministry(house)


@pytest.fixture
def undeclared(monkeypatch):
    monkeypatch.setattr(relations, "declared", lambda: ())


ACROSS_ITEMS = {"2026-Q1": {"referrals_sent": 5, "referrals_accepted": 3}}
ACROSS_QUARTERS = {
    "2026-Q1": {"cases_opened": {"documents": 6}, "cases_closed": {"documents": 5}},
    "2026-Q2": {"cases_opened": {"documents": 0}, "cases_closed": {"documents": 1}},
}


def play(ministry, history):
    for quarter, counts in history.items():
        ministry.quarter(quarter, counts)
        ministry.release()


@pytest.mark.parametrize(
    ("history", "found"),
    [
        (ACROSS_ITEMS, {("referrals_accepted", "", "2026-Q1"): (1, 5)}),
        (
            ACROSS_QUARTERS,
            {
                ("cases_closed", "", "2026-Q2"): (1, 1),
                ("cases_closed", "CASE_TYPE=documents", "2026-Q2"): (1, 1),
            },
        ),
    ],
)
def test_without_the_declared_relations_a_small_count_is_pinned(ministry, undeclared, history, found):
    """The hole that was open: each table by itself is safe, and together they tell."""
    play(ministry, history)
    told = pinned(truth_of(history))
    assert {ref: ends for ref, ends in told.items() if ref[0] != "rest"} == found
    assert any(ref[0] == "rest" for ref in told)


@pytest.mark.parametrize("history", [ACROSS_ITEMS, ACROSS_QUARTERS])
def test_with_them_it_is_not(ministry, history):
    play(ministry, history)
    assert pinned(truth_of(history)) == {}
    assert Figure.objects.released().filter(state="suppressed").exists()


def few(rng) -> int:
    return rng.choice([0, 0, 1, 2, 3, 4, 5, 6, 9, 14])


def lived(seed: int) -> dict[str, dict]:
    """Four quarters in which nobody is closed who was not opened, and nothing is accepted that was not sent."""
    rng = random.Random(seed)
    open_now, waiting, history = dict.fromkeys(TYPES, 0), 0, {}
    for quarter in QUARTERS:
        opened = {code: few(rng) for code in TYPES}
        closed = {code: rng.randint(0, open_now[code] + opened[code]) for code in TYPES}
        open_now = {code: open_now[code] + opened[code] - closed[code] for code in TYPES}
        sent = few(rng)
        accepted = rng.randint(0, waiting + sent)
        waiting += sent - accepted
        history[quarter] = {
            "cases_opened": opened,
            "cases_closed": closed,
            "cases_resolved": {code: rng.randint(0, number) for code, number in closed.items()},
            "referrals_sent": sent,
            "referrals_accepted": accepted,
        }
    return history


@pytest.mark.parametrize("seed", range(6))
def test_four_quarters_of_small_counts_pin_nobody(ministry, seed):
    history = lived(seed)
    play(ministry, history)
    assert pinned(truth_of(history)) == {}


def test_the_same_quarters_would_pin_some(house, undeclared):
    """The random attack has teeth."""
    ministry, history = Ministry(house), lived(0)
    play(ministry, history)
    assert pinned(truth_of(history)) != {}


def test_what_is_not_true_is_not_reckoned_with(ministry):
    """Cases that came from partners are closed here and were opened elsewhere: no contradiction, no refusal."""
    ministry.quarter("2026-Q1", {"cases_opened": {"documents": 6}, "cases_closed": {"documents": 20}})
    ministry.release()
    assert not DisclosureRun.everything.exclude(refusal="").exists()


def test_a_document_that_prints_both_is_refused(ministry, monkeypatch):
    """Released before the relation was declared: the audit of the next edition finds it."""
    with monkeypatch.context() as before:
        before.setattr(relations, "declared", lambda: ())
        play(ministry, ACROSS_ITEMS)
    figures = Figure.objects.released().filter(indicator__code__in=["SENT", "ACCEPTED"], period="2026-Q1")
    printed = [
        release_audit.Printed(one.short_id, "" if one.value is None else str(one.value), "chapter 1")
        for one in figures
    ]
    with pytest.raises(Conflict) as refused:
        release_audit.audit(printed)
    assert refused.value.code == "disclosure_audit"
    assert "3" not in str(refused.value)


def test_a_relation_that_was_declared_later_is_news(ministry, monkeypatch):
    with monkeypatch.context() as before:
        before.setattr(relations, "declared", lambda: ())
        play(ministry, ACROSS_ITEMS)
    runs = DisclosureRun.everything.count()
    ministry.release()
    assert DisclosureRun.everything.count() > runs
    counted = DisclosureRun.everything.count()
    ministry.release()
    assert DisclosureRun.everything.count() == counted


def test_declared_items_exist_and_are_about_persons(ministry):
    codes = {code for pair in relations.declared() for code in pair}
    assert codes == set(
        DataItem.everything.filter(code__in=codes, about_persons=True).values_list("code", flat=True)
    )
