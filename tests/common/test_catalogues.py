"""The catalogue tool on sources and catalogues made for the purpose."""

import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import translation

TOOLS = Path(settings.BASE_DIR) / "tools"


@pytest.fixture
def tool(monkeypatch, tmp_path):
    """The tool over an empty project of one app."""
    monkeypatch.syspath_prepend(str(TOOLS))
    import catalogue_sources
    import catalogues

    for module in (catalogues, catalogue_sources):
        monkeypatch.setattr(module, "ROOT", tmp_path)
    monkeypatch.setattr(catalogues, "UNITS", ("common", "config"))
    monkeypatch.setattr(catalogues, "foreign_strings", lambda language: [])
    catalogue_sources.strings_of.cache_clear()
    (tmp_path / "config").mkdir()
    (tmp_path / "common" / "templates").mkdir(parents=True)
    yield catalogues
    catalogue_sources.strings_of.cache_clear()


def write(tmp_path, name, text):
    from catalogue_sources import strings_of

    (tmp_path / "common" / name).write_text(text, encoding="utf-8")
    strings_of.cache_clear()


def strings(tool):
    from catalogue_sources import strings_of

    return tool.entries(strings_of("common"))


def test_strings_of_python(tool, tmp_path):
    write(
        tmp_path,
        "a.py",
        'x = _("one")\ny = pgettext_lazy("verb", "open")\nz = ngettext("%(n)s row", "%(n)s rows", n)\n'
        '_(name)\nw = gettext("in two "\n  "parts")\n# _("a remark")\n',
    )
    assert list(strings(tool)) == [("", "one"), ("verb", "open"), ("", "%(n)s row"), ("", "in two parts")]


def test_strings_of_templates(tool, tmp_path):
    write(
        tmp_path,
        "templates/a.html",
        """<p class="(">{% translate "Sign in" %}
        {% if x %}
            {% translate 'Open' context "verb" as title %}
            {% blocktranslate trimmed with name=p.name %}
                Dear {{ name }},
                welcome
            {% endblocktranslate %}
        {% endif %}
        {% blocktranslate count n=rows|length %}One row{% plural %}{{ n }} rows{% endblocktranslate %}
        {{ _("Constant") }} it's {% comment %}{% translate "hidden" %}{% endcomment %}""",
    )
    assert list(strings(tool)) == [
        ("", "Sign in"),
        ("verb", "Open"),
        ("", "Dear %(name)s, welcome"),
        ("", "One row"),
        ("", "Constant"),
    ]
    assert strings(tool)[("", "One row")].id == ("One row", "%(n)s rows")


def filled(tool, tmp_path, language, *pairs):
    path = tool.po_file("common", language)
    text = path.read_text(encoding="utf-8")
    for wanted, own in pairs:
        text = text.replace(f'msgid "{wanted}"\nmsgstr ""', f'msgid "{wanted}"\nmsgstr "{own}"')
    path.write_text(text, encoding="utf-8")


def test_extract_check_compile(tool, tmp_path, capsys):
    write(tmp_path, "a.py", '_("one")\n_("%(n)s two")\nngettext("%(n)s row", "%(n)s rows", n)\n')
    assert tool.main(["extract", "common"]) == 0
    assert "nplurals=1" in tool.po_file("common", "ky").read_text(encoding="utf-8")
    assert tool.main(["check"]) == 1
    assert capsys.readouterr().out.count("missing") == 6

    filled(tool, tmp_path, "ky", ("one", "бир"), ("%(n)s two", "%(n)s эки"))
    filled(tool, tmp_path, "ru", ("one", "один"), ("%(n)s two", "%(n)s два"))
    for language, forms in (("ky", ["%(n)s сап"]), ("ru", ["%(n)s строка", "%(n)s строки", "%(n)s строк"])):
        path = tool.po_file("common", language)
        text = path.read_text(encoding="utf-8")
        for place, form in enumerate(forms):
            text = text.replace(f'msgstr[{place}] ""', f'msgstr[{place}] "{form}"')
        path.write_text(text, encoding="utf-8")
    assert tool.main(["check"]) == 0
    before = tool.po_file("common", "ru").read_bytes()
    assert tool.main(["extract"]) == 0
    assert tool.po_file("common", "ru").read_bytes() == before
    assert tool.main(["compile"]) == 0
    assert tool.po_file("common", "ky").with_suffix(".mo").exists()

    write(tmp_path, "a.py", '_("one")\n_("three")\n')
    tool.main(["extract", "common"])
    assert [key[1] for key in tool.entries(tool.load(tool.po_file("common", "ru"), "ru"))] == ["one", "three"]
    assert "один" in tool.po_file("common", "ru").read_text(encoding="utf-8")


def test_a_lost_place_a_fuzzy_entry_and_disagreement_fail(tool, tmp_path, capsys):
    write(tmp_path, "a.py", '_("%(n)s two")\n_("one")\n')
    tool.main(["extract", "common"])
    for language in tool.LANGUAGES:
        filled(tool, tmp_path, language, ("%(n)s two", "%(m)s эки"), ("one", "бир"))
    path = tool.po_file("common", "ky")
    text = path.read_text(encoding="utf-8").replace('msgid "one"', '#, fuzzy\nmsgid "one"')
    path.write_text(text, encoding="utf-8")
    root = tool.po_file("config", "ru")
    root.parent.mkdir(parents=True)
    root.write_text('msgid ""\nmsgstr ""\n\nmsgid "one"\nmsgstr "единица"\n', encoding="utf-8")
    capsys.readouterr()
    assert tool.main(["check"]) == 1
    told = capsys.readouterr().out
    assert "places differ in '%(n)s two'" in told
    assert "common ky: fuzzy 'one'" in told
    assert "translated otherwise" in told


def test_root_keeps_the_words_of_other_packages(tool, tmp_path):
    root = tool.po_file("config", "ky")
    root.parent.mkdir(parents=True)
    root.write_text('msgid ""\nmsgstr ""\n\nmsgid "Theirs"\nmsgstr "Алардыкы"\n', encoding="utf-8")
    tool.main(["extract", "config"])
    assert "Алардыкы" in root.read_text(encoding="utf-8")


def test_unknown_words_print_the_help():
    done = subprocess.run(
        [sys.executable, TOOLS / "catalogues.py", "dance"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert "compile" in done.stdout


def test_words_of_other_packages_are_translated_here(monkeypatch):
    monkeypatch.syspath_prepend(str(TOOLS))
    import catalogues

    for language in catalogues.LANGUAGES:
        own = {
            wanted: message
            for unit in catalogues.SHARED_UNITS
            for wanted, message in catalogues.entries(
                catalogues.load(catalogues.po_file(unit, language), language)
            ).items()
        }
        assert catalogues.check_foreign(language, own) == []


@pytest.mark.parametrize(
    ("text", "kyrgyz"),
    [
        ("This field is required.", "Бул талааны толтуруу милдеттүү."),
        ("March", "март"),
        ("Not found.", "Табылган жок."),
    ],
)
def test_our_words_win_over_the_packages(text, kyrgyz):
    with translation.override("ky"):
        assert translation.gettext(text) == kyrgyz


def test_plural_forms():
    with translation.override("ru"):
        assert [
            translation.ngettext(
                "Please try again in %(minutes)s minute.", "Please try again in %(minutes)s minutes.", number
            ).split()[-1]
            for number in (1, 3, 5, 11, 21)
        ] == ["минуту.", "минуты.", "минут.", "минут.", "минуту."]
