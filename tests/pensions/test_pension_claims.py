"""Claims for an old-age pension, awards that move with the pensioner, and double receipt."""

import datetime as dt
import hashlib
import json
from decimal import Decimal

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts.enums import OrganisationKind, Role, State
from accounts.models import Membership
from common import files
from common.errors import Conflict, Invalid, KozotError, Missing, Refused
from pensions import seed
from pensions.enums.claims import BranchState, ClaimState
from pensions.models import (
    Award,
    ClaimBranch,
    ClaimDecision,
    ClaimToDecide,
    DoubleReceipt,
    EmploymentPeriod,
    PensionClaim,
    WorkerIdentifier,
)
from pensions.services import awards, exchange, ledger
from pensions.services import pension_claims as claims
from pensions.services.merging import merge_workers
from tests.support.registry import Registry

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 11, 26)
AWARDED = {
    "outcome": "awarded",
    "decided_on": TODAY,
    "reference": "P-1",
    "amount": Decimal("9584.69"),
    "from_on": dt.date(2026, 12, 1),
}
REFUSED = {"outcome": "refused", "decided_on": TODAY, "reference": "P-2", "reason": "the age is not reached"}


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel(dt.datetime(2026, 11, 26, 6, tzinfo=dt.UTC), tick=False) as clock:
        yield clock


@pytest.fixture(autouse=True)
def private_files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def traveller(house):
    return seed.traveller(user=house.user(Role.WORKER))


@pytest.fixture
def counter(house):
    return house.user(Role.REGISTRY_OFFICIAL)


@pytest.fixture
def moscow(house):
    """The official in Russia; the fund of Kazakhstan is in the system and nobody works there."""
    house.organisation(OrganisationKind.SOCIAL_FUND, "astana", State.KZ)
    return house.user(Role.REGISTRY_OFFICIAL, "moscow", State.RU)


@pytest.fixture
def claim(traveller, counter, moscow) -> PensionClaim:
    return claims.file_claim(
        by=counter, worker=traveller, claimed_on=TODAY, documents=[("passport", b"%PDF", "application/pdf")]
    )


def branch(claim, country) -> ClaimToDecide:
    return ClaimToDecide.everything.get(claim=claim, country=country)


def states(claim) -> dict[str, str]:
    return dict(ClaimBranch.everything.filter(claim=claim).values_list("country", "state"))


class TestClaims:
    def test_the_file_is_frozen_with_its_hash(self, claim, traveller):
        content = files.read(claim.statement_json)
        assert hashlib.sha256(content).hexdigest() == claim.sha256
        ledger.correct(
            by=None,
            entry=EmploymentPeriod.everything.get(state="KG"),
            reason="x",
            end_on=dt.date(2012, 6, 30),
        )
        frozen = json.loads(files.read(PensionClaim.everything.get().statement_json))
        assert frozen["states"]["KG"]["years"] == 4 and frozen["scope"] == "old_age"
        assert files.read(claim.statement_pdf).startswith(b"%PDF")
        assert claim.documents.get().title == "passport"

    def test_from_filing_to_the_summary_of_decisions(self, claim, counter, moscow, traveller, journal):
        assert states(claim) == {"KG": "received", "KZ": "filed", "RU": "filed"}
        assert claims.forward(by=counter, claim=claim) == 2
        assert claims.forward(by=counter, claim=claim) == 0
        claims.confirm_receipt(by=moscow, branch=branch(claim, "RU"))
        assert claims.read_file(by=moscow, branch=branch(claim, "RU"), what="pdf")[0].startswith(b"%PDF")
        claims.decide(by=moscow, branch=branch(claim, "RU"), **AWARDED)
        claims.decide(by=counter, branch=branch(claim, "KG"), **REFUSED)
        assert PensionClaim.everything.get().state == ClaimState.OPEN
        claims.enter_decision(by=counter, claim=claim, country="KZ", **REFUSED)
        assert states(claim) == {"KG": "refused", "KZ": "refused", "RU": "awarded"}
        assert PensionClaim.everything.get().state == ClaimState.DECIDED
        decision = ClaimDecision.everything.get(outcome="awarded")
        assert (decision.amount, decision.currency) == (Decimal("9584.69"), "RUB")
        award = Award.everything.get()
        assert (award.country, awards.payer_on(award, AWARDED["from_on"]).institution) == (
            "RU",
            award.institution,
        )
        acts = journal(subject_id=traveller.pk, object_id=str(claim.pk))
        assert {entry.verb for entry in acts} >= {"created", "sent", "exported", "decided"}

    def test_a_decision_is_corrected_by_another_and_the_same_counts_once(self, claim, counter, moscow):
        claims.forward(by=counter, claim=claim)
        russia = branch(claim, "RU")
        first = claims.decide(by=moscow, branch=russia, **AWARDED)
        assert claims.decide(by=moscow, branch=russia, **AWARDED) == first
        claims.decide(by=moscow, branch=russia, **{**AWARDED, "amount": Decimal("9600.00")})
        assert ClaimDecision.everything.count() == 2 and Award.everything.count() == 1
        claims.decide(by=moscow, branch=russia, **REFUSED)
        assert awards.payer_on(Award.everything.get(), AWARDED["from_on"]) is None
        with pytest.raises(IntegrityError), transaction.atomic():
            ClaimDecision.everything.filter(number=1).update(amount=1)

    @pytest.mark.parametrize(
        "values, field",
        [
            ({**AWARDED, "amount": None}, "amount"),
            ({**AWARDED, "amount": Decimal("0")}, "amount"),
            ({**AWARDED, "from_on": None}, "from_on"),
            ({**REFUSED, "reason": " "}, "reason"),
            ({**AWARDED, "decided_on": TODAY + dt.timedelta(days=1)}, "decided_on"),
            ({**AWARDED, "decided_on": TODAY - dt.timedelta(days=1)}, "decided_on"),
        ],
    )
    def test_a_wrong_decision_names_the_field(self, claim, counter, values, field):
        with pytest.raises(Invalid) as error:
            claims.decide(by=counter, branch=branch(claim, "KG"), **values)
        assert error.value.field == field and not ClaimDecision.everything.exists()

    def test_one_claim_at_a_time_and_another_after_withdrawal(self, claim, counter, traveller):
        with pytest.raises(Conflict):
            claims.file_claim(by=counter, worker=traveller, claimed_on=TODAY)
        claims.withdraw(by=counter, claim=claim, reason="too early")
        assert set(states(claim).values()) == {BranchState.WITHDRAWN}
        claims.file_claim(by=counter, worker=traveller, claimed_on=TODAY)

    def test_a_merged_record_claims_as_the_person(self, claim, counter, traveller):
        twin = Registry().worker()
        merge_workers(by=None, keep=twin, merge=traveller, reason="one person")
        traveller.refresh_from_db()
        assert PensionClaim.everything.of_person(twin).get() == claim
        for record in (twin, traveller):
            with pytest.raises(Conflict, match="open already"):
                claims.file_claim(by=counter, worker=record, claimed_on=TODAY)
        claims.withdraw(by=counter, claim=claim)
        second = claims.file_claim(by=counter, worker=traveller, claimed_on=TODAY)
        assert (claim.worker_id, second.worker_id) == (traveller.pk, twin.pk)
        # The account hangs on the alias, and the person sees both.
        assert PensionClaim.objects.visible_to(traveller.user).count() == 2
        assert ClaimBranch.objects.visible_to(traveller.user).filter(claim=second).count() == 3

    def test_what_was_decided_is_not_withdrawn(self, claim, counter):
        claims.decide(by=counter, branch=branch(claim, "KG"), **REFUSED)
        with pytest.raises(Conflict):
            claims.withdraw(by=counter, claim=claim)

    def test_a_connected_state_decides_itself(self, claim, counter):
        claims.forward(by=counter, claim=claim)
        with pytest.raises(Conflict, match="decides there itself"):
            claims.enter_decision(by=counter, claim=claim, country="RU", **REFUSED)

    def test_without_insurance_or_for_a_day_to_come_there_is_no_claim(self, counter, traveller, moscow):
        with pytest.raises(Invalid):
            claims.file_claim(by=counter, worker=Registry().worker(), claimed_on=TODAY)
        with pytest.raises(Invalid):
            claims.file_claim(by=counter, worker=traveller, claimed_on=TODAY + dt.timedelta(days=1))

    def test_who_may_not(self, claim, counter, moscow, traveller, house):
        with pytest.raises(KozotError):  # not forwarded yet
            claims.decide(by=moscow, branch=branch(claim, "RU"), **REFUSED)
        claims.forward(by=counter, claim=claim)
        strangers = [
            house.user(Role.REGISTRY_OFFICIAL, "osh", State.KG),
            house.user(Role.REGISTRY_OFFICIAL, "yerevan", State.AM),
            house.user(Role.WORKER, "second"),
            house.user(Role.AUDITOR),
        ]
        for stranger in strangers:
            for act in (
                lambda by: claims.decide(by=by, branch=branch(claim, "RU"), **REFUSED),
                lambda by: claims.read_file(by=by, branch=branch(claim, "RU"), what="pdf"),
                lambda by: claims.withdraw(by=by, claim=claim),
                lambda by: claims.forward(by=by, claim=claim),
            ):
                with pytest.raises((Missing, Refused)):
                    act(stranger)
        for act in (
            lambda: claims.decide(by=moscow, branch=branch(claim, "KG"), **REFUSED),
            lambda: claims.decide(by=counter, branch=branch(claim, "RU"), **REFUSED),
            lambda: claims.withdraw(by=moscow, claim=claim),
            lambda: claims.file_claim(by=moscow, worker=traveller, claimed_on=TODAY),
        ):
            with pytest.raises((Missing, Refused)):
                act()


class TestTransfer:
    @pytest.fixture
    def award(self, traveller, counter) -> Award:
        return awards.record_award(
            by=counter, worker=traveller, basis="territory", reference="77", from_on=dt.date(2020, 1, 1)
        )

    def test_every_day_is_paid_once(self, award, counter, moscow, house):
        there = house.organisation(OrganisationKind.SOCIAL_FUND, "moscow")
        moves = dt.date(2026, 12, 1)
        awards.transfer(by=counter, award=award, to=there, residence="RU", from_on=moves, reason="moved")
        back = dt.date(2027, 3, 1)
        awards.transfer(
            by=moscow, award=award, to=award.institution, residence="KG", from_on=back, reason="moved back"
        )
        awards.end(by=counter, award=award, last_on=dt.date(2027, 12, 31), reason="died")
        paid = {
            day: awards.payer_on(award, day)
            for day in (dt.date(2019, 12, 31) + dt.timedelta(days=n) for n in range(2924))
        }
        who = {day: payer.institution_id if payer else None for day, payer in paid.items()}
        assert who[dt.date(2019, 12, 31)] is None and who[dt.date(2027, 12, 31)] == award.institution_id
        assert who[moves - dt.timedelta(days=1)] == award.institution_id and who[moves] == there.pk
        assert who[back - dt.timedelta(days=1)] == there.pk and who[back] == award.institution_id
        assert who[dt.date(2028, 1, 1)] is None
        assert all(who[day] for day in who if award.from_on <= day <= dt.date(2027, 12, 31))

    def test_only_the_payer_hands_over_and_never_backwards(self, award, counter, moscow, house):
        there = house.organisation(OrganisationKind.SOCIAL_FUND, "moscow")
        values = {"award": award, "to": there, "residence": "RU", "reason": "x"}
        with pytest.raises((Missing, Refused)):
            awards.transfer(by=moscow, from_on=dt.date(2026, 12, 1), **values)
        with pytest.raises(Invalid):
            awards.transfer(by=counter, from_on=award.from_on, **values)
        with pytest.raises(Invalid):
            awards.transfer(by=counter, from_on=TODAY, **{**values, "residence": "AM"})
        awards.transfer(by=counter, from_on=dt.date(2026, 12, 1), **values)
        with pytest.raises(Refused):
            awards.transfer(by=counter, from_on=dt.date(2026, 12, 2), **values)


class TestDouble:
    def twin(self, traveller, house):
        """The same person in the record of another state, with name and birth date alike."""
        official = house.user(Role.REGISTRY_OFFICIAL, "moscow", State.RU)
        twin = Registry().worker(
            registered_in="RU",
            family_name=traveller.family_name,
            given_name=traveller.given_name,
            patronymic=traveller.patronymic,
            birth_on=traveller.birth_on,
        )
        return twin, official

    def record(self, by, worker, basis="residence"):
        return awards.record_award(
            by=by, worker=worker, basis=basis, reference=f"{by.pk}"[:20], from_on=dt.date(2020, 1, 1)
        )

    def test_two_states_that_pay_as_residence_are_found_once(self, traveller, counter, house):
        twin, official = self.twin(traveller, house)
        ours, theirs = self.record(counter, traveller), self.record(official, twin)
        assert (awards.find_double(), awards.find_double()) == (1, 0)
        found = DoubleReceipt.everything.get()
        assert {found.first_id, found.second_id} == {ours.pk, theirs.pk}
        assert (found.kind, found.sure) == ("two_residences", False)

    def test_a_shared_number_makes_it_sure(self, traveller, counter, house):
        twin, official = self.twin(traveller, house)
        number = WorkerIdentifier.everything.get(worker=traveller, kind="RU-SNILS")
        self.record(counter, traveller)
        WorkerIdentifier.everything.filter(pk=number.pk).update(ended_at=dt.datetime.now(dt.UTC))
        WorkerIdentifier.everything.create(
            worker=twin, kind="RU-SNILS", value="16404708149", index=number.index
        )
        self.record(official, twin)
        assert awards.find_double() == 1 and DoubleReceipt.everything.get().sure

    @pytest.mark.parametrize("basis", [("territory", "territory"), ("territory", "residence")])
    def test_awards_of_two_states_for_their_own_insurance_are_lawful(self, traveller, counter, house, basis):
        twin, official = self.twin(traveller, house)
        self.record(counter, traveller, basis[0])
        self.record(official, twin, basis[1])
        assert awards.find_double() == 0

    def test_awards_of_merged_records_are_of_one_person(self, traveller, counter, house):
        official = house.user(Role.REGISTRY_OFFICIAL, "moscow", State.RU)
        twin = Registry().worker(registered_in="RU")
        ours, theirs = self.record(counter, traveller), self.record(official, twin)
        assert awards.find_double() == 0
        merge_workers(by=None, keep=twin, merge=traveller, reason="one person")
        assert (awards.find_double(), awards.find_double()) == (1, 0)
        assert DoubleReceipt.everything.get().sure
        assert set(Award.everything.of_person(twin)) == {ours, theirs}
        assert set(Award.objects.visible_to(traveller.user)) == {ours, theirs}
        traveller.refresh_from_db()
        with pytest.raises(Conflict, match="recorded already"):
            self.record(official, twin)

    def test_what_has_ended_is_no_double(self, traveller, counter, house):
        twin, official = self.twin(traveller, house)
        ours = self.record(counter, traveller)
        self.record(official, twin)
        awards.end(by=counter, award=ours, last_on=dt.date(2026, 6, 30), reason="moved")
        assert awards.find_double() == 0

    def test_each_side_sees_its_own_award_and_not_the_other(self, traveller, counter, house, client):
        twin, official = self.twin(traveller, house)
        self.record(counter, traveller)
        self.record(official, twin)
        awards.find_double()
        found = DoubleReceipt.everything.get()
        client.cookies["django_language"] = "en"
        address = reverse("admin:pensions_doublereceipt_change", args=[found.pk])
        for user, own, other in ((counter, counter, official), (official, official, counter)):
            client.force_login(user)
            page = client.get(address).content.decode()
            assert f"{own.pk}"[:20] in page and f"{other.pk}"[:20] not in page
        client.force_login(house.user(Role.REGISTRY_SUPERVISOR, "astana", State.KZ))
        assert client.get(address).status_code != 200
        awards.answer_double(by=counter, double=found, answer="ended", note="a secret of ours")
        client.force_login(official)
        page = client.get(address).content.decode()
        assert "ours is ended" in page and "a secret of ours" not in page


class TestPages:
    @pytest.fixture
    def client(self, client):
        client.cookies["django_language"] = "en"
        return client

    def test_a_worker_files_sees_and_withdraws(self, client, house, traveller, moscow):
        house.user(Role.REGISTRY_OFFICIAL)
        client.force_login(house.user(Role.WORKER))
        address = reverse("pensions:my_claims")
        page = client.get(address).content.decode()
        assert "Old age only: claims for disability" in page
        assert client.post(address, {}).status_code == 400 and not PensionClaim.everything.exists()
        assert client.post(address, {"agreed": "on"}).status_code == 302
        made = PensionClaim.everything.get()
        assert (made.way, made.worker) == ("own", traveller)
        page = client.get(address).content.decode()
        assert str(made) in page and "Kazakhstan" in page and 'name="agreed"' not in page
        assert client.post(reverse("pensions:withdraw_my_claim", args=[made.pk])).status_code == 302
        assert PensionClaim.everything.get().state == ClaimState.WITHDRAWN

    def test_another_worker_cannot_withdraw_it(self, client, house, claim):
        Registry().worker(user=house.user(Role.WORKER, "second"))
        client.force_login(house.user(Role.WORKER, "second"))
        assert client.post(reverse("pensions:withdraw_my_claim", args=[claim.pk])).status_code == 404
        assert str(claim) not in client.get(reverse("pensions:my_claims")).content.decode()

    def test_whoever_also_works_at_an_office_sees_only_the_own(
        self, client, counter, moscow, claim, traveller, journal
    ):
        """The office filed another's claim, asked about that person and awarded a pension: none of it is one's own."""
        Membership.objects.create(user=counter, role=Role.WORKER, from_on=TODAY)
        Registry().worker(user=counter)
        awards.record_award(
            by=counter, worker=traveller, basis="residence", reference="1", from_on=dt.date(2020, 1, 1)
        )
        exchange.draft(by=counter, worker=traveller, recipient=moscow.memberships.get().organisation)
        client.force_login(counter)
        withdraw = reverse("pensions:withdraw_my_claim", args=[claim.pk])
        page = client.get(reverse("pensions:my_claims"))
        assert page.status_code == 200
        assert (page.context["cards"], page.context["awards"], page.context["asked"]["rows"]) == ([], [], [])
        assert page.context["may_file"] and not [one for one in journal() if one.verb == "listed"]
        assert client.post(withdraw).status_code == 404
        assert PensionClaim.everything.get().state == ClaimState.OPEN

    def test_at_the_counter_and_at_the_desk_that_decides(self, client, house, traveller, counter, moscow):
        client.force_login(counter)
        scan = SimpleUploadedFile("passport.exe", b"MZ")
        do = reverse("admin:pensions_worker_do", args=[traveller.pk, "claim"])
        assert client.post(do, {"claimed_on": "2026-11-26", "file": scan}).status_code == 400
        scan = SimpleUploadedFile("passport.pdf", b"%PDF-1.7")
        assert client.post(do, {"claimed_on": "2026-11-26", "file": scan}).status_code == 302
        made = PensionClaim.everything.get()
        client.post(reverse("admin:pensions_pensionclaim_do", args=[made.pk, "forward"]))
        client.force_login(moscow)
        russia = branch(made, "RU")
        assert "Асанова" in client.get(reverse("admin:pensions_claimtodecide_changelist")).content.decode()
        do = lambda name: reverse("admin:pensions_claimtodecide_do", args=[russia.pk, name])  # noqa: E731
        assert client.post(do("file"), {"what": "pdf"}).content.startswith(b"%PDF")
        body = {"outcome": "refused", "decided_on": "2026-11-26", "reference": "9", "basis": "territory"}
        wrong = client.post(do("decide"), body)
        assert wrong.status_code == 400 and "Say why the pension is refused." in wrong.content.decode()
        assert client.post(do("decide"), {**body, "reason": "age"}).status_code == 302
        client.force_login(counter)
        page = client.get(reverse("admin:pensions_pensionclaim_change", args=[made.pk])).content.decode()
        assert "refused" in page and made.sha256 in page
