"""Forty workers, one employer; and the sign that three organisations know an agency."""

import datetime as dt

import pytest
from django.urls import reverse

from accounts.enums import Role, State
from cases.models import Case, GroupClaim
from cases.services import groups, work
from common import clock
from common.errors import Invalid
from common.scoping import acting_as
from tests.cases.conftest import refused

pytestmark = pytest.mark.django_db
FORTY = "\n".join(f"Жумушчу {number}; +99655500{number:04}" for number in range(40))


def posted(**values):
    row = {"type": "unpaid_wages", "country": "RU", "language": "ky", "kind": "employer"}
    return row | {"respondent": "ООО Ромашка", "people": FORTY} | values


def test_forty_workers_are_taken_in_from_one_list_through_the_desk(client, story):
    client.force_login(story.worker)
    answer = client.post(reverse("admin:cases_case_list_do", args=["group"]), posted())
    group = GroupClaim.everything.get()
    assert answer.status_code == 302 and group.number in answer.url
    cases = Case.everything.filter(group=group)
    assert cases.count() == 40 and cases.values("client").distinct().count() == 40
    assert {one.respondents.get().name for one in cases} == {"ООО Ромашка"}
    page = client.get(answer.url).content.decode()
    assert cases[0].number in page
    one = cases[0]
    work.close(by=story.worker, case=one, outcome="resolved", reason="paid")
    assert cases.filter(status="open").count() == 39, "each has an outcome of his own"
    with acting_as(story.partner_supervisor):
        assert not GroupClaim.objects.exists()


@pytest.mark.parametrize(
    ("people", "code", "row"),
    [("A; 1\n; 2\nB", "line_unreadable", 2), ("A; 1\nB\nA; 1", "line_twice", 3), ("A", "group_size", None)],
)
def test_a_line_that_cannot_be_read_is_named(people, code, row):
    with pytest.raises(Invalid) as caught:
        groups.read_people(people)
    assert (caught.value.code, caught.value.row) == (code, row)


def test_nobody_opens_a_group_for_another_organisation(story):
    with refused(Invalid, "other_organisation"):
        groups.open_group(
            by=story.partner_worker,
            organisation=story.ngo,
            type="other",
            country="RU",
            language="ky",
            kind="employer",
            respondent="x",
            people=[("a", ""), ("b", "")],
        )


def test_three_organisations_with_one_agency_are_warned_and_nobody_is_named(client, story, house):
    now, mine = clock.now(), story.case()
    work.name_respondent(by=story.worker, case=mine, kind="agency", name="Агентство «Восток»")
    others = [(story.partner_worker, story.partner)]
    third = house.user(Role.CASE_WORKER, "third", State.KZ)
    others.append((third, third.valid_memberships[0].organisation))
    from cases.services import intake

    for user, organisation in others:
        assert groups.known_to_others(mine, now) == [], "two are a chance"
        case = intake.open_case(by=user, organisation=organisation, type="other", country="RU", language="ky")
        work.name_respondent(by=user, case=case, kind="agency", name="агентство «восток»")
    assert [one.case_id for one in groups.known_to_others(mine, now)] == [mine.pk]
    assert groups.known_to_others(mine, now + dt.timedelta(days=200)) == [], "only the last quarter counts"
    client.cookies["django_language"] = "en"
    client.force_login(story.worker)
    page = client.get(reverse("admin:cases_case_change", args=[mine.pk])).content.decode()
    assert "Other organisations" in page and str(others[1][1]) not in page
