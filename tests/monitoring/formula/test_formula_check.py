import pytest

from monitoring.formula import check, find_cycle
from monitoring.formula.units import parse_unit
from tests.monitoring.formula.catalogue import A, Catalogue, M, Q, indicator

RATE = indicator("100 * resolved / received", Q, "percent", ("SEX",), code="RATE")


def codes(text, frequency=Q, unit="", dimensions=(), *others):
    return [p.code for p in check(indicator(text, frequency, unit, dimensions), Catalogue(RATE, *others))]


@pytest.mark.parametrize(
    ("text", "frequency", "unit", "dimensions"),
    [
        ("100 * resolved / received", Q, "percent", ("SEX", "DEST")),
        ("resolved / received", Q, "ratio", ()),
        ("resolved / received * 10 * 10", Q, "percent", ()),
        ("share(resolved, received)", Q, "ratio", ()),
        ("100 * share(issued, arrivals)", Q, "per 100", ()),
        ("100 * issued / arrivals", M, "per 100", ()),
        ("1000 * departures / population", A, "per 1000", ("SEX",)),
        ("100 * sum(issued) / sum(arrivals)", Q, "per 100", ()),
        ("last(bans)", Q, "persons", ()),
        ("mean(bans)", Q, "persons", ()),
        ("sum(issued)", M, "documents", ()),
        ("median(days_taken)", Q, "days", ("SEX",)),
        ("median(100 * (wage_after - wage_before) / wage_before)", Q, "percent", ()),
        ("mean(days(opened_on, closed_on))", Q, "days", ()),
        ("100 * (cpi / cpi.offset(-12) - 1)", M, "percent", ()),
        ("100 * cpi / cpi.at(2020-01)", M, "index", ()),
        ("sum(arrivals) / last(population)", Q, "ratio", ()),
        ("rolling_sum(arrivals, 12)", M, "persons", ()),
        ("rolling_sum(arrivals, 12)", Q, "persons", ()),
        ("rolling_mean(bans, 3)", M, "persons", ()),
        ("lag(resolved) + resolved.offset(-2)", Q, "complaints", ()),
        ("spent / (1000 * budget)", Q, "ratio", ()),
        ("budget / 1000", Q, "million KGS", ()),
        ("max(resolved.by(DEST)) / resolved", Q, "ratio", ()),
        ("sum((resolved.by(DEST) / resolved) * (resolved.by(DEST) / resolved))", Q, "ratio", ()),
        ("sum(rate_q.by(SEX) * stock_q.by(SEX)) / sum(stock_q.by(SEX)) / 100", Q, "ratio", ()),
        ("sum(stock_q.by(SEX))", Q, "persons", ()),
        ("count(resolved.by(DEST))", Q, "ratio", ()),
        ("if(received > 0, resolved, 0)", Q, "complaints", ()),
        ("coalesce(resolved, received.on_missing(0))", Q, "complaints", ()),
        ("RATE - RATE.offset(-4)", Q, "percent", ()),
        ("departures / population.where(SEX=_T)", A, "ratio", ("SEX",)),
        ("sum(wage_after > wage_before) / count(wage_before)", Q, "ratio", ()),
        ("365 * resolved / days()", Q, "complaints/days", ()),
    ],
)
def test_sound_formulas_are_saved(text, frequency, unit, dimensions):
    assert codes(text, frequency, unit, dimensions) == []


@pytest.mark.parametrize(
    ("text", "frequency", "unit", "code"),
    [
        ("resolved / nothing", Q, "", "unknown_name"),
        ("resolved.where(AGE=1)", Q, "complaints", "unknown_dimension"),
        ("resolved.where(SEX=X)", Q, "complaints", "unknown_code"),
        ("sum(resolved.by(AGE))", Q, "complaints", "unknown_dimension"),
        # units
        ("resolved / received", Q, "percent", "unit_result"),
        ("100 * resolved / received", Q, "ratio", "unit_result"),
        ("100 * arrivals", M, "persons", "unit_result"),
        ("issued + arrivals", M, "persons", "unit_mismatch"),
        ("issued > arrivals", M, "", "unit_mismatch"),
        ("arrivals + 5", M, "persons", "unit_mismatch"),
        ("spent + budget", Q, "KGS", "unit_mismatch"),
        ("by_birth - registered", Q, "persons", "basis_mixed"),
        ("median(days(opened_on, wage_after))", Q, "days", "dates_needed"),
        # time
        ("resolved / issued", Q, "complaints/documents", "frequency_mixed"),
        ("arrivals", Q, "persons", "needs_aggregator"),
        ("population", Q, "persons", "frequency_too_coarse"),
        ("mean(population)", Q, "persons", "frequency_too_coarse"),
        ("resolved / resolved.at(2020)", Q, "ratio", "at_frequency"),
        ("lag(5)", Q, "", "not_a_series"),
        ("rolling_sum(population, 2)", Q, "persons", "frequency_too_coarse"),
        # shape
        ("resolved.by(DEST)", Q, "complaints", "shape_left_open"),
        ("days_taken", M, "days", "shape_left_open"),
        ("sum(resolved.by(DEST) - resolved.by(SEX))", Q, "complaints", "shape_mismatch"),
        ("(resolved + received).on_missing(0)", Q, "complaints", "on_missing_needs_item"),
        ("RATE.on_missing(0)", Q, "percent", "on_missing_needs_item"),
        # averages of averages
        ("mean(issued / arrivals)", Q, "documents/persons", "not_additive"),
        ("median(issued / arrivals)", Q, "documents/persons", "not_additive"),
        ("mean(cpi)", Q, "index", "not_additive"),
        ("mean(rate_q.by(SEX))", Q, "percent", "not_additive"),
        ("sum(RATE)", Q, "percent", "not_additive"),
        ("rolling_mean(RATE, 4)", Q, "percent", "not_additive"),
        ("sum(bans)", Q, "persons", "stock_summed"),
        ("sum(stock_q)", Q, "persons", "stock_summed"),
        ("rolling_sum(bans, 3)", M, "persons", "stock_summed"),
        ("sum(rolling_sum(arrivals, 12))", A, "persons", "stock_summed"),
    ],
)
def test_unsound_formulas_are_refused(text, frequency, unit, code):
    assert code in codes(text, frequency, unit)


def test_an_item_without_the_indicators_dimension_must_say_that_its_total_is_meant():
    assert codes("cpi / cpi.offset(-1)", M, "ratio", ("SEX",)) == ["dimension_missing"] * 2
    assert codes("(cpi / cpi.offset(-1)).where(SEX=_T)", M, "ratio", ("SEX",)) == []


def test_problems_stand_in_the_order_of_the_text_with_their_place():
    problems = check(indicator("nothing + void", Q), Catalogue())
    assert [(p.code, p.span.start) for p in problems] == [("unknown_name", 0), ("unknown_name", 10)]


def test_cycles():
    a = indicator("B + 1", code="A")
    b = indicator("C * 2", code="B")
    c = indicator("1 + A", code="C")
    catalogue = Catalogue(a, b, c)
    assert find_cycle(a, catalogue) == ("A", "B", "C", "A")
    (problem,) = check(a, catalogue)
    assert (problem.code, problem.params["path"]) == ("cycle", "A → B → C → A")
    own = indicator("SELF.offset(-1)", code="SELF")
    assert [p.code for p in check(own, Catalogue(own))] == ["cycle"]


def test_a_diamond_is_no_cycle():
    base = indicator("resolved", Q, "complaints", code="BASE")
    left = indicator("BASE * 1", Q, "complaints", code="LEFT")
    right = indicator("BASE + BASE", Q, "complaints", code="RIGHT")
    top = indicator("LEFT / RIGHT", Q, "ratio", code="TOP")
    assert check(top, Catalogue(base, left, right, top)) == []


def test_a_new_indicator_is_checked_before_the_registry_knows_it():
    """The version being saved counts, not the one that the registry still has under its code."""
    stored = indicator("resolved", Q, "complaints", code="X")
    other = indicator("X", Q, "complaints", code="Y")
    edited = indicator("Y", Q, "complaints", code="X")
    assert [p.code for p in check(edited, Catalogue(stored, other))] == ["cycle"]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("percent", "percent"),
        ("thousand USD", "thousand USD"),
        ("USD/persons", "USD/persons"),
        ("persons/persons", "ratio"),
        ("score 1-7", "score 1-7"),
    ],
)
def test_units_are_read_and_written(text, shown):
    assert str(parse_unit(text)) == shown
