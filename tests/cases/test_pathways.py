"""Partners in a row: preview, receipt, silence, decline, withdrawal, hand-over, referring onward."""

import datetime as dt

import pytest
import time_machine
from django.core import mail
from django.urls import reverse

from accounts.enums import OrganisationKind, Role, State
from accounts.models import Notice
from accounts.tasks import send_messages
from cases.enums import ReferralState
from cases.models import Case, Partner, Referral
from cases.services import pathways, referrals, vaults, work
from cases.tasks import watch_referrals
from common import clock
from common.errors import Invalid, KozotError, Refused
from common.scoping import acting_as

from .conftest import refused
from .test_vault import Keys, fresh

pytestmark = pytest.mark.django_db
RECEIVED, SILENT, PREPARED = "received", ReferralState.SILENT, ReferralState.PREPARED
WAITING, REVOKED = ReferralState.IN_PROGRESS, ReferralState.REVOKED
LATE = dt.timedelta(days=40)


@pytest.fixture
def row(story):
    """Three partners whom the client agreed to, asked one after the other."""
    return Row(story)


class Row:
    def __init__(self, story):
        self.story = story
        self.workers = [story.partner_worker]
        self.workers += [story.house.user(Role.CASE_WORKER, name, State.KZ) for name in ("second", "third")]
        organisations = [
            story.house.organisation(OrganisationKind.NGO, n) for n in ("partner", "second", "third")
        ]
        for one in organisations:
            Partner.everything.get_or_create(organisation=one)
        self.case = story.case(contact="+996700000001")
        self.consents = [story.consent(self.case, recipient=one) for one in organisations]

    def send(self, **values) -> list[Referral]:
        first, *rest = self.consents
        self.story.referral(self.case, consent=first, then=rest, **values)
        return self.now()

    def now(self) -> list[Referral]:
        return [Referral.everything.get(consent=one) for one in self.consents]

    def states(self) -> list[str]:
        return [one.state for one in self.now()]

    def seen_by(self, place: int) -> dict:
        user, referral = self.workers[place], self.now()[place]
        with acting_as(user):
            listed = Referral.objects.filter(pk=referral.pk).exists()
        shown = referrals.visible_content(referral, user)
        assert bool(shown) <= listed
        return shown


def later(by: dt.timedelta):
    return time_machine.travel(clock.now() + by, tick=False)


def test_only_the_first_is_asked_and_sees_something(row):
    row.send()
    assert row.states() == [WAITING, PREPARED, PREPARED]
    assert row.seen_by(0)
    assert row.seen_by(1) == row.seen_by(2) == {}
    for place in (1, 2):
        for answer in (referrals.accept, referrals.confirm_receipt):
            with pytest.raises(KozotError) as error:
                answer(by=row.workers[place], referral=row.now()[place])
            assert error.value.status == 404


def test_silence_moves_on_closes_and_tells(row):
    row.send()
    assert watch_referrals() == 0, "nobody is late yet"
    with later(LATE):
        assert watch_referrals() == 1
        assert watch_referrals() == 0, "the next has its own hours"
        assert row.states() == [SILENT, WAITING, PREPARED]
        assert row.seen_by(0) == {}
        assert row.seen_by(1)
        now = row.now()[1]
        assert now.answer_due_at > now.receipt_due_at > clock.now()
        assert Notice.everything.filter(user=row.story.supervisor, key__startswith="silent").count() == 1
    with later(LATE + dt.timedelta(days=1)):
        send_messages()
    assert [row.story.supervisor.email] in [m.to for m in mail.outbox]
    told = "".join(f"{m.subject} {m.body}" for m in mail.outbox)
    assert not [s for s in ("Жылдыз", row.case.number, "artner", "NGO", "client") if s in told]
    with later(2 * LATE):
        assert watch_referrals() == 1
    with later(3 * LATE):
        assert watch_referrals() == 0, "the last one may still answer"
        assert row.states() == [SILENT, SILENT, WAITING]


def test_a_receipt_gives_time_to_answer(row):
    first = row.send()[0]
    with later(first.receipt_due_at - clock.now() + dt.timedelta(minutes=1)):
        assert pathways.silent(clock.now())
        referrals.confirm_receipt(by=row.workers[0], referral=first)
        assert watch_referrals() == 0
    with later(first.answer_due_at - clock.now() + dt.timedelta(minutes=1)):
        assert watch_referrals() == 1
    assert [s.state for s in first.steps.order_by("pk")] == [WAITING, RECEIVED, SILENT]


def test_a_decline_asks_the_next_at_once(row):
    first = row.send()[0]
    referrals.decline(by=row.workers[0], referral=first, reason="full")
    assert row.states() == [ReferralState.REJECTED, WAITING, PREPARED]
    assert row.seen_by(1)


def test_accepting_drops_the_rest(row):
    referrals.accept(by=row.workers[0], referral=row.send()[0])
    assert row.states() == [ReferralState.ACCEPTED, REVOKED, REVOKED]
    assert row.seen_by(1) == {}


def test_a_consent_that_was_withdrawn_is_passed_over(row):
    row.send()
    withdrawn = referrals.withdraw(by=row.story.worker, consent=row.consents[1])
    assert [one["fields"] for one in withdrawn.already_shown] == [[]], "it had seen nothing"
    assert row.states() == [WAITING, REVOKED, REVOKED], (
        "what stood behind it is not sent past the client's word"
    )


def test_one_that_employs_the_respondent_by_then_is_passed_over(row):
    row.send()
    second = row.consents[1].recipient
    work.name_respondent(by=row.story.worker, case=row.case, kind="agency", name="x", organisation=second)
    with later(LATE):
        assert watch_referrals() == 1
    assert row.states() == [SILENT, REVOKED, WAITING]


def test_where_nobody_fits_the_silent_one_keeps_its_turn(row):
    row.consents = [
        row.consents[0],
        row.story.consent(row.case, recipient=row.consents[1].recipient, expires_on=clock.today()),
    ]
    row.send()
    with later(LATE):
        assert watch_referrals() == 0
        assert row.states()[0] == WAITING


def test_taking_it_back_takes_back_the_row(row):
    first = row.send()[0]
    referrals.revoke(by=row.story.worker, referral=first, reason="r")
    assert row.states() == [REVOKED, REVOKED, REVOKED]
    with later(LATE):
        assert watch_referrals() == 0


def test_nobody_is_asked_twice_and_every_consent_is_of_this_case(row):
    with refused(Invalid, "partner_twice"):
        row.story.referral(row.case, consent=row.consents[0], then=[row.consents[0]])
    other = row.story.consent(row.story.case())
    with refused(Refused, "no_consent"):
        row.story.referral(row.case, consent=row.consents[1], then=[other])
    assert not Referral.everything.exists()


def test_the_job_needs_no_key_and_the_next_partner_can_read(story, row):
    keys = Keys(story)
    keys.own(story.supervisor, story.ngo, story.worker)
    second = story.house.user(Role.CASE_SUPERVISOR, "second", State.KZ)
    keys.own(second, row.consents[1].recipient, row.workers[1])
    with keys.session(story.worker):
        row.case = fresh(row.case)
        row.consents = [fresh(one) for one in row.consents]
        row.send()
    with later(LATE):
        assert watch_referrals() == 1
    with keys.session(row.workers[1]):
        assert row.seen_by(1)["situation"]
    with keys.session(story.worker):
        assert fresh(row.now()[0]).preview
    assert "|" not in row.now()[0].key.wrapped, "the silent one, who was on the key ring, is shut out"
    with keys.session(story.supervisor):
        vaults.change(by=story.supervisor, organisation=story.ngo)
    assert "|" not in row.now()[0].key.wrapped, "a new key of the sender lets nobody in again"


def test_handing_over_closes_the_own_case(row):
    planned = work.plan(
        by=row.story.worker,
        case=row.case,
        kind="court",
        what="w",
        owner=row.story.worker,
        due_on=clock.today(),
    )
    first = row.send(is_transfer=True)[0]
    theirs = referrals.accept(by=row.workers[0], referral=first)
    case = Case.everything.get(pk=row.case.pk)
    planned.refresh_from_db()
    assert (case.status, case.step, planned.state) == ("transferred", "closure", "dropped")
    assert case.closures.get().outcome == "transferred"
    assert theirs.status == "open"


def test_the_first_sender_learns_that_it_went_onward(row):
    first = row.send()[0]
    theirs = referrals.accept(by=row.workers[0], referral=first)
    consent = row.story.consent(theirs, by=row.workers[0], recipient=row.consents[2].recipient)
    row.story.referral(theirs, by=row.workers[0], consent=consent)
    assert first.steps.filter(state=ReferralState.ONWARD).count() == 1
    assert row.seen_by(0), "the partner keeps what it accepted"


# --- the desk ------------------------------------------------------------------------------------------------


def refer_address(case) -> str:
    return reverse("admin:cases_case_do", args=[case.pk, "refer"])


def test_the_preview_is_what_the_partner_sees(client, row):
    client.force_login(row.story.worker)
    asked = {
        "consent": row.consents[0].pk,
        "then": row.consents[1].pk,
        "service": "legal_assistance",
        "situation": "three months of wages are owed",
    }
    page = client.post(refer_address(row.case), asked)
    assert not Referral.everything.exists(), "nothing is sent before it was looked at"
    assert "no-store" in page["Cache-Control"]
    told = page.context["partners"]
    answer = client.post(refer_address(row.case), dict(page.context["hidden"]))
    assert answer.status_code == 302
    first = Referral.everything.get(consent=row.consents[0])
    assert [v for _n, v in told[0]["before"]] == list(
        referrals.visible_content(first, row.workers[0]).values()
    )
    theirs = referrals.accept(by=row.workers[0], referral=first)
    first.refresh_from_db()
    assert theirs.client.name == "Жылдыз Асанова"
    both = [v for part in ("before", "after") for _n, v in told[0][part]]
    assert sorted(both) == sorted(referrals.visible_content(first, row.workers[0]).values())


def test_what_changed_after_the_preview_is_shown_again(client, row):
    client.force_login(row.story.worker)
    asked = {"consent": row.consents[0].pk, "service": "court", "situation": "wages"}
    hidden = dict(client.post(refer_address(row.case), asked).context["hidden"])
    client_row = row.case.client
    client_row.name = "Somebody Else"
    client_row.save()
    page = client.post(refer_address(row.case), hidden)
    assert page.status_code == 200
    assert not Referral.everything.exists()
    assert "Somebody Else" in page.content.decode()


def test_my_day_and_the_story_tell_of_it(client, row):
    client.cookies["django_language"] = "en"
    row.send()
    with later(LATE):
        watch_referrals()
        client.force_login(row.story.supervisor)
        titles = [str(s["title"]) for s in client.get(reverse("cases:my_day")).context["sections"]]
        assert "Asked next, because a partner was silent" in titles
    referrals.withdraw(by=row.story.worker, consent=row.consents[1])
    page = client.get(reverse("admin:cases_case_change", args=[row.case.pk]))
    texts = [e.get("text") or "" for e in page.context["events"]]
    assert any("had seen: what happened, in short, country" in t for t in texts)
