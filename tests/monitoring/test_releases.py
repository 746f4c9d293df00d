"""Every published table passes disclosure control; nobody finds a small count in all that was ever released."""

import random
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.enums import Role
from common.errors import Refused
from monitoring import sources
from monitoring.disclosure import Mark, Method, Result, primary_cells
from monitoring.models import (
    DataItem,
    DisclosureRun,
    Figure,
    Indicator,
    Observation,
    Release,
    ReleasedFigure,
    Submission,
)
from monitoring.periods import Period
from monitoring.services import datasets, indicators, releases
from monitoring.sources import counting
from tests.monitoring.published import Stranger

pytestmark = pytest.mark.django_db

TYPES = ["unpaid_wages", "documents", "entry_ban", "medical", "family", "other"]
QUARTERS = ["2026-Q1", "2026-Q2"]


class Office:
    """Counts of cases are reported as they stand, indicators computed, tables released."""

    def __init__(self, house):
        self.house = house
        self.analyst = house.user(Role.ANALYST)
        datasets.load_items(by=self.analyst)
        indicators.load_shipped(by=self.analyst)
        persons = DataItem.everything.filter(about_persons=True).values_list("code", flat=True)
        self.items = set(persons)

    def report(self, counts: dict[tuple[str, str, str], int]) -> None:
        submission = Submission.everything.create(title="test", sha256="0" * 64, state="approved")
        rows = [(item, key, period, Decimal(number)) for (item, key, period), number in counts.items()]
        datasets.observe(submission, rows, reason="late_data")

    def release(self, **options):
        for indicator in Indicator.everything.filter(
            code__in=["CASES_OPENED", "CASES_RESOLVED_SHARE", "WORKERS_COVERED", "WORKERS_REGISTERED"]
        ):
            indicators.compute(by=self.analyst, indicator=indicator, period=Period.parse("2026-Q4"))
        return releases.release_figures(by=self.analyst, **options)


@pytest.fixture
def office(house):
    return Office(house)


def opened(parts: dict[str, int], period: str = "2026-Q3") -> dict:
    counts = {("cases_opened", f"CASE_TYPE={code}", period): number for code, number in parts.items()}
    return {("cases_opened", "", period): sum(parts.values())} | counts


def shown(code: str, key: str = "", period: str = "2026-Q3") -> Figure:
    return Figure.objects.released().get(indicator__code=code, key=key, period=period)


def part(code: str) -> Figure:
    return shown("CASES_OPENED", f"CASE_TYPE={code}")


def test_a_single_small_part_cannot_be_found_by_difference(office):
    office.report(opened({"unpaid_wages": 40, "documents": 12, "trafficking": 3}))
    office.release()
    assert shown("CASES_OPENED").value == 55
    assert part("trafficking").state == "suppressed"
    assert sorted([part("documents").state, part("unpaid_wages").state]) == ["suppressed", "value"]
    hidden = part("documents")
    assert (hidden.value, hidden.restricted) == (None, 12)
    run = hidden.disclosure
    assert (run.table, run.period, run.primary, run.secondary) == ("cases_opened", "2026-Q3", 1, 1)
    assert not run.refusal and run.cells == 4


def test_until_the_run_nothing_about_persons_is_open(office):
    office.report(opened({"unpaid_wages": 40, "documents": 12}))
    one = Indicator.everything.get(code="CASES_OPENED")
    indicators.compute(by=office.analyst, indicator=one, period=Period.parse("2026-Q3"))
    assert not Figure.objects.released().exists()
    assert set(Figure.objects.values_list("state", flat=True)) <= {"suppressed", "missing"}
    releases.release_figures(by=office.analyst)
    assert shown("CASES_OPENED").value == 52


def test_without_news_nothing_is_written(office):
    office.report(opened({"unpaid_wages": 40, "documents": 12, "trafficking": 3}))
    office.release()
    tables = (Figure, DisclosureRun, Release, ReleasedFigure)
    before = [model._base_manager.count() for model in tables]
    again = office.release()
    assert [model._base_manager.count() for model in tables] == before
    assert (again.released, again.withheld) == (0, 0)


def test_the_pattern_stays_while_counts_hardly_change(office):
    office.report(opened({"unpaid_wages": 40, "documents": 12, "medical": 13, "trafficking": 3}))
    office.release()
    first = set(DisclosureRun.everything.get().pattern)
    office.report(opened({"unpaid_wages": 40, "documents": 14, "medical": 11, "trafficking": 3}))
    office.release()
    assert DisclosureRun.everything.count() == 2
    assert first <= set(DisclosureRun.everything.latest("made_at").pattern)


def test_a_share_is_withheld_with_its_parts(office):
    """97 of 100 resolved: the three that were not are as few as three that were."""
    share = {("cases_closed", "", "2026-Q3"): 100, ("cases_resolved", "", "2026-Q3"): 97}
    office.report(share)
    office.release()
    withheld = shown("CASES_RESOLVED_SHARE")
    assert (withheld.state, withheld.restricted) == ("suppressed", 97)
    office.report({("cases_closed", "", "2026-Q2"): 100, ("cases_resolved", "", "2026-Q2"): 60})
    office.release()
    assert shown("CASES_RESOLVED_SHARE", period="2026-Q2").value == 60


def test_a_share_of_nobody_says_so(office):
    office.report({("cases_closed", "", "2026-Q3"): 0, ("cases_resolved", "", "2026-Q3"): 0})
    office.release()
    assert shown("CASES_RESOLVED_SHARE").state == "not_applicable"


def test_a_run_out_of_time_leaves_the_whole_table_withheld(office, settings):
    settings.DISCLOSURE_SECONDS = 0
    office.report(opened({"unpaid_wages": 40, "documents": 12, "trafficking": 3}))
    outcome = office.release()
    assert (outcome.refused, outcome.withheld) == (1, 4)
    states = Figure.objects.released().filter(indicator__code="CASES_OPENED", period="2026-Q3")
    assert set(states.values_list("state", flat=True)) == {"suppressed"}
    run = DisclosureRun.everything.get()
    assert (run.refusal, run.pattern, run.intervals) == ("time_limit", {}, {})
    settings.DISCLOSURE_SECONDS = 60
    office.release(anew=("cases_opened", "2026-Q3"))
    assert shown("CASES_OPENED").value == 55


def test_persons_counted_in_two_parts(office):
    """Whoever worked in two states counts in both and once in the total."""
    counts = {
        ("", "workers_with_months"): 60,
        ("RU", "workers_with_months"): 50,
        ("KZ", "workers_with_months"): 20,
    }
    counts |= {
        ("", "workers_contributing"): 40,
        ("RU", "workers_contributing"): 30,
        ("KZ", "workers_contributing"): 17,
    }
    office.report(
        {
            (item, f"EMPLOYMENT_STATE={code}" if code else "", "2026-Q3"): n
            for (code, item), n in counts.items()
        }
    )
    office.release()
    assert shown("WORKERS_COVERED").state == "value"
    assert shown("WORKERS_COVERED", "EMPLOYMENT_STATE=RU").value == 60
    assert shown("WORKERS_COVERED", "EMPLOYMENT_STATE=KZ").state == "suppressed", "three are not covered"


def few(rng) -> int:
    return rng.choice([0, 0, 1, 2, 3, 4, 5, 7, 11, 30])


@pytest.mark.parametrize("seed", range(8))
def test_no_attack_on_everything_published_pins_a_small_count(office, seed):
    """Two quarters of random small counts, released; one more case is recorded, and all is released again."""
    rng = random.Random(seed)
    truth = {quarter: {code: few(rng) for code in TYPES} for quarter in QUARTERS}
    closed = {quarter: (few(rng), few(rng)) for quarter in QUARTERS}
    vintages = []
    for _vintage in range(2):
        for quarter, parts in truth.items():
            resolved, others = closed[quarter]
            office.report(opened(parts, quarter))
            office.report(
                {
                    ("cases_closed", "", quarter): resolved + others,
                    ("cases_resolved", "", quarter): resolved,
                }
            )
        office.release()
        vintages.append({quarter: dict(parts) for quarter, parts in truth.items()})
        truth[QUARTERS[0]][rng.choice(TYPES)] += 1
    for quarter in QUARTERS:
        stranger = Stranger(quarter, ["cases_opened"], {"CASE_TYPE": TYPES})
        for place in range(len(stranger.vintages)):
            for code, number in vintages[place][quarter].items():
                ref = ("cases_opened", f"CASE_TYPE={code}", place)
                low, high = stranger.bounds(ref)
                assert low <= number <= high
                assert not 0 < number < 5 or high - low >= 5, (quarter, code, place)
        shares = Stranger(quarter, ["cases_closed", "cases_resolved"], {})
        resolved, others = closed[quarter]
        if any(code == "cases_closed" for code, _key, _place in shares.column):
            low, high = shares.bounds(("cases_resolved", "", len(shares.vintages) - 1))
            assert not 0 < resolved < 5 or high - low >= 5


@pytest.mark.parametrize(
    "role", [r for r in Role if r not in {Role.ANALYST, Role.DISCLOSURE_OFFICER, Role.PUBLIC}]
)
def test_others_do_not_release(office, house, role):
    with pytest.raises(Refused):
        releases.release_figures(by=house.user(role))


def test_the_stranger_would_find_what_primary_suppression_leaves_open(office, monkeypatch):
    """The attack above has teeth: with only the small counts hidden it finds them."""

    def primary_only(table, config, **known):
        return Result(table, Method.SUPPRESSION, dict.fromkeys(primary_cells(table, config), Mark.PRIMARY))

    monkeypatch.setattr(releases, "protect", primary_only)
    office.report(opened({"unpaid_wages": 40, "documents": 12, "trafficking": 3}))
    office.release()
    stranger = Stranger(
        "2026-Q3", ["cases_opened"], {"CASE_TYPE": ["unpaid_wages", "documents", "trafficking"]}
    )
    assert stranger.bounds(("cases_opened", "CASE_TYPE=trafficking", 0)) == (3, 3)


def test_a_small_stock_is_not_told_by_the_next_quarter(office):
    """Registered persons stay registered: five women now are at most five women before."""
    for quarter, women in (("2026-Q1", 3), ("2026-Q2", 5)):
        counts = {"": 100 + women, "SEX=F": women, "SEX=M": 60, "SEX=_X": 40}
        office.report({("workers_registered", key, quarter): number for key, number in counts.items()})
        office.release()
    assert shown("WORKERS_REGISTERED", "SEX=F", "2026-Q1").state == "suppressed"
    assert shown("WORKERS_REGISTERED", "SEX=F", "2026-Q2").state == "suppressed", (
        "not small, but it would tell"
    )


def test_a_part_in_which_nobody_is_left_is_nought(office, monkeypatch):
    sources.sources()
    period = Period.parse("2026-Q3")
    for counts in ({"": 9, "CASE_TYPE=documents": 9}, {"": 9, "CASE_TYPE=medical": 9}):
        monkeypatch.setitem(counting.registered, "cases_opened", lambda period, counts=counts: counts)
        datasets.count_house(by=office.analyst, period=period)
    newest = Observation.objects.as_of().filter(item__code="cases_opened", period="2026-Q3")
    assert dict(newest.values_list("key", "value")) == {
        "": 9,
        "CASE_TYPE=documents": 0,
        "CASE_TYPE=medical": 9,
    }


def test_the_number_of_queries_does_not_grow_with_the_figures(office):
    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            releases.release_figures(by=office.analyst)
        return len(asked)

    office.report(opened({"unpaid_wages": 40, "documents": 12}))
    office.release()
    one = queries()
    office.report(opened(dict.fromkeys(TYPES, 20)) | opened(dict.fromkeys(TYPES, 30), "2026-Q2"))
    office.release()
    assert queries() <= one


def test_the_journal_and_the_runs_name_no_number(office, journal):
    office.report(opened({"unpaid_wages": 401, "documents": 12, "trafficking": 3}))
    office.release()
    (entry,) = journal(action="monitoring.disclosure.run")
    assert entry.details == {"table": "cases_opened", "period": "2026-Q3", "refusal": ""}
    assert Observation.objects.filter(value=3).exists()
