"""QR texts and symbols: published base45 examples, broken texts, and reading back from rendered pages."""

import io
import json
import random
import zlib

import base45
import pypdfium2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageFilter

from pensions.certificates.errors import PayloadError, UnreadableError
from pensions.certificates.model import Variant
from pensions.certificates.qr import address_symbol, sealed_symbol
from pensions.certificates.qr_text import (
    MAX_CWT,
    PREFIX,
    base45_decode,
    base45_encode,
    decode_qr_text,
    encode_qr_text,
)
from pensions.certificates.reading import read_any
from tests.pensions.certificates.support import issued
from tests.pensions.vectors import vector_dir

BASE45 = vector_dir("base45-rfc9285")


def test_published_base45_examples():
    vectors = json.loads((BASE45() / "vectors.json").read_text())
    for text, encoded in vectors["encode"].items():
        assert base45_encode(text.encode()) == encoded
    for encoded, text in vectors["decode"].items():
        assert base45_decode(encoded) == text.encode()
    for invalid in vectors["invalid"]:
        with pytest.raises(UnreadableError) as error:
            decode_qr_text(PREFIX + invalid)
        assert error.value.code == "base45_invalid"


@settings(max_examples=200)
@given(st.binary(max_size=40))
def test_our_base45_equals_the_package(data):
    assert base45_encode(data) == base45.b45encode(data).decode()
    assert base45_decode(base45_encode(data)) == data


@settings(max_examples=200)
@given(st.text("0AZ $%*+-./:ab\u00e9\u0660", max_size=12))
def test_both_refuse_the_same_texts(text):
    def tried(decode):
        try:
            return decode(text)
        except ValueError:
            return None

    assert tried(base45_decode) == tried(base45.b45decode)


def test_a_text_comes_back():
    cwt = issued().issue.cwts[Variant.FULL]
    assert decode_qr_text(encode_qr_text(cwt)) == cwt
    assert decode_qr_text(f" {encode_qr_text(cwt)}\n") == cwt


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("HC1:6BF", "unsupported_prefix"),
        ("", "unsupported_prefix"),
        (PREFIX + base45.b45encode(b"no zlib").decode(), "unpack_failed"),
        (PREFIX + base45.b45encode(zlib.compress(b"x" * 100)[:-2]).decode(), "unpack_failed"),
        (PREFIX + base45.b45encode(zlib.compress(b"x") + b"more").decode(), "unpack_failed"),
        (PREFIX + base45.b45encode(zlib.compress(bytes(MAX_CWT + 1))).decode(), "unpack_failed"),
        (PREFIX + "A" * 5000, "unreadable"),
    ],
)
def test_broken_texts_name_the_step_that_failed(text, code):
    with pytest.raises(UnreadableError) as error:
        decode_qr_text(text)
    assert error.value.code == code


def test_sizes_on_paper():
    symbol = sealed_symbol(encode_qr_text(issued().issue.cwts[Variant.FULL]))
    assert symbol.size_mm >= 42
    assert symbol.size_mm / (17 + 4 * symbol.version) >= 0.43
    assert sealed_symbol(PREFIX + "A").size_mm == 42
    assert address_symbol("https://kozot.example/v/KG-2026-0001234/0123-4567-89AB-CDEF").size_mm == 20
    with pytest.raises(PayloadError) as error:
        sealed_symbol(PREFIX + "A" * 2000)
    assert error.value.code == "qr_too_dense"


def page(dpi, variant=Variant.FULL, months=12):
    document = pypdfium2.PdfDocument(issued(months).pdf(variant))
    return document[0].render(scale=dpi / 72, grayscale=True).to_pil()


def as_file(picture, form="PNG"):
    file = io.BytesIO()
    picture.save(file, form)
    return file.getvalue()


@pytest.mark.parametrize("variant", list(Variant))
@pytest.mark.parametrize("dpi", [100, 150, 200, 300])
def test_the_code_is_read_from_a_rendered_page(dpi, variant):
    found = read_any(as_file(page(dpi, variant)))
    assert found.cwts == [issued().issue.cwts[variant]]


@pytest.mark.parametrize("angle", [3, -2, 90, 180])
def test_the_code_is_read_from_a_turned_and_noisy_scan(angle):
    picture = page(300).filter(ImageFilter.GaussianBlur(300 / 25.4 * 0.08))
    picture = picture.rotate(angle, expand=True, fillcolor=255, resample=Image.Resampling.BICUBIC)
    noise = random.Random(1)
    pixels = Image.effect_noise(picture.size, 30)
    picture = Image.blend(picture, pixels, 0.15 + noise.random() * 0.01)
    assert read_any(as_file(picture, "JPEG")).cwts == [issued().issue.cwts[Variant.FULL]]


def test_both_codes_are_found():
    assert read_any(as_file(page(200))).addresses == [
        f"https://kozot.example/v/KG-2026-0001234/{issued().issue.record.check_code}"
    ]


@pytest.mark.parametrize(
    "data", [b"\x89PNG\r\n\x1a\n rubbish", b"\xff\xd8\xff rubbish", b"%PDF-1.7 rubbish", b"\xfe\xfe"]
)
def test_damaged_files_are_unreadable(data):
    with pytest.raises(UnreadableError):
        read_any(data)


def test_a_page_without_code_has_none():
    assert read_any(as_file(Image.new("L", (300, 300), 255))).cwts == []
