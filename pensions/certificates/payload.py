"""The signed payload: a CWT (RFC 8392) in COSE_Sign1, small enough for a QR.

Every key is a small integer, dates are days since 1970-01-01, amounts are minor units, CBOR is deterministic. The
claims 1 (iss), 6 (iat) and 7 (cti) are those of RFC 8392; all else stands in one map under the private claim -65537.
docs/certificate-format.md lists every key.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from hashlib import sha256
from typing import Any

import cbor2

from pensions.certificates.cose import (
    HEADER_ALG,
    HEADER_KID,
    PublicKey,
    decode_sign1,
    encode_sign1,
    verify_sign1,
)
from pensions.certificates.disclosure import Items, record_root
from pensions.certificates.errors import PayloadError
from pensions.certificates.keys import Signer, key_id
from pensions.certificates.model import (
    ROWS_IN_QR,
    Basis,
    Certificate,
    Employer,
    MonthRow,
    Person,
    TotalRow,
    Variant,
    Work,
    month_number,
    month_of,
    totals_of,
)

VERSIONS = (1, 2)  # 2 knows one key more: what the issuer relied on, in words
BODY_CLAIM = -65537
ISS, IAT, CTI = 1, 6, 7
(
    K_VERSION,
    K_VARIANT,
    K_NUMBER,
    K_BLANK,
    K_ISSUED_ON,
    K_PERSON,
    K_EMPLOYER,
    K_WORK,
    K_CURRENCY,
    K_ROWS,
    K_TOTALS,
    K_ROWS_DIGEST,
    K_ROOT,
    K_SUPERSEDES,
    K_STATUS,
    K_BASIS,
    K_GROUNDS,
) = range(17)
_EPOCH = date(1970, 1, 1)
# All currencies of the Union and its neighbours have two decimals; another one is refused rather than guessed.
MINOR_DIGITS = dict.fromkeys(("AMD", "BYN", "EUR", "KGS", "KZT", "RUB", "TJS", "USD", "UZS"), 2)


def sign_certificate(certificate: Certificate, signer: Signer) -> bytes:
    """CWT of the certificate exactly as it is: restrict it to its variant first, and give it its root."""
    headers = {HEADER_ALG: signer.algorithm, HEADER_KID: key_id(signer.public_key)}
    return encode_sign1(headers, encode_claims(certificate), signer.sign)


def seal_variants(record: Certificate, seed: bytes, signer: Signer) -> dict[Variant, bytes]:
    """CWTs of all three variants, bound together by one root over salted items of the full record.

    `seed` (32 secret bytes) makes the salts; whoever keeps it can open any item later. The register entry of the
    issue is `issue_record` of the result.
    """
    rooted = replace(record, root=record_root(record_items(record), seed))
    return {variant: sign_certificate(for_variant(rooted, variant), signer) for variant in Variant}


def for_variant(record: Certificate, variant: Variant) -> Certificate:
    """Payload content: restricted to the variant; more than twelve months become totals and a digest of all rows."""
    shown = record.restricted(variant)
    if len(shown.rows) <= ROWS_IN_QR:
        return shown
    return replace(shown, rows=(), totals=totals_of(shown.rows), rows_digest=rows_digest(shown))


def open_certificate(cwt: bytes, key: PublicKey) -> Certificate:
    """Content of a CWT that `key` has signed; CoseError or PayloadError otherwise."""
    return decode_claims(verify_sign1(decode_sign1(cwt), key))


def payload_digest(cwt: bytes) -> bytes:
    """SHA-256 of the whole CWT: how the register knows a variant."""
    return sha256(cwt).digest()


def issue_record(certificate: Certificate, cwts: dict[Variant, bytes]) -> dict[int, Any]:
    """What the register commits to at issue: number, root, and the digest of each variant in order."""
    root = decode_claims(decode_sign1(cwts[Variant.FULL]).payload).root
    return {1: certificate.number, 2: root, 3: [payload_digest(cwts[variant]) for variant in Variant]}


def rows_digest(certificate: Certificate) -> bytes:
    """SHA-256 over the canonical CBOR of all rows as this variant shows them."""
    return sha256(cbor2.dumps(_encode_rows(certificate), canonical=True)).digest()


def record_items(record: Certificate) -> Items:
    """Path and value of every single fact of the full record, for salted digests. Paths are payload keys."""
    body = _encode_body(replace(record, variant=Variant.FULL, totals=(), rows_digest=None, root=None))
    items: Items = []
    for key, value in sorted(body.items()):
        if key in (K_PERSON, K_EMPLOYER, K_WORK):
            items += [([key, sub], entry) for sub, entry in sorted(value.items())]
        elif key == K_ROWS:
            items += [([key, row[0], column], row[column]) for row in value for column in range(1, len(row))]
        elif key not in (K_VERSION, K_VARIANT):
            items.append(([key], value))
    return items


def rows_from_facts(facts: Mapping[tuple[int, ...], Any], certificate: Certificate) -> tuple[MonthRow, ...]:
    """Months out of a disclosure file, as this certificate's variant shows them.

    Every other opened fact that the payload also states must be the same there; PayloadError otherwise.
    """
    body = _encode_body(certificate)
    cells: dict[int, dict[int, int]] = {}
    for path, value in facts.items():
        if path[0] == K_ROWS:
            cells.setdefault(path[1], {})[path[2]] = value
        elif _stated(body, path) not in (None, value):
            raise PayloadError("The disclosure contradicts the payload", code="disclosure_mismatch")
    width = _columns(certificate.variant)
    if not width:
        return ()
    try:
        rows = [
            [offset, *(row[column] for column in range(1, width + 2))]
            for offset, row in sorted(cells.items())
        ]
        return decode_rows(rows, certificate.work.start_on, certificate.currency)
    except (KeyError, TypeError, ValueError) as error:
        raise PayloadError("The disclosure lacks rows", code="disclosure_invalid") from error


def disclosed_paths(variant: Variant) -> Callable[[list[int]], bool]:
    """Which items a variant opens in its disclosure file: exactly those that it also shows."""
    hidden_person = {Variant.PERIOD: {3, 5, 6, 7, 8}, Variant.CONTRIBUTIONS: {3, 7, 8}, Variant.FULL: set()}[
        variant
    ]
    width = _columns(variant)

    def shown(path: list[int]) -> bool:
        if path[0] == K_PERSON:
            return path[1] not in hidden_person
        if path[0] == K_WORK and path[1] == 8:
            return variant == Variant.FULL
        if path[0] == K_ROWS:
            return bool(width) and path[2] <= width + 1
        return path[0] != K_CURRENCY or bool(width)

    return shown


def _stated(body: dict[int, Any], path: tuple[int, ...]) -> Any:
    value: Any = body
    for step in path:
        value = value.get(step) if isinstance(value, dict) else None
    return value


def encode_claims(certificate: Certificate) -> bytes:
    """Deterministic CBOR of the claims."""
    claims = {
        ISS: certificate.issuer,
        IAT: int(certificate.issued_at.timestamp()),
        CTI: certificate.uid,
        BODY_CLAIM: _encode_body(certificate),
    }
    return cbor2.dumps(claims, canonical=True)


def decode_claims(data: bytes) -> Certificate:
    """Read claims; refuses unknown keys, other versions and any bytes that `encode_claims` would not have written."""
    try:
        claims = cbor2.loads(data)
        body = claims[BODY_CLAIM]
        if body[K_VERSION] not in VERSIONS:
            raise PayloadError("The payload is of another version", code="version_unsupported")
        certificate = _decode(claims, body)
        same = encode_claims(certificate) == data
    except PayloadError:
        raise
    except Exception as error:
        raise PayloadError("Not a certificate payload") from error
    if not same:
        raise PayloadError("The payload holds more than this version knows, or is not deterministic CBOR")
    return certificate


def to_minor(amount: Decimal, currency: str) -> int:
    """Whole minor units; refuses a fraction of one, a negative amount or an unknown currency."""
    digits = MINOR_DIGITS.get(currency)
    if digits is None:
        raise PayloadError("Unknown currency", code="currency_unknown", currency=currency)
    scaled = amount.scaleb(digits)
    minor = int(scaled) if scaled.is_finite() else -1
    if minor < 0 or minor != scaled:
        raise PayloadError("An amount is not in whole minor units", code="amount_invalid", amount=str(amount))
    return minor


def from_minor(minor: int, currency: str) -> Decimal:
    return Decimal(minor).scaleb(-MINOR_DIGITS[currency])


def _columns(variant: Variant) -> int:
    return (0, 1, 3)[variant - 1]


def _amounts(row: MonthRow | TotalRow, certificate: Certificate) -> list[int]:
    columns, amounts = _columns(certificate.variant), row.amounts()
    if amounts.count(None) != 3 - columns or None in amounts[:columns]:
        raise PayloadError("A row does not show what its variant shows", code="rows_invalid")
    return [to_minor(amount, certificate.currency) for amount in amounts[:columns]]


def _encode_rows(certificate: Certificate) -> list[list[int]]:
    first = month_number(certificate.work.start_on)
    return [
        [month_number(row.month) - first, row.days, *_amounts(row, certificate)] for row in certificate.rows
    ]


def decode_rows(rows: list[list[int]], first: date, currency: str) -> tuple[MonthRow, ...]:
    """Rows of the payload's form; `first` is the first day of work."""
    base = month_number(first)
    return tuple(
        MonthRow(month_of(base + offset), days, *(from_minor(amount, currency) for amount in amounts))
        for offset, days, *amounts in rows
    )


def _encode_body(certificate: Certificate) -> dict[int, Any]:
    person, employer, work = certificate.person, certificate.employer, certificate.work
    body = {
        K_VARIANT: int(certificate.variant),
        K_NUMBER: certificate.number,
        K_BLANK: list(certificate.blank) if certificate.blank else None,
        K_ISSUED_ON: _days(certificate.issued_on),
        K_PERSON: _present(
            {
                1: person.name,
                2: person.latin_name,
                3: list(person.former_names),
                4: None if person.birth_on is None else _days(person.birth_on),
                5: person.citizenship,
                6: dict(person.identifiers),
                7: person.birth_place,
                8: person.document,
            }
        ),
        K_EMPLOYER: _present(
            {1: employer.name, 2: employer.country, 3: dict(employer.identifiers), 4: employer.address}
        ),
        K_WORK: _present(
            {
                1: work.position,
                2: work.occupation_code,
                3: _days(work.start_on),
                4: _days(work.end_on),
                5: work.state,
                6: work.period_type,
                7: None if work.declared is None else list(work.declared),
                8: work.conditions,
            }
        ),
        K_CURRENCY: certificate.currency,
        K_ROWS: _encode_rows(certificate),
        K_TOTALS: [
            [row.year, row.months, row.days, *_amounts(row, certificate)] for row in certificate.totals
        ],
        K_ROWS_DIGEST: certificate.rows_digest,
        K_ROOT: certificate.root,
        K_SUPERSEDES: certificate.supersedes,
        K_STATUS: list(certificate.status) if certificate.status else None,
        K_BASIS: int(certificate.basis) or None,
        K_GROUNDS: certificate.grounds,
    }
    return {K_VERSION: 2 if certificate.grounds else 1, **_present(body)}


def _decode(claims: dict[int, Any], body: dict[int, Any]) -> Certificate:
    work = _decode_work(body[K_WORK])
    currency = body.get(K_CURRENCY, "")
    person, employer = body[K_PERSON], body[K_EMPLOYER]
    return Certificate(
        number=body[K_NUMBER],
        issuer=claims[ISS],
        issued_at=datetime.fromtimestamp(claims[IAT], UTC),
        issued_on=_date(body[K_ISSUED_ON]),
        person=Person(
            name=person[1],
            latin_name=person.get(2, ""),
            former_names=tuple(person.get(3, ())),
            birth_on=_date(person[4]) if 4 in person else None,
            citizenship=person.get(5, ""),
            identifiers=tuple(person.get(6, {}).items()),
            birth_place=person.get(7, ""),
            document=person.get(8, ""),
        ),
        employer=Employer(
            employer[1], employer.get(2, ""), tuple(employer.get(3, {}).items()), employer.get(4, "")
        ),
        work=work,
        currency=currency,
        rows=decode_rows(body.get(K_ROWS, []), work.start_on, currency),
        variant=Variant(body[K_VARIANT]),
        uid=claims[CTI],
        blank=tuple(body[K_BLANK]) if K_BLANK in body else None,
        supersedes=body.get(K_SUPERSEDES, ""),
        status=tuple(body[K_STATUS]) if K_STATUS in body else None,
        basis=Basis(body.get(K_BASIS, 0)),
        grounds=body.get(K_GROUNDS, ""),
        totals=tuple(
            TotalRow(year, months, days, *(from_minor(amount, currency) for amount in amounts))
            for year, months, days, *amounts in body.get(K_TOTALS, [])
        ),
        rows_digest=body.get(K_ROWS_DIGEST),
        root=body.get(K_ROOT),
    )


def _decode_work(work: dict[int, Any]) -> Work:
    return Work(
        position=work.get(1, ""),
        start_on=_date(work[3]),
        end_on=_date(work[4]),
        state=work.get(5, ""),
        occupation_code=work.get(2, ""),
        period_type=work[6],
        declared=tuple(work[7]) if 7 in work else None,
        conditions=work.get(8, ""),
    )


def _present(fields: dict[int, Any]) -> dict[int, Any]:
    """Fields that say something: an absent one is left out of the map."""
    return {key: value for key, value in fields.items() if value not in (None, "", [], {})}


def _days(day: date) -> int:
    return (day - _EPOCH).days


def _date(days: int) -> date:
    return _EPOCH + timedelta(days=days)
