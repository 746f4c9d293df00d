import pytest

from monitoring.evaluation import DesignProblem, design_from, differences, parse_design
from monitoring.evaluation.problems import LANGUAGES

DID = {"design": "did", "outcome": "y", "treated": "d", "post": "p"}


@pytest.mark.parametrize(
    ("change", "field", "hint"),
    [
        ({"desing": "did"}, "desing", "design"),
        ({"design": "rdd"}, "design", "two_proportions"),
        ({"outcome": None}, "outcome", "column"),
        ({"outcome": ["a", "b", "c"]}, "outcome", "exploratory"),
        ({"treated": None}, "treated", "treated_units"),
        ({"post": None}, "post", "start"),
        ({"start": 2001, "post": None}, "start", "time"),
        ({"start": 2001, "time": "t"}, "post", "Keep one"),
        ({"treated_units": ["A"], "treated": None}, "treated_units", "unit"),
        ({"se": "robust"}, "se", "hc1"),
        ({"se": "hac"}, "se", "cluster"),
        ({"se": "cluster"}, "cluster", "unit"),
        ({"se": "hc1", "cluster": "village"}, "cluster", "se: cluster"),
        ({"level": 95}, "level", "0.95"),
        ({"log": "yes"}, "log", "true or false"),
        ({"hac": {"lags": -1}}, "hac.lags", "at least 0"),
        ({"hac": {"lag": 1}}, "hac.lag", "lags"),
        ({"hac": 2}, "hac", "lags"),
        ({"cost": {"amount": "much", "currency": "KGS"}}, "cost.amount", "number"),
        ({"cost": {"amount": 5}}, "cost.currency", "required"),
        ({"design": "rct"}, "post", "rct"),
        ({"design": "its", "se": "cluster", "cluster": "c"}, "cluster", "hac"),
        ({"design": "two_proportions", "post": None, "covariates": ["x"]}, "covariates", "two_proportions"),
        ({"treated": ["d", "e"]}, "treated", "single"),
    ],
)
def test_errors_name_the_field_and_the_way_out(change, field, hint):
    with pytest.raises(DesignProblem) as caught:
        design_from({**DID, **change})
    assert caught.value.field == field
    assert field in str(caught.value)
    assert hint in str(caught.value)
    assert len({caught.value.text(language) for language in LANGUAGES}) == 3


@pytest.mark.parametrize("text", ["design: [", "- did", "", "design: did\ndesign: rct\n"])
def test_files_that_are_not_designs(text):
    with pytest.raises(DesignProblem):
        parse_design(text)


def test_norway_is_not_false_and_dates_are_times():
    design = parse_design(
        "design: did\noutcome: y\nunit: country\ntime: day\ntreated_units: [NO, SE]\nstart: 2020-03-01\n"
    )
    assert design.treated_units == ("NO", "SE")
    assert design.start == "2020-03-01"


def test_covariates_may_be_written_as_a_sum():
    assert design_from({**DID, "covariates": "age + log(a + b) + C(region)"}).covariates == (
        "age",
        "log(a + b)",
        "C(region)",
    )


def test_hash_is_of_the_meaning():
    written = parse_design("# plan\npost: p\ndesign: did\noutcome: y\ntreated: d\nlevel: 0.95\nlog: false\n")
    assert written.sha256() == design_from(DID).sha256()
    assert written.sha256() != design_from({**DID, "se": "hc1"}).sha256()


def test_differences_between_registered_and_executed():
    registered = design_from(DID)
    executed = design_from({**DID, "se": "hc3", "covariates": ["age"]})
    found = differences(registered, executed)
    assert [(each.field, each.registered, each.executed) for each in found] == [
        ("covariates", (), ("age",)),
        ("se", None, "hc3"),
    ]
    assert differences(registered, registered) == []
