"""Days with a code of which nobody has settled whether they are insured: told wherever they count."""

import datetime as dt

import pytest
from django.utils import translation

from accounts.enums import Role
from pensions import entries
from pensions.forms.ledger import ConditionsField
from pensions.fund_conditions import in_words
from pensions.legislation.changes import row_key
from pensions.legislation.parameters import load_library
from pensions.legislation.stage_codes import PARAMETER
from pensions.models import EmploymentPeriod
from pensions.services import ledger, legislation
from pensions.services.statement import statement
from pensions.statements import as_json, document, words
from pensions.totalisation.claim import run_claim
from pensions.totalisation.claim_input import ClaimError
from tests.support.registry import Registry

pytestmark = pytest.mark.django_db
ON = dt.date(2026, 3, 31)
LEAVE = {"kind": "ДопСведенияИС", "Код": "ДЕКРЕТ"}


@pytest.fixture
def period() -> EmploymentPeriod:
    return ledger.record_period(
        by=None,
        employment=Registry().employment(),
        start_on=dt.date(2024, 1, 1),
        end_on=dt.date(2024, 5, 19),
        special_conditions=[LEAVE],
    )


def made(period: EmploymentPeriod):
    return statement(by=None, worker=period.worker, on=ON)


def doubts(one) -> list[str]:
    return [doubt["code"] for doubt in one.answer["unverified"] if doubt["code"] == "insured_stage_code"]


def test_the_days_count_and_everything_that_rests_on_them_says_so(period):
    one = made(period)
    assert one.totalisation.states["RU"].days == 140
    assert (one.periods[0].doubtful, doubts(one)) == (("ДЕКРЕТ",), ["insured_stage_code"])
    assert as_json.content(one)["periods"][0]["doubtful"] == ["ДЕКРЕТ"]
    told = "Whether days with the code ДЕКРЕТ are insured is not settled: here they count."
    with translation.override("en"):
        assert told in words.doubt_lines(one)
        cell = words.period_table(one)["rows"][0][4]
        assert told in cell["value"] and cell["tone"] == "warning"
        assert dict(entries.period_facts(period))["Whether the days are insured"] == told
        assert dict(entries.period_facts(period))["Special conditions"] == "ДопСведенияИС ДЕКРЕТ"
        assert document.pdf(one)
    with translation.override("ru"):
        assert any("ДЕКРЕТ" in line and "Whether" not in line for line in words.doubt_lines(one))


def test_days_that_are_taken_out_are_in_no_doubt(period):
    out = [{"from_on": "2024-01-01", "until_on": "2024-05-19", "reason": "ДЕКРЕТ"}]
    ledger.correct(by=None, entry=period, reason="letter of the fund", not_counted=out)
    one = made(period)
    assert (one.periods[0].doubtful, one.answer) == ((), None)


def test_what_a_lawyer_confirms_takes_the_doubt_away(period, house):
    row = next(row for row in load_library().parameters[PARAMETER].rows if row.where == {"code": "ДЕКРЕТ"})
    proposal = legislation.propose_verification(
        by=house.user(Role.LEGAL_OFFICER),
        parameter=PARAMETER,
        row=row_key(PARAMETER, row),
        source="http://example.org",
        document="letter of the fund",
    )
    assert doubts(made(period))
    legislation.decide(by=house.user(Role.LEGAL_OFFICER, "second"), proposal=proposal, accepted=True)
    one = made(period)
    assert (one.periods[0].doubtful, doubts(one)) == ((), [])


def test_a_code_that_was_settled_after_the_file_came_stays_in_doubt_until_the_days_are_taken_out(period):
    ledger.correct(by=None, entry=period, reason="x", special_conditions=[LEAVE | {"Код": "длдети"}])
    assert made(period).periods[0].doubtful == ("ДЛДЕТИ",)


def test_codes_that_count_and_other_conditions_are_in_no_doubt(period):
    plain = [{"kind": "ТУ", "Основание": "РКС"}, LEAVE | {"Код": "ДЕТИ"}, "27-1"]
    ledger.correct(by=None, entry=period, reason="x", special_conditions=plain)
    assert (made(period).periods[0].doubtful, doubts(made(period))) == ((), [])


def test_a_claim_names_its_doubtful_codes():
    one = {"state": "RU", "start_on": "2022-01-01", "end_on": "2023-01-31"}
    claim = {"treaty": "eaeu-2019", "claim_on": "2026-01-01", "residence": "KG"}
    answer = run_claim(claim | {"periods": [one | {"doubtful": ["ДЕКРЕТ", "ПРОСТОЙ"]}]})
    assert [d["text"] for d in answer["unverified"] if d["code"] == "insured_stage_code"] == [
        "Whether days with the code ДЕКРЕТ, ПРОСТОЙ are insured is not settled: here they count."
    ]
    with pytest.raises(ClaimError) as raised:
        run_claim(claim | {"periods": [one | {"doubtful": "ДЕКРЕТ"}]})
    assert raised.value.field == "periods[0].doubtful"


def test_a_correction_by_hand_keeps_what_the_form_told(period):
    field = ConditionsField()
    assert field.clean(field.prepare_value([LEAVE, "27-1"])) == [LEAVE, "27-1"]


@pytest.mark.parametrize("line", ['{"kind": "ДопСведенияИС"', '{"kind": "ХХ"}'])
def test_a_condition_that_was_mended_into_nonsense_is_told(line):
    with pytest.raises(Exception, match="is not understood"), translation.override("en"):
        ConditionsField().clean(line)


def test_conditions_in_words():
    assert in_words("27-1") == "27-1"
    assert (
        in_words({"kind": "ВЛ", "ВыработкаКалендарная": {"ВсеМесяцы": "3"}, "Основание": "27-СМ"})
        == "ВЛ 3 27-СМ"
    )
