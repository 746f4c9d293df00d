"""Providers' figures: sent by one, checked by another, approved by a third; findings name the place and the way out."""

import datetime as dt
from decimal import Decimal

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction
from django.urls import reverse

from accounts.enums import OrganisationKind, Role
from accounts.models import Membership
from common.errors import Conflict, Invalid, Missing, Refused
from monitoring import deliveries
from monitoring.enums import RuleKind
from monitoring.models import DataDuty, DataItem, Observation, Submission, SubmissionStep
from monitoring.services import datasets, submissions, validation
from monitoring.statfiles import mapping_of

pytestmark = pytest.mark.django_db

MAPPING = {
    "item": "jobs_found",
    "period": {"column": "quarter"},
    "value": {"column": "persons"},
    "dimensions": {"REF_AREA": {"column": "area"}},
    "missing": [".."],
}
GOOD = "quarter,area,persons\n2026-Q2,_T,100\n2026-Q2,KG-B,40\n2026-Q2,KG-O,60\n"


class Office:
    """A fund that owes the jobs found in its oblasts; an analyst who checks; a decision maker who approves."""

    def __init__(self, house):
        self.house = house
        self.sender = house.user(Role.REGISTRY_SUPERVISOR)
        self.fund = house.organisation(OrganisationKind.SOCIAL_FUND)
        self.analyst, self.decider = house.user(Role.ANALYST), house.user(Role.DECISION_MAKER)
        words = datasets.translated(
            "title", {"en": "Jobs found", "ky": "Табылган жумуш", "ru": "Найдено работ"}
        )
        self.item = DataItem.everything.create(
            code="jobs_found", unit="persons", frequency="Q", kind="flow", origin="dataset",
            dimensions=["REF_AREA"], **words,
        )  # fmt: skip
        submissions.assign(
            by=self.analyst, item=self.item, organisation=self.fund, due_days=30, from_on=dt.date(2026, 1, 1)
        )

    def rule(self, kind, weight="error", **params):
        validation.add_rule(
            by=self.analyst, item=self.item, kind=kind, params=params, weight=weight, reason="as agreed"
        )

    def send(self, text=GOOD, **more) -> Submission:
        return submissions.send(
            by=self.sender, organisation=self.fund, content=text.encode(), name="jobs.csv", title="Jobs",
            mapping=mapping_of({**MAPPING, **more}),
        )  # fmt: skip

    def through(self, text=GOOD, **more) -> Submission:
        made = self.send(text, **more)
        submissions.submit(by=self.sender, submission=made)
        submissions.validate(by=self.analyst, submission=made, reason="as expected")
        return submissions.approve(by=self.decider, submission=made)

    def found(self, text) -> list[tuple]:
        return [
            (one.kind, one.line, one.key, one.period) for one in submissions.newest_findings(self.send(text))
        ]


@pytest.fixture
def office(house):
    with time_machine.travel("2026-11-27 10:00", tick=False):
        yield Office(house)


def value(key="", period="2026-Q2"):
    return Observation.objects.as_of().get(item__code="jobs_found", key=key, period=period).value


def test_figures_count_once_three_persons_have_had_them(office):
    made = office.send()
    assert not Observation.objects.filter(item=office.item).exists()
    submissions.submit(by=office.sender, submission=made)
    submissions.validate(by=office.analyst, submission=made)
    assert not Observation.objects.filter(item=office.item).exists()
    made = submissions.approve(by=office.decider, submission=made)
    assert value() == 100 and value("REF_AREA=KG-B") == 40
    assert (made.state, made.approved_by) == ("approved", office.decider)
    assert [one.to_state for one in made.steps.order_by("pk")] == [
        "open",
        "submitted",
        "validated",
        "approved",
    ]


def test_nobody_does_two_steps(office, house):
    made = office.send()
    both = [Role.ANALYST, Role.DECISION_MAKER]
    for role in both:
        for user in (office.sender, office.analyst):
            Membership.objects.get_or_create(
                user=user, organisation=office.fund, role=role, defaults={"from_on": dt.date(2020, 1, 1)}
            )
    fresh = [type(one).objects.get(pk=one.pk) for one in (office.sender, office.analyst)]
    submissions.submit(by=fresh[0], submission=made)
    with pytest.raises(Conflict, match="leaves this step"):
        submissions.validate(by=fresh[0], submission=made)
    submissions.validate(by=fresh[1], submission=made)
    for user in fresh:
        with pytest.raises(Conflict, match="leaves this step"):
            submissions.approve(by=user, submission=made)
    with pytest.raises(DatabaseError), transaction.atomic():
        SubmissionStep.objects.create(
            submission=made, from_state="validated", to_state="approved", by=fresh[1]
        )
    submissions.approve(by=office.decider, submission=made)


def test_steps_have_their_order_and_a_way_back(office):
    made = office.send()
    with pytest.raises(Conflict, match="state"):
        submissions.approve(by=office.decider, submission=made)
    submissions.submit(by=office.sender, submission=made)
    with pytest.raises(Conflict, match="open submission"):
        submissions.replace(
            by=office.sender,
            submission=made,
            content=GOOD.encode(),
            mapping=mapping_of(MAPPING),
            name="x.csv",
        )
    with pytest.raises(Invalid):
        submissions.give_back(by=office.analyst, submission=made, reason=" ")
    submissions.give_back(by=office.analyst, submission=made, reason="Chui is missing")
    better = GOOD.replace("100", "130") + "2026-Q2,KG-C,30\n"
    submissions.replace(
        by=office.sender, submission=made, content=better.encode(), mapping=mapping_of(MAPPING), name="x.csv"
    )
    submissions.submit(by=office.sender, submission=made)
    submissions.validate(by=office.analyst, submission=made)
    submissions.approve(by=office.decider, submission=made)
    assert value() == 130


def test_only_the_own_item_and_only_the_own_submission(office, house):
    other = house.user(Role.CASE_SUPERVISOR)
    ngo = house.organisation(OrganisationKind.NGO)
    made = office.send()
    with pytest.raises(Invalid) as error:
        submissions.send(
            by=other,
            organisation=ngo,
            content=GOOD.encode(),
            name="x.csv",
            title="x",
            mapping=mapping_of(MAPPING),
        )
    assert error.value.code == "foreign_item"
    with pytest.raises((Refused, Missing)):
        submissions.send(
            by=other, organisation=office.fund, content=GOOD.encode(), name="x", title="x",
            mapping=mapping_of(MAPPING),
        )  # fmt: skip
    for service in (submissions.submit, submissions.approve):
        with pytest.raises((Refused, Missing)):
            service(by=other, submission=made)
    with pytest.raises((Refused, Missing)):
        submissions.validate(by=office.decider, submission=made)


RULES = [
    (RuleKind.RANGE, {"low": 0, "high": 90}, GOOD, ("range", 2, "", "2026-Q2")),
    (RuleKind.SUM, {"dimension": "REF_AREA"}, GOOD.replace("60", "50"), ("sum", 2, "", "2026-Q2")),
    (
        RuleKind.REQUIRED,
        {"dimension": "REF_AREA", "codes": ["KG-B", "KG-T"]},
        GOOD,
        ("required", None, "REF_AREA=KG-T", "2026-Q2"),
    ),
]


@pytest.mark.parametrize(("kind", "params", "text", "expected"), RULES)
def test_a_rule_finds_its_place(office, kind, params, text, expected):
    office.rule(kind, **params)
    assert office.found(text) == [expected]
    made = office.send(text)
    with pytest.raises(Conflict, match="corrected first"):
        submissions.submit(by=office.sender, submission=made)


def test_rules_against_the_period_before(office):
    office.rule(RuleKind.CHANGE, "warning", percent=50)
    office.rule(RuleKind.ZERO, "warning")
    office.through(GOOD)
    later = "quarter,area,persons\n2026-Q3,_T,160\n2026-Q3,KG-B,0\n2026-Q3,KG-O,..\n"
    assert sorted(office.found(later)) == sorted(
        [
            ("change", 2, "", "2026-Q3"),
            ("change", 3, "REF_AREA=KG-B", "2026-Q3"),
            ("zero", 3, "REF_AREA=KG-B", "2026-Q3"),
            ("zero", 4, "REF_AREA=KG-O", "2026-Q3"),
        ]
    )
    made = office.send(later)
    submissions.submit(by=office.sender, submission=made)
    with pytest.raises(Invalid):
        submissions.validate(by=office.analyst, submission=made)
    submissions.validate(by=office.analyst, submission=made, reason="The fund closed two offices.")
    submissions.approve(by=office.decider, submission=made)
    assert value("REF_AREA=KG-B", "2026-Q3") == Decimal(0)
    assert value("REF_AREA=KG-O", "2026-Q3") is None


def test_parts_without_a_number_are_no_wrong_sum(office):
    office.rule(RuleKind.SUM, dimension="REF_AREA")
    assert office.found(GOOD.replace("60", "..")) == []
    assert office.found(GOOD.replace("60", "..").replace("40", "140")) == [("sum", 2, "", "2026-Q2")]


def test_a_code_is_asked_whether_it_was_valid_then(office):
    """Batken oblast is of October 1999. Offices recast their series: it is to be explained, not refused."""
    found = office.send("quarter,area,persons\n1999-Q3,KG-B,5\n1999-Q4,KG-B,6\n2026-Q2,XX,1\n")
    first, second = submissions.newest_findings(found)
    assert (first.kind, first.weight, first.line) == ("reading", "error", 4)
    assert (second.kind, second.weight, second.period) == ("code", "warning", "1999-Q3")
    assert set(second.words) == {"ky", "ru", "en"} and len(set(second.words.values())) == 3
    assert "1999-10-13" in second.words["ky"]


def test_a_locked_figure_changes_only_with_a_reason(office):
    made = office.through()
    submissions.lock(by=office.decider, submission=made)
    changed = GOOD.replace("40", "41").replace("100", "101")
    assert {one[0] for one in office.found(changed)} == {"locked"}
    assert office.found(GOOD) == [], "the same number is no change"
    office.through(changed, reason="error")
    newest = Observation.objects.as_of().get(item=office.item, key="", period="2026-Q2")
    assert (newest.value, newest.version, newest.revision_reason) == (101, 2, "error")
    submissions.publish(by=office.decider, submission=made)


def test_an_outlier_is_shown_to_whoever_checks(office):
    lines = [
        f"{year}-Q{quarter},_T,{100 + 2 * year % 7 + quarter}"
        for year in (2023, 2024, 2025)
        for quarter in (1, 2, 3, 4)
    ]
    office.through("quarter,area,persons\n" + "\n".join(lines) + "\n")
    made = office.send("quarter,area,persons\n2026-Q1,_T,900\n")
    (found,) = submissions.newest_findings(made)
    assert (found.kind, found.weight, found.line) == ("outlier", "warning", 2)


def test_what_is_due(office):
    rows = deliveries.due(dt.date(2026, 11, 27), [office.fund.pk])
    assert [(str(one.period), one.is_late) for one in rows] == [
        ("2026-Q1", True),
        ("2026-Q2", True),
        ("2026-Q3", True),
    ]
    office.through()
    rows = deliveries.due(dt.date(2026, 10, 15), [office.fund.pk])
    assert [(str(one.period), one.due_on, one.is_late) for one in rows] == [
        ("2026-Q3", dt.date(2026, 10, 30), False)
    ]
    assert deliveries.due(dt.date(2026, 11, 27), []) == []


def handed(office, house, from_on=None):
    """The duty goes to another organisation."""
    other = house.organisation(OrganisationKind.SOCIAL_FUND, "second")
    submissions.assign(by=office.analyst, item=office.item, organisation=other, due_days=30, from_on=from_on)
    return other


def owing(office, day) -> list:
    return [one.organisation for one in DataDuty.standing_on(day).filter(item=office.item)]


def test_on_the_day_of_change_only_the_new_organisation_sends(office, house):
    office.send()
    other, today = handed(office, house), dt.date(2026, 11, 27)
    with pytest.raises(Invalid) as raised:
        office.send()
    assert raised.value.code == "foreign_item"
    office.sender = house.user(Role.REGISTRY_SUPERVISOR, "second")
    office.fund, old = other, office.fund
    office.send()
    assert owing(office, today) == [other] and owing(office, today - dt.timedelta(days=1)) == [old]


def test_a_duty_handed_over_later_and_then_at_once(office, house):
    """The one that would have begun next month never does."""
    today, later = dt.date(2026, 11, 27), dt.date(2026, 12, 27)
    never = handed(office, house, later)
    assert owing(office, later - dt.timedelta(days=1)) == [office.fund]
    now = handed(office, house)
    assert [owing(office, day) for day in (today, later)] == [[now], [now]]
    submissions.assign(by=office.analyst, item=office.item, organisation=never, due_days=10)
    assert owing(office, today) == [never]


def test_who_sends_is_told_of_figures_that_are_near_their_day_and_late(office):
    from accounts.models import Notice
    from reports.services import reminders

    for day in (dt.date(2026, 11, 27), dt.date(2026, 11, 28), dt.date(2027, 1, 25), dt.date(2027, 1, 31)):
        reminders.remind(day)
    told = Notice.everything.filter(kind="monitoring.figure_due", user=office.sender).order_by("key")
    assert [one.key for one in told] == [
        "jobs_found 2026-Q1 late",
        "jobs_found 2026-Q2 late",
        "jobs_found 2026-Q3 late",
        "jobs_found 2026-Q4 due",
        "jobs_found 2026-Q4 late",
    ]
    assert {one.path for one in told} == {reverse("admin:monitoring_submission_due")}


def test_a_rule_that_says_nothing_is_refused(office):
    for kind, params in [
        (RuleKind.RANGE, {}),
        (RuleKind.SUM, {}),
        (RuleKind.SUM, {"dimension": "SEX"}),
        (RuleKind.CHANGE, {"percent": 5, "low": 1}),
        (RuleKind.REQUIRED, {"codes": ["KG-B"]}),
    ]:
        with pytest.raises(Invalid):
            office.rule(kind, **params)


def test_the_desk_from_the_file_to_approval(office, client):
    def as_(user):
        client.force_login(user)
        client.cookies["django_language"] = "ky"
        return client

    def do(user, pk, name, **values):
        address = reverse("admin:monitoring_submission_do", args=[pk, name])
        return as_(user).post(address, values)

    office.rule(RuleKind.RANGE, "warning", high=90)
    due = as_(office.sender).get(reverse("admin:monitoring_submission_due")).content.decode()
    assert "jobs_found" in due and "2026-Q3" in due
    import yaml

    values = {
        "title": "Jobs", "organisation": office.fund.pk, "mapping_text": yaml.safe_dump(MAPPING),
        "file": SimpleUploadedFile("jobs.csv", GOOD.encode()),
    }  # fmt: skip
    answer = as_(office.sender).post(reverse("admin:monitoring_submission_list_do", args=["send"]), values)
    assert answer.status_code == 302, answer.content.decode()[-3000:]
    made = Submission.everything.get(title="Jobs")
    page = (
        as_(office.sender).get(reverse("admin:monitoring_submission_change", args=[made.pk])).content.decode()
    )
    assert "100 саны 90 чегинен жогору" in page and "persons" in page
    assert do(office.analyst, made.pk, "validate").status_code in (403, 404)
    do(office.sender, made.pk, "submit")
    assert do(office.decider, made.pk, "validate", reason="x").status_code in (403, 404)
    do(office.analyst, made.pk, "validate", reason="Түшүнүктүү")
    do(office.decider, made.pk, "approve")
    made.refresh_from_db()
    assert made.state == "approved" and value() == 100
    stranger = office.house.user(Role.CASE_SUPERVISOR)
    address = reverse("admin:monitoring_submission_change", args=[made.pk])
    assert as_(stranger).get(address).status_code in (302, 403, 404)
    assert (
        made.title
        not in as_(stranger).get(reverse("admin:monitoring_submission_changelist")).content.decode()
    )


def test_the_api_tells_an_organisation_of_its_own(office, client):
    made = office.send(GOOD.replace("60", "x"))
    client.force_login(office.sender)
    (row,) = client.get("/api/v1/submissions/").json()["results"]
    assert row["id"] == str(made.pk)
    detail = client.get(f"/api/v1/submissions/{made.pk}/").json()
    assert detail["findings"][0]["line"] == 4 and detail["steps"][0]["to_state"] == "open"
    client.force_login(office.house.user(Role.CASE_SUPERVISOR))
    assert client.get("/api/v1/submissions/").json()["results"] == []
    assert client.get(f"/api/v1/submissions/{made.pk}/").status_code == 404
