import io
import json

import pytest
from django.core.management import CommandError, call_command

DATA = "price;near;after\n" + "\n".join(
    f"{10 + i % 7 + 3 * near * after},5;{near};{after}"
    for i, (near, after) in enumerate([(0, 0), (0, 1), (1, 0), (1, 1)] * 10)
)
DESIGN = "design: did\noutcome: price\ntreated: near\npost: after\n"


@pytest.fixture
def run(tmp_path):
    def evaluate(data=DATA, design=DESIGN, **options):
        (tmp_path / "data.csv").write_text(data, encoding="utf-8")
        (tmp_path / "design.yaml").write_text(design, encoding="utf-8")
        out = io.StringIO()
        paths = {name: tmp_path / path for name, path in options.items()}
        call_command(
            "evaluate", str(tmp_path / "data.csv"), design=tmp_path / "design.yaml", stdout=out, **paths
        )
        return json.loads(out.getvalue())

    return evaluate


def test_everything_that_was_asked_for(run):
    result = run()
    asked = {"estimate", "std_error", "interval", "p_value", "p_exact", "n", "diagnostics", "feasibility"}
    assert asked | {"software", "finding"} <= set(result)
    assert set(result["finding"]) == {"ky", "ru", "en"}
    assert {"package", "version", "correction"} <= set(result["software"])
    assert result["n"] == 40
    assert len(result["data_sha256"]) == len(result["design_sha256"]) == 64


def test_deviations_from_the_registered_design(run, tmp_path):
    (tmp_path / "plan.yaml").write_text(DESIGN + "se: hc3\n", encoding="utf-8")
    assert run(registered="plan.yaml")["deviations"] == [
        {"field": "se", "registered": "hc3", "executed": None}
    ]


def test_not_enough_data_is_printed_as_a_result(run):
    result = run(data="price;near;after\n1;0;0\n2;0;1\n3;1;0\n7;1;1\n")
    assert result["status"] == "not_enough_data"
    assert result["estimate"] == pytest.approx(3)
    assert result["std_error"] is None


@pytest.mark.parametrize(
    ("changed", "word"),
    [({"design": DESIGN + "sy: 1\n"}, "sy"), ({"data": "price;near\n1;0\n"}, "after")],
)
def test_errors_are_one_sentence(run, changed, word):
    with pytest.raises(CommandError, match=word):
        run(**changed)


def test_missing_file(tmp_path):
    with pytest.raises(CommandError):
        call_command("evaluate", str(tmp_path / "none.csv"), design=tmp_path / "none.yaml")


@pytest.mark.parametrize(
    "data",
    [b"", b"price;near;after\n", bytes(range(256)) * 4, b'price;near;after\n"' + b"a" * 200_000 + b'";1;1\n'],
)
def test_a_file_that_is_no_table_is_refused_in_words(tmp_path, data):
    (tmp_path / "data.csv").write_bytes(data)
    (tmp_path / "design.yaml").write_text(DESIGN, encoding="utf-8")
    with pytest.raises(CommandError):
        call_command("evaluate", str(tmp_path / "data.csv"), design=tmp_path / "design.yaml")


@pytest.mark.parametrize(
    "design",
    [
        bytes(range(256)),
        b"[" * 3000,
        DESIGN.encode() + b"time: year\nstart: 2015-13-01\n",
        DESIGN.replace("outcome: price", "outcome: [price, price]").encode(),
    ],
)
def test_a_file_that_is_no_design_is_refused_in_words(tmp_path, design):
    (tmp_path / "data.csv").write_text(DATA, encoding="utf-8")
    (tmp_path / "design.yaml").write_bytes(design)
    with pytest.raises(CommandError):
        call_command("evaluate", str(tmp_path / "data.csv"), design=tmp_path / "design.yaml")


def test_line_ends_of_old_spreadsheets(run):
    assert run(data=DATA.replace("\n", "\r"))["estimate"] == run()["estimate"]


def test_a_number_beyond_all_measure_is_refused(run):
    with pytest.raises(CommandError, match="line 2"):
        run(data=DATA.replace("10,5", "1e200", 1))


def test_words_for_yes_and_no_in_any_language(run):
    answers = "found;helped\nооба;да\nжок;нет\nооба;да\nжок;да\nооба;нет\n"
    design = "design: two_proportions\noutcome: found\ntreated: helped\n"
    assert run(data=answers, design=design)["estimate"] == pytest.approx(2 / 3 - 1 / 2)
