"""The main path: ledger, draft, blank, seal, register, print, verdict."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest

from common import clock, files
from common.errors import Conflict, Invalid, KozotError
from pensions.certificates.issuing import prepare_issue, print_variant
from pensions.certificates.model import Variant
from pensions.certificates.qr_text import encode_qr_text
from pensions.enums.issuing import CertificateState, KeyPurpose, StopReason
from pensions.models import Blank, Certificate, CertificatePrint, Contribution, RegisterEntry
from pensions.services import blanks, certificates, control_register, ledger, signing_keys, verification
from pensions.services.statement import statement
from tests.pensions.issuing.desk_of_issue import worked
from tests.support.registry import Registry

pytestmark = pytest.mark.django_db


def codes(verdict):
    return [reason.code for reason in verdict.reasons]


def check(data):
    return verification.verify_file(by=None, data=data)


def test_a_certificate_from_the_ledger_is_issued_printed_and_valid(office, journal):
    made = office.issued()
    assert made.state == CertificateState.ISSUED
    pdf = office.pdf(made)
    verdict = check(pdf)
    assert verdict.valid, codes(verdict)
    sealed = verdict.certificate
    assert sealed.person.name == office.employment.worker.full_name
    assert (sealed.work.start_on, sealed.work.end_on) == (dt.date(2025, 1, 13), dt.date(2025, 12, 26))
    assert [row.days for row in sealed.rows][:2] == [19, 28] and sealed.rows[-1].days == 26
    assert sealed.rows[3].wage == Decimal("46803.00") and sealed.currency == "RUB"
    assert {"registered", "proof_good", "seal_good", "print_same", "signature_good"} <= set(codes(verdict))
    assert verdict.log_index == made.steps.get().entry_id
    assert made.blank.state == "used" and sealed.blank == ("КГ", "0000001")
    assert RegisterEntry.everything.filter(kind="blank_used").count() == 1
    assert journal(object_id=str(made.pk), action="certificates.verify").count() == 1
    assert journal(object_id=str(made.pk), verb="exported").count() == 1


def test_the_archived_bytes_are_given_again_and_lie_encrypted(office, settings):
    made = office.issued()
    first, second = office.pdf(made), office.pdf(made)
    assert first == second and CertificatePrint.everything.count() == 1
    stored = CertificatePrint.everything.get().file
    assert stored.key_id == office.employment.worker.key_id and files.read(stored) == first
    on_disk = [path.read_bytes() for path in settings.MEDIA_ROOT.rglob("*") if path.is_file()]
    assert on_disk and not any(b"%PDF" in content for content in on_disk)


@pytest.mark.parametrize("variant", [1, 2])
def test_a_shorter_variant_holds_no_more_than_it_shows(office, variant):
    made = office.issued()
    verdict = check(office.pdf(made, variant))
    assert verdict.valid, codes(verdict)
    rows = verdict.certificate.rows
    assert not rows if variant == 1 else all(row.wage is None and row.tax is None for row in rows)


def test_a_long_employment_carries_totals_and_all_its_rows(office):
    long = worked(Registry().employment(), dt.date(2022, 1, 1), dt.date(2024, 12, 31), 36)
    verdict = check(office.pdf(office.issued(employment=long)))
    assert verdict.valid, codes(verdict)
    assert len(verdict.rows) == 36 and len(verdict.certificate.totals) == 3


def test_the_qr_text_alone_is_checked_too(office):
    made = office.issued()
    issue, _proof = certificates.unpack(made)
    assert check(encode_qr_text(issue.cwts[Variant.FULL])).valid


def test_revoked_suspended_and_resumed_say_so(office):
    made = office.issued()
    pdf = office.pdf(made)
    certificates.suspend(
        by=office.official, certificate=made, reason_code=StopReason.INQUIRY, reason="a letter"
    )
    assert check(pdf).code == "suspended"
    certificates.resume(by=office.official, certificate=made, reason="answered")
    assert check(pdf).valid
    certificates.revoke(
        by=office.official, certificate=made, reason_code=StopReason.ERROR, reason="wrong month"
    )
    verdict = check(pdf)
    assert verdict.code == "revoked" and verdict.status_since is not None
    with pytest.raises(Conflict) as refusal:
        certificates.resume(by=office.official, certificate=made, reason="again")
    assert refusal.value.code == "wrong_state"


def test_a_replacement_names_the_old_one_and_the_old_one_the_new(office):
    old = office.issued()
    pdf = office.pdf(old)
    new = office.issued(supersedes=old)
    verdict = check(pdf)
    assert verdict.code == "superseded" and verdict.superseded_by == new.number
    assert check(office.pdf(new)).certificate.supersedes == old.number


def test_a_lost_or_spoiled_blank_fails_its_certificate(office):
    for kind in ("lost", "spoiled", "stolen"):
        made = office.issued()
        number = made.blank.number
        blanks.write_off(
            by=office.official,
            custodian=office.organisation,
            kind=kind,
            series="КГ",
            first=number,
            last=number,
            reason="act 3",
            document="№ 3",
            commission="Асанова Г., башчы\nБекова Н., мүчө",
        )
        verdict = check(office.pdf(made))
        assert verdict.code == "blank_not_valid" and f"blank_{kind}" in codes(verdict)


def test_a_blank_is_used_once(office):
    made = office.issued()
    with pytest.raises(Conflict) as refusal:
        certificates.issue_certificate(by=office.official, certificate=office.draft(), blank=made.blank)
    assert refusal.value.code == "blank_not_in_stock"
    assert Certificate.everything.filter(blank=made.blank).count() == 1


def test_nothing_is_issued_that_the_draft_did_not_show(office):
    draft = office.draft()
    entry = Contribution.everything.filter(employment=office.employment).first()
    ledger.correct(by=None, entry=entry, reason="a typing error", wage=Decimal("1.00"))
    before = control_register.head(), Blank.everything.filter(state="used").count()
    with pytest.raises(Conflict) as refusal:
        certificates.issue_certificate(by=office.official, certificate=draft)
    assert refusal.value.code == "ledger_changed"
    assert (control_register.head(), Blank.everything.filter(state="used").count()) == before


def test_a_missing_tax_or_two_currencies_are_not_papered_over(office):
    entry = Contribution.everything.filter(employment=office.employment).first()
    last = ledger.correct(by=None, entry=entry, reason="unknown", tax=None)
    with pytest.raises(Conflict) as refusal:
        office.draft()
    assert refusal.value.code == "amounts_missing" and "01.2025" in str(refusal.value)
    ledger.correct(by=None, entry=last, reason="abroad", tax=Decimal("1.00"), currency="KGS")
    with pytest.raises(Conflict) as refusal:
        office.draft()
    assert refusal.value.code == "several_currencies"


def test_a_letter_without_a_glyph_refuses_the_issue_and_uses_no_blank(office):
    strange = Registry().worker(family_name="王")
    employment = worked(Registry().employment(strange), dt.date(2025, 1, 1), dt.date(2025, 1, 31), 1)
    with pytest.raises(KozotError) as refusal:
        office.issued(employment=employment)
    assert refusal.value.code == "missing_glyph" and "王" in str(refusal.value)
    assert not Blank.everything.filter(state="used").exists()


def test_an_employment_without_a_period_cannot_be_certified(office):
    with pytest.raises(Invalid) as refusal:
        office.draft(employment=Registry().employment())
    assert refusal.value.code == "no_period"


def test_number_and_code_together_show_the_short_form_only(office):
    made = office.issued()
    issue, _proof = certificates.unpack(made)
    typed = made.number.replace("-", "").lower()
    verdict = verification.verify_number(
        by=None, number=typed, code=issue.record.check_code.replace("-", " ")
    )
    assert verdict.valid and verdict.certificate.variant == Variant.PERIOD and not verdict.rows
    wrong = verification.verify_number(by=None, number=typed, code="0000-0000-0000-0000")
    nowhere = verification.verify_number(by=None, number="4G7K-Q2MX-93T", code="0000-0000-0000-0000")
    assert wrong == nowhere and wrong.code == "not_in_register" and wrong.certificate is None


def test_another_wage_under_the_same_number_is_found(office):
    """Even an insider with the keys cannot print another wage: the register knows the digests."""
    made = office.issued()
    issue, proof = certificates.unpack(made)
    rows = issue.record.rows
    dearer = (replace(rows[0], wage=Decimal("96800.00")), *rows[1:])
    other = prepare_issue(
        replace(issue.record, rows=dearer), seed=issue.seed, signer=signing_keys.signer_of(made.signing_key)
    )
    paper = print_variant(
        other,
        Variant.FULL,
        issuer_name=made.signing_key.issuer_name,
        url=certificates.public_address(made.number),
        seal=signing_keys.seal_of(signing_keys.current(office.organisation, KeyPurpose.SEAL)),
        proof=proof,
    )
    verdict = check(paper)
    assert verdict.code != "valid" and "payload_not_registered" in codes(verdict)


def test_a_file_with_one_byte_changed_is_altered(office):
    pdf = bytearray(office.pdf(office.issued()))
    place = pdf.index(b"/Creator") if b"/Creator" in pdf else len(pdf) // 3
    pdf[place + 1] ^= 1
    assert check(bytes(pdf)).code in {"altered", "unreadable"}


def test_a_statement_as_of_a_moment_shows_certificates_as_they_stood(office, time_machine):
    def then(moment) -> list[str]:
        made = statement(by=None, worker=office.employment.worker, known_at=moment)
        return [one.state for one in made.certificates]

    minute = dt.timedelta(minutes=1)
    start = clock.now()
    one = office.issued()
    time_machine.move_to(start + 2 * minute)
    certificates.revoke(by=office.official, certificate=one, reason_code="error", reason="a slip")
    assert then(start - minute) == []
    assert then(start + minute) == [CertificateState.ISSUED]
    assert then(None) == [CertificateState.REVOKED]
