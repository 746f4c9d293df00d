"""The editor of a definition: what is typed is shown at once over the stored figures, and nothing is kept by that."""

import pytest
from django.urls import reverse

from accounts.enums import Role
from common.errors import Invalid
from monitoring.models import Indicator, IndicatorVersion
from monitoring.services import datasets, indicators

pytestmark = pytest.mark.django_db
GOOD = {
    "formula": "100 * registered_unemployed / labour_force",
    "unit": "percent",
    "frequency": "A",
    "decimals": "1",
}
EXAMPLE = "registered_unemployed = 50, labour_force = 1000 => 5"


@pytest.fixture
def analyst(house):
    user = house.user(Role.ANALYST)
    datasets.load_items(by=user)
    datasets.load_series(by=user)
    indicators.load_shipped(by=user)
    return user


@pytest.fixture
def show(client, analyst):
    client.force_login(analyst)
    client.cookies["django_language"] = "en"

    def run(**values):
        answer = client.post(reverse("admin:monitoring_indicator_preview"), {**GOOD, **values})
        assert answer.status_code == 200
        return answer.content.decode()

    return run


def test_a_formula_is_shown_over_the_stored_figures(show):
    page = show(examples=EXAMPLE)
    assert "The formula holds together." in page
    assert "registered_unemployed" in page and "2011" in page
    assert "comes out" in page and "does not" not in page
    assert IndicatorVersion.objects.filter(formula=GOOD["formula"]).count() == 1  # the shipped one


def test_every_fault_is_told_with_its_place(show):
    page = show(formula="no_such_item + gdp_usd + net_migration")
    assert "This cannot be saved yet" in page and "no_such_item" in page
    assert "different units" not in page, "what follows from an unknown name is not told"
    assert "different units" in show(formula="gdp_usd + net_migration")
    assert "cannot stand here" in show(formula="100 * * labour_force") or "too early" in show(formula="100 *")
    assert "gives 5, not 6" in show(examples=EXAMPLE.replace("=> 5", "=> 6"))
    assert "Example 1 cannot be read" in show(examples="half of everything")


def test_an_empty_formula_is_no_fault_yet(show):
    assert "Write a formula" in show(formula="")


@pytest.mark.parametrize(("language", "words"), [("ky", "деген"), ("ru", "нет")])
def test_faults_speak_the_reader_s_language(show, client, language, words):
    client.cookies["django_language"] = language
    page = show(formula="no_such_item")
    assert words in page and "There is no" not in page


def test_a_figure_about_persons_shows_no_number(show, analyst):
    """Nobody has asked disclosure control about a formula that is only being written."""
    from monitoring.enums import ValueState
    from monitoring.models import DataItem, Observation, Submission

    item = DataItem.everything.filter(about_persons=True, frequency="Q").first()
    submission = Submission.everything.create(title="x", sha256="0" * 64, state="approved")
    Observation.objects.create(
        item=item, period="2026-Q1", value=31337, state=ValueState.VALUE, submission=submission
    )
    page = show(formula=f"last({item.code})", unit=item.unit, frequency="Q")
    assert "31" not in page.split("Over the figures")[1].replace("2026", "")
    assert "withheld" in page


def test_only_those_who_may_change_a_definition_see_the_preview(client, house, analyst):
    address = reverse("admin:monitoring_indicator_preview")
    assert client.post(address, GOOD).status_code in (302, 403)
    client.force_login(house.user(Role.DECISION_MAKER))
    assert client.post(address, GOOD).status_code == 403
    client.force_login(analyst)
    assert client.get(address).status_code == 405


def test_a_definition_keeps_its_examples_and_is_refused_when_one_does_not_come_out(analyst):
    one = Indicator.everything.get(code="UNEMPLOYMENT_REGISTERED")
    words = {
        "code": one.code,
        "title": {"ky": "a", "ru": "b", "en": "c"},
        "formula_text": GOOD["formula"],
        "unit": "percent",
        "frequency": "A",
        "direction": "down",
        "tier": "outcome",
        "reason": "examples",
    }
    with pytest.raises(Invalid) as refused:
        indicators.define(by=analyst, examples=EXAMPLE.replace("=> 5", "=> 50"), **words)
    assert refused.value.field == "examples" and "gives 5, not 50" in str(refused.value)
    version = indicators.define(by=analyst, examples=EXAMPLE, **words)
    assert (version.number, version.examples) == (2, EXAMPLE)


def test_without_scripts_the_same_is_shown_on_a_page_of_its_own(client, analyst):
    client.force_login(analyst)
    client.cookies["django_language"] = "en"
    one = Indicator.everything.get(code="UNEMPLOYMENT_REGISTERED")
    address = reverse("admin:monitoring_indicator_do", args=[one.pk, "define"])
    form = client.get(address).content.decode()
    assert 'id="formula-preview"' in form and reverse("admin:monitoring_indicator_preview") in form
    values = {f"title_{code}": "x" for code in ("ky", "ru", "en")}
    asked = {**GOOD, **values, "direction": "down", "tier": "outcome", "reason": "r", "only_show": "on"}
    page = client.post(address, asked)
    assert page.status_code == 200 and "What the formula gives" in page.content.decode()
    assert one.version.number == 1
