"""The printed form: PDF/A, one page, nothing interpreted, no letter lost."""

import json
from dataclasses import replace
from datetime import date

import pikepdf
import pypdfium2
import pytest

from pensions.certificates.document import (
    DISCLOSURE_FILE,
    PAYLOAD_FILE,
    PROOF_FILE,
    Form,
    form_texts,
    render_certificate,
)
from pensions.certificates.errors import CertificateError, MissingGlyphError
from pensions.certificates.fonts import require_glyphs, typst_fonts
from pensions.certificates.issuing import print_variant
from pensions.certificates.model import Employer, Person, Variant, Work
from pensions.certificates.payload import for_variant, sign_certificate
from pensions.certificates.reading import read_any
from tests.pensions.certificates.support import (
    EMPLOYER,
    ISSUER_NAME,
    PERSON,
    SEAL,
    SIGNER,
    issue,
    issued,
    record,
)

URL = "https://kozot.example/v/KG-2026-0001234/0123-4567-89AB-CDEF"


def form(certificate=None, **changes):
    certificate = certificate or record()
    cwt = sign_certificate(for_variant(certificate, certificate.variant), SIGNER)
    return replace(Form(cwt=cwt, issuer_name=ISSUER_NAME, url=URL), **changes)


def text_of(pdf):
    return " ".join(" ".join(read_any(pdf).texts).split())


def test_it_is_a_tagged_pdf_a_3a_on_one_page():
    pdf = render_certificate(form())
    with pikepdf.open(__import__("io").BytesIO(pdf)) as document:
        metadata = document.open_metadata()
        assert (metadata["pdfaid:part"], metadata["pdfaid:conformance"]) == ("3", "A")
        assert document.Root.MarkInfo.Marked
        assert "/StructTreeRoot" in document.Root
        assert str(document.Root.Lang) == "ru"
        assert len(document.pages) == 1


@pytest.mark.parametrize("language", ["ky", "en"])
@pytest.mark.parametrize("variant", list(Variant))
def test_the_form_is_bilingual_and_shows_its_variant(variant, language):
    text = text_of(issued().pdf(variant, language))
    words = form_texts()
    assert words["title"]["ru"] in text and words["title"][language] in text
    assert words[f"variant_{variant:d}"][language] in text
    assert "Жумабаева Айгүл Төлөнбековна" in text
    assert ("40 510,00" in text) is (variant == Variant.FULL)
    assert ("8 912,20" in text) is (variant != Variant.PERIOD)
    assert ("112-233-445 95" in text) is (variant != Variant.PERIOD)


def test_payload_disclosure_and_proof_are_attached():
    document = pypdfium2.PdfDocument(issued().pdf())
    files = {
        a.get_name(): bytes(a.get_data())
        for a in map(document.get_attachment, range(document.count_attachments()))
    }
    assert set(files) == {PAYLOAD_FILE, DISCLOSURE_FILE, PROOF_FILE}
    assert files[PAYLOAD_FILE] == issued().issue.cwts[Variant.FULL]
    assert files[PROOF_FILE].decode() == issued().proof


def test_all_months_of_a_long_record_stand_in_the_annex():
    pdf = issued(40).pdf()
    text = text_of(pdf)
    assert len(pypdfium2.PdfDocument(pdf)) >= 2
    for row in record(40).rows:
        assert f"{row.month:%m.%Y} {row.days} " in text


def test_markup_in_data_is_printed_literally():
    name = '#panic("x") *bold* $a$ #include "/etc/passwd" = \\u{41} // @ref <tag>'
    text = text_of(render_certificate(form(record(employer=Employer(name, "RU")))))
    assert " ".join(name.split()) in text


@pytest.mark.parametrize("letter", ["漢", "⃀", "𐍈", "ༀ"])
def test_a_letter_that_no_font_has_refuses_the_document(letter):
    with pytest.raises(MissingGlyphError) as error:
        render_certificate(form(record(person=replace(PERSON, name=f"Айгүл {letter}"))))
    assert error.value.values["letters"] == letter
    assert f"U+{ord(letter):04X}" in str(error.value)
    assert error.value.code == "missing_glyph"


def test_typst_itself_refuses_too(monkeypatch):
    monkeypatch.setattr("pensions.certificates.document.require_glyphs", lambda texts: None)
    with pytest.raises(CertificateError) as error:
        render_certificate(form(record(person=replace(PERSON, name="Айгүл 漢"))))
    assert error.value.code == "document_refused"


@pytest.mark.parametrize(
    "name",
    [
        "Өмүрзаков Үсөн Ңурлан уулу",
        "Қасымжанұлы Әділғали Һәмза Іңкәр",
        "Хаўінскі Ўладзімір",
        "Ҷӯраев Ғолиб Ҳикматӣ",
        "Հովհաննիսյան Հասմիկ Եվգինեի",
        "Ґалаґан Її",
        "Оʻгʻлон Ёқуб",
        "ქართველი გიორგი",
        "Đặng Ünal Şəhriyar Ćwikła",
    ],
)
def test_names_of_the_region_are_printed_whole(name):
    made = issue(record(person=Person(name, birth_on=date(1990, 1, 1), latin_name="Name")))
    pdf = print_variant(
        made.issue, Variant.FULL, issuer_name=ISSUER_NAME, url=URL, seal=SEAL, proof=made.proof
    )
    assert name in text_of(pdf)


def test_long_names_and_addresses_stay_readable():
    made = issue(
        record(
            person=replace(PERSON, name="Абдурахманова-Токтосунова Гүлбүбү " * 3),
            employer=replace(
                EMPLOYER, name="Общество с ограниченной ответственностью " * 4, address="Улица " * 30
            ),
            work=replace(record().work, position="Электрогазосварщик ручной сварки " * 4),
        )
    )
    assert print_variant(made.issue, Variant.FULL, issuer_name=ISSUER_NAME, url=URL, seal=SEAL)


def test_a_print_that_says_something_else_is_not_sealed(monkeypatch):
    made = issued()
    other = replace(form(record(number="KG-2026-0009999")), rows=record().rows)
    monkeypatch.setattr(
        "pensions.certificates.issuing.render_certificate", lambda _: render_certificate(other)
    )
    with pytest.raises(CertificateError) as error:
        print_variant(made.issue, Variant.FULL, issuer_name=ISSUER_NAME, url=URL, seal=SEAL)
    assert error.value.code == "print_unfaithful"
    assert "number" in error.value.values["lines"]


def test_no_system_font_is_used():
    folders = ("font_source_serif_pro", "font_roboto", "matplotlib")
    assert all(any(folder in font.path for folder in folders) for font in typst_fonts().fonts())
    require_glyphs(["Айгүл ₽ ₸ №"])


def test_one_machine_gives_the_same_bytes_twice():
    assert render_certificate(form()) == render_certificate(form())


def test_every_label_has_all_languages():
    for key, words in form_texts().items():
        assert set(words) == {"ru", "ky", "en"}, key
        assert all(word.strip() == word and word for word in words.values()), key
    json.dumps(form_texts())


def test_another_language_is_refused():
    with pytest.raises(CertificateError):
        render_certificate(form(language="fr"))


def test_the_1b_twin_renders_without_attachments():
    pdf = render_certificate(form(), standard="a-1b")
    assert pypdfium2.PdfDocument(pdf).count_attachments() == 0


def test_a_single_day_of_work_prints():
    work = Work("Сторож", date(2025, 5, 5), date(2025, 5, 5), "KG")
    made = issue(record(1, work=work, rows=(), currency=""))
    assert print_variant(made.issue, Variant.FULL, issuer_name=ISSUER_NAME, url=URL, seal=SEAL)
