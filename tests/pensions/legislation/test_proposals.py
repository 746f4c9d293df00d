"""Two pairs of eyes: one legal officer proposes, another one confirms, and nothing is overwritten."""

import datetime as dt
import json
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import DatabaseError, transaction
from django.urls import reverse

from accounts.enums import Role
from common.errors import Conflict, Invalid, Refused
from common.journal.models import Entry
from common.scoping import system
from pensions.legislation.changes import row_key
from pensions.legislation.parameters import load_library
from pensions.models import ParameterDecision, ParameterProposal
from pensions.services import legislation

pytestmark = pytest.mark.django_db
PM = "KZ.subsistence_minimum_PM"
EVIDENCE = {"source": "https://adilet.zan.kz/rus/docs/Z2300000043", "document": "Law 43 of 5 December 2023"}
OTHERS = [role for role in Role if role not in {Role.LEGAL_OFFICER, Role.PUBLIC}]


@pytest.fixture
def lawyers(house):
    first = house.user(Role.LEGAL_OFFICER)
    second = house.user(Role.LEGAL_OFFICER, "second")
    return first, second


def key_of(year):
    row = next(r for r in load_library().parameters[PM].rows if r.effective_on == dt.date(year, 1, 1))
    return row_key(PM, row)


def verify(by, year=2024):
    return legislation.propose_verification(by=by, parameter=PM, row=key_of(year), **EVIDENCE)


def propose(by, **values):
    facts = {
        "parameter": PM,
        "value": "54 000",
        "effective_on": dt.date(2027, 1, 1),
        "known_from": dt.date(2025, 11, 1),
        **EVIDENCE,
        **values,
    }
    return legislation.propose_value(by=by, **facts)


def number_on(day):
    return legislation.verified_library().value(PM, day).number


def test_nothing_holds_before_the_second_officer(lawyers):
    first, second = lawyers
    proposal = propose(first)
    assert number_on(dt.date(2026, 6, 1)) == 50851
    with pytest.raises(Exception, match="has no value"):
        legislation.verified_library().value("KZ.mrp", dt.date(1990, 1, 1))
    legislation.decide(by=second, proposal=proposal, accepted=True)
    assert number_on(dt.date(2027, 1, 1)) == 54000
    assert number_on(dt.date(2026, 12, 31)) == 50851


def test_a_verification_reaches_the_commands(lawyers):
    first, second = lawyers
    asked = ("formula", "KZ", "--on", "2024-06-01", "--input", "participation_years=10")

    def unverified():
        out = StringIO()
        call_command(*asked, stdout=out)
        return {one["code"] for one in json.loads(out.getvalue())["unverified"]}

    assert PM in unverified()
    legislation.decide(by=second, proposal=verify(first), accepted=True)
    assert PM not in unverified()


def test_nobody_confirms_the_own_proposal(lawyers):
    first, _second = lawyers
    proposal = verify(first)
    with pytest.raises(Conflict, match="another legal officer"):
        legislation.decide(by=first, proposal=proposal, accepted=True)
    with system("test"), transaction.atomic(), pytest.raises(DatabaseError):
        ParameterDecision.everything.create(
            proposal=proposal, accepted=True, proposed_by=first, decided_by=first
        )


def test_a_refusal_needs_a_reason_and_changes_nothing(lawyers):
    first, second = lawyers
    proposal = propose(first)
    with pytest.raises(Invalid, match="why"):
        legislation.decide(by=second, proposal=proposal, accepted=False)
    legislation.decide(by=second, proposal=proposal, accepted=False, reason="another law")
    assert number_on(dt.date(2026, 6, 1)) == 50851
    with pytest.raises(Conflict, match="decided already"):
        legislation.decide(by=second, proposal=proposal, accepted=True)


@pytest.mark.parametrize("role", OTHERS)
def test_others_neither_propose_nor_decide(role, house, lawyers):
    stranger = house.user(role)
    with pytest.raises(Refused):
        propose(stranger)
    with pytest.raises(Refused):
        verify(stranger)
    with pytest.raises(Exception) as refusal:
        legislation.decide(by=stranger, proposal=verify(lawyers[0]), accepted=True)
    assert refusal.value.status in {403, 404}


def test_history_is_append_only_and_in_the_journal(lawyers):
    first, second = lawyers
    proposal = verify(first)
    decision = legislation.decide(by=second, proposal=proposal, accepted=True)
    with system("test"):
        for row, change in ((proposal, {"value": "1"}), (decision, {"accepted": False})):
            with pytest.raises(DatabaseError), transaction.atomic():
                type(row).everything.filter(pk=row.pk).update(**change)
            with pytest.raises(DatabaseError), transaction.atomic():
                type(row).everything.filter(pk=row.pk).delete()
    verbs = set(Entry.objects.filter(object_id=str(proposal.pk)).values_list("verb", flat=True))
    assert verbs <= {"created", "decided"}


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"value": "much"}, "value"),
        ({"value": " "}, "value"),
        ({"value": "-5"}, "value"),
        ({"parameter": "KZ.nothing"}, "parameter"),
        ({"until_on": dt.date(2026, 1, 1)}, "until_on"),
        ({"known_from": dt.date(2190, 1, 1)}, "known_from"),
        ({"where": '{"sex": "X"}'}, "where"),
        ({"source": "  "}, "source"),
        ({"document": ""}, "document"),
        ({"parameter": "RU.formula"}, "value"),
    ],
)
def test_wrong_values_name_their_field(lawyers, wrong, field):
    with pytest.raises(Invalid) as error:
        propose(lawyers[0], **wrong)
    assert error.value.field == field


def test_a_value_waits_once(lawyers):
    verify(lawyers[0])
    with pytest.raises(Conflict, match="waits"):
        verify(lawyers[1])


def test_a_replaced_or_missing_value_is_not_verified(lawyers):
    library = load_library().parameters
    for id_, row in [
        ("RU.ipc_value", next(r for r in library["RU.ipc_value"].rows if r.superseded)),
        ("BY.ikz_reduction_bands", library["BY.ikz_reduction_bands"].rows[0]),
    ]:
        with pytest.raises(Invalid):
            legislation.propose_verification(by=lawyers[0], parameter=id_, row=row_key(id_, row), **EVIDENCE)


# --- pages ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["ky", "ru", "en"])
def test_anyone_reads_the_law(client, language):
    client.cookies["django_language"] = language
    words = {"ky": "текшерилген эмес", "ru": "не проверено", "en": "not verified"}[language]
    for state in ("KG", "AM", "BY", "KZ", "RU", "EAEU"):
        page = client.get(reverse("pensions:law"), {"state": state})
        assert page.status_code == 200
    page = client.get(reverse("pensions:law"), {"state": "KZ", "status": "unverified"}).content.decode()
    assert words in page
    detail = client.get(
        reverse("pensions:law_parameter", args=["AM.year_value_above_10_A1"])
    ).content.decode()
    assert "500 | 550" in detail.replace("\n", "")
    assert "proposals/" not in detail


def test_a_day_shows_what_is_in_effect_on_it(client):
    asked = {"state": "KZ", "on": "2024-06-01"}
    page = client.get(reverse("pensions:law"), asked).content.decode().replace("\xa0", " ")
    assert "43 407" in page.replace("\u202f", " ")
    assert "46 228" not in page


def test_nonsense_in_the_filter_is_told_and_does_no_harm(client):
    page = client.get(reverse("pensions:law"), {"state": "XX", "on": "yesterday", "status": "odd"})
    assert page.status_code == 200
    assert client.get(reverse("pensions:law_parameter", args=["none"])).status_code == 404
    assert client.get(reverse("pensions:law_file", args=["exe"])).status_code == 404


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_the_file_has_the_same_values(client, form):
    response = client.get(reverse("pensions:law_file", args=[form]), {"state": "RU"})
    assert response.status_code == 200
    assert f"law_ru.{form}" in response["Content-Disposition"]
    if form == "csv":
        text = response.content.decode("utf-8-sig")
        assert "RU.ipc_value" in text
        assert "156.76" in text


def test_the_api_is_open(client):
    found = client.get("/api/v1/law/parameters/", {"state": "KZ", "on": "2026-01-15"}).json()["values"]
    pm = next(one for one in found if one["id"] == PM)
    assert (pm["value"], pm["status"], pm["in_effect"]) == ("50851", "derived", True)
    assert pm["source_url"].startswith("https://")
    one = client.get(f"/api/v1/law/parameters/{PM}/", {"known_on": "2023-12-31"}).json()
    assert "43407" not in {row["value"] for row in one["values"]}
    assert client.get("/api/v1/law/parameters/KZ.nothing/").status_code == 404


def test_two_officers_on_the_pages(client, lawyers):
    first, second = lawyers
    client.cookies["django_language"] = "en"
    client.force_login(first)
    detail = client.get(reverse("pensions:law_parameter", args=[PM])).content.decode()
    assert f"row={key_of(2024)}" in detail
    address = f"{reverse('pensions:law_propose')}?parameter={PM}&row={key_of(2024)}"
    sent = client.post(address, EVIDENCE)
    assert sent.status_code == 302
    own = client.get(sent["Location"]).content.decode()
    assert "cannot confirm it" in own
    assert 'name="accepted"' not in own
    refused = client.post(sent["Location"], {"accepted": "yes"})
    assert "another legal officer has to confirm it" in refused.content.decode()
    client.force_login(second)
    assert 'name="accepted"' in client.get(sent["Location"]).content.decode()
    assert client.post(sent["Location"], {"accepted": "no", "reason": ""}).status_code == 200
    assert client.post(sent["Location"], {"accepted": "yes"}).status_code == 302
    detail = client.get(reverse("pensions:law_parameter", args=[PM])).content.decode()
    assert "confirmed by two lawyers" in detail
    assert f"row={key_of(2024)}" not in detail


def test_a_wrong_value_comes_back_in_the_form(client, lawyers):
    client.cookies["django_language"] = "en"
    client.force_login(lawyers[0])
    page = client.post(f"{reverse('pensions:law_propose')}?parameter={PM}", {**EVIDENCE, "value": "much"})
    assert page.status_code == 200
    full = {"where": "{}", "effective_on": "2027-01-01", "known_from": "2025-11-01", "value": "much"}
    page = client.post(f"{reverse('pensions:law_propose')}?parameter={PM}", {**EVIDENCE, **full})
    assert "Write a number" in page.content.decode()
    assert client.get(f"{reverse('pensions:law_propose')}?parameter=KZ.x").status_code == 404


def test_the_list_costs_the_same_for_one_and_for_many(client, lawyers, django_assert_max_num_queries):
    first, second = lawyers
    for year in (2019, 2020, 2022):
        legislation.decide(by=second, proposal=verify(first, year), accepted=True)
    with system("count"):
        assert ParameterProposal.everything.count() == 3
    with django_assert_max_num_queries(3):
        client.get(reverse("pensions:law"), {"state": "KZ"})
