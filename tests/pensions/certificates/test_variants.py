"""A print holds no more than its variant shows, wherever one looks: text, code, attachments, metadata, every object."""

import io
from dataclasses import replace
from decimal import Decimal

import cbor2
import pikepdf
import pytest

from pensions.certificates.cose import decode_sign1
from pensions.certificates.issuing import print_variant
from pensions.certificates.model import Basis, Variant, total, totals_of
from pensions.certificates.payload import decode_claims, encode_claims, for_variant, to_minor
from pensions.certificates.printed import print_amount
from pensions.certificates.reading import add_rendered, read_any
from pensions.certificates.verify import Code
from tests.pensions.certificates.support import (
    ISSUER_NAME,
    SEAL,
    Issued,
    issue,
    record,
    trust_for,
)
from tests.pensions.certificates.test_verify import check

HIDDEN = {
    Variant.PERIOD: ("contribution", "wage", "tax"),
    Variant.CONTRIBUTIONS: ("wage", "tax"),
    Variant.FULL: (),
}


@pytest.fixture(scope="module", params=[12, 30], ids=["a year", "thirty months"])
def made(request) -> Issued:
    """Amounts that stand nowhere else: no two alike, each of five bytes in CBOR."""
    plain = record(request.param)
    rows = tuple(
        replace(
            row,
            contribution=Decimal(f"7{place:02}411.{place:02}"),
            wage=Decimal(f"8{place:02}523.{place:02}"),
            tax=Decimal(f"9{place:02}637.{place:02}"),
        )
        for place, row in enumerate(plain.rows, start=11)
    )
    return issue(replace(plain, rows=rows))


def printed(made: Issued, variant: Variant) -> bytes:
    return print_variant(
        made.issue,
        variant,
        issuer_name=ISSUER_NAME,
        url="https://kozot.example/v/1",
        seal=SEAL,
        proof=made.proof,
    )


def everything_in(pdf: bytes) -> list[bytes]:
    """Every string and every stream of the file, unpacked; text layer and the codes on the page as well."""
    found = [pdf]
    with pikepdf.open(io.BytesIO(pdf)) as document:
        for one in document.objects:
            if isinstance(one, pikepdf.Stream):
                found.append(bytes(one.read_bytes()))
            found.append(one.unparse(resolved=False))
        found.append(str(document.open_metadata()).encode())
        found += [str(value).encode() for value in document.docinfo.values()]
        found += [bytes(file.get_file().read_bytes()) for file in document.attachments.values()]
    read = read_any(pdf)
    add_rendered(read, pdf)
    return [*found, *(text.encode() for text in read.texts), *read.cwts]


def shapes_of(amount: Decimal, currency: str) -> list[bytes]:
    """How an amount could stand in a file: as printed, with other blanks, plain, and in CBOR."""
    shown = print_amount(amount)
    texts = {shown, shown.replace("\u00a0", " "), shown.replace("\u00a0", ""), str(amount)}
    return [*(text.encode() for text in texts), cbor2.dumps(to_minor(amount, currency))]


def amounts(made: Issued, column: str) -> list[Decimal]:
    rows = made.issue.record.rows
    sums = [*totals_of(rows), total(rows)]
    return [getattr(row, column) for row in (*rows, *sums)]


@pytest.mark.parametrize("variant", list(Variant))
def test_what_a_variant_hides_stands_nowhere_in_its_file(made, variant):
    places = everything_in(printed(made, variant))
    currency = made.issue.record.currency
    for column in ("contribution", "wage", "tax"):
        shapes = [shape for amount in amounts(made, column) for shape in shapes_of(amount, currency)]
        found = [shape for shape in shapes if any(shape in place for place in places)]
        if column in HIDDEN[variant]:
            assert found == [], (variant, column)
        else:
            assert found, "the search finds what is there"


def test_what_else_the_short_form_leaves_out(made):
    text = " ".join(read_any(printed(made, Variant.PERIOD)).texts)
    full = made.issue.record
    hidden = [full.person.birth_place, full.person.document, *full.person.former_names]
    hidden += [value for _scheme, value in full.person.identifiers]
    assert hidden and not [word for word in hidden if word and word in text]


def test_three_payloads_and_one_root(made):
    payloads = {variant: decode_claims(decode_sign1(cwt).payload) for variant, cwt in made.issue.cwts.items()}
    assert {one.variant for one in payloads.values()} == set(Variant)
    assert len({one.root for one in payloads.values()}) == 1 and len(set(made.issue.cwts.values())) == 3
    signatures = {decode_sign1(cwt).signature for cwt in made.issue.cwts.values()}
    assert len(signatures) == 3


def test_every_variant_is_valid_by_itself(made):
    for variant in Variant:
        verdict = check(printed(made, variant), trust_for(made))
        assert verdict.code == Code.VALID, (variant, verdict.reasons)
        assert verdict.certificate.variant == variant


def test_the_grounds_make_it_version_two_and_all_variants_say_them():
    plain = record(12)
    told = replace(plain, basis=Basis.ARCHIVE, grounds="ЦГА КР, ф. 1642, оп. 3, д. 118")
    version = [cbor2.loads(encode_claims(one))[-65537][0] for one in (plain, told)]
    assert version == [1, 2]
    for variant in Variant:
        shown = for_variant(told, variant)
        assert decode_claims(encode_claims(shown)) == shown and shown.grounds == told.grounds
    made = issue(told)
    verdict = check(printed(made, Variant.PERIOD), trust_for(made))
    assert verdict.code == Code.VALID and verdict.certificate.grounds == told.grounds
    assert "1642" in " ".join(read_any(printed(made, Variant.PERIOD)).texts)
