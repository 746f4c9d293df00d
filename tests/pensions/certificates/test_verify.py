"""Verdicts: one good certificate, and every way in which it can be bad."""

import base64
import io
import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pikepdf
import pypdfium2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from pensions.certificates.bundle import BundleError, open_bundle, sign_bundle
from pensions.certificates.cose import ES256
from pensions.certificates.disclosure import disclose
from pensions.certificates.document import Form, render_certificate
from pensions.certificates.issuing import prepare_issue, print_variant
from pensions.certificates.keys import (
    LocalSigner,
    certificate_bytes,
    generate_key,
    key_id,
    make_certificate,
    public_bytes,
)
from pensions.certificates.model import Employer, Variant
from pensions.certificates.payload import disclosed_paths, record_items
from pensions.certificates.qr import sealed_symbol
from pensions.certificates.qr_text import PREFIX, encode_qr_text
from pensions.certificates.seal import seal_pdf
from pensions.certificates.status_list import Status
from pensions.certificates.trust import Authority, BlankState
from pensions.certificates.verify import Code, verify, verify_cwt
from pensions.control_register.checkpoint import Checkpoint
from pensions.control_register.notes import NoteSigner
from tests.pensions.certificates.support import (
    AT,
    ISSUER,
    ISSUER_NAME,
    LOG_SIGNER,
    SEAL,
    SEAL_CERTIFICATE,
    SEED,
    SIGNER,
    issue,
    issued,
    issuer_key,
    record,
    trust_for,
)

BUNDLE_SIGNER = LocalSigner(generate_key())


def codes(verdict):
    return [reason.code for reason in verdict.reasons]


def png(pdf, dpi=150):
    file = io.BytesIO()
    pypdfium2.PdfDocument(pdf)[0].render(scale=dpi / 72).to_pil().save(file, "PNG")
    return file.getvalue()


def jpeg(pdf):
    file = io.BytesIO()
    Image.open(io.BytesIO(png(pdf, 200))).convert("RGB").save(file, "JPEG", quality=70)
    return file.getvalue()


def check(data, trust=None, at=AT):
    return verify(data, trust or trust_for(issued()), at=at)


@pytest.mark.parametrize("months", [1, 12, 40])
@pytest.mark.parametrize("variant", list(Variant))
def test_a_good_file_is_valid_with_its_rows_side_by_side(variant, months):
    made = issued(months)
    verdict = check(made.pdf(variant), trust_for(made))
    assert verdict.code == Code.VALID and verdict.valid, codes(verdict)
    assert {"signature_good", "proof_good", "registered", "seal_good", "print_same"} <= set(codes(verdict))
    assert verdict.issuer_name == ISSUER_NAME
    assert verdict.authority.basis == "Положение о Социальном фонде"
    assert verdict.rows == made.issue.record.restricted(variant).rows
    assert verdict.lines and not verdict.differing
    assert verdict.log_index == made.index


def test_photo_scan_and_text_are_valid_but_the_print_is_not_compared():
    pdf = issued().pdf()
    for picture in (png(pdf), jpeg(pdf)):
        verdict = check(picture)
        assert verdict.valid and "print_not_compared" in codes(verdict)
    assert check(encode_qr_text(issued().issue.cwts[Variant.FULL])).valid
    assert check(encode_qr_text(issued().issue.cwts[Variant.FULL]).encode()).valid
    assert verify_cwt(issued().issue.cwts[Variant.PERIOD], trust_for(issued()), at=AT).valid


def test_a_scan_in_a_pdf_counts_as_a_photo():
    file = io.BytesIO()
    Image.open(io.BytesIO(png(issued().pdf(), 200))).convert("L").save(file, "PDF", resolution=200)
    verdict = check(file.getvalue())
    assert verdict.valid and "print_not_compared" in codes(verdict)


def test_a_picture_with_a_genuine_payload_attached_is_no_scan():
    file = io.BytesIO()
    Image.new("L", (1200, 1600), 255).save(file, "PDF")
    pdf = pikepdf.open(io.BytesIO(file.getvalue()))
    real = issued().issue.cwts[Variant.FULL]
    pdf.attachments["certificate.cwt"] = pikepdf.AttachedFileSpec(pdf, real, filename="certificate.cwt")
    out = io.BytesIO()
    pdf.save(out)
    verdict = check(out.getvalue())
    assert verdict.code == Code.ALTERED
    assert "seal_missing" in codes(verdict)


def test_a_log_that_tells_two_stories():
    trust = trust_for(issued())
    lie = Checkpoint(LOG_SIGNER.verifier.name, 22, bytes(32)).sign(LOG_SIGNER)
    trust.log_trust = replace(trust.log_trust, checkpoint=lie)
    verdict = check(issued().pdf(), trust)
    assert verdict.code == Code.NOT_IN_REGISTER
    assert "log_split" in codes(verdict)
    trust.log_trust = replace(trust.log_trust, checkpoint=issued().proof.partition("\n\n")[2])
    assert check(issued().pdf(), trust).valid


@settings(max_examples=150, deadline=None)
@given(
    st.one_of(st.binary(max_size=300), st.text(max_size=80)),
    st.sampled_from([b"", b"%PDF-1.7\n", b"\x89PNG\r\n\x1a\n"]),
)
def test_noise_never_breaks_the_verifier(noise, head):
    assert check(noise if isinstance(noise, str) else head + noise).code == Code.UNREADABLE


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=200))
def test_hostile_payloads_and_proofs_never_break_the_verifier(noise):
    trust = trust_for(issued())
    assert not check(encode_qr_text(noise), trust).valid
    good = issued().issue.cwts[Variant.FULL]
    assert verify_cwt(noise, trust, at=AT).code in (Code.UNREADABLE, Code.UNKNOWN_ISSUER)
    assert verify_cwt(good, trust, at=AT, proof=noise.decode("utf-8", "replace")).code == Code.ALTERED
    extra = issued().proof.replace("\nextra ", "\nextra " + base64.b64encode(noise + b"   ").decode()[:-4], 1)
    assert verify_cwt(good, trust, at=AT, proof=extra).code in (Code.ALTERED, Code.VALID)
    nested = b"\x81" * 5000 + b"\x01"
    assert verify_cwt(nested, trust, at=AT).code == Code.UNREADABLE


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6), st.integers(0, 10**6), st.binary(max_size=40))
def test_mangled_files_never_break_the_verifier(start, length, filling):
    data = issued().pdf()
    start %= len(data)
    mangled = data[:start] + filling + data[start + length % 5000 :]
    assert not check(mangled).valid or mangled == data


def test_the_verdict_is_json():
    answer = json.loads(json.dumps(check(issued().pdf()).as_dict(), ensure_ascii=False))
    assert answer["code"] == "valid"
    assert answer["certificate"]["person"]["name"] == "Жумабаева Айгүл Төлөнбековна"
    assert answer["certificate"]["rows"][0]["wage"] == "40510.00"
    assert answer["lines"][0]["same"] is True


def reprint(months=12, seal=None, **changes):
    """A file whose print says something else than its genuine payload: what a forger without the key can make."""
    made = issued(months)
    forged = prepare_issue(
        replace(made.issue.record, **changes), seed=SEED, signer=LocalSigner(generate_key())
    )
    rows = forged.record.rows
    form = Form(forged.cwts[Variant.FULL], ISSUER_NAME, "https://kozot.example/v/x", rows=rows)
    pdf = pikepdf.open(io.BytesIO(render_certificate(form)))
    real = made.issue.cwts[Variant.FULL]
    attach = {
        "certificate.cwt": real,
        "disclosure.cbor": disclose(record_items(made.issue.record), SEED, disclosed_paths(Variant.FULL)),
        "register.tlog-proof": made.proof.encode(),
    }
    for name in list(pdf.attachments):
        del pdf.attachments[name]
    for name, data in attach.items():
        pdf.attachments[name] = pikepdf.AttachedFileSpec(pdf, data, filename=name)
    out = io.BytesIO()
    pdf.save(out)
    return (
        seal_pdf(out.getvalue(), signer=seal.signer, certificate=seal.certificate) if seal else out.getvalue()
    )


def digit(rows, place, **changes):
    return tuple(replace(row, **changes) if n == place else row for n, row in enumerate(rows))


@pytest.mark.parametrize(
    ("changes", "label", "printed"),
    [
        ({"rows": digit(record().rows, 3, wage=Decimal("90531.00"))}, "04.2025", "90 531,00"),
        ({"rows": digit(record().rows, 0, contribution=Decimal("8912.21"))}, "01.2025", "8 912,21"),
        ({"rows": digit(record().rows, 11, days=29)}, "12.2025", "29"),
        (
            {"person": replace(record().person, name="Жумабаева Айгүл Төлөнбековны")},
            "name",
            "Жумабаева Айгүл Төлөнбековны",
        ),
        ({"person": replace(record().person, citizenship="RU")}, "citizenship", "RU"),
        ({"person": replace(record().person, birth_on=date(1963, 3, 4))}, "birth_on", "04.03.1963"),
        ({"work": replace(record().work, start_on=date(2024, 1, 1))}, "period", "01.01.2024 – 27.12.2025"),
        ({"work": replace(record().work, declared=(10, 11, 27))}, "declared", "10, 11, 27"),
        ({"employer": Employer("ООО «СтройГарант-2»", "RU")}, "employer_name", "ООО «СтройГарант-2»"),
    ],
)
@pytest.mark.parametrize("seal", [None, SEAL])
def test_one_changed_letter_in_the_print_is_found(changes, label, printed, seal):
    """With no seal at all, and even with the issuer's own seal on it."""
    verdict = check(reprint(seal=seal, **changes))
    assert verdict.code == Code.ALTERED
    assert "print_differs" in codes(verdict)
    line = next(line for line in verdict.differing if line.label == label)
    assert printed in line.printed
    assert printed not in line.sealed


def test_a_changed_figure_in_the_annex_of_a_long_record_is_found():
    rows = digit(record(40).rows, 33, wage=Decimal("99999.00"))
    verdict = check(reprint(40, rows=rows), trust_for(issued(40)))
    assert verdict.code == Code.ALTERED
    assert "10.2027" in {line.label for line in verdict.differing}


def test_an_added_month_is_found():
    made = issued(1)
    verdict = check(reprint(1, rows=record(2).rows, work=record(2).work), trust_for(made))
    assert verdict.code == Code.ALTERED
    assert any(line.label == "02.2025" and line.sealed == () for line in verdict.differing)


def test_a_file_without_its_seal_is_altered():
    pdf = pikepdf.open(io.BytesIO(issued().pdf()))
    del pdf.Root.AcroForm
    out = io.BytesIO()
    pdf.save(out)
    verdict = check(out.getvalue())
    assert verdict.code == Code.ALTERED
    assert {"seal_missing", "seal_unreadable"} & set(codes(verdict))


def test_a_changed_byte_in_any_region_of_the_file_never_stays_valid():
    data = issued().pdf()
    contents = data.rindex(b"/Contents")
    end = data.index(b">", contents)
    for place in range(0, len(data), 1511):
        if contents < place < end:
            continue
        changed = bytearray(data)
        changed[place] ^= 1
        assert not check(bytes(changed)).valid, place


def test_somebody_elses_seal():
    key = generate_key(ES256)
    stranger = certificate_bytes(
        make_certificate(
            key.public_key(),
            organisation=ISSUER_NAME,
            country="KG",
            valid_from=date(2026, 1, 1),
            valid_until=date(2030, 1, 1),
            issuer_key=key,
        )
    )
    seal = replace(SEAL, signer=LocalSigner(key), certificate=stranger)
    pdf = print_variant(
        issued().issue, Variant.FULL, issuer_name=ISSUER_NAME, url="https://kozot.example/v/x", seal=seal
    )
    verdict = check(pdf)
    assert verdict.code == Code.UNKNOWN_ISSUER
    assert "seal_of_stranger" in codes(verdict)


def test_a_forged_payload_of_an_unknown_key():
    forged = prepare_issue(record(), seed=SEED, signer=LocalSigner(generate_key()))
    verdict = check(encode_qr_text(forged.cwts[Variant.FULL]))
    assert verdict.code == Code.UNKNOWN_ISSUER
    assert verdict.certificate is None
    assert verdict.reasons[0].values["claimed"] == ISSUER


def test_a_forged_payload_under_a_known_key_id():
    trust = trust_for(issued())
    other = issuer_key(public_key=public_bytes(generate_key().public_key()))
    trust.keys[other.kid] = other
    verdict = check(encode_qr_text(issued().issue.cwts[Variant.FULL]), trust)
    assert verdict.code == Code.ALTERED
    assert verdict.certificate is None


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"valid_until": date(2026, 2, 2)}, "key_not_valid_on_date"),
        ({"valid_from": date(2026, 2, 4)}, "key_not_valid_on_date"),
        ({"authorities": ()}, "no_authority_on_date"),
        ({"authorities": (Authority("x", date(2020, 1, 1), date(2026, 2, 2)),)}, "no_authority_on_date"),
        ({"issuer": "kz.enpf"}, "issuer_not_of_key"),
    ],
)
def test_an_issuer_without_right_on_that_date(changes, reason):
    verdict = check(encode_qr_text(issued().issue.cwts[Variant.FULL]), trust_for(issued(), **changes))
    assert verdict.code == Code.UNKNOWN_ISSUER
    assert reason in codes(verdict)


def test_authority_that_ended_later_does_not_matter():
    rights = (Authority("Положение", date(2020, 1, 1), date(2026, 2, 3)),)
    verdict = check(issued().pdf(), trust_for(issued(), authorities=rights, valid_until=date(2026, 2, 3)))
    assert verdict.valid


def test_a_certificate_from_the_future():
    verdict = check(issued().pdf(), at=datetime(2026, 2, 3, tzinfo=UTC))
    assert "issued_in_future" in codes(verdict) and not verdict.valid


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (Status.REVOKED, Code.REVOKED),
        (Status.SUPERSEDED, Code.SUPERSEDED),
        (Status.SUSPENDED, Code.SUSPENDED),
    ],
)
@pytest.mark.parametrize("where", ["list", "register"])
def test_states_by_list_and_by_register(status, code, where):
    trust = trust_for(issued())
    since = datetime(2026, 3, 1, tzinfo=UTC)
    if where == "list":
        trust.statuses[1][5] = status
    else:
        entry = trust.entries["KG-2026-0001234"]
        trust.entries["KG-2026-0001234"] = replace(
            entry, status=status, status_since=since, superseded_by="KG-2"
        )
    verdict = check(issued().pdf(), trust)
    assert verdict.code == code
    assert verdict.certificate.issued_on == date(2026, 2, 3)
    if where == "register":
        assert (verdict.status_since, verdict.superseded_by) == (since, "KG-2")


def test_a_number_that_the_register_does_not_know():
    trust = trust_for(issued())
    trust.entries.clear()
    verdict = check(issued().pdf(), trust)
    assert verdict.code == Code.NOT_IN_REGISTER


def test_another_payload_under_a_registered_number():
    other = issue(record(work=replace(record().work, position="Прораб")))
    verdict = check(encode_qr_text(other.issue.cwts[Variant.FULL]))
    assert verdict.code == Code.NOT_IN_REGISTER
    assert "payload_not_registered" in codes(verdict)


def test_a_proof_of_another_certificate():
    other = issue(record(number="KG-2026-0009999"))
    verdict = verify_cwt(issued().issue.cwts[Variant.FULL], trust_for(issued()), at=AT, proof=other.proof)
    assert verdict.code == Code.ALTERED
    assert "proof_of_other_certificate" in codes(verdict)


@pytest.mark.parametrize(
    "change", [("index 20", "index 19"), ("tlog-proof@v1", "tlog-proof@v2"), ("extra ", "extra AA")]
)
def test_a_changed_proof(change):
    proof = issued().proof.replace(*change, 1)
    assert proof != issued().proof
    verdict = verify_cwt(issued().issue.cwts[Variant.FULL], trust_for(issued()), at=AT, proof=proof)
    assert verdict.code == Code.ALTERED
    assert "proof_wrong" in codes(verdict)


def test_a_proof_under_another_log_key():
    trust = trust_for(issued())
    stranger = NoteSigner.from_private_key(LOG_SIGNER.verifier.name, generate_key())
    trust.log_trust = replace(trust.log_trust, verifier=stranger.verifier)
    assert check(issued().pdf(), trust).code == Code.ALTERED


@pytest.mark.parametrize("state", ["spoiled", "lost", "stolen", "destroyed", "in_custody"])
def test_a_blank_that_must_not_be_used(state):
    trust = trust_for(issued())
    trust.blanks["КГ", "0012345"] = BlankState(state)
    verdict = check(issued().pdf(), trust)
    assert verdict.code == Code.BLANK_NOT_VALID
    assert f"blank_{state}" in codes(verdict)


def test_a_blank_of_another_certificate_and_an_unknown_one():
    trust = trust_for(issued())
    trust.blanks["КГ", "0012345"] = BlankState("used", "KG-2026-0000001")
    assert check(issued().pdf(), trust).code == Code.BLANK_NOT_VALID
    trust.blanks.clear()
    assert check(issued().pdf(), trust).code == Code.BLANK_NOT_VALID


@pytest.mark.parametrize(("limit", "valid"), [(21, True), (20, False), (3, False)])
def test_a_stolen_key_kills_only_what_was_logged_later(limit, valid):
    assert issued().index == 20
    verdict = check(issued().pdf(), trust_for(issued(), compromised_from=limit))
    assert verdict.valid is valid
    if not valid:
        assert verdict.code == Code.KEY_COMPROMISED


def test_the_gravest_fault_gives_the_verdict_and_all_are_told():
    trust = trust_for(issued())
    trust.statuses[1][5] = Status.REVOKED
    trust.blanks["КГ", "0012345"] = BlankState("stolen")
    verdict = check(issued().pdf(), trust)
    assert verdict.code == Code.BLANK_NOT_VALID
    assert {"blank_stolen", "status_revoked"} <= set(codes(verdict))


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        ("hello", "unsupported_prefix"),
        (PREFIX + "GGW", "base45_invalid"),
        ("https://kozot.example/v/KG-1/CODE", "only_address_found"),
        (b"\x00\x01\xff\xfe", "file_type_unknown"),
        (b"%PDF-1.7\nrubbish", "file_damaged"),
        (b"\x89PNG\r\n\x1a\nrubbish", "file_damaged"),
        (b"%PDF-1.7\n" + bytes(21 * 1024 * 1024), "file_too_large"),
    ],
)
def test_what_cannot_be_read_says_why(data, reason):
    verdict = check(data)
    assert verdict.code == Code.UNREADABLE
    assert codes(verdict) == [reason]


def test_a_pdf_without_certificate():
    file = io.BytesIO()
    Image.new("L", (200, 200), 255).save(file, "PDF")
    verdict = check(file.getvalue())
    assert (verdict.code, codes(verdict)) == (Code.UNREADABLE, ["no_certificate_found"])


def test_a_payload_of_a_later_version_is_unreadable_not_altered():
    import cbor2

    from pensions.certificates.cose import HEADER_ALG, HEADER_KID, encode_sign1
    from pensions.certificates.payload import BODY_CLAIM, encode_claims

    claims = cbor2.loads(encode_claims(record()))
    claims[BODY_CLAIM][0] = 3
    headers = {HEADER_ALG: SIGNER.algorithm, HEADER_KID: key_id(SIGNER.public_key)}
    cwt = encode_sign1(headers, cbor2.dumps(claims, canonical=True), SIGNER.sign)
    verdict = check(encode_qr_text(cwt))
    assert (verdict.code, codes(verdict)[-1]) == (Code.UNREADABLE, "version_unsupported")


def test_a_sheet_with_two_certificates_is_not_guessed_at():
    other = issue(record(number="KG-2026-0009999"))
    sheet = Image.new("L", (2200, 1200), 255)
    for place, made in enumerate((issued(), other)):
        matrix = sealed_symbol(encode_qr_text(made.issue.cwts[Variant.PERIOD]))
        assert matrix.version
        page = Image.open(io.BytesIO(png(made.pdf(Variant.PERIOD), 200))).convert("L")
        sheet.paste(page.crop((100, page.height - 600, 700, page.height - 50)), (place * 1100, 100))
    file = io.BytesIO()
    sheet.save(file, "PNG")
    assert codes(check(file.getvalue())) == ["several_certificates"]


def bundle(trust, made_at=AT, signer=BUNDLE_SIGNER):
    return sign_bundle(trust, made_at=made_at, valid_until=made_at + timedelta(days=30), signer=signer)


def offline(trust=None, at=AT):
    return open_bundle(bundle(trust or trust_for(issued())), [BUNDLE_SIGNER.public_key], at=at)


def test_offline_a_file_proves_itself_and_a_code_alone_says_what_was_not_checked():
    verdict = check(issued().pdf(), offline())
    assert verdict.valid and {"proof_good", "seal_good", "print_same"} <= set(codes(verdict))
    verdict = check(encode_qr_text(issued().issue.cwts[Variant.FULL]), offline())
    assert verdict.valid and {"register_not_checked", "blank_not_reported"} <= set(codes(verdict))


def test_offline_knows_revocations_bad_blanks_and_stolen_keys():
    trust = trust_for(issued())
    trust.statuses[1][5] = Status.REVOKED
    assert check(issued().pdf(), offline(trust)).code == Code.REVOKED
    trust = trust_for(issued())
    trust.blanks["КГ", "0012345"] = BlankState("lost")
    assert check(issued().pdf(), offline(trust)).code == Code.BLANK_NOT_VALID
    trust = trust_for(issued(), compromised_from=21)
    assert check(issued().pdf(), offline(trust)).valid
    verdict = check(encode_qr_text(issued().issue.cwts[Variant.FULL]), offline(trust))
    assert verdict.code == Code.KEY_COMPROMISED, "without a proof the position in the log is unknown"


def test_a_bundle_comes_back_whole():
    trust = trust_for(issued(), compromised_from=7, valid_until=date(2029, 1, 1))
    again = offline(trust)
    assert (again.keys, again.seals, again.log_trust) == (trust.keys, trust.seals, trust.log_trust)
    assert again.online is False and again.made_at == AT
    assert again.blanks == {}
    assert again.seal_certificates(ISSUER) == [SEAL_CERTIFICATE]


def test_a_bundle_is_refused_when_old_changed_or_of_a_stranger():
    data = bundle(trust_for(issued()))
    pinned = [BUNDLE_SIGNER.public_key]
    late = AT + timedelta(days=31)
    with pytest.raises(BundleError) as error:
        open_bundle(data, pinned, at=late)
    assert error.value.code == "bundle_expired"
    assert open_bundle(data, pinned, at=late, allow_stale=True).made_at == AT
    with pytest.raises(BundleError) as error:
        open_bundle(bundle(trust_for(issued()), signer=LocalSigner(generate_key())), pinned, at=AT)
    assert error.value.code == "bundle_key_unknown"
    for place in range(0, len(data), 37):
        changed = bytearray(data)
        changed[place] ^= 1
        with pytest.raises(BundleError):
            open_bundle(bytes(changed), pinned, at=AT)
