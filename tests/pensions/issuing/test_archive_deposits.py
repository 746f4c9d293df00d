"""After the employer is gone: deposits, confirmations, and certificates that say on what they rest."""

import datetime as dt
import io

import pikepdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.enums import OrganisationKind, Role
from common.errors import Conflict, Invalid, KozotError, Missing, Refused
from common.scoping import acting_as
from pensions.certificates.model import Basis
from pensions.certificates.reading import read_any
from pensions.certificates.seal import read_seals
from pensions.control_register.tlog_proof import TlogProof
from pensions.models import ArchiveConfirmation, ArchiveDeposit, Certificate, Employment
from pensions.services import archive_deposits, certificates, register_audit, verification
from pensions.services.archive_deposits import Line
from tests.pensions.issuing.desk_of_issue import equip

pytestmark = pytest.mark.django_db
INVENTORY = """№;Заголовок;С года;По год;Листов;SHA-256
1;Приказы по личному составу;2024;2026;118;
2;Лицевые счета;2025;2025;240;{digest}
""".format(digest="ab" * 32)


@pytest.fixture
def archive(house):
    return house.organisation(OrganisationKind.ARCHIVE)


@pytest.fixture
def archivist(house, archive):
    return house.user(Role.ARCHIVIST)


@pytest.fixture
def deposit(office, archive):
    return archive_deposits.deposit(
        by=office.official,
        employer=office.employment.employer,
        archive=archive,
        depositor="конкурсный управляющий Б. Осмонов, решение суда А40-1182",
        inventory=archive_deposits.read_inventory(INVENTORY.encode()),
    )


@pytest.fixture
def held(deposit, archivist):
    return archive_deposits.receive(by=archivist, deposit=deposit, reference="ф. 1642, оп. 3")


def confirm(office, archivist, held, **values):
    told = {
        "number": 2,
        "registry_number": office.employment.worker.registry_number,
        "start_on": dt.date(2025, 1, 1),
        "end_on": dt.date(2025, 12, 31),
        "sheets": "л. 14–17",
    }
    return archive_deposits.confirm(by=archivist, deposit=held, **{**told, **values})


def sealed(certificate):
    return certificates.unpack(certificate)[0].record


# --- deposits -------------------------------------------------------------------------------------------


def test_both_sides_steps_are_entered_with_the_digest_of_the_inventory(deposit, archivist):
    digest = archive_deposits.inventory_digest(deposit)
    archive_deposits.receive(by=archivist, deposit=deposit, reference="ф. 1642, оп. 3")
    assert [(one.kind, one.inventory) for one in deposit.steps.order_by("entry_id")] == [
        ("sent", digest),
        ("received", digest),
    ]
    with pytest.raises(Conflict):
        archive_deposits.send_back(by=archivist, deposit=deposit, reason="twice")
    assert register_audit.audit() == []


def test_papers_that_differ_from_the_inventory_are_sent_back(deposit, archivist, office):
    with pytest.raises(Invalid):
        archive_deposits.send_back(by=archivist, deposit=deposit, reason=" ")
    archive_deposits.send_back(by=archivist, deposit=deposit, reason="volume 2 is missing")
    with pytest.raises(Conflict):
        confirm(office, archivist, deposit)


@pytest.mark.parametrize(
    "row",
    [
        "1;;2024;2026;5;",
        "1;x;2026;2024;5;",
        "1;x;2024;2026;0;",
        "1;x;1800;1900;5;",
        "1;x;2024;2026;5;zz",
        "x;y;1;2;3;",
    ],
)
def test_an_inventory_that_is_wrong_names_the_row(row):
    with pytest.raises(Invalid) as refusal:
        archive_deposits.read_inventory((INVENTORY.splitlines()[0] + "\n" + row + "\n").encode())
    assert refusal.value.row == 2 and "2" in str(refusal.value) and refusal.value.field == "file"


def test_a_number_stands_once_in_an_inventory():
    with pytest.raises(Invalid):
        archive_deposits.read_inventory((INVENTORY + "2;again;2024;2025;3;\n").encode())


def test_who_may_deposit_and_who_may_take_over(office, archive, deposit, house):
    line = [Line(1, "Приказы", 2024, 2025, 5)]
    own = {"employer": office.employment.employer, "archive": archive, "depositor": "x", "inventory": line}
    archive_deposits.deposit(by=office.clerk, **own)
    strangers = [house.user(Role.EMPLOYER_CLERK, "second"), office.person, house.user(Role.ARCHIVIST)]
    for nobody in [*strangers, house.user(Role.AUDITOR)]:
        with pytest.raises((Missing, Refused)):
            archive_deposits.deposit(by=nobody, **own)
    for nobody in (office.clerk, office.official, house.user(Role.ARCHIVIST, "second"), office.person):
        with pytest.raises((Missing, Refused)):
            archive_deposits.receive(by=nobody, deposit=deposit, reference="ф. 1")
    with acting_as(house.user(Role.ARCHIVIST, "second")):
        assert not ArchiveDeposit.objects.exists()
    with pytest.raises(Invalid):
        archive_deposits.deposit(by=office.official, **{**own, "archive": office.organisation})


# --- confirmations ----------------------------------------------------------------------------------------


def test_a_confirmation_stays_inside_its_file(office, archivist, held):
    for wrong in (
        {"number": 9},
        {"registry_number": "0123456789A"},
        {"start_on": dt.date(2024, 12, 31)},
        {"start_on": dt.date(2025, 5, 2), "end_on": dt.date(2025, 5, 1)},
    ):
        with pytest.raises(Invalid):
            confirm(office, archivist, held, **wrong)
    made = confirm(office, archivist, held, scan=b"%PDF-1.7 sheets", name="sheets.pdf")
    assert made.reference == "ф. 1642, оп. 3, № 2, л. 14–17" and made.file.size == 15
    assert register_audit.audit() == []


def test_who_confirms_and_who_sees_it(office, archivist, held, house):
    for nobody in (office.official, office.clerk, office.person, house.user(Role.ARCHIVIST, "second")):
        with pytest.raises((Missing, Refused)):
            confirm(office, nobody, held)
    with acting_as(archivist):
        assert not Employment.objects.exists(), "nothing before it is confirmed"
    confirm(office, archivist, held)
    for reader in (archivist, office.official, office.person):
        with acting_as(reader):
            assert ArchiveConfirmation.objects.count() == 1
    with acting_as(archivist):
        assert Employment.objects.get() == office.employment
    for nobody in (
        house.user(Role.ARCHIVIST, "second"),
        house.user(Role.AUDITOR),
        house.user(Role.CASE_WORKER),
    ):
        with acting_as(nobody):
            assert not ArchiveConfirmation.objects.exists() and not Employment.objects.exists()


# --- certificates without an employer -----------------------------------------------------------------------


def test_the_fund_reconstructs_from_the_ledger_and_says_so(office):
    employer = office.employment.employer
    employer.liquidated_on = dt.date(2026, 1, 1)
    employer.save()
    made = office.issued()
    record = sealed(made)
    assert (record.basis, record.grounds) == (Basis.LEDGER, "")
    assert "восстановлено по реестру взносов" in " ".join(read_any(office.pdf(made)).texts)


def test_the_fund_names_the_archive_that_confirmed_all_days(office, archivist, held, archive):
    confirm(office, archivist, held, start_on=dt.date(2025, 3, 1))
    assert sealed(office.issued()).basis == Basis.LEDGER, "a part of the days is not enough"
    confirm(office, archivist, held)
    made = office.issued()
    record = sealed(made)
    assert record.basis == Basis.ARCHIVE and record.grounds.endswith("ф. 1642, оп. 3, № 2, л. 14–17")
    assert record.grounds.startswith(archive.name_ru)
    for variant in (1, 2, 3):
        text = " ".join(" ".join(read_any(office.pdf(made, variant)).texts).split())
        assert "архивные документы" in text and "оп. 3, № 2" in text
    verdict = verification.verify_file(by=None, data=office.pdf(made))
    assert verdict.valid and verdict.certificate.grounds == record.grounds


def test_an_archive_issues_only_what_it_confirmed(office, archivist, held, archive):
    equip(archive, series="АР")
    with pytest.raises((Missing, Refused)):
        certificates.draft_certificate(by=archivist, employment=office.employment)
    confirm(office, archivist, held, start_on=dt.date(2025, 3, 1))
    draft = certificates.draft_certificate(by=archivist, employment=office.employment)
    with pytest.raises(KozotError) as refusal:
        certificates.issue_certificate(by=archivist, certificate=draft)
    assert refusal.value.code == "not_confirmed"
    confirm(office, archivist, held)
    made = certificates.issue_certificate(by=archivist, certificate=draft)
    record = sealed(made)
    assert (made.issuer, record.basis) == (archive, Basis.ARCHIVE)
    assert record.grounds == "ф. 1642, оп. 3, № 2, л. 14–17"
    with acting_as(archivist):
        assert Certificate.objects.get() == made
    verdict = verification.verify_file(by=None, data=certificates.download(by=archivist, certificate=made)[0])
    assert verdict.valid and verdict.certificate.basis == Basis.ARCHIVE


def test_the_verifier_s_page_names_the_basis(office, archivist, held, english):
    confirm(office, archivist, held)
    pdf = office.pdf(office.issued())
    page = english.post(
        reverse("pensions:verify"),
        {"way": "file", "file": SimpleUploadedFile("c.pdf", pdf, "application/pdf")},
    ).content.decode()
    assert "архивные документы" in page and "оп. 3, № 2" in page


def test_the_desk_from_inventory_to_receipt(office, archive, archivist, english):
    english.force_login(office.clerk)
    form = {
        "employer": office.employment.employer.name,
        "archive": archive.pk,
        "depositor": "бухгалтер О. Кузнецова",
        "file": SimpleUploadedFile("inventory.csv", INVENTORY.encode()),
    }
    answer = english.post(reverse("admin:pensions_archivedeposit_list_do", args=["deposit"]), form)
    assert answer.status_code == 302
    page = english.get(answer["Location"]).content.decode()
    assert "Лицевые счета" in page and "Take over" not in page
    base = answer["Location"].removesuffix("change/")
    english.force_login(archivist)
    assert english.post(f"{base}do/receive/", {"reference": "ф. 7, оп. 1"}).status_code == 302
    receipt = english.post(f"{base}do/receipt/").content
    assert "ф. 7, оп. 1" in " ".join(read_any(receipt).texts)
    [seal] = read_seals(receipt)
    with pikepdf.open(io.BytesIO(receipt)) as paper:
        proofs = [
            TlogProof.parse(file.get_file().read_bytes().decode()) for file in paper.attachments.values()
        ]
    assert seal.intact and len(proofs) == 2
    form = {
        "registry_number": office.employment.worker.registry_number,
        "number": 2,
        "sheets": "л. 3",
        "start_on": "2025-01-01",
        "end_on": "2025-12-31",
        "file": io.BytesIO(b"%PDF-1.7 scan"),
    }
    assert english.post(f"{base}do/confirm/", form).status_code == 302
    assert ArchiveConfirmation.everything.get().file is not None
