"""A case from the first call to its outcome, and what may not happen on the way."""

import datetime as dt
from decimal import Decimal

import pytest
import time_machine
from django.db import connection

from cases.enums import CaseStatus, ReferralState, RequestState, ServiceState
from cases.models import Case, CaseStep, HelpRequest, Referral
from cases.services import intake, referrals, work
from common import clock
from common.errors import Conflict, Invalid, KozotError, Missing, Refused

pytestmark = pytest.mark.django_db


def test_from_the_first_call_to_a_recovered_sum(story):
    case = story.case()
    work.note_first_contact(by=story.worker, case=case)
    story.assess(case)
    due = clock.today() + dt.timedelta(days=7)
    planned = work.plan(
        by=story.worker,
        case=case,
        kind="negotiation",
        what="call the employer",
        owner=story.worker,
        due_on=due,
    )
    referral = story.referral(case)
    theirs = referrals.accept(by=story.partner_worker, referral=referral)
    assert (theirs.organisation, theirs.client.name) == (story.partner, "Жылдыз Асанова")
    referrals.finish(by=story.partner_worker, referral=referral, reason="paid after a letter")
    work.complete(by=story.worker, planned=planned, result="promised")
    work.close(
        by=story.worker,
        case=case,
        outcome="resolved",
        reason="paid in full",
        recovered=Decimal("135000.00"),
        currency="RUB",
    )
    case.refresh_from_db()
    assert (case.status, case.closures.get().recovered) == (CaseStatus.CLOSED, Decimal("135000.00"))
    steps = list(CaseStep.objects.filter(case=case).order_by("pk").values_list("step", flat=True))
    assert steps == ["registration", "assessment", "case_plan", "implementation", "closure"]


def test_nothing_a_person_said_lies_open_in_the_database(story):
    case = story.case()
    work.write_note(by=story.worker, case=case, text="Кожоюн Сидоров коркутту")
    work.name_respondent(by=story.worker, case=case, kind="employer", name="ООО Сидоров")
    story.referral(case)
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            if table.startswith("cases_"):
                cursor.execute(f'SELECT * FROM "{table}"')
                text = str(cursor.fetchall())
                for secret in ("Жылдыз", "айлык", "996555", "Сидоров", "three months"):
                    assert secret not in text, f"{secret} in {table}"


def test_a_request_is_taken_once(story):
    request = story.request()
    intake.take_in(by=story.worker, request=request)
    with pytest.raises(Conflict):
        intake.take_in(by=story.supervisor, request=request)
    assert Case.everything.count() == 1


def test_an_anonymous_call_needs_no_name_but_a_way_back_is_asked_for(story):
    assert story.request(name="", contact="", channel="none").state == RequestState.NEW
    with pytest.raises(Invalid) as error:
        story.request(contact="", channel="call")
    assert error.value.field == "contact"


def test_without_consent_nothing_leaves(story):
    case = story.case()
    consent = story.consent(case)
    with time_machine.travel(clock.now() + dt.timedelta(days=91)), pytest.raises(Refused) as error:
        story.referral(case, consent=consent)
    assert error.value.code == "no_consent"
    other = story.case()
    with pytest.raises(Refused):
        story.referral(case, consent=story.consent(other))
    assert not Referral.everything.exists()


def test_the_recipient_sees_only_what_was_agreed_and_only_after_accepting(story):
    case = story.case()
    story.assess(case)
    referral = story.referral(case)
    before = referrals.visible_content(referral, story.partner_worker)
    assert set(before) == {"situation", "country"}
    referrals.accept(by=story.partner_worker, referral=referral)
    referral.refresh_from_db()
    after = referrals.visible_content(referral, story.partner_worker)
    assert set(after) == {"situation", "country", "name"}
    assert "996555" not in str(after)
    assert referral.accepted_case.client.contact in ("", None)


def test_withdrawal_ends_what_is_open_and_lists_what_left(story):
    referral = story.referral()
    made = referrals.withdraw(by=story.worker, consent=referral.consent)
    referral.refresh_from_db()
    assert referral.state == ReferralState.REVOKED
    assert made.already_shown == [{"referral": str(referral.pk), "fields": ["country", "situation"]}]
    with pytest.raises(KozotError):
        referrals.accept(by=story.partner_worker, referral=referral)
    with pytest.raises(Refused):
        story.referral(referral.case, consent=referral.consent)


def test_the_guard_keeps_a_case_from_the_one_complained_of(story):
    case = story.case()
    work.name_respondent(
        by=story.worker, case=case, kind="relative", name=story.partner_worker.full_name.upper()
    )
    with pytest.raises(Refused) as error:
        story.referral(case)
    assert error.value.code == "respondent_leak"


def test_two_answers_to_a_referral_are_one(story):
    referral = story.referral()
    referrals.accept(by=story.partner_worker, referral=referral)
    with pytest.raises(Conflict):
        referrals.decline(by=story.partner_supervisor, referral=referral, reason="no lawyers")
    assert Case.everything.filter(organisation=story.partner).count() == 1


def test_an_open_plan_keeps_the_case_open(story):
    case = story.case()
    planned = work.plan(
        by=story.worker, case=case, kind="court", what="sue", owner=story.worker, due_on=clock.today()
    )
    with pytest.raises(Conflict):
        work.close(by=story.worker, case=case, outcome="resolved", reason="done")
    work.complete(by=story.worker, planned=planned, result="not needed", state=ServiceState.DROPPED)
    work.close(by=story.worker, case=case, outcome="resolved", reason="done")
    with pytest.raises(Conflict):
        work.write_note(by=story.worker, case=case, text="after the end")
    work.reopen(by=story.supervisor, case=case, reason="the employer stopped paying")
    case.refresh_from_db()
    assert (case.status, case.closed_at, case.closures.count()) == (CaseStatus.OPEN, None, 1)


def test_a_task_goes_to_somebody_on_the_case(story):
    with pytest.raises(Invalid):
        work.plan(
            by=story.worker,
            case=story.case(),
            kind="court",
            what="sue",
            owner=story.partner_worker,
            due_on=clock.today(),
        )


def test_erasing_a_case_destroys_its_words_and_keeps_its_figures(story):
    case = story.case()
    note = work.write_note(by=story.worker, case=case, text="сыр")
    case.key.destroy()
    fresh = type(note).everything.get(pk=note.pk)
    assert fresh.text is None
    assert Case.everything.filter(type="unpaid_wages").count() == 1


def test_requests_go_to_a_partner_that_takes_their_kind(story):
    with pytest.raises((Refused, Missing)):
        intake.take_in(by=story.partner_worker, request=story.request())
    assert HelpRequest.everything.get().organisation == story.ngo
