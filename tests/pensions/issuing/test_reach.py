"""Who may and who may not: clerks, officials, workers, auditors, strangers."""

import pytest

from accounts.enums import OrganisationKind, Role
from common.errors import KozotError, Missing, Refused
from common.scoping import acting_as
from pensions.models import (
    Blank,
    BlankMovement,
    Certificate,
    CertificatePrint,
    CertificateStep,
    KeyEvent,
    RegisterEntry,
    RegisterOpening,
    SigningKey,
)
from pensions.services import blanks, certificates, signing_keys
from tests.pensions.issuing.desk_of_issue import equip

pytestmark = pytest.mark.django_db


@pytest.fixture
def strangers(house):
    """People with a role, on the wrong record."""
    return [
        house.user(Role.REGISTRY_OFFICIAL, "abroad", state="RU"),
        house.user(Role.REGISTRY_SUPERVISOR, "abroad", state="RU"),
        house.user(Role.EMPLOYER_CLERK, "second"),
        house.user(Role.WORKER, "second"),
        house.user(Role.AUDITOR),
        house.user(Role.ANALYST),
        house.user(Role.CASE_WORKER),
        house.user(Role.SYSTEM_ADMINISTRATOR),
        house.user(Role.DECISION_MAKER),
    ]


def test_rows_are_seen_by_those_whom_they_concern(office, strangers):
    made = office.issued()
    for reader in (office.official, office.supervisor, office.clerk, office.person):
        with acting_as(reader):
            assert Certificate.objects.get() == made
            assert CertificateStep.objects.count() == 1 and CertificatePrint.objects.count() == 1
    for stranger in strangers:
        with acting_as(stranger):
            for model in (Certificate, CertificateStep, CertificatePrint):
                assert not model.objects.exists(), (stranger, model)


def test_a_draft_is_no_business_of_the_worker(office):
    draft = office.draft()
    with acting_as(office.person):
        assert not Certificate.objects.exists()
    with pytest.raises(Missing):
        certificates.download(by=office.person, certificate=draft)


def test_only_those_whom_it_concerns_download(office, strangers, journal):
    made = office.issued()
    for reader in (office.official, office.clerk, office.person):
        content, name = certificates.download(by=reader, certificate=made)
        assert content.startswith(b"%PDF") and name == f"{made.number}.pdf"
        assert journal(actor_id=reader.pk, verb="exported", subject_id=made.worker_id).count() == 1
    for stranger in strangers:
        with pytest.raises((Missing, Refused)):
            certificates.download(by=stranger, certificate=made)
        assert not journal(actor_id=stranger.pk, verb="exported").exists()


def test_only_officials_of_the_state_stop_a_certificate(office, strangers):
    made = office.issued()
    for nobody in (office.clerk, office.person, *strangers):
        for stop in (certificates.revoke, certificates.suspend):
            with pytest.raises((Missing, Refused)):
                stop(by=nobody, certificate=made, reason_code="error", reason="because")
    made.refresh_from_db()
    assert made.state == "issued"


def test_strangers_neither_draft_nor_issue(office, strangers):
    draft = office.draft()
    for nobody in (office.person, *strangers):
        with pytest.raises((Missing, Refused)):
            office.draft(nobody)
        with pytest.raises((Missing, Refused)):
            certificates.issue_certificate(by=nobody, certificate=draft)


def test_an_employer_issues_for_its_own_staff_in_its_own_name(office, house):
    own = house.organisation(OrganisationKind.EMPLOYER)
    with pytest.raises(KozotError) as refusal:
        office.issued(office.clerk)
    assert refusal.value.code == "no_right"
    equip(own, series="МС")
    made = office.issued(office.clerk)
    assert made.issuer == own and made.blank.series == "МС"
    with pytest.raises(Refused):
        office.draft(office.clerk, issuer=office.organisation)


def test_a_clerk_does_not_issue_the_draft_of_the_fund(office):
    draft = office.draft()
    with pytest.raises(Refused):
        certificates.issue_certificate(by=office.clerk, certificate=draft)


def test_blanks_are_moved_by_their_custodian_only(office, house, strangers):
    reach = {"series": "КГ", "first": 1, "last": 2}
    for nobody in (office.clerk, office.person, *strangers):
        with pytest.raises((Missing, Refused)):
            blanks.receive_blanks(
                by=nobody, custodian=office.organisation, series="ЯЯ", first=1, last=2, document="№ 1"
            )
        with pytest.raises((Missing, Refused)):
            blanks.hand_over(
                by=nobody,
                custodian=office.organisation,
                to=house.organisation(OrganisationKind.EMPLOYER),
                **reach,
            )
        with pytest.raises((Missing, Refused)):
            blanks.write_off(by=nobody, custodian=office.organisation, kind="lost", reason="fire", **reach)


def test_keys_are_managed_by_the_supervisor_of_the_state(office, strangers):
    key = SigningKey.everything.filter(purpose="payload").first()
    for nobody in (office.official, office.clerk, office.person, *strangers):
        with pytest.raises((Missing, Refused)):
            signing_keys.open_keys(by=nobody, organisation=office.organisation)
        with pytest.raises((Missing, Refused)):
            signing_keys.grant_right(by=nobody, organisation=office.organisation, basis="none")
        with pytest.raises((Missing, Refused)):
            signing_keys.declare_compromised(by=nobody, key=key, reason="none")


def test_the_auditor_sees_the_register_and_keys_and_no_content(office, house):
    office.issued()
    with acting_as(house.user(Role.AUDITOR)):
        assert RegisterEntry.objects.exists() and SigningKey.objects.exists() and KeyEvent.objects.exists()
        assert not Certificate.objects.exists() and not Blank.objects.exists()
    for nobody in (office.clerk, office.person):
        with acting_as(nobody):
            assert not RegisterEntry.objects.exists() and not RegisterOpening.objects.exists()
    with acting_as(house.user(Role.EMPLOYER_CLERK, "second")):
        assert not BlankMovement.objects.exists() and not SigningKey.objects.exists()
