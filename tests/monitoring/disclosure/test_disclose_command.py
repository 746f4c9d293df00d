"""manage.py disclose: from a CSV file to a pattern, its audit and what may be released."""

import csv
import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from tests.monitoring.disclosure.attacker import brute_bounds, random_table


@pytest.fixture
def files(tmp_path):
    def write(rows, settings=None):
        table, config = tmp_path / "table.csv", tmp_path / "config.json"
        with table.open("w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows(rows)
        config.write_text(json.dumps(settings or {}), encoding="utf-8")
        return str(table), str(config)

    return write


def run(table, config):
    out = StringIO()
    code = 0
    try:
        call_command("disclose", table, "--config", config, "--json", stdout=out)
    except SystemExit as left:
        code = left.code
    return code, json.loads(out.getvalue())


SMALL = [
    ["REF_AREA", "SEX", "count"],
    ["a", "F", 3], ["a", "M", 20], ["a", "_T", 23], ["b", "F", 30], ["b", "M", 25], ["b", "_T", 55],
    ["_T", "F", 33], ["_T", "M", 45], ["_T", "_T", 78],
]  # fmt: skip


def test_a_table_with_margins(files):
    code, outcome = run(*files(SMALL))
    assert code == 0 and outcome["safe"] and outcome["cells"] == 9
    marks = {(cell["REF_AREA"], cell["SEX"]): cell["mark"] for cell in outcome["pattern"]}
    assert marks.pop(("a", "F")) == "primary" and set(marks.values()) == {"secondary"}
    (interval,) = outcome["intervals"]
    assert interval["width"] >= interval["promised"] == 5
    hidden = {(cell["REF_AREA"], cell["SEX"]) for cell in outcome["released"] if cell["value"] is None}
    assert hidden == {*marks, ("a", "F")} and len(outcome["released"]) == 9
    assert outcome["seconds"] > 0


def test_the_released_table_withstands_an_attack_from_outside(files):
    table = random_table((7, 2, 4), 11)
    rows = [["x", "y", "z", "value"], *([*key, cell.value] for key, cell in table.cells.items())]
    _, outcome = run(*files(rows))
    shown = {(cell["x"], cell["y"], cell["z"]): cell["value"] for cell in outcome["released"]}
    hidden = {key for key, number in shown.items() if number is None}
    small = [key for key, cell in table.cells.items() if 0 < cell.value < 5]
    assert small and set(small) <= hidden
    for key in small:
        low, high = brute_bounds(table, hidden, key, floor=1)
        assert high - low >= 5


def test_settings(files):
    settings = {
        "threshold": 10,
        "width": 8,
        "keep": [{"REF_AREA": "_T", "SEX": "_T"}],
        "published": [{"cells": [{"key": {"REF_AREA": "b", "SEX": "F"}}], "value": 30}],
    }
    code, outcome = run(*files(SMALL, settings))
    assert code == 0
    hidden = {(cell["REF_AREA"], cell["SEX"]) for cell in outcome["pattern"]}
    assert ("b", "F") not in hidden and ("_T", "_T") not in hidden
    assert outcome["intervals"][0]["width"] >= 8


def test_a_small_cell_is_hidden_and_named_although_it_was_to_stay(files):
    code, outcome = run(
        *files(SMALL, {"keep": [{"REF_AREA": "a", "SEX": "F"}, {"REF_AREA": "_T", "SEX": "_T"}]})
    )
    assert code == 0 and outcome["not_kept"] == [{"REF_AREA": "a", "SEX": "F"}]
    shown = {(one["REF_AREA"], one["SEX"]): one["value"] for one in outcome["released"]}
    assert shown["a", "F"] is None and shown["_T", "_T"] is not None


def test_a_refusal_shows_no_table_and_ends_with_its_own_code(files):
    settings = {"published": [{"cells": [{"key": {"REF_AREA": "a", "SEX": "F"}}], "value": 3}]}
    code, outcome = run(*files(SMALL, settings))
    assert code == 2 and not outcome["safe"] and outcome["released"] == [] and outcome["pattern"] == []
    assert outcome["refusal"]["code"] == "published_before"
    assert outcome["refusal"]["figures"] == [{"REF_AREA": "a", "SEX": "F"}]


def test_hierarchies_and_amounts(files):
    rows = [
        ["AREA", "amount", "firms", "top1", "top2"],
        ["KG", 1500, 25, 900, 200], ["O1", 1000, 6, 900, 50], ["r1", 980, 3, 900, 50], ["r2", 20, 3, 10, 5],
        ["O2", 500, 19, 200, 100], ["r3", 260, 10, 200, 30], ["r4", 240, 9, 100, 90],
    ]  # fmt: skip
    settings = {
        "value": "amount", "counts": False, "contributors": "firms", "largest": ["top1", "top2"],
        "dimensions": {"AREA": {"total": "KG", "parents": {"r1": "O1", "r2": "O1", "r3": "O2", "r4": "O2"}}},
        "threshold": 3, "dominance": [1, 80], "max_hidden_share": 1,
    }  # fmt: skip
    _, outcome = run(*files(rows, settings))
    marks = {cell["AREA"]: cell["mark"] for cell in outcome["pattern"]}
    assert outcome["safe"] and marks["r1"] == "primary" and len(marks) > 2


@pytest.mark.parametrize(
    ("rows", "settings", "words"),
    [
        ([["A", "count"], ["a", "x"]], {}, "Line 2"),
        ([["A", "count"], ["a", "1"], ["a", "1"]], {}, "Line 3"),
        ([["A", "count"], ["a", "1"], ["_T", "2"]], {}, "add up to 1"),
        ([["A", "many"], ["a", "1"]], {}, "no column"),
        ([["A", "count"], ["a", "1.5"]], {}, "whole number"),
        ([["A", "count"], ["a", "1"]], {"treshold": 5}, "treshold"),
        ([], {}, "no row"),
        ([["A", "count"]], {}, "no row"),
        ([["A", "B", "count"], ["a", "x", ""]], {}, "Line 2: the cell under count is empty"),
        ([["A", "B", "count"], ["a", "x"]], {}, "Line 2 has 2 cells"),
        ([["A", "B", "count"], ["a", "x", "5", "6"]], {}, "Line 2 has 4 cells"),
        ([["A", "A", "count"], ["a", "x", "5"]], {}, "twice in the heading"),
        ([["A", "count"], ["", "5"]], {}, "the code under A is missing"),
        ([["A", "count"], ["a", "-5"]], {}, "negative"),
        ([["A", "count"], ["a", "1,234"]], {}, "comma between thousands"),
        ([["A", "count"], ["a", "nan"]], {}, "not a number"),
        ([["A", "count"], ["a", "9" * 20]], {}, "too large"),
        ([["A", "count"], ["a ", "5"], ["a", "5"]], {}, "a second time"),
        ([["count"], ["5"]], {}, "no dimension"),
        ([["A", "count"], ["a", "3"]], {"threshold": "5"}, "threshold"),
        ([["A", "count"], ["a", "3"]], {"rounding_base": 0}, "rounding_base"),
        ([["A", "count"], ["a", "3"]], {"dominance": [1]}, "dominance"),
        ([["A", "count"], ["a", "3"]], {"coarsenings": [{"dimension": "Z", "merge": {}}]}, "coarsenings"),
        ([["A", "count"], ["a", "3"]], {"keep": [{"A": "zz"}]}, "no code zz"),
        ([["A", "count"], ["a", "3"]], {"published": [{"value": 3}]}, "published"),
        (
            [["A", "count"], ["a", "3"]],
            {"published": [{"cells": [{"key": {"A": "z"}}], "value": 3}]},
            "no code z",
        ),
        ([["A", "count"], ["a", "3"]], {"dimensions": {"A": {"parents": {"a": "a"}}}}, "adds up into itself"),
        ([["A", "count"], ["a", "3"]], {"dimensions": {"A": {"parents": {"a": ["b"]}}}}, "dimensions"),
        ([["A", "count"], ["a", "3"]], {"dimensions": {"A": {"parents": {"a": 1}}}}, "dimensions"),
        ([["A", "count"], ["a", "3"]], {"dimensions": {"A": {"total": ["a"]}}}, "dimensions"),
        ([["A", "count"], ["a", "3"]], {"keep": [{"A": ["a"]}]}, "keep"),
        ([["A", "count"], ["a", "3"]], {"coarsenings": [{"dimension": ["A"], "merge": {}}]}, "coarsenings"),
        (
            [["A", "B", "count"], ["a", "x", "3"], ["a", "y", "9"]],
            {"dimensions": {"A": {}}},
            "leave out the columns B",
        ),
    ],
)
def test_what_cannot_be_read_is_said(files, rows, settings, words):
    with pytest.raises(CommandError, match=words):
        call_command("disclose", files(rows)[0], "--config", files(rows, settings)[1])


def test_in_words(files):
    out = StringIO()
    call_command("disclose", files(SMALL)[0], stdout=out)
    assert "Hidden by the rules: 1." in out.getvalue()


def test_a_table_that_would_fill_the_memory_is_refused_at_once(files):
    rows = [["A", "B", "C", "D", "count"], *([f"a{i}", f"b{i}", f"c{i}", f"d{i}", i % 7] for i in range(200))]
    with pytest.raises(CommandError, match="at most 50000"):
        call_command("disclose", files(rows)[0])


def test_a_file_from_a_spreadsheet_set_to_kyrgyz(files, tmp_path):
    text = "\ufeffREF_AREA;SEX;count\r\n" + "".join(f"{a};{s};{n}\r\n" for a, s, n in SMALL[1:])
    (tmp_path / "ky.csv").write_text(text, encoding="utf-8")
    code, outcome = run(str(tmp_path / "ky.csv"), files(SMALL)[1])
    assert code == 0 and outcome["cells"] == 9


def test_files_that_are_no_text_or_no_settings(files, tmp_path):
    table, config = files(SMALL)
    (tmp_path / "table.csv").write_bytes(b"PK\x03\x04\xff\x00")
    with pytest.raises(CommandError, match="UTF-8"):
        call_command("disclose", table)
    table, config = files(SMALL)
    (tmp_path / "config.json").write_text("{threshold: 5}", encoding="utf-8")
    with pytest.raises(CommandError, match="near line 1"):
        call_command("disclose", table, "--config", config)


def test_one_dimension(files):
    code, outcome = run(*files([["A", "count"], ["a", 1], ["b", 2], ["c", 30], ["_T", 33]]))
    assert code == 0 and {cell["A"] for cell in outcome["pattern"]} >= {"a", "b"}


def test_merges_are_proposed(files):
    rows = [["A", "S", "count"], *([a, s, 1 + i % 4] for i, a in enumerate("abcdef") for s in "FM")]
    _, outcome = run(*files(rows, {"max_hidden_share": 0.1}))
    assert outcome["suggested"][0]["dimension"] == "A"
    assert outcome["suggested"][0]["small_after"] < outcome["suggested"][0]["small_before"]
