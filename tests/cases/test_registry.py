"""From the registry into the case: found with consent, read while it stands, sealed as an annex; bans; readers."""

import datetime as dt
import io
from decimal import Decimal

import pikepdf
import pytest
from django.db import connection
from django.urls import reverse

from accounts.enums import OrganisationKind, Role
from cases import readers
from cases.enums import BanState
from cases.models import BanCheck, EntryBan, RegistryLink
from cases.services import bans, documents, registry
from common import clock, files
from common.errors import Conflict, Invalid, Missing, Refused
from common.journal.services import deliver
from pensions import readers as registry_readers
from pensions.certificates.seal import read_seals
from pensions.month_record import month_record
from pensions.services import erasure_holds, ledger, signing_keys
from tests.support.registry import Registry

from .conftest import refused

pytestmark = pytest.mark.django_db
BORN = dt.date(1990, 5, 5)
TODAY = dt.date(2026, 11, 26)


@pytest.fixture
def worked(house):
    """Eight months with one employer: five reported, of them one unpaid and one half paid; three missing."""
    registry_ = Registry()
    worker = registry_.worker(birth_on=BORN, user=house.user(Role.WORKER))
    employment = registry_.employment(worker, registry_.employer(name="ООО «Стройка»"))
    ledger.record_period(
        by=None, employment=employment, start_on=dt.date(2026, 1, 15), end_on=dt.date(2026, 8, 10)
    )
    for month, paid in ((1, 100), (2, 100), (3, 0), (4, 50), (5, 100)):
        ledger.record_contribution(
            by=None,
            employment=employment,
            month=dt.date(2026, month, 1),
            currency="RUB",
            wage=Decimal(1000),
            base=Decimal(1000),
            accrued=Decimal(100),
            paid=Decimal(paid),
        )
    return worker


def linked(story, worker, case=None, **values):
    given = {"number": worker.registry_number, "birth_on": BORN, "how": "told", "expires_on": clock.today()}
    return registry.link(by=story.worker, case=case or story.case(), **{**given, **values})


def test_months_are_told_as_the_ledger_has_them(worked):
    [employer] = month_record(worked, today=TODAY).employers
    assert [one.state for one in employer.months] == [
        "paid",
        "paid",
        "unpaid",
        "partly",
        "paid",
        *["missing"] * 3,
    ]
    assert employer.owed == {"RUB": Decimal("150.00")}


def test_a_month_that_is_not_over_is_not_missing(worked):
    [employer] = month_record(worked, today=dt.date(2026, 6, 10)).employers
    assert employer.count("missing") == 0


@pytest.mark.parametrize(
    "wrong", [{"number": "R0000000000"}, {"birth_on": dt.date(1990, 5, 6)}, {"number": ""}]
)
def test_a_record_is_found_by_number_and_birth_together(story, worked, wrong):
    with refused(Invalid, "no_such_record"):
        linked(story, worked, **wrong)


def test_numbers_cannot_be_tried_out(story, worked):
    case = story.case()
    for _ in range(20):
        with refused(Invalid, "no_such_record"):
            linked(story, worked, case, number="x")
    with refused(Refused, "too_many"):
        linked(story, worked, case)


def test_the_database_does_not_tell_who_is_a_client(story, worked):
    linked(story, worked)
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM cases_registrylink")
        told = " ".join(str(value) for value in cursor.fetchone())
    assert worked.pk.hex not in told.replace("-", "")
    assert worked.registry_number not in told


def test_nothing_is_read_without_a_standing_consent(story, worked, time_machine_at):
    case = story.case()
    with refused(Refused, "no_consent"):
        registry.months(by=story.worker, case=case)
    made = linked(story, worked, case)
    assert registry.months(by=story.worker, case=case).worker == worked
    with refused(Conflict, "linked_already"):
        linked(story, worked, case)
    registry.end_link(by=story.worker, link=made)
    with refused(Refused, "no_consent"):
        registry.months(by=story.worker, case=case)
    linked(story, worked, case)
    time_machine_at(clock.today() + dt.timedelta(days=1))
    with refused(Refused, "no_consent"):
        registry.annex(by=story.worker, case=case)


def test_she_sees_in_her_own_record_who_looked_and_the_auditor_does_not(story, worked, house, client):
    case = story.case()
    linked(story, worked, case)
    registry.months(by=story.worker, case=case)
    deliver()
    [reading] = registry_readers.of(worked)
    assert str(story.ngo) in reading.who
    client.force_login(house.user(Role.AUDITOR))
    page = client.get(reverse("admin:journal_entry_changelist"), {"q": str(worked.pk)})
    assert "cases." not in page.content.decode().split("<tbody", 1)[-1]


def test_the_annex_is_sealed_and_lies_in_the_case(story, worked, house):
    case = story.case()
    linked(story, worked, case)
    with refused(Conflict, "no_seal"):
        registry.annex(by=story.worker, case=case)
    fund = house.organisation(OrganisationKind.SOCIAL_FUND)
    signing_keys.grant_right(by=None, organisation=fund, basis="b", valid_from=dt.date(2020, 1, 1))
    signing_keys.open_keys(by=None, organisation=fund)
    made = registry.annex(by=story.worker, case=case)
    pdf = files.read(made.file)
    [seal] = read_seals(pdf)
    assert seal.intact
    with pikepdf.open(io.BytesIO(pdf)) as document:
        assert len(document.pages) == 1
    assert made.case == case


def test_the_registry_is_reached_from_the_case_page(client, story, worked):
    client.cookies["django_language"] = "en"
    client.force_login(story.worker)
    case = story.case()
    door = lambda name: reverse("admin:cases_case_do", args=[case.pk, name])  # noqa: E731
    assert client.get(door("months")).status_code == 403
    data = {
        "number": worked.registry_number,
        "birth_on": "1990-05-05",
        "how": "told",
        "expires_on": "2027-01-01",
    }
    assert client.post(door("link"), data).status_code == 302
    page = client.post(door("months")).content.decode()
    assert "Months reported: 5, of them paid in full: 3; worked and not reported: 3." in page
    assert client.post(door("unlink")).status_code == 302
    assert RegistryLink.everything.get().ended_by == story.worker


# --- entry bans ----------------------------------------------------------------------------------------------


def test_a_ban_is_believed_lifted_with_a_document_only(story, client):
    client.cookies["django_language"] = "en"
    case = story.case(type="entry_ban")
    ban = bans.note(by=story.worker, case=case, country="RU", authority="МВД", until_on=dt.date(2031, 1, 1))
    assert ban.check_on == clock.today() + dt.timedelta(days=30)
    client.force_login(story.worker)
    page = reverse("admin:cases_case_change", args=[case.pk])
    assert "No ticket before a document shows" in client.get(page).content.decode()
    with refused(Invalid, "proof_missing"):
        bans.check(by=story.worker, ban=ban, on=clock.today(), state=BanState.LIFTED)
    foreign = documents.add(by=story.worker, case=story.case(), file=io.BytesIO(b"x"), name="x")
    with pytest.raises(Missing):
        bans.check(by=story.worker, ban=ban, on=clock.today(), state=BanState.LIFTED, proof=foreign)
    bans.check(by=story.worker, ban=ban, on=clock.today(), state=BanState.STANDING)
    proof = documents.add(by=story.worker, case=case, file=io.BytesIO(b"x"), name="answer")
    bans.check(by=story.worker, ban=ban, on=clock.today(), state=BanState.LIFTED, proof=proof)
    assert EntryBan.everything.get().check_on is None
    assert "No ticket before" not in client.get(page).content.decode()
    with refused(Conflict, "ban_lifted"):
        bans.check(by=story.worker, ban=EntryBan.everything.get(), on=clock.today(), state=BanState.STANDING)
    assert BanCheck.everything.count() == 2


def test_my_day_reminds_to_look_again_until_it_was_done(story, client):
    client.cookies["django_language"] = "en"
    client.force_login(story.worker)
    case = story.case()
    ban = bans.note(by=story.worker, case=case, country="RU")
    EntryBan.everything.update(check_on=clock.today())

    def titles():
        return [str(s["title"]) for s in client.get(reverse("cases:my_day")).context["sections"]]

    assert "Entry bans to look at again" in titles()
    bans.check(by=story.worker, ban=ban, on=clock.today(), state=BanState.STANDING)
    assert "Entry bans to look at again" not in titles()


# --- who opened it -------------------------------------------------------------------------------------------


def test_the_client_can_be_told_who_opened_the_case(story, client):
    referral = story.referral()
    case = referral.case
    for user, door in (
        (story.worker, reverse("admin:cases_case_change", args=[case.pk])),
        (story.partner_worker, reverse("admin:cases_referral_change", args=[referral.pk])),
        (story.worker, reverse("admin:cases_case_changelist")),
    ):
        client.force_login(user)
        assert client.get(door).status_code == 200
    deliver()
    told = [one.who for one in readers.of(case)]
    assert len(told) == 2, "a list is no opening"
    assert str(story.partner) in told[0]
    assert str(story.ngo) in told[1]
    assert story.worker.full_name not in " ".join(told)
    client.force_login(story.worker)
    client.cookies["django_language"] = "en"
    page = client.post(reverse("admin:cases_case_do", args=[case.pk, "readers"])).content.decode()
    assert str(story.partner) in page
    assert "18–20" in page, "how it is safe to tell her"
    client.force_login(story.partner_worker)
    assert client.post(reverse("admin:cases_case_do", args=[case.pk, "readers"])).status_code == 404


def test_an_open_case_holds_the_record_without_a_word_about_it(story, worked):
    case = story.case()
    linked(story, worked, case)
    [told] = erasure_holds.holds([worked.pk])
    assert "Another office" in told
    assert case.number not in told and str(case.organisation) not in told
    RegistryLink.everything.update(ended_at=clock.now())
    assert erasure_holds.holds([worked.pk]) == []
