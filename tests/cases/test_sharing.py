"""Documents by referral: who opens which, when, and from when on nobody does. The attack comes first."""

import datetime as dt
import io
import uuid

import pytest
import pyzipper
import time_machine
from django.urls import reverse

from accounts.enums import OrganisationKind, Role, State
from accounts.models import Membership, User
from cases import links, readers
from cases.models import CaseDocument, Partner, Referral, SharedDocument, SharedReading
from cases.services import documents, erasure, exports, letters, pathways, referrals, sharing, vaults, work
from common import clock, files
from common.errors import Invalid, KozotError, Missing, Refused
from common.keys.vault import Locked
from common.models import StoredFile
from common.scoping import acting_as

from .conftest import refused
from .test_vault import Keys, fresh

pytestmark = pytest.mark.django_db
EARLY, LATER, KEPT = "Билет.", "Келишим.", "Башка кагаз."


class Papers:
    """A case with three papers: one shown before acceptance, one after it, one never."""

    def __init__(self, story):
        self.story = story
        self.case = story.case()
        self.early, self.later, self.kept = (self.add(text) for text in (EARLY, LATER, KEPT))

    def add(self, text: str) -> CaseDocument:
        file = io.BytesIO(text.encode())
        return documents.add(by=self.story.worker, case=self.case, file=file, name="a.txt", title=text)

    def consent(self, **values):
        named = {"documents": [self.early, self.later], "documents_before": [self.early]}
        return self.story.consent(self.case, **{**named, **values})

    def send(self, **values) -> Referral:
        return self.story.referral(self.case, consent=values.pop("consent", None) or self.consent(), **values)

    def opens(self, user, referral) -> set[str]:
        """What this person can read of the referral, tried on every copy; the list says the same."""
        read = set()
        for one in SharedDocument.everything.filter(referral=referral):
            try:
                read.add(sharing.read(by=user, shared=fresh(one)).decode())
            except Missing:
                continue
        try:
            listed = {one.title for one in sharing.papers(by=user, referral=fresh(referral))}
        except KozotError:
            listed = set()
        assert listed == read
        return read


@pytest.fixture
def papers(story) -> Papers:
    return Papers(story)


def test_before_and_after_acceptance_the_partner_opens_what_was_named(papers):
    s, referral = papers.story, papers.send()
    assert papers.opens(s.partner_worker, referral) == {EARLY}
    referrals.accept(by=s.partner_worker, referral=referral)
    assert papers.opens(s.partner_worker, referral) == {EARLY, LATER}
    assert papers.opens(s.partner_supervisor, referral) == {EARLY, LATER}
    assert SharedReading.everything.filter(by=s.partner_worker).count() == 3


def another(story):
    user = User.objects.create_user(email=f"{uuid.uuid4()}@example.org", full_name="another")
    Membership.objects.create(user=user, organisation=story.partner, role=Role.CASE_WORKER)
    return user


ATTACKERS = {
    "a third organisation": lambda s: s.house.user(Role.CASE_WORKER, "third"),
    "supervisor of a third": lambda s: s.house.user(Role.CASE_SUPERVISOR, "third", State.KZ),
    "a colleague at the partner who is not on the case": another,
    "the sender, who has the papers in the case": lambda s: s.worker,
    **{
        str(role): lambda s, role=role: s.house.user(role)
        for role in (Role.AUDITOR, Role.SYSTEM_ADMINISTRATOR, Role.ANALYST, Role.WORKER)
    },
}


@pytest.mark.parametrize("who", ATTACKERS)
def test_nobody_else_opens_a_copy(papers, client, who):
    s, referral = papers.story, papers.send()
    referrals.accept(by=s.partner_worker, referral=referral)
    user = ATTACKERS[who](s)
    client.force_login(user)
    assert papers.opens(user, referral) == set()
    for one in referral.documents.all():
        for pk in (one.pk, uuid.uuid4()):
            assert client.get(links.link("cases:shared", user, pk)).status_code in {403, 404}
        assert client.get(links.link("cases:document", user, one.pk)).status_code in {403, 404}
    if user != s.worker:
        with acting_as(user):
            assert not SharedDocument.objects.exists()
            assert not SharedReading.objects.exists()
    assert not SharedReading.everything.exists()


def withdrawn(papers, referral):
    referrals.withdraw(by=papers.story.worker, consent=referral.consent)


def revoked(papers, referral):
    referrals.revoke(by=papers.story.worker, referral=fresh(referral), reason="r")


def declined(papers, referral):
    referrals.decline(by=papers.story.partner_worker, referral=fresh(referral), reason="r")


ENDS = {"withdrawn": withdrawn, "revoked": revoked, "declined": declined}


@pytest.mark.parametrize(
    ("end", "accepted"),
    [("withdrawn", False), ("withdrawn", True), ("revoked", False), ("revoked", True), ("declined", False)],
)
def test_an_end_closes_at_once_and_the_bytes_go(papers, end, accepted, django_capture_on_commit_callbacks):
    s, referral = papers.story, papers.send()
    if accepted:
        referrals.accept(by=s.partner_worker, referral=referral)
    assert papers.opens(s.partner_worker, referral)
    with django_capture_on_commit_callbacks(execute=True):
        ENDS[end](papers, referral)
    for user in (s.partner_worker, s.partner_supervisor):
        assert papers.opens(user, referral) == set()
        with acting_as(user):
            assert not SharedDocument.objects.exists()
    for one in SharedDocument.everything.filter(referral=referral):
        assert one.closed_at
        assert not files.path_of(one.file.address).exists()
    assert files.read(papers.early.file).decode() == EARLY, "the paper itself stays in the case"


def test_a_consent_that_runs_out_closes_at_once_and_the_copies_go_at_the_next_watch(papers):
    s, referral = papers.story, papers.send()
    referrals.accept(by=s.partner_worker, referral=referral)
    last = dt.datetime.combine(referral.consent.expires_on, dt.time(12), dt.UTC)
    with time_machine.travel(last, tick=False):
        assert papers.opens(s.partner_worker, referral) == {EARLY, LATER}, "the last day counts"
    with time_machine.travel(last + dt.timedelta(days=1), tick=False):
        assert papers.opens(s.partner_worker, referral) == set()
        assert not SharedDocument.everything.filter(closed_at__isnull=False).exists()
        pathways.watch(now=clock.now())
        assert not SharedDocument.everything.filter(closed_at__isnull=True).exists()


def test_a_partner_in_the_row_opens_nothing_before_its_turn_and_the_silent_one_nothing_after(papers):
    s = papers.story
    third = s.house.user(Role.CASE_WORKER, "third", State.KZ)
    other = s.house.organisation(OrganisationKind.NGO, "third")
    Partner.everything.create(organisation=other)
    first, then = papers.consent(), papers.consent(recipient=other, documents=[papers.early])
    referral = papers.send(consent=first, then=[then])
    waiting = Referral.everything.get(consent=then)
    assert papers.opens(third, waiting) == set()
    with time_machine.travel(clock.now() + dt.timedelta(days=40), tick=False):
        pathways.watch(now=clock.now())
        assert papers.opens(s.partner_worker, referral) == set()
        assert papers.opens(third, waiting) == {EARLY}


def test_a_consent_names_only_open_papers_of_its_own_case(papers):
    s = papers.story
    elsewhere = Papers(s)
    for named in ([elsewhere.early], [papers.early, elsewhere.early]):
        with pytest.raises(Missing):
            papers.consent(documents=named, documents_before=[])
    with refused(Invalid, "document_not_named"):
        papers.consent(documents=[papers.later])
    with refused(Invalid, "documents_by_letter"):
        s.letter_consent(papers.case, documents=[papers.early])
    with refused(Invalid, "documents_many"):
        many = [papers.add(str(number)) for number in range(sharing.MOST_DOCUMENTS + 1)]
        papers.consent(documents=many, documents_before=[])
    assert papers.send(consent=s.consent(papers.case)).documents.count() == 0


def test_what_came_by_referral_goes_no_further(papers):
    """The partner refers onward or hands its case over: papers of the sender are none of its case."""
    s, referral = papers.story, papers.send()
    theirs = referrals.accept(by=s.partner_worker, referral=referral)
    third = s.house.user(Role.CASE_WORKER, "third", State.KZ)
    other = s.house.organisation(OrganisationKind.NGO, "third")
    with pytest.raises(Missing):
        s.consent(theirs, by=s.partner_worker, recipient=other, documents=[papers.early])
    onward = s.consent(theirs, by=s.partner_worker, recipient=other)
    sent = s.referral(theirs, by=s.partner_worker, consent=onward, is_transfer=True)
    referrals.accept(by=third, referral=sent)
    assert papers.opens(third, referral) == papers.opens(third, sent) == set()
    content, password = exports.make(by=s.partner_worker, case=theirs, recipient="r", purpose="p")
    with pyzipper.AESZipFile(io.BytesIO(files.read(content.file))) as archive:
        archive.setpassword(password.encode())
        assert archive.namelist() == [f"{theirs.number}.pdf"]


def test_the_guard_against_the_one_complained_of(papers):
    s, consent = papers.story, papers.consent()
    referral = papers.send(consent=consent)
    referrals.accept(by=s.partner_worker, referral=referral)
    work.name_respondent(by=s.worker, case=papers.case, kind="recruiter", name="Марат Усенов")
    assert papers.opens(s.partner_worker, referral)
    hired = User.objects.create_user(email="hired@example.org", full_name="Марат Усенов")
    Membership.objects.create(user=hired, organisation=s.partner, role=Role.ANALYST)
    assert papers.opens(s.partner_worker, referral) == set(), "he has come to work there since"
    before = StoredFile.objects.count()
    with refused(Refused, "respondent_leak"):
        papers.send(consent=papers.consent())
    assert StoredFile.objects.count() == before, "nothing was copied before the guard was asked"


def test_a_letter_that_went_on_closes_with_its_own_consent(papers):
    s = papers.story
    s.assess(papers.case)
    own = s.letter_consent(papers.case)
    letter = letters.write(
        by=s.worker, case=papers.case, code="labour_complaint", language="ru", consent=own
    )[0]
    referral = papers.send(consent=papers.consent(documents=[letter], documents_before=[letter]))
    assert sharing.papers(by=s.partner_worker, referral=referral)
    referrals.withdraw(by=s.worker, consent=own)
    assert sharing.papers(by=s.partner_worker, referral=fresh(referral)) == []


def test_the_key_of_the_case_goes_nowhere(papers):
    """With both organisations' keys in their own hands: a copy opens for the partner, the paper itself does not."""
    s = papers.story
    keys = Keys(s)
    keys.own(s.supervisor, s.ngo, s.worker)
    keys.own(s.partner_supervisor, s.partner, s.partner_worker)
    with keys.session(s.worker):
        case = fresh(papers.case)
        early = fresh(papers.early)
        consent = s.consent(case, documents=[early], documents_before=[early])
        referral = fresh(s.referral(case, consent=consent))
    copy = referral.documents.get()
    assert copy.file.key_id == referral.key_id != case.key_id
    lying = files.path_of(copy.file.address).read_bytes()
    assert EARLY.encode() not in lying
    with pytest.raises(Locked):
        sharing.read(by=s.partner_worker, shared=fresh(copy))
    with keys.session(s.partner_worker):
        assert sharing.read(by=s.partner_worker, shared=fresh(copy)).decode() == EARLY
        with pytest.raises(Locked):
            files.read(fresh(papers.early).file)
    with keys.session(s.worker):
        referrals.withdraw(by=s.worker, consent=fresh(consent))
    key = fresh(copy).file.key
    with keys.session(s.partner_worker), pytest.raises(Locked):
        key.secret()
    with keys.session(s.partner_supervisor):
        vaults.change(by=s.partner_supervisor, organisation=s.partner)
    with keys.session(s.partner_worker), pytest.raises(Locked):
        fresh(referral).key.secret()


def test_erasing_the_case_erases_what_it_lent(papers, django_capture_on_commit_callbacks):
    s, referral = papers.story, papers.send()
    referrals.accept(by=s.partner_worker, referral=referral)
    work.close(by=s.worker, case=papers.case, outcome="resolved", reason="r")
    with time_machine.travel(clock.now() + dt.timedelta(days=30 * 366), tick=False):
        erasure.erase_due(now=clock.now())
    for one in SharedDocument.everything.select_related("file"):
        assert one.closed_at
        assert not files.path_of(one.file.address).exists()


# --- pages --------------------------------------------------------------------------------------------------


def test_from_the_consent_to_the_list_of_what_has_left(papers, client, journal):
    s, case = papers.story, papers.case
    client.cookies["django_language"] = "en"
    client.force_login(s.worker)
    Partner.everything.create(organisation=s.partner)
    door = reverse("admin:cases_case_do", args=[case.pk, "consent"])
    given = {
        "use": "referral",
        "recipient": s.partner.pk,
        "purpose": "p",
        "how": "h",
        "fields_shown": ["situation", "name"],
        "expires_on": "2030-01-01",
        "documents_before": [papers.early.pk],
    }
    answer = client.post(door, given)
    assert "stands among the documents above as well" in answer.content.decode()
    given["documents"] = [papers.early.pk, papers.later.pk]
    assert client.post(door, given).status_code == 302
    consent = case.consents.get()
    refer = reverse("admin:cases_case_do", args=[case.pk, "refer"])
    asked = {"consent": consent.pk, "service": "court", "situation": "wages"}
    page = client.post(refer, asked)
    text = page.content.decode()
    before, after = text.split("After accepting, in addition")
    assert EARLY in before
    assert LATER in after
    assert EARLY not in after
    assert KEPT not in text
    assert not Referral.everything.exists()
    assert client.post(refer, {**asked, **dict(page.context["hidden"])}).status_code == 302
    referral = Referral.everything.get()
    client.force_login(s.partner_worker)
    at = reverse("admin:cases_referral_change", args=[referral.pk])
    shown = client.get(at)
    assert EARLY in shown.content.decode()
    assert LATER not in shown.content.decode()
    hidden = SharedDocument.everything.get(document=papers.later)
    assert client.get(links.link("cases:shared", s.partner_worker, hidden.pk)).status_code == 404
    theirs = referrals.accept(by=s.partner_worker, referral=referral)
    back = client.get(reverse("admin:cases_case_change", args=[theirs.pk])).content.decode()
    assert at in back, "the case leads to what was sent with it"
    link = next(p["url"] for p in client.get(at).context["papers"] if p["row"].pk == hidden.pk)
    answer = client.get(link)
    assert answer.content.decode() == LATER
    assert answer["Content-Disposition"].startswith("attachment")
    assert "no-store" in answer["Cache-Control"]
    assert journal(object_type="cases.shareddocument", verb="read").count() == 1
    late = clock.now() + dt.timedelta(minutes=11)
    with time_machine.travel(late, tick=False):
        client.force_login(s.partner_worker)
        assert client.get(link).status_code == 410
    client.force_login(s.partner_supervisor)
    assert client.get(link).status_code == 410, "made for somebody else"
    withdrawal = referrals.withdraw(by=s.worker, consent=consent)
    assert [one["opened"] for one in withdrawal.already_shown if "opened" in one] == [str(papers.later.pk)]
    client.force_login(s.partner_worker)
    assert client.get(links.link("cases:shared", s.partner_worker, hidden.pk)).status_code == 404
    assert client.get(at).status_code in {302, 404}
    client.force_login(s.worker)
    story = client.get(reverse("admin:cases_case_change", args=[case.pk])).content.decode()
    assert f"{LATER}: opened" in story
    assert f"by {s.partner_worker}" in story
    assert f"{EARLY}: opened" not in story
    assert f"Opened by the partner: {LATER}" in story


def test_the_client_is_told_that_a_partner_opened_a_paper(papers, journal):
    s, referral = papers.story, papers.send()
    sharing.read(by=s.partner_worker, shared=referral.documents.get(before_acceptance=True))
    assert journal(object_type="cases.shareddocument").exists()
    assert any(str(s.partner) in one.who for one in readers.of(papers.case))


def test_each_side_is_offered_only_its_own_buttons(papers, client):
    s, referral = papers.story, papers.send()
    at = reverse("admin:cases_referral_change", args=[referral.pk])

    def buttons(user):
        client.force_login(user)
        return {one["url"].rstrip("/").rpartition("/")[2] for one in client.get(at).context["buttons"]}

    assert buttons(s.worker) == {"revoke"}
    assert buttons(s.partner_worker) == {"accept", "receive", "decline"}
    referrals.accept(by=s.partner_worker, referral=referral)
    assert buttons(s.worker) == {"revoke"}
    assert buttons(s.partner_worker) == {"finish"}
