"""Two people, or one with two windows, do the same at the same moment: it is done once, and the other one is told."""

import threading

import pytest
from django.db import connection, connections

from accounts.enums import LinkPurpose, OrganisationKind, Role
from accounts.models import AccountLink, EntryCode, Membership, User
from accounts.services import entry_codes, links, roles
from cases.models import CaseStep, Closure, ClosureDecision, HelpRequest
from cases.services import approvals, intake, work
from common import clock
from common.errors import KozotError
from common.scoping import system
from pensions.models import Certificate, CertificateStep
from pensions.services import certificate_states, certificates
from tests.cases.conftest import Story
from tests.pensions.issuing.desk_of_issue import make_office
from tests.support.house import PASSWORD

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]
ENDED = {"outcome": "resolved", "reason": "paid"}


@pytest.fixture(autouse=True)
def several_writers():
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer at a time")


def at_once(*acts) -> list:
    """What each gave back, or the error that it told the person; any other error fails the test."""
    start, ended = threading.Barrier(len(acts)), []

    def run(act) -> None:
        try:
            with system("race"):
                start.wait(10)
                ended.append(act())
        except Exception as error:
            ended.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=[act]) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    wrong = [one for one in ended if isinstance(one, Exception) and not isinstance(one, KozotError)]
    assert wrong == [] and len(ended) == len(acts)
    return ended


def assert_one_did_it(ended: list) -> None:
    assert sum(isinstance(one, KozotError) for one in ended) == len(ended) - 1, ended


def test_a_code_of_the_office_lets_in_once(house):
    code = entry_codes.give(by=None, user=house.user(Role.WORKER), channel="in_person")
    assert_one_did_it(at_once(*[lambda: entry_codes.use(by=None, code=code)] * 4))
    assert EntryCode.objects.filter(used_at__isnull=False).count() == 1


def test_a_link_sets_one_password(house):
    user = house.user(Role.ANALYST)
    secret = AccountLink.make(user=user, purpose=LinkPurpose.RESET, expires_at=clock.now().replace(year=2099))
    words = [f"{PASSWORD} {place}" for place in range(3)]
    assert_one_did_it(
        at_once(*[lambda w=w: links.set_password(by=None, secret=secret, password=w) for w in words])
    )
    assert sum(User.objects.get(pk=user.pk).check_password(word) for word in words) == 1


def test_a_role_is_given_once(house):
    admins = [house.user(Role.SYSTEM_ADMINISTRATOR, name) for name in ("first", "second", "third")]
    office = house.organisation(OrganisationKind.SOCIAL_FUND)
    made = roles.propose(
        by=admins[0],
        user=house.user(Role.WORKER),
        organisation=office,
        role=Role.REGISTRY_OFFICIAL,
        reason="new",
    )
    assert_one_did_it(at_once(*[lambda by=by: roles.confirm(by=by, proposal=made) for by in admins[1:]]))
    assert Membership.objects.filter(user=made.user, organisation=office).count() == 1


def test_a_certificate_is_issued_once_and_revoked_once(house):
    office = make_office(house)
    draft = office.draft()
    acts = [lambda: certificates.issue_certificate(by=office.official, certificate=draft)] * 3
    assert_one_did_it(at_once(*acts))
    issued = Certificate.everything.get(pk=draft.pk)
    said = {"certificate": issued, "reason_code": "error", "reason": "twice"}
    assert_one_did_it(at_once(*[lambda: certificate_states.revoke(by=office.supervisor, **said)] * 3))
    assert CertificateStep.everything.filter(certificate=issued, to_state="revoked").count() == 1


def test_a_request_for_help_becomes_one_case(house):
    story = Story(house)
    asked = story.request()
    assert_one_did_it(at_once(*[lambda: intake.take_in(by=story.worker, request=asked)] * 3))
    assert HelpRequest.everything.get().state == "taken"


def test_a_case_is_closed_once_and_opened_again_once(house):
    story = Story(house)
    case = story.case()
    assert_one_did_it(at_once(*[lambda: work.close(by=story.worker, case=fresh(case), **ENDED)] * 3))
    assert Closure.everything.filter(case=case).count() == 1
    acts = [lambda: work.reopen(by=story.supervisor, case=case_as_seen, reason="again")] * 3
    case_as_seen = fresh(case)
    assert_one_did_it(at_once(*acts))
    assert CaseStep.everything.filter(case=case, reason__isnull=False, step="follow_up").count() == 1


def test_a_closure_is_proposed_once_and_decided_once(house):
    story = Story(house)
    approvals.set_rules(by=story.supervisor, organisation=story.ngo, approve_closure=True)
    case = story.case()
    ended = at_once(*[lambda: approvals.propose_closure(by=story.worker, case=fresh(case), **ENDED)] * 3)
    assert_one_did_it(ended)
    made = next(one for one in ended if not isinstance(one, Exception))
    acts = [lambda: approvals.decide(by=story.supervisor, proposal=fresh(made), accepted=True)] * 3
    assert_one_did_it(at_once(*acts))
    assert ClosureDecision.everything.count() == Closure.everything.count() == 1


def fresh(row):
    return type(row).everything.get(pk=row.pk)
