"""Sections by themselves: every period and audience, an empty house, everything withheld, grammar."""

import datetime as dt
from decimal import Decimal

import pytest

from accounts.enums import Role
from common import clock
from monitoring.enums import ValueState
from monitoring.models import Figure, Indicator
from monitoring.periods import Period
from monitoring.services import chain, datasets, indicators, measures, statfiles
from monitoring.services.datasets import load_items
from reports import content, parity
from reports.content import SectionContent, Sentence, Table, by_how_much, pack, unpack
from reports.enums import Audience
from reports.renderers.words import Document, Speaker
from reports.sections import sections
from reports.sections.figures import Figures

pytestmark = pytest.mark.django_db
QUARTER = Period.parse("2026-Q3")
LANGUAGES = ("ky", "ru", "en")


def say(code: str, period="2026-Q3", audience=Audience.PUBLIC) -> dict[str, Document]:
    """The section in three languages, after JSON, as an edition keeps it."""
    taken = sections()[code](Period.parse(period), clock.now(), audience).content()
    return speak(unpack(pack([taken])))


def speak(taken: list[SectionContent]) -> dict[str, Document]:
    said = {one: [Speaker(one).section(section) for section in taken] for one in LANGUAGES}
    return {one: Document("x", one, "x", clock.now(), [], words) for one, words in said.items()}


def texts(document: Document) -> list[str]:
    return [block.text for block in document.sections[0].blocks if block.type == "paragraph"]


@pytest.mark.parametrize("code", sorted(sections()))
def test_an_empty_house_says_so_in_three_languages_for_every_period(code):
    for period in ("2026-09", "2026-Q3", "2026-S1", "2025"):
        for audience in Audience.values:
            said = say(code, period, audience)
            assert parity.differences(said) == []
            assert all(document.sections[0].blocks for document in said.values())


@pytest.fixture
def analyst(house):
    analyst = house.user(Role.ANALYST)
    load_items(by=analyst)
    indicators.load_shipped(by=analyst)
    return analyst


def put(code: str, value, period="2026-Q3", key="", state=ValueState.VALUE) -> Figure:
    """A released figure, without the way that led to it."""
    from monitoring.models import Calculation, Indicator

    indicator = Indicator.everything.get(code=code)
    return Figure.objects.create(
        indicator=indicator,
        calculation=Calculation.objects.create(version=indicator.version),
        key=key,
        period=period,
        value=value if state == ValueState.VALUE else None,
        state=state,
    )


def test_a_year_shows_its_quarters_and_a_month_the_last_that_was_over(analyst):
    put("MONTHS_RECORDED", Decimal(1204), "2026-Q2")
    put("MONTHS_RECORDED", Decimal(1300), "2026-Q3")
    year = next(block for block in say("registry", "2026")["en"].sections[0].blocks if block.type == "table")
    assert year.columns[1:5] == ["Q1 2026", "Q2 2026", "Q3 2026", "Q4 2026"]
    row = next(row for row in year.rows if "recorded" in row[0].text)
    assert [cell.text for cell in row[1:5]] == ["no data", "1,204", "1,300", "no data"]
    month = next(
        block for block in say("registry", "2026-08")["en"].sections[0].blocks if block.type == "table"
    )
    assert month.columns[1] == "Q2 2026"


def test_corridors_show_the_largest_with_an_id_for_every_figure(analyst):
    datasets.load_series(by=analyst)
    statfiles.load_corridors(by=analyst)
    for code in ("EMIGRANTS_ABROAD", "REMITTANCES_MODELLED"):
        indicator = Indicator.everything.get(code=code)
        indicators.compute(by=analyst, indicator=indicator, period=Period.parse("2025"))
    said = say("corridors")
    assert parity.differences(said) == []
    people, money = (block for block in said["en"].sections[0].blocks if block.type == "table")
    assert [cell.text for cell in people.rows[0][:2]] == ["Total", "774,377"]
    assert [cell.text for cell in people.rows[1][:2]] == ["Russia", "591,025"]
    assert [cell.text for cell in money.rows[1]] == ["Russia", "1,904.3", "million US dollars"]
    assert all(row[1].id for row in (*people.rows, *money.rows))
    known = Figure.objects.in_bulk([row[1].id for row in people.rows], field_name="short_id")
    assert {str(one.value.normalize()) for one in known.values()} == {
        Decimal(row[1].number).normalize().__str__() for row in people.rows
    }
    charts = [block.chart for block in said["ky"].sections[0].blocks if block.type == "chart"]
    assert [chart.cells[0][:2] for chart in charts] == [["Кыргызстан", "Россия"], ["Россия", "Кыргызстан"]]


def test_a_report_of_a_period_before_all_data_has_no_corridors(analyst):
    datasets.load_series(by=analyst)
    statfiles.load_corridors(by=analyst)
    indicator = Indicator.everything.get(code="EMIGRANTS_ABROAD")
    indicators.compute(by=analyst, indicator=indicator, period=Period.parse("2025"))
    assert texts(say("corridors", "1985-Q2")["en"]) == ["There are no figures for this period yet."]


@pytest.mark.parametrize(("unit", "ru"), [("days", "дни"), ("km", "km")])
def test_a_unit_of_the_house_s_own_stands_beside_its_number_in_every_language(unit, ru):
    value = content.Value("quantity", "5", unit=unit)
    block = Sentence("trend_same", {"indicator": content.text("x"), "value": value})
    said = speak([SectionContent("summary", [block])])
    assert parity.differences(said) == []
    assert f"5\u00a0({ru})" in texts(said["ru"])[0]
    assert all(Speaker(language).label(f"unit.{unit}") for language in LANGUAGES)


def test_a_quarter_with_everything_withheld_says_so(analyst):
    for code in ("CASES_OPENED", "CASES_RESOLVED_SHARE", "REFERRALS_ACCEPTED_SHARE"):
        put(code, None, state=ValueState.SUPPRESSED)
    said = say("cases")
    assert texts(said["en"]) == ["All figures of this section are withheld to protect persons."]
    assert parity.differences(said) == []
    assert not [cell for cell in said["en"].sections[0].blocks[1].rows if cell[1].number]


TRENDS = {
    ("MONTHS_RECORDED", 100, 105): {
        "ky": "5 айга өсүп, азыр 105 ай",
        "ru": "рост на 5 месяцев, теперь 105 месяцев",
        "en": "up by 5 months, now 105 months",
    },
    ("WORKERS_REGISTERED", 100, 101): {
        "ky": "1 адамга өсүп, азыр 101 адам",
        "ru": "рост на 1 человека, теперь 101 человек",
        "en": "up by 1 person, now 101 persons",
    },
    ("CERTIFICATES_ISSUED", 23, 21): {
        "ky": "2 маалымкатка азайып, азыр 21 маалымкат",
        "ru": "снижение на 2 справки, теперь 21 справка",
        "en": "down by 2 certificates, now 21 certificates",
    },
    ("WORKERS_COVERED", Decimal("61.24"), Decimal("62.76")): {
        "ky": "1,6 пайыздык пунктка өсүп, азыр 62,8%",
        "ru": "рост на 1,6 процентных пункта, теперь 62,8\u00a0%",
        "en": "up by 1.6 percentage points, now 62.8%",
    },
    ("MONTHS_RECORDED", 100, 100): {
        "ky": "өзгөргөн жок, 100 ай",
        "ru": "без изменений, 100 месяцев",
        "en": "unchanged, 100 months",
    },
}


@pytest.mark.parametrize(("case", "wanted"), TRENDS.items(), ids=lambda one: str(one)[:40])
def test_sentences_of_change_are_grammatical(analyst, case, wanted):
    code, before, now = case
    put(code, before, "2026-Q2")
    put(code, now, "2026-Q3")
    sentence = Figures([code], clock.now()).trend(code, QUARTER)
    said = speak([SectionContent("summary", [sentence])])
    for language, part in wanted.items():
        assert part in texts(said[language])[0]
    assert parity.differences(said) == []


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (ValueState.SUPPRESSED, "withheld to protect persons"),
        (ValueState.NOT_YET_DUE, "not yet due"),
        (ValueState.MISSING, "no data"),
    ],
)
def test_a_figure_without_a_number_is_not_compared(analyst, state, words):
    put("MONTHS_RECORDED", 100, "2026-Q2")
    put("MONTHS_RECORDED", None, state=state)
    sentence = Figures(["MONTHS_RECORDED"], clock.now()).trend("MONTHS_RECORDED", QUARTER)
    assert words in texts(speak([SectionContent("summary", [sentence])])["en"])[0]


def test_a_withheld_quarter_is_no_ground_for_a_change(analyst):
    put("MONTHS_RECORDED", None, "2026-Q2", state=ValueState.SUPPRESSED)
    put("MONTHS_RECORDED", 100, "2026-Q3")
    assert Figures(["MONTHS_RECORDED"], clock.now()).trend("MONTHS_RECORDED", QUARTER).code == "trend_first"


def test_the_wanted_direction_gives_the_tone(analyst):
    for code, tone in {"MONTHS_UNPAID_SHARE": "warning", "WORKERS_COVERED": "success"}.items():
        put(code, 10, "2026-Q2")
        put(code, 12, "2026-Q3")
        assert Figures([code], clock.now()).trend(code, QUARTER).tone == tone


def test_an_emergency_measure_is_shown_with_its_last_day(house):
    analyst, boss = house.user(Role.ANALYST), house.user(Role.DECISION_MAKER)
    measures.load_study(by=analyst)
    from monitoring.models import Measure

    measure = Measure.everything.order_by("code").first()
    chain.start(by=analyst, measure=measure)
    chain.submit(by=analyst, measure=measure)
    chain.emergency(by=boss, measure=measure, order="№ 12", sunset_on=clock.today() + dt.timedelta(days=90))
    now = Period.containing(clock.today(), QUARTER.frequency)
    said = say("emergency", str(now))["en"].sections[0].blocks
    assert said[0].text == "1 measure runs by emergency order, without research and pilot."
    assert said[1].rows[0][0].text == measure.code
    assert said[1].rows[0][4].text in {"89", "90"}


def test_a_number_that_one_language_writes_otherwise_is_found():
    said = speak([SectionContent("summary", [Sentence("lessons", {"count": content.number(12)})])])
    said["ru"].sections[0].blocks[0].text = said["ru"].sections[0].blocks[0].text.replace("12", "21")
    (found,) = parity.differences(said)
    assert found.where == "summary/1"
    assert "ru 21" in found.said


def test_signs_units_and_dates_are_read_back_alike():
    rows = [
        [
            content.date(dt.date(2026, 9, 7)),
            content.number(Decimal("-1234.5"), 1),
            content.number(Decimal("0.5"), 1, "percent"),
        ],
        [content.period("2026-Q3"), by_how_much(Decimal("1.5"), 1, "percent"), content.Value("withheld")],
    ]
    said = speak([SectionContent("cases", [Table(content.code("cases"), ["date", "value", "part"], rows)])])
    assert parity.differences(said) == []
    read = dict(parity.readings(said["ky"]))
    assert read["cases/1/1/1"] == "2026-09-07"
    assert read["cases/1/1/2"] == "-1234.5"
    assert read["cases/1/1/3"] == "0.5%"
    assert read["cases/1/2/3"] == "<withheld>"
