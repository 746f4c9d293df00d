"""Guides say what the pages say, of pages that the role has; the first day's list follows the data."""

import io
import sys
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from django.apps import apps
from django.core.cache import cache
from django.core.management import call_command
from django.urls import reverse
from django.utils.translation import override
from PIL import Image

from accounts import guide_paper, guides, navigation
from accounts.access import table
from accounts.enums import Role
from accounts.models import RoleProposal

ROOT = Path(__file__).resolve().parents[2]
SOURCES = ("guides.py", "first_day.py")
ROLES = list(guides.TITLES)
STEPS = [(role, step) for role in ROLES for step in guides.steps(role)]


@pytest.fixture(scope="module")
def msgids() -> set[str]:
    """Every msgid of a template or of Python but those of the guides themselves, "context|msgid" with a context."""
    sys.path.insert(0, str(ROOT / "tools"))
    from catalogue_sources import strings_of
    from catalogues import UNITS, entries

    found = set()
    for unit in UNITS:
        for (context, msgid), message in entries(strings_of(unit)).items():
            if any(not place.endswith(SOURCES) for place, _line in message.locations):
                found.add(f"{context}|{msgid}" if context else msgid)
    return found


@pytest.mark.parametrize("role", ROLES)
def test_a_guide_is_short(role):
    assert 8 <= len(guides.steps(role)) <= 12


def test_buttons_and_titles_are_those_of_pages(msgids):
    gone = [
        (role, name)
        for role, step in STEPS
        for name in (*step.press, step.title)
        if name and name not in msgids
    ]
    assert not gone, f"no page has these: {gone}"


def test_the_role_has_every_page_of_its_guide():
    shut = [(role, step.page) for role, step in STEPS if not step.title and not has(role, step.page)]
    assert not shut, f"the guide leads to pages that the role has not: {shut}"


def has(role: Role, page: str) -> bool:
    actions = [one.action for one in navigation.entries() if one.url_name == page]
    if not actions:
        label, _sign, name = page.removeprefix("admin:").removesuffix("_changelist").partition("_")
        actions = [apps.get_model(label, name).VIEW]
    return any(not action or role in table.rules[action] for action in actions)


@pytest.mark.parametrize("language", ["ky", "ru", "en"])
def test_a_step_names_its_buttons_in_the_reader_s_language(language):
    with override(language):
        for role in ROLES:
            for step, told in zip(guides.steps(role), guides.read(role), strict=True):
                assert "{" not in told.do
                assert all(guides.button(name) in told.do for name in step.press)
                assert told.where and told.url


@pytest.mark.django_db
@pytest.mark.parametrize("role", ROLES)
def test_anybody_reads_a_guide(role, client):
    client.cookies["django_language"] = "ky"
    with override("ky"):
        title = str(guides.TITLES[role])
    page = client.get(reverse("guide", args=[role.value])).content.decode()
    assert page.count("<h1>") == 1 and title in page
    assert title in client.get(reverse("guides")).content.decode()


@pytest.mark.django_db
def test_who_is_no_role_has_no_guide(client):
    assert client.get(reverse("guide", args=["nobody"])).status_code == 404


@pytest.mark.django_db
def test_the_first_day_is_ticked_put_away_and_brought_back(client, house, django_assert_max_num_queries):
    user = house.user(Role.SYSTEM_ADMINISTRATOR)
    client.force_login(user)
    client.cookies["django_language"] = "en"
    with django_assert_max_num_queries(40):
        page = client.get("/admin/").content.decode()
    assert "Your first day" in page and reverse("guide", args=[Role.SYSTEM_ADMINISTRATOR.value]) in page
    assert 'proposal/">Let a person in</a>' in page
    RoleProposal.objects.create(
        user=house.user(Role.AUDITOR),
        organisation_id=user.organisation_ids()[0],
        role=Role.AUDITOR,
        reason="x",
        proposed_by=user,
    )
    assert 'proposal/">Let a person in</a>' not in client.get("/admin/").content.decode()
    assert client.post(reverse("first_day_put_away")).status_code == 302
    assert "Your first day" not in client.get("/admin/").content.decode()
    assert "Show the list of the first day again" in client.get(reverse("guides")).content.decode()
    client.post(reverse("first_day_bring_back"))
    assert "Your first day" in client.get("/admin/").content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("role", [role for role in Role if role != Role.PUBLIC])
def test_every_role_begins_with_a_list(role, house):
    from accounts import first_day

    found = first_day.checklist(house.user(role))
    assert found and 2 <= found["total"] <= first_day.MOST
    assert found["guide_url"]


def test_the_guides_are_written_with_their_pictures(tmp_path):
    taken = tmp_path / "screens" / "ky" / "360" / "worker"
    taken.mkdir(parents=True)
    Image.new("RGB", (36, 70), "white").save(taken / "01-me.png")
    call_command("guides", screens=tmp_path / "screens", into=tmp_path / "guides")
    page = (tmp_path / "guides" / "ky" / "worker.html").read_text(encoding="utf-8")
    assert 'src="worker/01-me.png"' in page and '<html lang="ky">' in page
    assert (tmp_path / "guides" / "ky" / "worker" / "01-me.png").read_bytes() == (
        taken / "01-me.png"
    ).read_bytes()
    assert len(list((tmp_path / "guides").glob("*/*.html"))) == 3 * len(ROLES)
    assert len(list((tmp_path / "guides").glob("*/*.pdf"))) == 3 * len(ROLES)


def test_the_paper_has_the_words_the_pictures_and_the_marks_of_an_accessible_document(settings):
    picture = Path(settings.BASE_DIR) / "var" / "guide-test.png"
    picture.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", (360, 700), "white").save(picture)
    with override("ky"):
        told = next(iter(guides.read(Role.WORKER)))
        with_picture = guide_paper.made(Role.WORKER, {told.url: picture})
        bare = guide_paper.made(Role.WORKER, {told.url: Path("/nowhere/else.png")})
        title = str(guides.TITLES[Role.WORKER])
    picture.unlink()
    with pikepdf.open(io.BytesIO(with_picture)) as document:
        assert document.Root.MarkInfo.Marked and document.Root.Lang == "ky"
        assert b"pdfuaid" in document.Root.Metadata.read_bytes()
        assert sum(len(page.get_images()) for page in document.pages) == 1
    with pikepdf.open(io.BytesIO(bare)) as document:
        assert sum(len(page.get_images()) for page in document.pages) == 0
    text = pypdfium2.PdfDocument(bare)[0].get_textpage().get_text_bounded()
    assert title in " ".join(text.split()) and told.want in " ".join(text.split())


@pytest.mark.django_db
def test_the_paper_is_offered_in_the_reader_s_language_and_with_pictures_once_they_are_made(
    client, tmp_path, monkeypatch
):
    client.cookies["django_language"] = "ru"
    address = reverse("guide_pdf", args=["worker"])
    assert address in client.get(reverse("guides")).text
    monkeypatch.setattr(guide_paper, "folder", lambda: tmp_path)
    cache.clear()
    made = client.get(address)
    assert made.content.startswith(b"%PDF") and "attachment" in made["Content-Disposition"]
    (tmp_path / "ru").mkdir()
    (tmp_path / "ru" / "worker.pdf").write_bytes(b"%PDF with pictures")
    assert client.get(address).content == made.content
    cache.clear()
    assert client.get(address).content == b"%PDF with pictures"
    cache.clear()
    assert client.get(reverse("guide_pdf", args=["nobody"])).status_code == 404
