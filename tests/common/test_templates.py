"""What every page must keep: strict CSP, readable colours, parts that say what they show."""

import re
from pathlib import Path
from types import SimpleNamespace

import pytest
from django import forms
from django.contrib.auth.models import AnonymousUser
from django.contrib.messages import constants
from django.template import Context, Template
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils import translation

from common import styleguide
from common.templatetags import ui

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = sorted(path for path in ROOT.glob("*/templates/**/*.html"))
STATIC = ROOT / "common" / "static" / "kozot"
FORBIDDEN = {
    "style attribute": re.compile(r"<[^>]*\sstyle\s*=", re.I),
    "style element": re.compile(r"<style\b", re.I),
    "handler attribute": re.compile(r"<[^>]*\son[a-z]+\s*=\s*[\"']", re.I),
    "inline script": re.compile(r"<script\b(?![^>]*\bsrc=)", re.I),
    "script address": re.compile(r"javascript:", re.I),
    "outside host": re.compile(r"<(?:script|link|img)\b[^>]*(?:src|href)=[\"'](?:https?:)?//", re.I),
}


def render(source: str, **context) -> str:
    return Template("{% load ui %}" + source).render(Context(context))


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_template_needs_a_loose_content_policy(path):
    text = path.read_text()
    assert not [name for name, pattern in FORBIDDEN.items() if pattern.search(text)]


@pytest.fixture
def page(rf: RequestFactory, settings):
    settings.DEBUG = True
    request = rf.get("/styleguide/")
    request.user = AnonymousUser()
    request.session = {}
    with translation.override("ky"):
        return styleguide.styleguide(request).content.decode()


def test_styleguide_has_landmarks_and_one_heading(page):
    assert page.count("<main") == page.count("<h1") == 1
    assert '<html lang="ky">' in page
    assert 'href="#main"' in page
    assert 'id="main"' in page


def test_styleguide_ids_are_unique(page):
    ids = re.findall(r'\sid="([^"]+)"', page)
    assert len(ids) == len(set(ids))


def test_styleguide_as_rendered_needs_no_loose_policy(page):
    assert not [name for name, pattern in FORBIDDEN.items() if pattern.search(page)]


def test_styleguide_is_for_staff(client, settings):
    settings.DEBUG = False
    with translation.override("en"):
        assert client.get("/styleguide/").status_code == 404


@pytest.mark.parametrize("name", ["400", "403", "403_csrf", "404", "429", "500"])
@pytest.mark.parametrize("language", ["ky", "ru", "en"])
def test_error_pages_stand_without_request_or_database(name, language):
    with translation.override(language):
        text = render_to_string(f"{name}.html")
    assert f'<html lang="{language}">' in text
    assert re.search(r'class="button" href="/"', text)
    assert name[:3] in text


def test_error_page_shows_minutes_to_wait():
    with translation.override("en"):
        assert "in 1 minute." in render_to_string("429.html", {"retry_after": 1})
        assert "in 5 minutes." in render_to_string("429.html", {"retry_after": 5})


class TestParts:
    def test_text_is_escaped_everywhere(self):
        bad = "<b>x</b>"
        for source in (
            "{% badge bad 'info' %}",
            "{% notice 'info' title=bad %}{{ bad }}{% endnotice %}",
            "{% empty_state bad bad %}",
            "{% steps items 1 %}",
            "{% timeline entries %}",
            "{% facts pairs %}",
            "{% data_table items rows bad show_caption=True %}",
            "{% progress bad message=bad %}",
            "{% chart_figure bad note=bad %}",
            "{% copyable bad 'x' %}",
        ):
            text = render(
                source, bad=bad, items=[bad], entries=[{"title": bad}], pairs=[(bad, bad)], rows=[[bad]]
            )
            assert "<b>" not in text, source
            assert "&lt;b&gt;" in text, source

    def test_unknown_tone_is_neutral(self):
        assert "tone-neutral" in ui.badge("x", "purple")

    @pytest.mark.parametrize("level", constants.DEFAULT_TAGS.values())
    def test_every_message_level_has_a_tone(self, level):
        assert ui.tone_of(level) in ui.TONES

    def test_every_icon_used_is_drawn(self):
        drawn = set(re.findall(r'<symbol id="([a-z-]+)"', (STATIC / "img" / "icons.svg").read_text()))
        used = {name for path in TEMPLATES for name in re.findall(r'{% icon "([a-z-]+)"', path.read_text())}
        assert used | set(ui.TONES) <= drawn

    def test_steps_before_the_current_one_are_done(self):
        text = render("{% steps items 2 %}", items=["a", "b", "c"])
        assert text.count("is-done") == 1
        assert text.count('aria-current="step"') == 1

    def test_table_cells_carry_their_heads_and_the_first_names_its_row(self):
        text = render("{% data_table columns rows 'People' %}", columns=["Name", "State"], rows=[["A", "KG"]])
        assert '<th scope="row" role="rowheader" data-label="Name">' in text
        assert 'data-label="State"' in text

    def test_table_refuses_a_row_of_another_width(self):
        with pytest.raises(ValueError, match="zip"):
            render("{% data_table columns rows 'x' %}", columns=["a", "b"], rows=[["only one"]])

    def test_empty_table_says_so(self):
        text = render("{% data_table columns rows 'x' empty_title='No one yet' %}", columns=["a"], rows=[])
        assert "<table" not in text
        assert "No one yet" in text

    def test_progress_asks_again_only_while_it_runs(self):
        running = render("{% progress 'Import' done=5 total=10 poll_url='/jobs/1/' %}")
        over = render("{% progress 'Import' done=10 total=10 poll_url='/jobs/1/' finished=True %}")
        assert 'hx-get="/jobs/1/"' in running
        assert 'value="5" max="10"' in running
        assert "hx-get" not in over

    def test_progress_numbers_for_machines_have_no_separators(self):
        with translation.override("ky"):
            text = render("{% progress 'x' done=1234 total=24000 %}")
        assert 'value="1234" max="24000"' in text

    def test_roles_are_gathered_by_organisation(self):
        def membership(pk, role):
            return SimpleNamespace(organisation_id=pk, organisation=f"O{pk}", get_role_display=lambda: role)

        groups = ui.by_organisation([membership(1, "a"), membership(2, "b"), membership(1, "c")])
        assert groups == [{"organisation": "O1", "roles": ["a", "c"]}, {"organisation": "O2", "roles": ["b"]}]


class AskForm(forms.Form):
    name = forms.CharField(label="Name", help_text="As in the passport")
    note = forms.CharField(label="Note", required=False)
    state = forms.ChoiceField(label="State", choices=[("KG", "KG")], widget=forms.RadioSelect)
    agreed = forms.BooleanField(label="Agreed")


class TestForms:
    def test_help_and_error_are_tied_to_their_field(self):
        text = str(AskForm({}))
        assert 'aria-describedby="id_name_helptext id_name_error"' in text
        assert 'id="id_name_helptext"' in text
        assert 'id="id_name_error"' in text

    def test_summary_links_to_inputs_that_exist(self):
        text = str(AskForm({}))
        targets = set(re.findall(r'<li><a href="#([^"]+)"', text))
        assert targets == {"id_name", "id_state_0", "id_agreed"}
        assert targets <= set(re.findall(r'<input[^>]*\sid="([^"]+)"', text))

    def test_unsent_form_has_no_summary(self):
        assert "error-summary" not in str(AskForm())

    def test_only_optional_fields_are_marked(self):
        with translation.override("en"):
            assert str(AskForm()).count("(optional)") == 1

    def test_choices_stand_in_a_named_group(self):
        assert re.search(r"<fieldset[^>]*>\s*<legend>State", str(AskForm()))


def tokens(scheme: str) -> dict[str, tuple[int, int, int]]:
    light, dark = (STATIC / "css" / "tokens.css").read_text().split("@media (prefers-color-scheme: dark)")
    text = light if scheme == "light" else light + dark
    return {
        name: tuple(int(value[i : i + 2], 16) for i in (0, 2, 4))
        for name, value in re.findall(r"--([a-z0-9-]+):\s*#([0-9a-f]{6});", text)
    }


def contrast(one: tuple[int, int, int], other: tuple[int, int, int]) -> float:
    """WCAG 2.2, relative luminance."""

    def luminance(colour):
        parts = [c / 255 for c in colour]
        red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


GROUNDS = ("ground", "surface", "sunken")
TEXT = (
    [
        (ink, ground)
        for ink in ("ink", "ink-soft", "link", "link-hover", "link-visited", "danger")
        for ground in GROUNDS
    ]
    + [(tone, f"{tone}-tint") for tone in ui.TONES]
    + [("link", f"{tone}-tint") for tone in ui.TONES]
    + [("ink", f"{tone}-tint") for tone in ui.TONES]
    + [
        ("brand-ink", "brand"),
        ("brand-ink", "brand-hover"),
        ("danger-ink", "danger"),
        ("danger-ink", "danger-hover"),
    ]
    + [
        ("brand", "brand-tint"),
        ("brand", "surface"),
        ("brand", "ground"),
        ("link", "brand-tint"),
        ("ink", "mark"),
    ]
    + [(ink, bar) for ink in ("bar-ink", "bar-soft", "bar-focus") for bar in ("bar", "bar-deep")]
)
LINES = [(line, ground) for line in ("line-strong", "focus") for ground in GROUNDS]


@pytest.mark.parametrize("scheme", ["light", "dark"])
class TestContrast:
    @pytest.mark.parametrize(("ink", "ground"), TEXT)
    def test_text(self, scheme, ink, ground):
        colours = tokens(scheme)
        assert contrast(colours[ink], colours[ground]) >= 4.5

    @pytest.mark.parametrize(("line", "ground"), LINES)
    def test_borders_of_controls_and_focus(self, scheme, line, ground):
        colours = tokens(scheme)
        assert contrast(colours[line], colours[ground]) >= 3


def test_every_colour_of_the_parts_is_a_token():
    """A colour written outside tokens.css would miss the dark scheme; print and paper are black on white."""
    allowed = {"#ffffff", "#fff", "#000", "#1a2230", "#333", "#999", "#555"}
    for name in ("base.css", "components.css", "admin.css"):
        path = STATIC / "css" / name
        if path.exists():
            assert set(re.findall(r"#[0-9a-fA-F]{3,8}\b(?=[;, )])", path.read_text())) <= allowed, name
