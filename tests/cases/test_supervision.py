"""The directory of partners, figures of the own organisation, family links."""

import datetime as dt

import pytest
from django.urls import reverse

from accounts.enums import Role
from cases import figures
from cases.models import FamilyLink, Partner
from cases.services import families, partners, referrals, work
from common import clock
from common.errors import Conflict, Invalid, KozotError, Refused
from common.scoping import acting_as

from .conftest import refused

pytestmark = pytest.mark.django_db
ENTRY = {
    "services": ["legal_assistance"],
    "case_types": ["unpaid_wages"],
    "languages": ["ky", "ru"],
    "hotline": "112-00",
    "is_public": True,
    "takes_requests": False,
}


@pytest.fixture
def english(client):
    client.cookies["django_language"] = "en"
    return client


# --- the directory -------------------------------------------------------------------------------------------


def test_an_organisation_describes_itself_and_nobody_else(story, english):
    english.force_login(story.partner_supervisor)
    data = {**ENTRY, "about_ru": "Юристы", "is_public": "on"}
    data.pop("takes_requests")
    answer = english.post(reverse("admin:cases_partner_list_do", args=["describe"]), data)
    assert answer.status_code == 302
    entry = Partner.everything.get(organisation=story.partner)
    assert (entry.about_ru, entry.languages, entry.takes_requests) == ("Юристы", ["ky", "ru"], False)
    with refused(Refused, "refused"):
        partners.describe(by=story.partner_supervisor, organisation=story.ngo, about={}, **ENTRY)
    with refused(Refused, "refused"):
        partners.describe(by=story.worker, organisation=story.ngo, about={}, **ENTRY)


def test_visitors_find_by_country_trouble_and_language(story, english):
    partners.describe(
        by=story.partner_supervisor, organisation=story.partner, about={"en": "Lawyers"}, **ENTRY
    )
    page = reverse("cases:partners")
    assert "Lawyers" in english.get(page).content.decode()
    for query, shown in (
        ({"country": "RU"}, True),
        ({"country": "KG"}, False),
        ({"type": "unpaid_wages", "language": "ky"}, True),
        ({"type": "medical"}, False),
        ({"language": "hy"}, False),
        ({"country": "nowhere"}, True),
    ):
        assert ("Lawyers" in english.get(page, query).content.decode()) is shown, query
    Partner.everything.filter(organisation=story.partner).update(is_public=False)
    assert "Lawyers" not in english.get(page).content.decode()


def test_an_old_entry_says_so_until_its_people_confirm_it(story, english):
    entry = Partner.everything.get(organisation=story.ngo)
    Partner.everything.update(confirmed_at=clock.now() - dt.timedelta(days=200))
    page, day = reverse("cases:partners"), reverse("cases:my_day")
    assert "call before you go there" in english.get(page).content.decode()
    english.force_login(story.supervisor)
    assert "Our entry in the directory is old" in [
        str(s["title"]) for s in english.get(day).context["sections"]
    ]
    assert english.post(reverse("admin:cases_partner_do", args=[entry.pk, "confirm"])).status_code == 302
    assert "call before you go there" not in english.get(page).content.decode()
    assert "Our entry in the directory is old" not in [
        str(s["title"]) for s in english.get(day).context["sections"]
    ]


# --- figures -------------------------------------------------------------------------------------------------


def told(organisation) -> dict:
    tables = figures.figures([organisation.pk], dt.date(2020, 1, 1), dt.date(2100, 1, 1), clock.now())
    return {table["title"]: table["rows"] for table in tables}


def test_figures_count_the_own_organisation_only(story):
    case = story.case()
    work.note_first_contact(by=story.worker, case=case)
    referral = story.referral(case)
    theirs = referrals.accept(by=story.partner_worker, referral=referral)
    work.close(by=story.partner_worker, case=theirs, outcome="resolved", reason="r")
    own, other = told(story.ngo), told(story.partner)
    assert [row[1:] for row in own["Cases by kind"]] == [["1", "1", "0"]]
    assert [row[1:] for row in other["Cases by kind"]] == [["0", "1", "1"]]
    assert own["Age of open cases"][0][1] == "1"
    assert own["Open cases by colleague"] == [[story.worker.full_name, "1"]]
    assert own["First contact"][0][1] == "1"
    assert own["Outcomes"] == []
    assert other["Outcomes"][0][1] == "1"
    assert own["Answers of partners"][0][1:5] == ["1", "1", "0", "0"]
    assert other["Answers of partners"] == []


def test_sums_are_told_by_currency(story):
    for amount, currency in ((100, "RUB"), (50, "RUB"), (7, "KGS")):
        work.close(
            by=story.worker,
            case=story.case(),
            outcome="resolved",
            reason="r",
            recovered=amount,
            currency=currency,
        )
    assert [row[1] for row in told(story.ngo)["Sums recovered"]] == ["1", "2"]
    assert "150" in told(story.ngo)["Sums recovered"][1][0]


@pytest.mark.parametrize(
    "role", [Role.ANALYST, Role.DECISION_MAKER, Role.SYSTEM_ADMINISTRATOR, Role.CASE_WORKER]
)
def test_nobody_else_opens_the_figures(client, house, role):
    client.force_login(house.user(role))
    assert client.get(reverse("cases:figures")).status_code == 403


def test_a_supervisor_opens_the_figures(english, story, django_assert_max_num_queries):
    story.case()
    english.force_login(story.supervisor)
    with django_assert_max_num_queries(30):
        page = english.get(reverse("cases:figures"), {"first": "2026-01-01", "last": "2027-01-01"})
    assert story.worker.full_name in page.content.decode()


# --- families ------------------------------------------------------------------------------------------------


def test_a_family_link_is_seen_by_supervisors_only(story, english):
    wages, violence = story.case(), story.case(name="y", contact="+996700000009")
    made = families.link(by=story.supervisor, case=wages, number=violence.number.lower(), relation="spouse")
    with refused(Conflict, "linked_already"):
        families.link(by=story.supervisor, case=violence, number=wages.number, relation="spouse")
    with acting_as(story.worker):
        assert not FamilyLink.objects.exists(), "even on both cases she sees no link"
    with acting_as(story.supervisor):
        assert FamilyLink.objects.get() == made
    english.force_login(story.worker)
    page = english.get(reverse("admin:cases_case_change", args=[wages.pk])).content.decode()
    assert violence.number not in page
    assert violence.client.pseudonym not in page
    assert told(story.ngo)["Families"][0][1] == "2"


def test_only_cases_of_the_own_organisation_are_linked(story):
    case = story.case()
    theirs = referrals.accept(by=story.partner_worker, referral=story.referral(case))
    for number in (theirs.number, case.number, "C-AAAAAAAA"):
        with refused(Invalid, "no_such_case"):
            families.link(by=story.supervisor, case=case, number=number, relation="spouse")
    with pytest.raises(KozotError):
        families.link(by=story.worker, case=case, number=theirs.number, relation="spouse")
