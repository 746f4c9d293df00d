"""What is wrong in a claim is told in JSON, all of it at once, in the language asked, with exit code 1."""

import json
import time
from io import StringIO

import pytest
from django.core.management import call_command
from hypothesis import given, settings
from hypothesis import strategies as st

from pensions.management.json_command import refusal
from pensions.totalisation.claim import run_claim
from pensions.totalisation.claim_input import ClaimError

STATES = ("AM", "BY", "KZ", "KG", "RU")
GOOD = {
    "worker": {"sex": "F", "birth_on": "1968-05-01"},
    "claim_on": "2026-11-01",
    "residence": "KG",
    "treaty": "eaeu-2019",
    "periods": [
        {"id": "p1", "state": "RU", "start_on": "2018-07-01", "end_on": "2021-09-30", "kind": "compulsory"}
    ],
}


def period(**change):
    return {"periods": [{**GOOD["periods"][0], **change}]}


@pytest.mark.parametrize(
    ("change", "field"),
    [
        (period(id="p1", end_on="2017-01-01"), "periods[0].end_on"),
        (period(state="RUS"), "periods[0].state"),
        (period(state="QQ"), "periods[0].state"),
        (period(state=5), "periods[0].state"),
        (period(kind="odd"), "periods[0].kind"),
        (period(kind=[]), "periods[0].kind"),
        (period(scheme="4-day"), "periods[0].scheme"),
        (period(start_on="2018-7-1"), "periods[0].start_on"),
        (period(start_on="1850-01-01"), "periods[0].start_on"),
        (period(end_on="2500-01-01"), "periods[0].end_on"),
        (period(id=["x"]), "periods[0].id"),
        (period(preferred="yes"), "periods[0].preferred"),
        (period(contributions="maybe"), "periods[0].contributions"),
        (period(contributions={"status": "paid", "amount": "much"}), "periods[0].contributions.amount"),
        (period(territory="USSR"), "periods[0].territory"),
        (period(declared={"years": 1.5}), "periods[0].declared.years"),
        ({"periods": GOOD["periods"] * 2}, "periods[1].id"),
        ({"durations": [{"state": "DE", "years": "1e999999999"}]}, "durations[0].years"),
        ({"durations": [{"state": "DE", "years": True}]}, "durations[0].years"),
        ({"durations": [{"state": "DE", "quarters": -1}]}, "durations[0].quarters"),
        (
            {"durations": [{"state": "DE", "years": 1, "after": "2021-01-01", "before": "2020-01-01"}]},
            "durations[0].before",
        ),
        ({"durations": [{"state": "DE", "days": 3, "calendar_years": 0}]}, "durations[0].calendar_years"),
        ({"amounts": {"RU": {"own": "-1"}}}, "amounts.RU.own"),
        ({"amounts": {"RU": {"own": "NaN"}}}, "amounts.RU.own"),
        ({"amounts": {"RU": {"currency": "rouble"}}}, "amounts.RU.currency"),
        ({"amounts": {"RU": {"unit": "moons"}}}, "amounts.RU.unit"),
        ({"amounts": {"RU": {"conditions_met": "no"}}}, "amounts.RU.conditions_met"),
        ({"amounts": []}, "amounts"),
        ({"points": {"RU": {"2019": "x"}}}, "points.RU.2019"),
        ({"wages": {"RU": {"MMXX": 1}}}, "wages.RU.MMXX"),
        ({"citizenship": ["KG", "Kyrgyz"]}, "citizenship[1]"),
        ({"treaty": "eaeu"}, "treaty"),
        ({"treaty": ["eaeu-2019"]}, "treaty"),
        ({"worker": {"sex": "female"}}, "worker.sex"),
        ({"worker": {"birth_on": "2027-01-01"}}, "worker.birth_on"),
        ({"claim_on": "tomorrow"}, "claim_on"),
        ({"residence": "Bishkek"}, "residence"),
    ],
)
@pytest.mark.parametrize("language", ["en", "ky", "ru"])
def test_the_path_and_the_way_out_in_three_languages(change, field, language):
    with pytest.raises(ClaimError) as error:
        run_claim({**GOOD, **change})
    found = refusal(error.value, language)["error"]
    assert found["field"] == field
    assert found["text"]
    if language != "en":
        assert not found["text"].isascii()


def test_all_faults_are_told_at_once():
    wrong = {**GOOD, "treaty": "none", "claim_on": "x", **period(state="RUS"), "durations": [{}]}
    with pytest.raises(ClaimError) as error:
        run_claim(wrong)
    fields = [one["field"] for one in refusal(error.value, "en")["errors"]]
    assert fields == ["treaty", "claim_on", "periods[0].state", "durations[0].state"]
    twins = [{**GOOD["periods"][0], "id": "p1", "state": state} for state in ("RUS", "RU", "KG")]
    with pytest.raises(ClaimError) as error:
        run_claim({**GOOD, "periods": twins})
    fields = [one["field"] for one in refusal(error.value, "en")["errors"]]
    assert fields == ["periods[0].state", "periods[1].id", "periods[2].id"]


@pytest.mark.django_db
def test_the_command_ends_with_one_and_json(tmp_path, capsys):
    path = tmp_path / "claim.json"
    path.write_text(json.dumps({**GOOD, **period(state="RUS")}))
    from pensions.management.commands.totalise import Command

    command = Command(stdout=StringIO(), stderr=(told := StringIO()))
    with pytest.raises(SystemExit) as end:
        command.run_from_argv(["manage.py", "totalise", str(path), "--language", "ru"])
    assert end.value.code == 1
    found = json.loads(told.getvalue())["error"]
    assert found["field"] == "periods[0].state"
    assert "двухбуквенный" in found["text"]


@pytest.mark.django_db
@pytest.mark.parametrize(("language", "word"), [("ky", "макулдашуу"), ("ru", "Соглашение")])
def test_the_trace_is_told_in_the_language_asked(tmp_path, language, word):
    path = tmp_path / "claim.json"
    path.write_text(json.dumps(GOOD))
    out = StringIO()
    call_command("totalise", str(path), "--language", language, stdout=out)
    found = json.loads(out.getvalue())
    texts = [step["text"] for step in found["trace"]] + [one["text"] for one in found["unverified"]]
    reasons = [r["text"] for e in found["entitlement"].values() for r in e["reasons"]]
    assert word in texts[0]
    assert [text for text in texts + reasons if text.isascii()] == []


def test_a_period_that_is_still_running():
    found = run_claim({**GOOD, **period(end_on=None)})
    assert found["segments"][-1]["end_on"] == "2026-11-01"
    assert "open_ended" in {doubt["code"] for doubt in found["unverified"]}
    with pytest.raises(ClaimError, match="still running"):
        run_claim({**GOOD, **period(end_on=None), "claim_on": None})


def test_days_to_come_do_not_count():
    found = run_claim({**GOOD, **period(end_on="2030-01-01")})
    assert found["segments"][-1]["end_on"] == "2026-11-01"
    later = run_claim({**GOOD, **period(start_on="2028-01-01", end_on="2030-01-01")})
    assert later["total"]["total_days"] == 0


def test_the_answer_has_the_keys_that_were_agreed():
    found = run_claim(GOOD)
    assert {
        "segments",
        "overlaps",
        "gaps",
        "states",
        "total",
        "entitlement",
        "amounts",
        "trace",
        "unverified",
    } <= set(found)
    assert {"state", "start_on", "end_on", "branch", "source_ids", "counted"} <= set(found["segments"][0])
    assert {
        "years", "months", "days", "total_days", "treaty_full_months", "treaty_gate_met", "treaty_gate_strategy",
    } <= set(found["states"]["RU"])  # fmt: skip
    assert {"status", "own", "totalised", "missing", "reasons"} <= set(found["entitlement"]["RU"])
    assert {"status", "method", "theoretical", "ratio", "pro_rata", "payable", "currency"} <= set(
        found["amounts"]["RU"]
    )


def test_ten_thousand_periods_take_seconds():
    many = []
    for n in range(10_000):
        month = f"{1960 + n // 200}-0{n % 9 + 1}"
        start, end = f"{month}-{n % 27 + 1:02}", f"{month}-{n % 27 + 2:02}"
        many.append({"id": f"p{n}", "state": STATES[n % 5], "start_on": start, "end_on": end})
    begun = time.process_time()
    run_claim({**GOOD, "periods": many})
    assert time.process_time() - begun < 30
    with pytest.raises(ClaimError, match="entries"):
        run_claim({**GOOD, "periods": many * 3})


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=6,
)
PLACES = [
    "worker",
    "claim_on",
    "residence",
    "citizenship",
    "treaty",
    "periods",
    "durations",
    "amounts",
    "points",
    "wages",
]


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(PLACES), JUNK)
def test_nonsense_in_a_field_is_answered_or_refused(place, junk):
    try:
        run_claim({**GOOD, place: junk})
    except ClaimError as error:
        assert error.field
        assert error.text


@settings(max_examples=60, deadline=None)
@given(st.sampled_from([*GOOD["periods"][0], "scheme", "territory", "contributions", "declared"]), JUNK)
def test_nonsense_in_a_period_is_answered_or_refused(place, junk):
    try:
        run_claim({**GOOD, **period(**{place: junk})})
    except ClaimError as error:
        assert error.field
