"""Payloads: what each variant holds, that it comes back, and that nothing odd is signed or read."""

import zlib
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import cbor2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pensions.certificates.cose import ES256, CoseError, decode_sign1
from pensions.certificates.disclosure import disclose, open_disclosure
from pensions.certificates.errors import PayloadError
from pensions.certificates.keys import LocalSigner, generate_key
from pensions.certificates.model import Certificate, Employer, MonthRow, Person, Variant, Work, totals_of
from pensions.certificates.payload import (
    BODY_CLAIM,
    K_ROWS,
    decode_claims,
    disclosed_paths,
    encode_claims,
    for_variant,
    open_certificate,
    payload_digest,
    record_items,
    rows_digest,
    rows_from_facts,
    seal_variants,
    sign_certificate,
    to_minor,
)
from pensions.certificates.qr_text import encode_qr_text
from tests.pensions.certificates.support import EMPLOYER, PERSON, SEED, SIGNER, issued, month_rows, record

KEY = SIGNER.public_key


@pytest.mark.parametrize("months", [1, 12, 13, 40, 200])
@pytest.mark.parametrize("variant", list(Variant))
def test_every_variant_comes_back_as_it_was_sealed(months, variant):
    full = record(months)
    opened = open_certificate(seal_variants(full, SEED, SIGNER)[variant], KEY)
    assert replace(opened, root=None) == for_variant(full, variant)
    assert opened.variant == variant


def test_an_es256_key_seals_as_well():
    signer = LocalSigner(generate_key(ES256))
    cwts = seal_variants(record(), SEED, signer)
    assert open_certificate(cwts[Variant.FULL], signer.public_key).rows == record().rows
    with pytest.raises(CoseError):
        open_certificate(cwts[Variant.FULL], KEY)


def test_a_variant_holds_no_more_than_it_shows():
    cwts = issued().issue.cwts
    period, contributions, full = (decode_sign1(cwts[variant]).payload for variant in Variant)
    wage, contribution = (
        cbor2.dumps(to_minor(Decimal("40510.00"), "RUB")),
        cbor2.dumps(to_minor(Decimal("8912.20"), "RUB")),
    )
    assert wage in full and contribution in full
    assert contribution in contributions and wage not in contributions
    assert wage not in period and contribution not in period
    for secret in ("KG ID1234567", "Осмонова"):
        assert secret.encode() in full
        assert secret.encode() not in contributions + period
    assert b"112-233-445 95" in contributions and b"112-233-445 95" not in period
    assert K_ROWS not in cbor2.loads(period)[BODY_CLAIM]


def test_all_variants_carry_one_root():
    roots = {open_certificate(cwt, KEY).root for cwt in issued().issue.cwts.values()}
    assert len(roots) == 1
    assert len(roots.pop()) == 32


def test_a_year_fits_the_qr():
    assert len(encode_qr_text(issued().issue.cwts[Variant.FULL])) < 1150
    assert len(encode_qr_text(issued(200).issue.cwts[Variant.FULL])) < 1150


def test_long_records_carry_totals_and_a_digest_of_all_rows():
    full = record(30)
    sealed = open_certificate(seal_variants(full, SEED, SIGNER)[Variant.FULL], KEY)
    assert sealed.rows == ()
    assert [row.year for row in sealed.totals] == [2025, 2026, 2027]
    assert sum(row.wage for row in sealed.totals) == sum(row.wage for row in full.rows)
    assert sealed.rows_digest == rows_digest(full)
    assert totals_of(record(200).rows)[0].year == 0


def test_any_changed_byte_of_a_cwt_is_refused():
    cwt = issued().issue.cwts[Variant.FULL]
    for place in range(len(cwt)):
        changed = bytearray(cwt)
        changed[place] ^= 1
        with pytest.raises((CoseError, PayloadError)):
            open_certificate(bytes(changed), KEY)


def leaves(value, path=()):
    """All single values of a claims tree."""
    if isinstance(value, dict):
        return [leaf for key, entry in value.items() for leaf in leaves(entry, (*path, key))]
    if isinstance(value, list):
        return [leaf for n, entry in enumerate(value) for leaf in leaves(entry, (*path, n))]
    return [(path, value)]


def changed_at(value, path, new):
    if not path:
        return new
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[path[0]] = changed_at(value[path[0]], path[1:], new)
    return copy


def test_every_single_field_is_under_the_signature():
    cwt = issued().issue.cwts[Variant.FULL]
    message = cbor2.loads(cwt).value
    claims = cbor2.loads(message[2])
    fields = leaves(claims)
    assert len(fields) > 70
    for path, value in fields:
        new = (
            value + 1
            if isinstance(value, int)
            else value[:-1] + type(value)(b"x" if isinstance(value, bytes) else "x")
        )
        forged = [
            message[0],
            message[1],
            cbor2.dumps(changed_at(claims, path, new), canonical=True),
            message[3],
        ]
        with pytest.raises(CoseError):
            open_certificate(cbor2.dumps(cbor2.CBORTag(18, forged)), KEY)


def test_payloads_are_deterministic_and_only_such_are_read():
    data = encode_claims(record())
    claims = cbor2.loads(data)
    assert decode_claims(data) == record()
    with pytest.raises(PayloadError):
        decode_claims(cbor2.dumps(dict(reversed(claims.items()))))
    with pytest.raises(PayloadError):
        decode_claims(cbor2.dumps({**claims, 99: 1}, canonical=True))
    with pytest.raises(PayloadError):
        decode_claims(cbor2.dumps({**claims, BODY_CLAIM: {**claims[BODY_CLAIM], 99: 1}}, canonical=True))
    with pytest.raises(PayloadError) as error:
        decode_claims(cbor2.dumps({**claims, BODY_CLAIM: {**claims[BODY_CLAIM], 0: 3}}, canonical=True))
    assert error.value.code == "version_unsupported"


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=60))
def test_noise_is_no_payload(noise):
    with pytest.raises(PayloadError):
        decode_claims(noise)


amounts = st.decimals(0, 10**9, places=2)


@settings(max_examples=60, deadline=None)
@given(
    st.text("абвАБВңөүҢӨҮқғabc '«».,-№", min_size=1, max_size=60).filter(str.strip),
    st.lists(st.tuples(st.integers(0, 31), amounts, amounts, amounts), max_size=20),
)
def test_whatever_is_sealed_comes_back(name, columns):
    rows = tuple(
        MonthRow(row.month, days, contribution, wage, tax)
        for row, (days, contribution, wage, tax) in zip(month_rows(len(columns)), columns, strict=True)
    )
    full = record(max(len(rows), 1), rows=rows, person=replace(PERSON, name=name))
    for variant in Variant:
        shown = for_variant(full, variant)
        assert decode_claims(encode_claims(shown)) == shown


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (
            {"rows": (MonthRow(date(2025, 1, 1), 31, Decimal("1.001"), Decimal(1), Decimal(1)),)},
            "amount_invalid",
        ),
        ({"rows": (MonthRow(date(2025, 1, 1), 31, Decimal(-1), Decimal(1), Decimal(1)),)}, "amount_invalid"),
        ({"rows": (MonthRow(date(2025, 1, 1), 31, Decimal(1)),)}, "rows_invalid"),
        ({"currency": "XYZ"}, "currency_unknown"),
    ],
)
def test_amounts_that_cannot_be_sealed(change, code):
    with pytest.raises(PayloadError) as error:
        encode_claims(record(1, **change))
    assert error.value.code == code


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"rows": month_rows(2)[::-1]}, "rows_invalid"),
        ({"rows": (replace(month_rows(1)[0], month=date(2024, 12, 1)),)}, "rows_invalid"),
        ({"rows": (replace(month_rows(1)[0], days=32),)}, "rows_invalid"),
        ({"number": ""}, "field_missing"),
        ({"currency": ""}, "field_missing"),
        ({"uid": b"short"}, "field_missing"),
        ({"issued_at": datetime(2026, 1, 1)}, "field_missing"),
    ],
)
def test_records_that_make_no_sense(change, code):
    with pytest.raises(PayloadError) as error:
        record(**change)
    assert error.value.code == code


@pytest.mark.parametrize("letter", ["\u202e", "\x00", "\n", "\u200b", "\ud800"])
def test_names_with_tricks_are_refused(letter):
    with pytest.raises(PayloadError) as error:
        Person(name=f"Айгүл{letter}Осмонова")
    assert error.value.code == "character_forbidden"


def test_work_ends_after_it_begins():
    with pytest.raises(PayloadError):
        Work("x", date(2025, 2, 1), date(2025, 1, 31), "RU")


def test_names_are_kept_in_one_normal_form():
    assert Person(name="  Й" + "й").name == "Йй"
    assert Employer("ООО", "RU", {"RU.INN": "1"}).identifiers == (("RU.INN", "1"),)


def test_a_variant_cannot_be_widened():
    with pytest.raises(PayloadError):
        record().restricted(Variant.PERIOD).restricted(Variant.FULL)


@pytest.mark.parametrize("variant", list(Variant))
@pytest.mark.parametrize("months", [12, 40])
def test_the_disclosure_opens_what_the_variant_shows_and_nothing_else(variant, months):
    full = record(months)
    sealed = open_certificate(seal_variants(full, SEED, SIGNER)[variant], KEY)
    data = disclose(record_items(full), SEED, disclosed_paths(variant))
    facts = open_disclosure(data, sealed.root)
    assert rows_from_facts(facts, sealed) == full.restricted(variant).rows
    opened = {path[:2] for path in facts if path[0] in (5, 6, 7)}
    body = cbor2.loads(decode_sign1(seal_variants(full, SEED, SIGNER)[variant]).payload)[BODY_CLAIM]
    assert opened == {(key, sub) for key in (5, 6, 7) for sub in body[key]}
    if variant == Variant.PERIOD:
        assert all(path[0] != K_ROWS for path in facts)


def test_a_changed_disclosure_leads_to_another_root():
    full = record(40)
    sealed = open_certificate(seal_variants(full, SEED, SIGNER)[Variant.FULL], KEY)
    data = disclose(record_items(full), SEED, disclosed_paths(Variant.FULL))
    version, entries = cbor2.loads(data)
    next(entry for entry in entries if entry[1][0] == K_ROWS)[2] += 1
    with pytest.raises(PayloadError) as error:
        open_disclosure(cbor2.dumps([version, entries], canonical=True), sealed.root)
    assert error.value.code == "disclosure_mismatch"
    with pytest.raises(PayloadError):
        open_disclosure(data[:-1], sealed.root)


def test_hidden_facts_cannot_be_guessed_without_their_salt():
    items = record_items(record())
    first = disclose(items, SEED, lambda path: False)
    second = disclose(items, bytes(32), lambda path: False)
    assert not set(cbor2.loads(first)[1]) & set(cbor2.loads(second)[1])


def test_check_codes_are_long_and_without_doubtful_letters():
    code = record().check_code
    assert len(code) == 19
    assert not set(code) & set("ILOU")
    assert record(uid=b"0123456780").check_code != code


def test_digest_and_signature_follow_the_signer():
    cwt = sign_certificate(for_variant(record(), Variant.PERIOD), SIGNER)
    assert payload_digest(cwt) != payload_digest(cwt + b"\x00")
    assert len(zlib.compress(cwt)) < 700
    assert isinstance(open_certificate(cwt, KEY), Certificate)
    assert record(employer=EMPLOYER).issued_at == datetime(2026, 2, 3, 4, 5, 6, tzinfo=UTC)
