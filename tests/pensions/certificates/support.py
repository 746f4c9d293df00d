"""One issuing organisation, one log and certificates as they are really made; built once per test session."""

import functools
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from decimal import Decimal

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from pensions.certificates.cose import ES256
from pensions.certificates.issuing import Issue, Seal, prepare_issue, print_variant, prove_issue
from pensions.certificates.keys import (
    LocalSigner,
    certificate_bytes,
    generate_key,
    key_id,
    make_certificate,
    public_bytes,
)
from pensions.certificates.model import (
    Certificate,
    Employer,
    MonthRow,
    Person,
    Variant,
    Work,
    month_number,
    month_of,
)
from pensions.certificates.payload import payload_digest
from pensions.certificates.status_list import StatusList
from pensions.certificates.trust import Authority, BlankState, IssuerKey, LogTrust, RegisterEntry, StaticTrust
from pensions.control_register.checkpoint import Checkpoint
from pensions.control_register.merkle import MerkleLog
from pensions.control_register.notes import NoteSigner

AT = datetime(2026, 6, 1, tzinfo=UTC)
SEED = bytes(range(32))
ISSUER = "kg.socfund"
ISSUER_NAME = "Социальный фонд Кыргызской Республики"
SIGNER = LocalSigner(Ed25519PrivateKey.from_private_bytes(b"\x07" * 32))
SEAL_KEY = generate_key(ES256)
SEAL_CERTIFICATE = certificate_bytes(
    make_certificate(
        SEAL_KEY.public_key(),
        organisation=ISSUER_NAME,
        country="KG",
        valid_from=date(2026, 1, 1),
        valid_until=date(2030, 12, 31),
        issuer_key=SEAL_KEY,
    )
)
SEAL = Seal(LocalSigner(SEAL_KEY), SEAL_CERTIFICATE)
LOG_SIGNER = NoteSigner.from_private_key(
    "log.kozot.example/kg", Ed25519PrivateKey.from_private_bytes(b"\x09" * 32)
)
PERSON = Person(
    name="Жумабаева Айгүл Төлөнбековна",
    latin_name="Zhumabaeva Aigul",
    former_names=("Осмонова Айгүл",),
    birth_on=date(1968, 3, 4),
    birth_place="Ош шаары",
    citizenship="KG",
    identifiers=(("KG.PIN", "10403198800123"), ("RU.SNILS", "112-233-445 95")),
    document="KG ID1234567",
)
EMPLOYER = Employer(
    name="ООО «СтройГарант»",
    country="RU",
    identifiers=(("RU.INN", "7701234567"), ("RU.KPP", "770101001")),
    address="Россия, 115280, Москва, ул. Ленинская Слобода, 19",
)


def month_rows(count: int, start: date = date(2025, 1, 1)) -> tuple[MonthRow, ...]:
    first = month_number(start)
    return tuple(
        MonthRow(
            month=month_of(first + n),
            days=28 + n % 4,
            contribution=Decimal("8912.20") + n,
            wage=Decimal("40510.00") + 7 * n,
            tax=Decimal("5266.30") + n,
        )
        for n in range(count)
    )


def record(months: int = 12, **changes) -> Certificate:
    """A full record of so many months."""
    start = date(2025, 1, 1)
    end = month_of(month_number(start) + max(months, 1) - 1).replace(day=27)
    fields = {
        "number": "KG-2026-0001234",
        "issuer": ISSUER,
        "issued_at": datetime(2026, 2, 3, 4, 5, 6, tzinfo=UTC),
        "issued_on": date(2026, 2, 3),
        "person": PERSON,
        "employer": EMPLOYER,
        "work": Work("Маляр-штукатур 4 разряда", start, end, "RU", "7131", declared=(0, 11, 27)),
        "currency": "RUB",
        "rows": month_rows(months),
        "uid": b"0123456789",
        "blank": ("КГ", "0012345"),
        "status": (1, 5),
    }
    return Certificate(**{**fields, **changes})


@dataclass
class Issued:
    """An issue with its place in the log and its proof."""

    issue: Issue
    index: int
    proof: str

    @functools.cache  # noqa: B019 - one object per session
    def pdf(self, variant: Variant = Variant.FULL, language: str = "ky") -> bytes:
        record = self.issue.record
        return print_variant(
            self.issue,
            variant,
            issuer_name=ISSUER_NAME,
            url=f"https://kozot.example/v/{record.number}/{record.check_code}",
            seal=SEAL,
            language=language,
            proof=self.proof,
        )

    def __hash__(self) -> int:
        return id(self)


def issue(certificate: Certificate) -> Issued:
    """Sign, log among other entries, prove."""
    prepared = prepare_issue(certificate, seed=SEED, signer=SIGNER)
    log = MerkleLog()
    for n in range(20):
        log.append(b"entry %d" % n)
    index = log.append(prepared.leaf.encode())
    log.append(b"later")
    note = Checkpoint(LOG_SIGNER.verifier.name, log.size, log.root()).sign(LOG_SIGNER)
    return Issued(
        prepared, index, prove_issue(prepared, index=index, path=log.inclusion_proof(index), checkpoint=note)
    )


@functools.cache
def issued(months: int = 12) -> Issued:
    return issue(record(months))


def issuer_key(**changes) -> IssuerKey:
    key = IssuerKey(
        kid=key_id(SIGNER.public_key),
        public_key=public_bytes(SIGNER.public_key),
        issuer=ISSUER,
        issuer_name=ISSUER_NAME,
        valid_from=date(2026, 1, 1),
        authorities=(Authority("Положение о Социальном фонде", date(2020, 1, 1)),),
    )
    return replace(key, **changes)


def trust_for(made: Issued, *, online: bool = True, **key_changes) -> StaticTrust:
    """A register that knows the issue, its issuer, its blank and its status."""
    certificate = made.issue.record
    key = issuer_key(**key_changes)
    entry = RegisterEntry(
        certificate.number,
        tuple(payload_digest(cwt) for cwt in made.issue.cwts.values()),
        log_index=made.index,
    )
    return StaticTrust(
        keys={key.kid: key},
        seals={ISSUER: [SEAL_CERTIFICATE]},
        statuses={1: StatusList(1000)},
        entries={certificate.number: entry} if online else {},
        blanks={certificate.blank: BlankState("used", certificate.number)} if certificate.blank else {},
        log_trust=LogTrust(LOG_SIGNER.verifier),
        online=online,
    )
