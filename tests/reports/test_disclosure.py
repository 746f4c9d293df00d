"""A report prints only what disclosure control released; withheld numbers appear nowhere."""

import io
import json
import re

import openpyxl
import pytest
from django.urls import reverse

from accounts.enums import Role
from common import files
from common.errors import Conflict
from common.models import Job
from monitoring import sources
from monitoring.models import DisclosureRun, Figure, Release, ReleasedFigure
from monitoring.sources import counting
from reports.enums import EditionState
from reports.models import Edition
from reports.services import editions, publication
from tests.reports.test_editions import text_of

pytestmark = pytest.mark.django_db

OPENED = {"unpaid_wages": 29, "documents": 17, "trafficking": 4}


@pytest.fixture
def cases(desk, monkeypatch):
    """The house counts enough cases of two kinds and four of a third; of fifty, twenty-three are resolved."""
    parts = {f"CASE_TYPE={kind}": number for kind, number in OPENED.items()}
    counted = {"cases_opened": {"": 50} | parts, "cases_closed": {"": 50}, "cases_resolved": {"": 23}}
    sources.sources()
    for item, counts in counted.items():
        monkeypatch.setitem(counting.registered, item, lambda period, counts=counts: counts)
    desk.compute()


def hidden() -> list[Figure]:
    return list(Figure.objects.released().filter(indicator__code="CASES_OPENED", state="suppressed"))


def test_the_documents_hold_no_withheld_number(cases, desk):
    assert {one.key for one in hidden()} == {"CASE_TYPE=trafficking", "CASE_TYPE=documents"}
    edition = desk.published()
    withheld = {float(one.restricted) for one in hidden()}
    cell = {"number": "50.0000000000", "kind": "number"}
    said = [block for one in edition.snapshot if one["code"] == "cases" for block in one["blocks"]]
    values = [value for block in said if block["type"] == "table" for row in block["rows"] for value in row]
    assert any(value | cell == value for value in values), "the total is printed"
    assert not withheld & {float(value["number"]) for value in values if value["kind"] == "number"}
    assert [value["kind"] for value in values].count("withheld") >= 2
    book = openpyxl.load_workbook(io.BytesIO(document(edition, "xlsx")))
    rows = [[cell.value for cell in row] for sheet in book for row in sheet.iter_rows()]
    parts = [row for row in rows if any("trafficking" in str(value) for value in row)]
    assert parts, "the withheld part has its row"
    assert not any(isinstance(value, int | float) for row in parts for value in row)
    for form in ("pdf", "html"):
        text = document(edition, form)
        assert "withheld" in (text_of(text) if form == "pdf" else text.decode())


def document(edition, form: str) -> bytes:
    return files.read(edition.builds.get(language="en", format=form).file)


def test_no_page_job_or_journal_tells_a_withheld_number(cases, desk, client, house, journal):
    numbers = {str(int(one.restricted)) for one in hidden()}
    for user in (None, desk.analyst):
        if user:
            client.force_login(user)
        for one in hidden():
            page = client.get(reverse("monitoring:figure", args=[one.short_id]))
            assert page.status_code == 200
            assert not told(page.content.decode(), one)
            data = client.get(
                reverse("monitoring:indicator_data", args=["CASES_OPENED", "csv"]), {"key": one.key}
            )
            assert data.status_code == 200
            assert f",{int(one.restricted)}," not in b"".join(data).decode()
    results = json.dumps(list(Job.everything.values_list("result", flat=True)))
    assert "restricted" not in results
    details = [entry.details for entry in journal(action="monitoring.disclosure.run")]
    assert details
    assert all(set(one) == {"table", "period", "refusal"} for one in details)
    run = DisclosureRun.everything.get(table="cases_opened")
    assert not numbers & {str(value) for value in run.config.values() if value != 5}
    assert {low for low, _high in run.intervals.values()} == {1}


def told(page: str, figure: Figure) -> bool:
    """Whether the number stands in the page as a word of its own text, outside tags, dates and ids."""
    text = re.sub(r"<[^>]+>|\d{1,2}[./:]\d{2}|20\d\d", " ", page[page.index("<main") :])
    return bool(re.search(rf"(?<![\w.-]){int(figure.restricted)}(?![\w.-])", text))


def test_an_edition_is_entered_in_the_register(cases, desk):
    edition = desk.published()
    release = Release.everything.get(channel="edition")
    assert release.reference == str(edition.pk)
    figures = ReleasedFigure.objects.filter(release=release)
    assert figures.filter(figure__indicator__code="CASES_OPENED", shown=50).exists()
    assert figures.filter(figure__indicator__code="CASES_OPENED", shown=None).count() == 2


def approved(desk) -> Edition:
    edition = desk.edition()
    Edition.everything.filter(pk=edition.pk).update(state=EditionState.APPROVED)
    edition.refresh_from_db()
    return edition


def forged(edition: Edition, figure: Figure, number: str) -> Edition:
    """The edition as it would be if a withheld figure had slipped into its snapshot."""
    for section in edition.snapshot:
        for block in section["blocks"]:
            for row in block.get("rows", []):
                for value in row:
                    if value["id"] == figure.short_id:
                        value["kind"], value["number"] = "number", number
    edition.digest = editions.digest(edition.snapshot)
    edition.save()
    return edition


def test_an_edition_that_prints_a_withheld_figure_is_refused_without_its_number(cases, desk):
    figure = next(one for one in hidden() if one.key == "CASE_TYPE=documents")
    edition = forged(approved(desk), figure, str(figure.restricted))
    edition.builds.model.objects.filter(edition=edition).exists()
    with pytest.raises(Conflict) as error:
        publication.audit(edition)
    assert error.value.code == "not_as_released"
    assert "CASES_OPENED" in str(error.value)
    assert "CASE_TYPE=documents" in str(error.value)
    assert "17" not in str(error.value)


def test_figures_that_were_never_released_are_not_published(cases, desk):
    figure = Figure.objects.filter(indicator__code="CASES_OPENED", disclosure=None).first()
    edition = approved(desk)
    shown = next(one for one in hidden() if one.key == "CASE_TYPE=documents")
    text = json.dumps(edition.snapshot).replace(shown.short_id, figure.short_id)
    edition.snapshot = json.loads(text)
    with pytest.raises(Conflict) as error:
        publication.audit(edition)
    assert error.value.code == "not_released"


def test_what_would_tell_a_withheld_figure_stops_the_edition(cases, desk, monkeypatch):
    """A pattern that hides the small count alone: the audit finds it by difference and names the cell."""
    run = DisclosureRun.everything.get(table="cases_opened")
    alone = {cell: mark for cell, mark in run.pattern.items() if mark == "primary"}
    assert len(alone) == 1
    facts = {
        name: getattr(run, name) for name in ("table", "period", "config", "cells", "primary", "observations")
    }
    DisclosureRun.everything.create(**facts, secondary=0, pattern=alone, seconds=0)
    with pytest.raises(Conflict) as error:
        publication.audit(approved(desk))
    assert error.value.code == "disclosure_audit"
    assert "CASE_TYPE=trafficking" in str(error.value)
    assert "4" not in str(error.value).replace(run.period, "")


@pytest.mark.parametrize(("role", "examines"), [(Role.DISCLOSURE_OFFICER, True), (Role.ANALYST, False)])
def test_the_desk_shows_cells_to_the_disclosure_officer_only(cases, desk, house, client, role, examines):
    client.force_login(house.user(role))
    run = DisclosureRun.everything.get(table="cases_opened")
    assert client.get(reverse("admin:monitoring_disclosurerun_changelist")).status_code == 200
    page = client.get(reverse("admin:monitoring_disclosurerun_change", args=[run.pk])).content.decode()
    assert ("CASE_TYPE=trafficking" in page) is examines


@pytest.mark.parametrize("role", [Role.CASE_WORKER, Role.REGISTRY_OFFICIAL, Role.EXPERT])
def test_others_do_not_see_disclosure_runs(cases, house, client, role):
    client.force_login(house.user(role))
    assert client.get(reverse("admin:monitoring_disclosurerun_changelist")).status_code in {302, 403, 404}
