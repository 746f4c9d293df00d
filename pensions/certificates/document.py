"""The printed certificate: a tagged PDF/A-3a by typst, with the payload and the register proof attached.

Every value reaches the template as JSON and is printed literally; no template source is ever put together from data.
A letter that no own font has refuses the document. The bytes are sealed and kept: rendering again is not promised to
give the same bytes on another machine.
"""

import json
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import typst

from pensions.certificates.cose import decode_sign1
from pensions.certificates.errors import CertificateError
from pensions.certificates.fonts import require_glyphs, typst_fonts
from pensions.certificates.model import Certificate, MonthRow, TotalRow, Variant, total
from pensions.certificates.payload import decode_claims
from pensions.certificates.printed import print_month, print_total, printed_fields, table_head
from pensions.certificates.qr import address_symbol, sealed_symbol
from pensions.certificates.qr_text import encode_qr_text

PAYLOAD_FILE = "certificate.cwt"
DISCLOSURE_FILE = "disclosure.cbor"
PROOF_FILE = "register.tlog-proof"
SECOND_LANGUAGES = ("ky", "en")
_FORM = Path(__file__).parent / "form"
_SECTIONS = {
    "person": [
        "name",
        "latin_name",
        "former_names",
        "birth_on",
        "birth_place",
        "citizenship",
        "document",
        "identifiers",
    ],
    "employer": ["employer_name", "country", "employer_identifiers", "address"],
    "work": [
        "position",
        "period",
        "occupation_code",
        "state",
        "period_type",
        "currency",
        "declared",
        "conditions",
        "supersedes",
        "grounds",
    ],
}
_SHORT = {
    "birth_on",
    "birth_place",
    "citizenship",
    "document",
    "country",
    "occupation_code",
    "period",
    "state",
    "period_type",
    "declared",
    "conditions",
    "supersedes",
    "currency",
}
_SHORT_LETTERS = 26
_local = threading.local()


@dataclass(frozen=True)
class Form:
    """What is printed: the CWT decides every figure. `rows` are all months when the payload carries only totals.

    `disclosure` and `proof` are attached when given; `language` is the second one beside Russian.
    """

    cwt: bytes
    issuer_name: str
    url: str
    language: str = "ky"
    rows: Sequence[MonthRow] = ()
    disclosure: bytes | None = None
    proof: str | None = None


def render_certificate(form: Form, *, standard: str = "a-3a") -> bytes:
    """PDF bytes, not sealed yet. `standard` "a-1b" gives the twin that Preflight can check, without attachments.

    Raises MissingGlyphError for a letter without glyph, CertificateError when the template refuses otherwise.
    """
    certificate = decode_claims(decode_sign1(form.cwt).payload)
    data = form_data(form, certificate, attach=standard.startswith("a-3"))
    require_glyphs(_texts(data))
    try:
        return _compiler().compile(
            format="pdf",
            sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
            pdf_standards=standard,
            timestamp=int(certificate.issued_at.timestamp()),
        )
    except typst.TypstError as error:
        raise CertificateError(str(error), code="document_refused") from error


def form_data(form: Form, certificate: Certificate, *, attach: bool = True) -> dict[str, Any]:
    """Everything that the template prints, as JSON-able strings and numbers."""
    if form.language not in SECOND_LANGUAGES:
        raise CertificateError("The second language is Kyrgyz or English", code="language_unknown")
    texts = {key: [words["ru"], words[form.language]] for key, words in form_texts().items()}
    fields = printed_fields(certificate)
    qr, address = sealed_symbol(encode_qr_text(form.cwt)), address_symbol(form.url)
    return {
        "texts": texts,
        "language": form.language,
        "document_title": f"{texts['title'][0]} {certificate.number}",
        "issuer_name": form.issuer_name,
        "number": certificate.number,
        "issued_on": fields["issued_on"],
        "blank": fields.get("blank", ""),
        "check_code": certificate.check_code,
        "variant_key": f"variant_{certificate.variant:d}",
        "sections": _sections(fields, certificate, texts),
        "table": _table(certificate, texts),
        "annex": _annex(certificate, form.rows, texts),
        "url": form.url,
        "qr": {"svg": qr.svg, "size": qr.size_mm},
        "address": {"svg": address.svg, "size": address.size_mm},
        "attachments": _attachments(form) if attach else [],
    }


@cache
def form_texts() -> dict[str, dict[str, str]]:
    """Words of the form by key and language."""
    return json.loads((_FORM / "texts.json").read_text(encoding="utf-8"))


def _compiler() -> typst.Compiler:
    """One compiler per thread, kept: starting one costs as much as a page."""
    if not hasattr(_local, "compiler"):
        _local.compiler = typst.Compiler(
            str(_FORM / "certificate.typ"),
            root=str(_FORM),
            font_paths=typst_fonts(),
            ignore_system_fonts=True,
        )
    return _local.compiler


def _sections(
    fields: dict[str, str], certificate: Certificate, texts: dict[str, list[str]]
) -> list[dict[str, Any]]:
    basis = {"key": "basis", "value": " / ".join(texts[f"basis_{certificate.basis:d}"])}
    sections = []
    for title, keys in _SECTIONS.items():
        listed = [{"key": key, "value": fields[key]} for key in keys if key in fields]
        sections.append({"title": title, "fields": _paired([*listed, basis] if title == "work" else listed)})
    return sections


def _paired(fields: list[dict[str, str]]) -> list[dict[str, Any]]:
    """Marks the fields that take a whole line: long ones, and a short one without a short neighbour."""
    short = [field["key"] in _SHORT and len(field["value"]) <= _SHORT_LETTERS for field in fields]
    placed: list[dict[str, Any]] = []
    place = 0
    while place < len(fields):
        pair = short[place : place + 2] == [True, True]
        placed += [{**field, "wide": not pair} for field in fields[place : place + (2 if pair else 1)]]
        place += 2 if pair else 1
    return placed


def _table(certificate: Certificate, texts: dict[str, list[str]]) -> dict[str, Any] | None:
    if certificate.variant == Variant.PERIOD:
        return None
    if not certificate.totals:
        return _months("months", certificate, certificate.rows, texts)
    head = ["year", "month_count", *table_head(certificate.variant)[1:]]
    rows = [print_total(row, _total_label(row, texts)) for row in certificate.totals]
    return {"title": "years", "head": head, "rows": rows, "total": []}


def _annex(
    certificate: Certificate, rows: Sequence[MonthRow], texts: dict[str, list[str]]
) -> dict[str, Any] | None:
    return _months("annex", certificate, rows, texts) if rows and certificate.totals else None


def _months(
    title: str, certificate: Certificate, rows: Sequence[MonthRow], texts: dict[str, list[str]]
) -> dict[str, Any] | None:
    if not rows:
        return None
    label, _months_count, *cells = print_total(total(tuple(rows)), " / ".join(texts["total"]))
    return {
        "title": title,
        "head": table_head(certificate.variant),
        "rows": [print_month(row) for row in rows],
        "total": [label, *cells],
    }


def _total_label(row: TotalRow, texts: dict[str, list[str]]) -> str:
    return str(row.year) if row.year else texts["whole_period"][0]


def _attachments(form: Form) -> list[dict[str, Any]]:
    files = [
        (PAYLOAD_FILE, form.cwt, "source", "application/cwt", "Signed payload (COSE_Sign1, EAC1 profile)")
    ]
    if form.disclosure is not None:
        files.append(
            (DISCLOSURE_FILE, form.disclosure, "data", "application/cbor", "Salted facts under the root")
        )
    if form.proof is not None:
        proof = form.proof.encode()
        files.append(
            (PROOF_FILE, proof, "supplement", "text/plain", "Control register entry and inclusion proof")
        )
    return [
        {
            "name": name,
            "bytes": list(data),
            "relationship": relationship,
            "mime": mime,
            "description": description,
        }
        for name, data, relationship, mime, description in files
    ]


def _texts(value: Any) -> list[str]:
    """All strings of the form data, for the check of letters."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        return [text for key, entry in value.items() if key != "svg" for text in _texts(entry)]
    if isinstance(value, list):
        return (
            [] if value and isinstance(value[0], int) else [text for entry in value for text in _texts(entry)]
        )
    return []
