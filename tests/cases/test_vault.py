"""The organisation's own key: neither the database nor the key ring of the installation opens a case."""

import datetime as dt
import re

import pytest
from django.urls import reverse

from accounts.enums import Role
from accounts.models import Membership, User
from cases.models import Case, HelpRequest, MemberKey, Note, Referral, Vault
from cases.services import intake, referrals, vaults, work
from common import clock
from common.errors import KozotError
from common.keys.ring import CannotOpen
from common.keys.vault import Locked, new_pair, open_sealed, opening_with, seal_to
from common.models import SubjectKey

pytestmark = pytest.mark.django_db
PASSPHRASE = "four words of mine"


class Keys:
    """Sessions of people who know their passphrase."""

    def __init__(self, story):
        self.story = story

    def session(self, user):
        private = vaults.open_member(user, PASSPHRASE)
        return opening_with(lambda vault: vaults.open_vault(user, private, vault))

    def own(self, supervisor, organisation, *people) -> str:
        """The organisation takes the key into its hands and lets these people in."""
        for one in (supervisor, *people):
            vaults.choose_passphrase(by=one, passphrase=PASSPHRASE)
        words = vaults.set_up(by=supervisor, organisation=organisation)
        with self.session(supervisor):
            for one in people:
                vaults.let_in(by=supervisor, organisation=organisation, user=one)
        return words


@pytest.fixture
def keys(story) -> Keys:
    return Keys(story)


def fresh(row):
    return type(row).everything.get(pk=row.pk)


def test_what_is_sealed_to_a_key_opens_with_that_key_only():
    private, public = new_pair()
    sealed = seal_to(public, b"secret", "context")
    assert open_sealed(private, sealed, "context") == b"secret"
    for other in (
        lambda: open_sealed(new_pair()[0], sealed, "context"),
        lambda: open_sealed(private, sealed, "x"),
    ):
        with pytest.raises(CannotOpen):
            other()


def test_what_was_sealed_before_moves_under_the_own_key(story, keys):
    case = story.case()
    note = work.write_note(by=story.worker, case=case, text="сыр")
    waiting, referral = story.request(), story.referral(case)
    keys.own(story.supervisor, story.ngo, story.worker)
    for row, name in ((note, "text"), (waiting, "text"), (case.client, "name")):
        with pytest.raises(Locked):
            getattr(fresh(row), name)
        with keys.session(story.worker):
            assert getattr(fresh(row), name)
    assert referrals.visible_content(fresh(referral), story.partner_worker)["situation"]
    own = SubjectKey.objects.filter(wrapped__startswith="vault.")
    assert own.count() == 5  # two requests, the case, the client and the referral


def test_anybody_may_still_ask_for_help_and_only_the_organisation_reads_it(story, keys):
    keys.own(story.supervisor, story.ngo, story.worker)
    request = story.request()
    with pytest.raises(Locked):
        intake.take_in(by=story.worker, request=fresh(request))
    assert HelpRequest.everything.get(pk=request.pk).state == "new", "nothing was half done"
    with keys.session(story.worker):
        case = intake.take_in(by=story.worker, request=fresh(request))
        note = work.write_note(by=story.worker, case=fresh(case), text="сыр")
        assert fresh(note).text == "сыр"
    with pytest.raises(Locked):
        work.write_note(by=story.worker, case=fresh(case), text="without the key")
    assert Note.everything.count() == 1


def test_a_referral_is_sealed_for_both_and_withdrawn_from_one(story, keys):
    keys.own(story.supervisor, story.ngo, story.worker)
    keys.own(story.partner_supervisor, story.partner, story.partner_worker)
    with keys.session(story.worker):
        referral = fresh(story.referral())
        consent = referral.consent
    with keys.session(story.partner_worker):
        theirs = referrals.accept(by=story.partner_worker, referral=fresh(referral))
        assert fresh(theirs).client.name == "Жылдыз Асанова"
        with pytest.raises(Locked):
            fresh(referral.case).client.name  # noqa: B018
    with keys.session(story.worker):
        with pytest.raises(Locked):
            fresh(theirs).client.name  # noqa: B018
        referrals.withdraw(by=story.worker, consent=consent)
        assert fresh(referral).shared
    with keys.session(story.partner_worker), pytest.raises(Locked):
        fresh(referral).shared  # noqa: B018


def test_who_left_opens_nothing_and_the_change_keeps_the_rest(story, keys):
    words = keys.own(story.supervisor, story.ngo, story.worker)
    with keys.session(story.worker):
        case = story.case()
    private = vaults.open_member(story.worker, PASSPHRASE)
    old = Vault.objects.get()
    taken = vaults.open_vault(story.worker, private, str(old.pk))
    Membership.objects.filter(user=story.worker).update(until_on=clock.today() - dt.timedelta(days=1))
    worker = User.objects.get(pk=story.worker.pk)
    assert vaults.open_vault(worker, private, str(old.pk)) is None
    with keys.session(story.supervisor):
        new_words = vaults.change(by=story.supervisor, organisation=story.ngo)
    assert new_words != words
    with opening_with(lambda vault: taken if vault == str(old.pk) else None), pytest.raises(Locked):
        fresh(case).client.name  # noqa: B018
    with keys.session(story.supervisor):
        assert fresh(case).client.name == "Жылдыз Асанова"


def test_the_recovery_words_bring_a_supervisor_back_and_nothing_else_does(story, keys):
    words = keys.own(story.supervisor, story.ngo)
    again = {"by": story.supervisor, "organisation": story.ngo, "passphrase": "another four words"}
    with pytest.raises(KozotError) as error:
        vaults.recover(words="AAAA-" * 7 + "AAAA", **again)
    assert error.value.code == "words_wrong"
    vaults.recover(words=words.lower().replace("-", " "), **again)
    with pytest.raises(KozotError):
        vaults.open_member(story.supervisor, PASSPHRASE)
    private = vaults.open_member(story.supervisor, "another four words")
    assert vaults.open_vault(story.supervisor, private, str(Vault.objects.get().pk))


def test_an_exchanged_public_key_is_noticed(story, keys):
    keys.own(story.supervisor, story.ngo)
    Vault.objects.update(public=new_pair()[1])
    private = vaults.open_member(story.supervisor, PASSPHRASE)
    with pytest.raises(KozotError) as error:
        vaults.open_vault(story.supervisor, private, str(Vault.objects.get().pk))
    assert error.value.code == "vault_swapped"


def test_a_stranger_is_not_let_in(story, keys):
    keys.own(story.supervisor, story.ngo)
    vaults.choose_passphrase(by=story.partner_worker, passphrase=PASSPHRASE)
    with keys.session(story.supervisor), pytest.raises(KozotError) as error:
        vaults.let_in(by=story.supervisor, organisation=story.ngo, user=story.partner_worker)
    assert error.value.code == "other_organisation"
    with pytest.raises(KozotError) as error:
        vaults.choose_passphrase(by=story.worker, passphrase="short")
    assert error.value.code == "passphrase_short"
    assert not MemberKey.objects.filter(user=story.worker).exists()


def test_the_page_from_the_first_passphrase_to_a_locked_case(story, client):
    case = story.case()
    client.cookies["django_language"] = "en"
    client.force_login(story.supervisor)
    page, at = reverse("cases:vault"), reverse("admin:cases_case_change", args=[case.pk])
    assert client.get(at).status_code == 200
    twice = {"passphrase": PASSPHRASE, "again": PASSPHRASE}
    assert client.post(page, {"step": "choose", **twice, "again": "x"}).status_code == 400
    assert client.post(page, {"step": "choose", **twice}).status_code == 302
    shown = client.post(page, {"step": "set_up"}).content.decode()
    words = re.search(r"(?:[2-9A-Z]{4}-){7}[2-9A-Z]{4}", shown)[0]
    assert words not in client.get(page).content.decode()
    assert "Жылдыз" in client.get(at).content.decode()
    client.post(page, {"step": "lock"})
    answer = client.get(at)
    assert answer.url.startswith(page)
    assert client.post(answer.url, {"step": "unlock", "passphrase": "wrong wrong wrong"}).status_code == 400
    assert client.post(answer.url, {"step": "unlock", "passphrase": PASSPHRASE}).url == at
    assert "Жылдыз" in client.get(at).content.decode()
    secret = client.cookies.pop("case_key")
    assert client.get(at).status_code == 302, "the session row alone opens nothing"
    assert secret["httponly"]
    assert secret["samesite"] == "Strict"


@pytest.mark.parametrize(
    "role", [r for r in Role if r not in {Role.CASE_WORKER, Role.CASE_SUPERVISOR, Role.PUBLIC}]
)
def test_no_other_role_has_a_key(house, role):
    with pytest.raises(KozotError):
        vaults.choose_passphrase(by=house.user(role), passphrase=PASSPHRASE)
    assert not Case.everything.exists()
    assert not Referral.everything.exists()
