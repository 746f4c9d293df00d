"""The table of capacity follows from measured figures and told assumptions alone."""

from benchmarks.load import BUSY, CLIENTS, DAYS, PEAK_HOUR, PUBLIC, capacity, told

ALONE = {kind: {"a_second": 10.0, "mean": 0.1, "p50": 0.1, "p95": 0.2, "p99": 0.3} for kind in CLIENTS}
RESULT = {
    "alone": {"kinds": ALONE, "bad": {}},
    "mixed": {"kinds": ALONE, "bad": {}},
    "beside": {"kinds": {**ALONE, PUBLIC: {**ALONE[PUBLIC], "p95": 0.3}}, "bad": {}},
    "staged_rows_a_second": 1000.0,
    "import_ran_for": 1.0,
    "report": "succeeded",
}


def test_cores_and_nights_follow_from_the_figures():
    visits = dict.fromkeys(CLIENTS, 1.0)
    lines = list(capacity(RESULT, visits, workers=3600 * DAYS * 10, months=86_400_000))
    rate = 10 * PEAK_HOUR
    assert lines[0] == f"| {PUBLIC} | 1 | {rate:.0f} | 100.0 | {rate * 0.1 / BUSY:.1f} |"
    assert lines[-3] == f"| all | | | | {len(CLIENTS) * rate * 0.1 / BUSY:.0f} cores |"
    assert "86,400,000 months from the beginning: 1 days of one import worker" in lines[-1]


def test_the_ratio_is_told_and_a_failed_request_fails_the_run(capsys):
    assert told(RESULT) == 0
    assert "ratio 1.50" in capsys.readouterr().out
    assert told({**RESULT, "mixed": {"kinds": ALONE, "bad": {"search: 500": 2}}}) == 1
    assert "errors 2" in capsys.readouterr().out
    assert told({**RESULT, "beside": {"kinds": {}, "bad": {}}}) == 1
