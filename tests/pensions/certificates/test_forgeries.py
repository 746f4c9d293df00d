"""What a forger would try: payloads written otherwise, files patched after the seal, parts of two certificates mixed.

Most of it is tried offline: there no register finds a strange payload by its digest, so the bytes must tell.
"""

import io
import zlib
from dataclasses import replace
from datetime import UTC, date, datetime

import cbor2
import pikepdf
import pypdfium2
import pytest
from PIL import Image, ImageFilter
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from pensions.certificates.cose import EDDSA, ES256, signature_structure
from pensions.certificates.keys import LocalSigner, generate_key, key_id, public_bytes
from pensions.certificates.model import Variant
from pensions.certificates.payload import encode_claims
from pensions.certificates.qr_text import MAX_TEXT, PREFIX, base45_encode, encode_qr_text
from pensions.certificates.trust import SealKey
from pensions.certificates.verify import Code, verify
from tests.pensions.certificates.support import (
    AT,
    ISSUER,
    SEAL_CERTIFICATE,
    SIGNER,
    issue,
    issued,
    issuer_key,
    record,
    trust_for,
)

KID = key_id(SIGNER.public_key)


def offline():
    return trust_for(issued(), online=False)


def codes(verdict):
    return {reason.code for reason in verdict.reasons}


def judge(cwt: bytes, trust=None):
    return verify(encode_qr_text(cwt), trust or offline(), at=AT)


def parts():
    """Protected header, payload and signature of a genuine certificate."""
    protected, _, payload, signature = cbor2.loads(issued().issue.cwts[Variant.FULL]).value
    return protected, payload, signature


def signed(headers: bytes, payload: bytes, *, signer=SIGNER, unprotected=None, tag=18) -> bytes:
    """A message put together by hand, with whatever headers."""
    message = [headers, unprotected or {}, payload, signer.sign(signature_structure(headers, payload))]
    return cbor2.dumps(cbor2.CBORTag(tag, message))


# The payload written otherwise ---------------------------------------------------------------------------------------


def test_the_genuine_payload_is_valid_offline():
    assert judge(issued().issue.cwts[Variant.FULL]).valid


def rewritten():
    """Genuine signatures in messages that the issuer did not write: each must be refused."""
    protected, payload, signature = parts()
    genuine = issued().issue.cwts[Variant.FULL]
    yield "no tag", cbor2.dumps([protected, {}, payload, signature])
    yield "tag 17", cbor2.dumps(cbor2.CBORTag(17, [protected, {}, payload, signature]))
    yield "tag 61 around", cbor2.dumps(cbor2.CBORTag(61, cbor2.loads(genuine)))
    yield "a header added", cbor2.dumps(cbor2.CBORTag(18, [protected, {5: b"x" * 16}, payload, signature]))
    yield "kid in both", cbor2.dumps(cbor2.CBORTag(18, [protected, {4: KID}, payload, signature]))
    yield "long tag", b"\xd8\x12" + genuine[1:]
    yield "indefinite array", b"\xd2\x9f" + genuine[2:] + b"\xff"
    yield "long array head", b"\xd2\x98\x04" + genuine[2:]
    yield "trailing byte", genuine + b"\x00"
    yield "trailing item", genuine + genuine
    yield (
        "duplicate key in the open map",
        genuine.replace(b"\xa0" + cbor2.dumps(payload), b"\xa2\x05\x41a\x05\x41b" + cbor2.dumps(payload), 1),
    )
    yield "cut", genuine[:-1]
    yield (
        "signature of 65 bytes",
        cbor2.dumps(cbor2.CBORTag(18, [protected, {}, payload, signature + b"\x00"])),
    )
    yield "signature as text", cbor2.dumps(cbor2.CBORTag(18, [protected, {}, payload, signature.hex()]))


@pytest.mark.parametrize(("how", "cwt"), list(rewritten()))
def test_a_genuine_payload_written_otherwise_is_not_valid(how, cwt):
    assert cwt != issued().issue.cwts[Variant.FULL], how
    assert not judge(cwt).valid
    assert not judge(cwt, trust_for(issued())).valid


@pytest.mark.parametrize(
    ("how", "headers"),
    [
        ("critical header", cbor2.dumps({1: EDDSA, 2: [99], 4: KID, 99: 1}, canonical=True)),
        ("another algorithm", cbor2.dumps({1: ES256, 4: KID}, canonical=True)),
        ("algorithm as text", cbor2.dumps({1: "EdDSA", 4: KID}, canonical=True)),
        ("algorithm none", cbor2.dumps({1: 0, 4: KID}, canonical=True)),
        ("no algorithm", cbor2.dumps({4: KID}, canonical=True)),
        ("duplicate algorithm", b"\xa3\x01\x27\x01\x26\x04\x48" + KID),
        ("duplicate kid", b"\xa3\x01\x27\x04\x41a\x04\x48" + KID),
        ("keys out of order", b"\xa2\x04\x48" + KID + b"\x01\x27"),
        ("a long integer", b"\xa2\x18\x01\x27\x04\x48" + KID),
        ("an unknown header", cbor2.dumps({1: EDDSA, 4: KID, 99: 1}, canonical=True)),
        ("content type of a bundle", cbor2.dumps({1: EDDSA, 4: KID, 16: "x/y"}, canonical=True)),
    ],
)
def test_headers_outside_of_the_profile_are_refused_even_when_signed(how, headers):
    """The issuer's own key over them: whoever can make it sign something else gains no certificate."""
    cwt = signed(headers, encode_claims(issued().issue.record))
    assert not judge(cwt).valid, how


def test_kid_outside_the_signature_is_refused():
    cwt = signed(cbor2.dumps({1: EDDSA}), parts()[1], unprotected={4: KID})
    assert not judge(cwt).valid


def claims(change) -> bytes:
    """Claims of the genuine certificate with something changed, in deterministic CBOR."""
    tree = cbor2.loads(parts()[1])
    change(tree)
    return cbor2.dumps(tree, canonical=True)


@pytest.mark.parametrize(
    "change",
    [
        lambda tree: tree[-65537][9][3].__setitem__(3, 99_999_99),
        lambda tree: tree[-65537].__setitem__(2, "KG-2026-0009999"),
        lambda tree: tree[-65537][5].__setitem__(1, "Other Name"),
        lambda tree: tree.__setitem__(1, "kz.enpf"),
        lambda tree: tree.__setitem__(6, tree[6] - 86400),
        lambda tree: tree[-65537].__setitem__(14, [1, 6]),
        lambda tree: tree[-65537].__setitem__(3, ["КГ", "0012346"]),
        lambda tree: tree[-65537].__setitem__(12, bytes(32)),
        lambda tree: tree[-65537].pop(14),
    ],
)
def test_an_altered_field_under_the_old_signature_and_under_a_new_key(change):
    protected, _, signature = parts()
    payload = claims(change)
    kept = cbor2.dumps(cbor2.CBORTag(18, [protected, {}, payload, signature]))
    verdict = judge(kept)
    assert (verdict.code, verdict.certificate) == (Code.ALTERED, None)
    resigned = judge(signed(protected, payload, signer=LocalSigner(generate_key())))
    assert (resigned.code, resigned.certificate) == (Code.ALTERED, None), "our key's id over another key"
    stranger = LocalSigner(generate_key())
    own_id = cbor2.dumps({1: EDDSA, 4: key_id(stranger.public_key)}, canonical=True)
    assert judge(signed(own_id, payload, signer=stranger)).code == Code.UNKNOWN_ISSUER


@pytest.mark.parametrize(
    "change",
    [
        lambda tree: tree.__setitem__(4, 2_000_000_000),
        lambda tree: tree[-65537].__setitem__(99, 1),
        lambda tree: tree[-65537].__setitem__(1, 7),
        lambda tree: tree[-65537][9].append([3, 1, 1, 1, 1]),
        lambda tree: tree[-65537][9][0].__setitem__(2, -5),
        lambda tree: tree[-65537][9][0].__setitem__(1, 32),
        lambda tree: tree[-65537][5].__setitem__(1, "evil\u202egnp"),
        lambda tree: tree[-65537][7].__setitem__(4, -(2**40)),
        lambda tree: tree.__setitem__(6, 2**62),
        lambda tree: tree.__setitem__(7, b"short"),
        lambda tree: tree[-65537].__setitem__(14, [1, "5"]),
        lambda tree: tree[-65537].__setitem__(14, [1, -1]),
        lambda tree: tree[-65537].__setitem__(14, [1]),
        lambda tree: tree[-65537][9][0].__setitem__(1, True),
        lambda tree: tree[-65537].__setitem__(8, "XXX"),
    ],
)
def test_claims_that_the_format_does_not_know_are_never_valid(change):
    protected, _, _ = parts()
    assert not judge(signed(protected, claims(change))).valid


def test_a_payload_that_is_not_deterministic_is_refused():
    protected, payload, _ = parts()
    tree = cbor2.loads(payload)
    turned = cbor2.dumps(dict(reversed(tree.items())))
    doubled = b"\xa5\x01\x61x" + payload[1:]
    for other in (turned, doubled, payload + b"\x00"):
        assert other != payload and not judge(signed(protected, other)).valid


def test_a_key_of_another_organisation_signs_nothing_in_our_name():
    """A genuine issuer that signs with its own key, but names another as the issuer."""
    other = LocalSigner(generate_key())
    trust = offline()
    key = issuer_key(
        kid=key_id(other.public_key), public_key=public_bytes(other.public_key), issuer="kz.enpf"
    )
    trust.keys[key.kid] = key
    header = cbor2.dumps({1: EDDSA, 4: key.kid}, canonical=True)
    verdict = judge(signed(header, parts()[1], signer=other), trust)
    assert verdict.code == Code.UNKNOWN_ISSUER and "issuer_not_of_key" in codes(verdict)


def test_a_day_of_issue_that_is_not_the_day_of_signing():
    """A key that may sign today gives no right to date a certificate back by years."""
    old = replace(record(), issued_on=date(2021, 5, 5))
    assert not judge(issue(old).issue.cwts[Variant.FULL]).valid


# The text of the code ------------------------------------------------------------------------------------------------


def bomb(size: int) -> str:
    return PREFIX + base45_encode(zlib.compress(bytes(size), 9))


@pytest.mark.parametrize(
    "text",
    [
        PREFIX,
        PREFIX + ":::",
        PREFIX + "GGW",
        PREFIX + "ZZZZ",
        PREFIX + "ab0",
        PREFIX + "０00",
        PREFIX + "A" * MAX_TEXT,
        "eac1:" + encode_qr_text(b"x")[5:],
        "HC1:" + encode_qr_text(b"x")[5:],
        PREFIX + PREFIX + encode_qr_text(b"x")[5:],
        bomb(3_000_000),
        PREFIX + base45_encode(zlib.compress(b"x") + b"more"),
        PREFIX + base45_encode(zlib.compress(b"x" * 50)[:-4]),
        PREFIX + base45_encode(b""),
        "\x00" * 5000,
        "EAC1:\n" + encode_qr_text(b"x")[5:],
    ],
)
def test_texts_that_are_no_code(text):
    assert verify(text, offline(), at=AT).code == Code.UNREADABLE
    assert verify(text.encode(), offline(), at=AT).code == Code.UNREADABLE


def test_a_text_with_letters_changed_or_cut_is_never_valid():
    text = encode_qr_text(issued().issue.cwts[Variant.FULL])
    for place in range(5, len(text), 7):
        for other in ("0", "Z"):
            if text[place] != other:
                changed = text[:place] + other + text[place + 1 :]
                assert not verify(changed, offline(), at=AT).valid, place
        assert not verify(text[:place], offline(), at=AT).valid


# Files patched after the seal ----------------------------------------------------------------------------------------


def opened(data: bytes):
    return pikepdf.open(io.BytesIO(data))


def saved(pdf) -> bytes:
    out = io.BytesIO()
    pdf.save(out)
    return out.getvalue()


def updated(change, data: bytes | None = None) -> bytes:
    """The sealed file with an incremental update: the sealed bytes stay as they are."""
    writer = IncrementalPdfFileWriter(io.BytesIO(data or issued().pdf()))
    change(writer)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def over_the_page(writer) -> None:
    page = writer.root["/Pages"]["/Kids"][0].get_object()
    stream = writer.add_object(generic.StreamObject(stream_data=b"1 g 0 0 600 900 re f"))
    contents = page.raw_get("/Contents")
    page["/Contents"] = generic.ArrayObject([contents, stream])
    writer.update_container(page)


def another_attachment(writer) -> None:
    stream = generic.StreamObject(stream_data=b"other")
    spec = generic.DictionaryObject(
        {
            generic.pdf_name("/Type"): generic.pdf_name("/Filespec"),
            generic.pdf_name("/F"): generic.pdf_string("certificate.cwt"),
            generic.pdf_name("/EF"): generic.DictionaryObject(
                {generic.pdf_name("/F"): writer.add_object(stream)}
            ),
        }
    )
    names = writer.root["/Names"]["/EmbeddedFiles"]
    names["/Names"].extend([generic.pdf_string("zzz"), writer.add_object(spec)])
    writer.update_container(names["/Names"])


def a_note(writer) -> None:
    page = writer.root["/Pages"]["/Kids"][0].get_object()
    note = generic.DictionaryObject(
        {
            generic.pdf_name("/Type"): generic.pdf_name("/Annot"),
            generic.pdf_name("/Subtype"): generic.pdf_name("/FreeText"),
            generic.pdf_name("/Rect"): generic.ArrayObject(
                [generic.NumberObject(n) for n in (0, 0, 200, 90)]
            ),
            generic.pdf_name("/Contents"): generic.pdf_string("99 999,00"),
        }
    )
    if "/Annots" not in page:
        page["/Annots"] = generic.ArrayObject()
    page["/Annots"].append(writer.add_object(note))
    writer.update_container(page)


@pytest.mark.parametrize("change", [over_the_page, another_attachment, a_note])
def test_an_incremental_update_after_the_seal_is_altered(change):
    data = updated(change)
    assert data.startswith(issued().pdf())
    verdict = verify(data, trust_for(issued()), at=AT)
    assert verdict.code in (Code.ALTERED, Code.UNREADABLE), codes(verdict)


def without_seal(pdf) -> None:
    del pdf.Root.AcroForm
    for page in pdf.pages:
        if "/Annots" in page:
            del page.Annots


@pytest.mark.parametrize("name", ["certificate.cwt", "disclosure.cbor", "register.tlog-proof"])
def test_an_attachment_replaced_by_that_of_another_certificate(name):
    other = opened(issue(record(number="KG-2026-0007777")).pdf())
    pdf = opened(issued().pdf())
    data = other.attachments[name].get_file().read_bytes()
    del pdf.attachments[name]
    pdf.attachments[name] = pikepdf.AttachedFileSpec(pdf, data, filename=name)
    for strip in (False, True):
        if strip:
            without_seal(pdf)
        assert (
            verify(saved(pdf), trust_for(issued()), at=AT).code == Code.ALTERED or name == "certificate.cwt"
        )
        assert not verify(saved(pdf), trust_for(issued()), at=AT).valid


def test_the_seal_and_everything_attached_taken_away_leaves_no_valid_pdf():
    pdf = opened(issued().pdf())
    without_seal(pdf)
    for name in list(pdf.attachments):
        del pdf.attachments[name]
    verdict = verify(saved(pdf), trust_for(issued()), at=AT)
    assert verdict.code == Code.ALTERED and "seal_missing" in codes(verdict)


def test_the_code_of_one_on_the_page_of_another_with_both_printed():
    """The picture of A's code lies over B's code on B's sheet: a PDF with B's text and A's code."""
    mine, other = issued().pdf(), issue(record(number="KG-2026-0007777")).pdf()
    page = pypdfium2.PdfDocument(other)[0].render(scale=200 / 72).to_pil().convert("RGB")
    file = io.BytesIO()
    page.save(file, "PDF", resolution=200)
    pdf = opened(mine)
    for name in list(pdf.attachments):
        del pdf.attachments[name]
    without_seal(pdf)
    picture = opened(file.getvalue())
    pdf.pages[0].add_overlay(picture.pages[0])
    trust = trust_for(issued())
    verdict = verify(saved(pdf), trust, at=AT)
    assert not verdict.valid
    assert "seal_missing" in codes(verdict)


def test_loops_bombs_and_rubbish_in_a_pdf_end_soon():
    attached = opened(issued().pdf())
    without_seal(attached)
    del attached.attachments["certificate.cwt"]
    huge = zlib.compress(bytes(300 * 1024 * 1024), 9)
    stream = pikepdf.Stream(attached, b"")
    stream.write(huge, filter=pikepdf.Name.FlateDecode)
    spec = pikepdf.AttachedFileSpec(attached, b"x", filename="certificate.cwt")
    spec.obj.EF.F = attached.make_indirect(stream)
    attached.attachments["certificate.cwt"] = spec
    loop = b"%PDF-1.7\nxref\n0 1\n0000000000 65535 f \ntrailer <</Size 1/Prev 9/Root 1 0 R>>\nstartxref\n9\n%%EOF"
    for data in (saved(attached), loop, b"%PDF-1.7\n" + b"[" * 100_000):
        assert verify(data, trust_for(issued()), at=AT).code == Code.UNREADABLE


# Keys of seals -------------------------------------------------------------------------------------------------------


def test_a_seal_key_has_its_days_and_its_end():
    trust = trust_for(issued())
    pdf = issued().pdf()
    assert verify(pdf, trust, at=AT).valid
    made_at = datetime.now(UTC)
    trust.seal_keys[SEAL_CERTIFICATE] = SealKey(valid_from=date(2020, 1, 1), valid_until=date(2021, 1, 1))
    verdict = verify(pdf, trust, at=AT)
    assert verdict.code == Code.UNKNOWN_ISSUER and "seal_key_not_valid_on_date" in codes(verdict)
    stolen = SealKey(valid_from=date(2020, 1, 1), compromised_at=made_at)
    trust.seal_keys[SEAL_CERTIFICATE] = stolen
    verdict = verify(pdf, trust, at=AT)
    assert verdict.code == Code.KEY_COMPROMISED and "seal_key_stolen" in codes(verdict)
    trust.prints.add(pdf)
    verdict = verify(pdf, trust, at=AT)
    assert verdict.valid, "the very bytes lie in the archive since before the theft"
    assert ISSUER


# Paper under the camera ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("dpi", "angle", "blur", "noise"),
    [
        (100, 0, 0, 0),
        (150, 3, 0, 8),
        (150, -3, 0.6, 0),
        (200, 90, 0.8, 12),
        (200, 180, 0, 20),
        (300, 7, 1.5, 25),
        (300, 270, 1.5, 0),
    ],
)
@pytest.mark.parametrize("form", ["PNG", "JPEG"])
def test_a_turned_noisy_blurred_sheet_is_read(dpi, angle, blur, noise, form):
    page = pypdfium2.PdfDocument(issued().pdf())[0].render(scale=dpi / 72).to_pil().convert("L")
    page = page.rotate(angle, expand=True, fillcolor=255, resample=Image.Resampling.BICUBIC)
    if blur:
        page = page.filter(ImageFilter.GaussianBlur(blur))
    if noise:
        grain = Image.effect_noise(page.size, noise * 2)
        page = Image.blend(page, grain, 0.25)
    file = io.BytesIO()
    page.save(file, form, **({"quality": 60} if form == "JPEG" else {}))
    verdict = verify(file.getvalue(), trust_for(issued()), at=AT)
    assert verdict.valid, (verdict.code, codes(verdict))
