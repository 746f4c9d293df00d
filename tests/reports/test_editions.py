"""One snapshot, three languages, six formats: the same numbers everywhere."""

import io

import openpyxl
import pikepdf
import pypdfium2
import pytest
from django.urls import reverse

from accounts.enums import Role
from common import files
from common.errors import Conflict, KozotError, Missing, Refused
from common.models import Job
from monitoring.models import Figure
from reports.content import unpack
from reports.enums import EditionState, Format
from reports.models import Edition
from reports.renderers import KINDS
from reports.services import builds, editions, publication
from tests.reports import layout

pytestmark = pytest.mark.django_db


def text_of(content: bytes) -> str:
    return "\n".join(page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(content))


@pytest.fixture
def published(desk):
    desk.compute()
    return desk.published()


def content(edition, language, form) -> bytes:
    return files.read(edition.builds.get(language=language, format=form).file)


TITLES = {
    "ky": "Миграция боюнча чаралардын мониторинги",
    "ru": "Мониторинг мер в области миграции",
    "en": "Monitoring of migration measures",
}


def test_a_published_edition_in_all_its_documents(published, desk):
    """One edition for many questions, since building sixteen documents is what takes the time."""
    assert published.builds.count() == 16
    assert published.builds.values("numbers_digest").distinct().count() == 1
    for language in TITLES:
        pdf_is_tagged_and_in_its_language(published, language)
    workbook_holds_numbers_as_numbers(published)
    yearly_figures_stand_with_their_own_year(published)
    two_builds_have_the_same_bytes(published, desk)
    before = published.digest
    desk.compute()
    published.refresh_from_db()
    assert editions.digest(published.snapshot) == before, "a later figure does not change an edition"


def pdf_is_tagged_and_in_its_language(published, language):
    pdf = content(published, language, "pdf")
    text = text_of(pdf)
    assert TITLES[language] in text.replace("\n", " ")
    assert "48" in text
    with pikepdf.open(io.BytesIO(pdf)) as document:
        assert document.Root.MarkInfo.Marked
        assert str(document.Root.Lang) == language
    assert layout.faults(pdf) == []
    if language == "ky":
        assert {"ө", "ү", "ң"} <= set(text)


def workbook_holds_numbers_as_numbers(published):
    book = openpyxl.load_workbook(io.BytesIO(content(published, "ky", "xlsx")))
    cells = [cell.value for sheet in book for row in sheet.iter_rows() for cell in row]
    figure = Figure.objects.as_of().get(indicator__code="REMITTANCES_GDP", period="2024")
    assert any(isinstance(v, int | float) and abs(v - float(round(figure.value, 2))) < 1e-9 for v in cells)


def yearly_figures_stand_with_their_own_year(published):
    context = next(one for one in unpack(published.snapshot) if one.code == "context")
    table = next(block for block in context.blocks if block.type == "table")
    years = {row[0].words.get("en"): row[2].number for row in table.rows}
    assert years["Remittances as a share of GDP"] == "2024"
    assert years["Unemployment rate, registered"] == "2011"


def two_builds_have_the_same_bytes(published, desk):
    for form in Format.values:
        language = KINDS[Format(form)].languages[0]
        again = builds.build(by=desk.analyst, edition=published, language=language, format=form)
        first = published.builds.filter(language=language, format=form).earliest("built_at")
        assert again.sha256 == first.sha256, form


def test_an_empty_quarter_says_so_instead_of_printing_noughts(desk):
    edition = desk.built()
    registry = next(one for one in unpack(edition.snapshot) if one.code == "registry")
    assert [block.code for block in registry.blocks] == ["empty_section"]


def test_who_prepared_does_not_approve_and_nothing_opens_half_approved(desk):
    edition = desk.edition()
    with pytest.raises(Conflict):
        publication.approve(by=desk.officer, edition=edition, language="ky")
    with pytest.raises(KozotError):
        publication.approve(by=desk.analyst, edition=edition, language="ky")
    with pytest.raises(Conflict):
        publication.publish(by=desk.boss, edition=edition)


def test_only_decision_makers_publish(desk, house):
    edition = desk.edition()
    Edition.everything.filter(pk=edition.pk).update(state=EditionState.APPROVED)
    for role in set(Role) - {Role.DECISION_MAKER, Role.PUBLIC}:
        with pytest.raises((Refused, Missing)):
            publication.publish(by=house.user(role, "other"), edition=edition)


def test_a_killed_build_goes_on_where_it_stopped(desk):
    from common import jobs

    edition = desk.edition()
    builds.build(by=desk.analyst, edition=edition, language="ky", format="html")
    job = jobs.enqueue("reports.build", by=desk.analyst, params={"edition_id": str(edition.pk)})
    jobs.run(job.pk)
    assert edition.builds.count() == 16
    assert Job.everything.get(pk=job.pk).result == {"documents": 16}


def test_the_public_reads_published_editions_only(client, desk):
    edition = desk.built()
    page = reverse("edition", args=[edition.pk])
    download = reverse("edition_download", args=[edition.pk, "ky", "pdf"])
    assert client.get(page).status_code == 404
    assert client.get(download).status_code == 404
    for language in ("ky", "ru", "en"):
        publication.approve(by=desk.officer, edition=edition, language=language)
    publication.publish(by=desk.boss, edition=edition)
    assert client.get(page).status_code == 200
    assert client.get(download)["Content-Type"] == "application/pdf"
    assert str(edition.pk) in client.get(reverse("reports")).content.decode()
    assert client.get(reverse("home")).status_code == 200


def test_drafts_are_closed_to_roles_without_a_part_in_them(client, desk, house):
    edition = desk.edition()
    builds.build(by=desk.analyst, edition=edition, language="ky", format="html")
    builds.build(by=desk.analyst, edition=edition, language="ky", format="xlsx")
    for role in (Role.WORKER, Role.EMPLOYER_CLERK, Role.CASE_WORKER, Role.REGISTRY_OFFICIAL):
        client.force_login(house.user(role))
        assert client.get(reverse("edition", args=[edition.pk])).status_code == 404
        assert client.get(reverse("edition_download", args=[edition.pk, "ky", "xlsx"])).status_code == 404
