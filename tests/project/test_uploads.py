"""Every place where a file comes in × files made to do harm: a refusal in words, nothing kept, little time and memory.

A new form or serializer with a file fails here until it is written into PLACES, a new view that takes files by
itself until it stands in HANDLERS.
"""

import importlib
import io
import pkgutil
import re
import resource
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from django import forms
from django.conf import settings as configured
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from rest_framework import serializers

from accounts.enums import Role
from cases import links
from cases.models import Case, CaseDocument, FieldPhone
from cases.services import intake_files
from common import clock, file_kinds
from common.errors import KozotError
from common.files import NAMELESS, safe_name
from common.imports import receiving
from common.models import StoredFile
from common.tables.guard import Limits
from common.tables.reader import open_table, raw_rows
from common.uploads import UploadField
from monitoring.evaluation.problems import EvaluationProblem
from monitoring.evaluation.table import decode, parse_csv
from monitoring.models import Interview
from monitoring.services import datasets
from pensions.certificates.errors import UnreadableError
from pensions.certificates.reading import read_any
from pensions.exchange import message
from pensions.imports.columns import KIND
from pensions.models import Employer, PensionClaim, Worker
from pensions.services import archive_deposits, claims
from pensions.statements.download import download
from tests.support.hostile import FILES, NAMES, ODD, PAGE, content, name

ROOT = Path(__file__).resolve().parents[2]
APPS = ("common", "accounts", "pensions", "cases", "monitoring", "reports")
SECONDS, MEMORY = 5, 500 * 1024**2


def open_to_the_end(data: bytes, **how: Any) -> None:
    with open_table(data, **how) as table:
        list(table.rows())


def as_work_record(data: bytes) -> None:
    with receiving.look(KIND, data) as table:
        list(table.rows())
        if not receiving.may_ask(table):
            raise KozotError("other_matter")


def as_figures(data: bytes) -> None:
    list(raw_rows(data, limits=Limits.of_settings()))  # as a mapping reads it
    datasets.read_long(data)


def as_message(data: bytes) -> None:
    try:
        message.read(data, kind="answer")
    except message.MessageError as error:
        raise KozotError(error.problem) from error


def as_records(data: bytes) -> None:

    try:
        if not {"unit", "period"} <= set(parse_csv(decode(data)).columns):
            raise KozotError("columns_missing")
    except EvaluationProblem as error:
        raise KozotError("unreadable") from error


def as_document(data: bytes) -> None:
    if not data:
        raise KozotError("file_size")
    file_kinds.recognise(io.BytesIO(data))


def as_months(data: bytes) -> None:
    claims.read_months(data)


def as_certificate(data: bytes) -> None:
    try:
        found = read_any(data)
    except UnreadableError as error:
        raise KozotError(error.code) from error
    if not found.cwts:
        raise KozotError("no_certificate")


BY_KIND = "by its field"  # the field itself looks at the content
# Form or serializer: what the service that takes the file does with its bytes first.
PLACES: dict[str, str | Callable[[bytes], None]] = {
    "cases.forms.work.IntakeFileForm": lambda data: open_to_the_end(
        data, expected=intake_files.COLUMNS, required=["text"], limits=intake_files.LIMITS
    ),
    "cases.forms.documents.DocumentForm": as_document,
    "common.styleguide.SampleForm": as_document,
    "monitoring.forms.chain.EvidenceForm": BY_KIND,
    "monitoring.forms.chain.RecordsForm": as_records,
    "monitoring.forms.indicators.SubmissionForm": as_figures,
    "monitoring.forms.research.FileForm": BY_KIND,
    "monitoring.forms.submissions.FileForm": as_figures,
    "monitoring.forms.submissions.SendForm": as_figures,
    "pensions.api.serializers.UploadSerializer": as_work_record,
    "pensions.api.verification.VerifySerializer": as_certificate,
    "pensions.desks.archives.ConfirmForm": BY_KIND,
    "pensions.desks.archives.DepositForm": archive_deposits.read_inventory,
    "pensions.desks.claims.StatementForm": as_months,
    "pensions.forms.registry.UploadForm": as_work_record,
    "pensions.forms.blanks.ScanForm": BY_KIND,
    "pensions.forms.claims.ClaimForm": BY_KIND,
    "pensions.forms.claims.DocumentForm": BY_KIND,
    "pensions.forms.corrections.AskForm": BY_KIND,
    "pensions.forms.corrections.PaperForm": BY_KIND,
    "pensions.forms.corrections.ReplyForm": BY_KIND,
    "pensions.forms.employers.TableForm": lambda data: open_to_the_end(
        data, expected={"code": ["code"]}, required=["code"]
    ),
    "pensions.forms.exchange.FileForm": as_message,
    "pensions.forms.exchange.RequestFileForm": as_message,
    "pensions.forms.ledger.JudgePeriodForm": BY_KIND,
    "pensions.views.verify.FileForm": as_certificate,
}
# Views that take files out of the request themselves; all others go through a form's field.
HANDLERS = {
    "accounts/object_actions.py": "hands them to the form of the button",
    "cases/views/field.py": "a photo from the field; cases/services/documents.py looks at it",
    "pensions/views/corrections.py": "hands them to the forms of a correction request",
    "pensions/views/employer.py": "hands them to UploadForm",
    "pensions/views/verify.py": "hands them to FileForm",
}


def dotted(kind: type) -> str:
    return f"{kind.__module__}.{kind.__qualname__}"


def below(kind: type):
    for one in kind.__subclasses__():
        yield one
        yield from below(one)


@pytest.fixture(scope="module")
def found() -> dict[str, Any]:
    """Every form and serializer of the house that has a file, with its file fields."""
    for app in APPS:
        package = importlib.import_module(app)
        for one in pkgutil.walk_packages(package.__path__, f"{app}."):
            if ".management." not in one.name and ".migrations" not in one.name:
                importlib.import_module(one.name)
    made: dict[str, Any] = {}
    for kind in {*below(forms.BaseForm), *below(serializers.Serializer)}:
        fields = getattr(kind, "base_fields", None) or getattr(kind, "_declared_fields", {})
        files = {
            key: one
            for key, one in fields.items()
            if isinstance(one, forms.FileField | serializers.FileField)
        }
        if files and kind.__module__.split(".")[0] in APPS:
            made[dotted(kind)] = files
    return made


def test_every_form_with_a_file_stands_in_the_table(found):
    assert sorted(found) == sorted(PLACES)


def test_a_file_comes_through_the_one_field(found):
    other = {
        kind: key
        for kind, files in found.items()
        for key, one in files.items()
        if isinstance(one, forms.FileField) and not isinstance(one, UploadField)
    }
    assert other == {}, "common.uploads.UploadField limits the size, cleans the name and looks at the content"


def test_views_that_take_files_by_themselves_are_known():
    takes = re.compile(r"\.FILES\b|FileUploadParser")
    views = {
        str(path.relative_to(ROOT))
        for app in APPS
        for path in (ROOT / app).rglob("*.py")
        if takes.search(path.read_text(encoding="utf-8"))
    }
    assert views == set(HANDLERS)


class measured:
    """Time and memory of a block: the most that was held, above what was held before."""

    def __enter__(self):
        self.began = time.process_time()
        self.before = self._peak(reset=True)
        return self

    def __exit__(self, *error):
        self.seconds = time.process_time() - self.began
        self.memory = self._peak() - self.before

    @staticmethod
    def _peak(reset: bool = False) -> int:
        try:
            if reset:
                Path("/proc/self/clear_refs").write_text("5")
            status = Path("/proc/self/status").read_text()
            return int(re.search(r"VmHWM:\s+(\d+)", status)[1]) * 1024
        except (OSError, TypeError):
            return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def field_of(files: dict[str, Any]) -> UploadField:
    return next(one for one in files.values() if isinstance(one, UploadField))


@pytest.mark.django_db
@pytest.mark.parametrize("what", [*FILES, *ODD])
def test_no_place_is_harmed(what, found):
    """Refused with a code, or, where a file is only kept, taken under a kind of ours; soon, in little memory."""
    data, taken = content(what), set()
    for place, judge in PLACES.items():
        with measured() as cost:
            try:
                if judge == BY_KIND:
                    upload = SimpleUploadedFile(name(what), data, "x/y" * 100)
                    assert field_of(found[place]).clean(upload).media_type in KNOWN, place
                else:
                    judge(data)
                taken.add(place)
            except (KozotError, ValidationError) as refusal:
                assert str(refusal)
        if cost.seconds > 1:
            print(place, what, cost.seconds, cost.memory)
        assert cost.seconds < SECONDS and cost.memory < MEMORY, (place, cost.seconds, cost.memory)
    assert what in ODD or not taken, taken


KNOWN = {one.media_type for one in file_kinds.ALL}


@pytest.mark.parametrize("typed", NAMES)
def test_a_name_is_cleaned(typed):
    clean = safe_name(typed)
    assert clean and len(clean) <= 220 and clean.isprintable()
    assert not set(clean) & set('/\\<>:"|?*') and not clean.startswith(".")
    assert safe_name("Справка о стаже.pdf") == "Справка о стаже.pdf"
    assert safe_name("") == NAMELESS


# --- over the wire ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Way:
    """One address that takes a file: who may, what else the form wants, how a refusal looks."""

    role: Role | None
    address: Callable[[Any], str]
    fields: Callable[[Any], dict[str, Any]] = field(default=lambda world: {})
    refused: frozenset[int] = frozenset({400})
    takes_documents: bool = False


def do(model: str, action: str, of: Any = None) -> Callable[[Any], str]:
    def address(world) -> str:
        if of is None:
            return reverse(f"admin:{model}_list_do", args=[action])
        return reverse(f"admin:{model}_do", args=[world.of("first", of)[0].pk, action])

    return address


def employer(world) -> Employer:
    return world.of("first", Employer)[0]


def number_of(one: Employer) -> str:
    return one.identifiers.get_or_create(kind="RU-INN", value="7701234567")[0].value


def study_file(world) -> str:
    return reverse("admin:monitoring_study_do", args=[world.of("first", Interview)[0].study_id, "file"])


def phone(world) -> FieldPhone:
    user = world.users[Role.CASE_WORKER]
    return FieldPhone.everything.get_or_create(
        user=user, name="of the walk", organisation_id=user.organisation_ids()[0]
    )[0]


def photo(world) -> dict[str, Any]:
    case = world.of("first", Case)[0]
    return {"kind": "photo", "key": uuid.uuid4(), "made_at": clock.now().isoformat(), "case": case.pk}


WORK_RECORD = {"registry_state": "KG", "state": "KG", "entries": "original"}
WAYS = {
    "the desk of imports": Way(
        Role.REGISTRY_OFFICIAL,
        do("pensions_workrecordimport", "upload"),
        lambda world: {**WORK_RECORD, "employer": number_of(employer(world))},
    ),
    "an employer's page": Way(
        Role.EMPLOYER_CLERK,
        lambda world: reverse("pensions:employer_upload"),
        lambda world: {**WORK_RECORD, "employer": employer(world).pk},
    ),
    "the API for imports": Way(
        Role.REGISTRY_OFFICIAL,
        lambda world: "/api/v1/work-record-files/",
        lambda world: {**WORK_RECORD, "employer": employer(world).pk},
    ),
    "verification": Way(
        None,
        lambda world: reverse("pensions:verify"),
        lambda world: {"way": "file"},
        frozenset({200, 400}),
    ),
    "the API of verification": Way(None, lambda world: "/api/v1/verify/", refused=frozenset({200, 400})),
    "the desk of requests for help": Way(Role.CASE_WORKER, do("cases_helprequest", "file")),
    "a case": Way(Role.CASE_WORKER, do("cases_case", "document", Case), takes_documents=True),
    "the field": Way(
        Role.CASE_WORKER,
        lambda world: reverse("cases:field_entries", args=[phone(world).pk]),
        photo,
        frozenset({422}),
        takes_documents=True,
    ),
    "a claim": Way(
        Role.REGISTRY_OFFICIAL,
        do("pensions_pensionclaim", "document", PensionClaim),
        lambda world: {"title": "paper"},
        takes_documents=True,
    ),
    "a worker's claim": Way(
        Role.REGISTRY_OFFICIAL,
        do("pensions_worker", "claim", Worker),
        lambda world: {"claimed_on": "2026-11-01"},
        takes_documents=True,
    ),
    "a correction request": Way(
        Role.WORKER,
        lambda world: reverse("pensions:my_corrections"),
        lambda world: {"wrong": "dates", "text": "words"},
        takes_documents=True,
    ),
    "a study": Way(
        Role.EXPERT,
        study_file,
        lambda world: {"title": "data"},
        takes_documents=True,
    ),
    "figures": Way(
        Role.ANALYST,
        do("monitoring_submission", "load"),
        lambda world: {"title": "t", "source": "s"},
    ),
    "a provider's figures": Way(
        Role.REGISTRY_SUPERVISOR,
        do("monitoring_submission", "send"),
        lambda world: {
            "title": "t",
            "organisation": world.users[Role.REGISTRY_SUPERVISOR].organisation_ids()[0],
        },
    ),
    "a table of codes": Way(
        Role.REGISTRY_SUPERVISOR,
        do("pensions_classificationcode", "import"),
        lambda world: {"only_check": "1"},
    ),
}


@pytest.fixture
def kept():
    """How many files lie in the house: rows, and bytes on the disk."""

    def count() -> tuple[int, int]:
        return StoredFile.objects.count(), sum(
            one.is_file() for one in Path(configured.MEDIA_ROOT).rglob("*")
        )

    return count


@pytest.mark.django_db
@pytest.mark.parametrize("way", WAYS)
def test_a_refusal_in_words_and_nothing_kept(way, world, sign_in, kept):
    one, wrong = WAYS[way], []
    client = sign_in(one.role)
    client.cookies["django_language"] = "ky"
    for what in FILES:
        before, sent = kept(), SimpleUploadedFile(name(what), content(what))
        answer = client.post(
            one.address(world), {**one.fields(world), "file": sent}, HTTP_ACCEPT_LANGUAGE="ky"
        )
        if answer.status_code not in one.refused or kept() != before:
            wrong.append((what, answer.status_code, kept(), before))
        elif answer.status_code == 400 and not words_of(answer):
            wrong.append((what, "no word about the file", answer.content[:300]))
    assert wrong == []


def words_of(answer) -> str:
    """What the answer says of the file."""
    if "json" in answer["Content-Type"]:
        return str(answer.json().get("errors") or answer.json().get("detail"))
    form = answer.context.get("form") or answer.context["forms"]["file"]
    return " ".join(form.errors.get("file", []) or form.errors.get("__all__", []))


@pytest.mark.django_db
@pytest.mark.parametrize("what", ODD)
def test_what_is_only_odd_breaks_nothing(what, world, sign_in):
    wrong = []
    for way, one in WAYS.items():
        sent = SimpleUploadedFile(name(what), content(what), "text/html")
        answer = sign_in(one.role).post(one.address(world), {**one.fields(world), "file": sent})
        if answer.status_code >= 500:
            wrong.append((way, answer.status_code))
    assert wrong == []
    kinds = set(StoredFile.objects.values_list("media_type", flat=True))
    assert kinds <= KNOWN | {"text/csv", "application/json", "application/zip"}, kinds


# --- names, bodies, ways out -----------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize("typed", NAMES)
def test_a_misleading_name_goes_nowhere(typed, world, sign_in):
    """Kept under a clean name, and given back as a download of that name."""
    case, client = world.of("first", Case)[0], sign_in(Role.CASE_WORKER)
    sent = io.BytesIO(b"%PDF-1.7\n" + PAGE)
    sent.name = typed or "paper.pdf"
    client.post(
        do("cases_case", "document", Case)(world), {"file": sent, "title": typed.replace("\0", "")[:200]}
    )
    made = CaseDocument.everything.filter(case=case).latest("added_at")
    assert safe_name(made.file.name) == made.file.name == "document.pdf"
    answer = client.get(links.link("cases:document", world.users[Role.CASE_WORKER], made.pk))
    assert_only_downloaded(answer)


def assert_only_downloaded(answer) -> None:
    assert answer.status_code == 200
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "html" not in answer["Content-Type"] and "svg" not in answer["Content-Type"]


@pytest.mark.parametrize("typed", NAMES)
def test_any_name_can_stand_in_the_header_of_a_download(typed):
    assert download(b"x", typed, "text/plain")["Content-Disposition"].startswith("attachment")


def test_every_view_that_names_a_download_offers_it_as_one():
    """`inline` stands only where pictures of a case are shown, under a policy of their own."""
    shown = re.compile(r"content_disposition_header\((?!True)|[\"']inline")
    views = {
        str(path.relative_to(ROOT))
        for app in APPS
        for path in (ROOT / app).rglob("*.py")
        if shown.search(path.read_text(encoding="utf-8"))
    }
    assert views == {"cases/views/documents.py"}


@pytest.mark.django_db
@pytest.mark.parametrize("body", ["[" * 100_000, '{"a":' * 100_000, '{"text": "' + "x" * 100_000, "\0"])
def test_json_made_to_exhaust_is_a_bad_request(body, sign_in):
    client = sign_in(Role.REGISTRY_OFFICIAL)
    for address in ("/api/v1/verify/", "/api/v1/work-record-files/"):
        answer = client.post(address, body, content_type="application/json")
        assert answer.status_code == 400 and answer.json()["code"], address
    fields = {"employer": uuid.uuid4(), "registry_state": "KG", "mapping": body, "file": io.BytesIO(b"a;b")}
    assert client.post("/api/v1/work-record-files/", fields).status_code in {400, 404}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("address", "kind"),
    [("/api/v1/verify/", "application/json"), ("/verify/", "application/x-www-form-urlencoded")],
)
def test_a_body_too_large_is_refused_unread(address, kind, settings):
    most = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    answer = Client().generic("POST", address, b"a" * (most + 1), content_type=kind)
    assert answer.status_code == 413


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/verify/?next=%00", "/api/v1/schema/?q=%00", "/verify/a%00b/"])
def test_a_null_in_an_address_is_a_bad_request(address):
    assert Client().get(address).status_code == 400
