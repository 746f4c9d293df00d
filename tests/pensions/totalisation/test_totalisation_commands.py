"""The commands: JSON in, JSON out, errors that help."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

pytestmark = pytest.mark.django_db


def run(*arguments):
    out = StringIO()
    call_command(*arguments, stdout=out)
    return json.loads(out.getvalue())


def test_totalise_reads_a_file(tmp_path):
    path = tmp_path / "claim.json"
    path.write_text(
        json.dumps(
            {
                "treaty": "eu-883",
                "durations": [{"state": "IE", "weeks": 364}, {"state": "DE", "weeks": 1196}],
                "amounts": {"IE": {"theoretical": 321.0}},
            }
        )
    )
    assert run("totalise", str(path), "--as-of", "2024-06-01")["amounts"]["IE"]["payable"] == "74.90"


def test_totalise_refuses_what_is_not_json(tmp_path):
    path = tmp_path / "claim.json"
    path.write_text("{")
    with pytest.raises(CommandError, match="is not JSON"):
        run("totalise", str(path))
    with pytest.raises(CommandError, match="cannot be read"):
        run("totalise", str(tmp_path / "absent.json"))


def test_period():
    found = run("period", "2021-01-15", "2022-01-10")
    assert [found[k] for k in ("years", "months", "days", "total_days")] == [0, 11, 27, 361]
    assert run("period", "2021-01-15", "2022-01-10", "--method", "thirty_twelve")["years"] == 1
    with pytest.raises(CommandError, match="lies before"):
        run("period", "2022-01-15", "2021-01-10")
    with pytest.raises(CommandError, match="write it like"):
        run("period", "15.01.2022", "2021-01-10")


def test_convert():
    found = run("convert", "198", "days", "--scheme", "5-day", "--to", "months")
    assert (found["months"], found["days"]) == (9, 0)
    with pytest.raises(CommandError, match="scheme is missing"):
        run("convert", "198", "days", "--to", "months")


def test_formula():
    found = run("formula", "KZ", "--on", "2026-01-15", "--input", "participation_years=20")
    assert (found["amount"], found["percent"]) == ("45766", "90")
    assert found["trace"]
    assert found["unverified"] == []
    with pytest.raises(CommandError, match="NAME=VALUE"):
        run("formula", "KZ", "--on", "2026-01-15", "--input", "participation_years")
