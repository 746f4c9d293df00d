"""Finds translatable strings: in our Python files and templates, and in the packages whose words we show."""

import io
import tokenize
from collections.abc import Iterator
from functools import cache
from gettext import GNUTranslations
from importlib.util import find_spec
from pathlib import Path

from babel.messages import Catalog
from babel.messages.extract import extract_python
from babel.messages.pofile import read_po
from django.utils.translation.template import templatize
from places import ROOT

KEYWORDS = {
    **dict.fromkeys(("_", "gettext", "gettext_lazy", "gettext_noop"), None),
    **dict.fromkeys(("ngettext", "ngettext_lazy"), (1, 2)),
    **dict.fromkeys(("pgettext", "pgettext_lazy"), ((1, "c"), 2)),
    **dict.fromkeys(("npgettext", "npgettext_lazy"), ((1, "c"), 2, 3)),
}
SKIPPED = {"migrations", "locale", "static", "__pycache__"}

# Packages with words that reach our pages, and the places of their catalogues.
FOREIGN = (
    ("django", "conf/locale"),
    ("django", "contrib/admin/locale"),
    ("django", "contrib/auth/locale"),
    ("django", "contrib/contenttypes/locale"),
    ("django", "contrib/sessions/locale"),
    ("django", "contrib/humanize/locale"),
    ("rest_framework", "locale"),
    ("django_filters", "locale"),
    ("import_export", "locale"),
)


@cache
def strings_of(unit: str) -> Catalog:
    """All strings of an app, in the order of its files; plural wins where a string stands in both forms."""
    catalog = Catalog()
    for path in sorted((ROOT / unit).rglob("*")):
        relative = path.relative_to(ROOT)
        if SKIPPED & set(relative.parts) or path.suffix not in (".py", ".html", ".txt"):
            continue
        if path.suffix != ".py" and "templates" not in relative.parts:
            continue
        for line, message, comments, context in strings_in(path):
            catalog.add(message, locations=[(str(relative), line)], auto_comments=comments, context=context)
    return catalog


def strings_in(path: Path) -> Iterator[tuple]:
    """(line, message or tuple of forms, translators' comments, context)."""
    source = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        source = as_python(source, path)
    try:
        found = list(extract_python(io.BytesIO(source.encode()), KEYWORDS, ["Translators:"], {}))
    except (tokenize.TokenError, SyntaxError) as error:
        raise SystemExit(f"{path}: {error}") from error
    for line, function, arguments, comments in found:
        message, context = chosen(function, arguments)
        if message and all(message):
            yield line, message, comments, context


def as_python(source: str, path: Path) -> str:
    """Django turns a template into calls among blanked-out text; without indentation Python can read it."""
    text = templatize(source, origin=str(path))
    return "\n".join(line.strip() for line in text.splitlines()) + "\n"


def chosen(function: str, arguments) -> tuple:
    """The arguments that are message and context; (None, None) where they are no literals."""
    arguments = arguments if isinstance(arguments, tuple | list) else (arguments,)
    places = KEYWORDS[function] or (1,)
    context, forms = None, []
    for place in places:
        number = place[0] if isinstance(place, tuple) else place
        if number > len(arguments) or not isinstance(arguments[number - 1], str):
            return None, None
        if isinstance(place, tuple):
            context = arguments[number - 1]
        else:
            forms.append(arguments[number - 1])
    return (tuple(forms) if len(forms) > 1 else forms[0]), context


# --- other packages ---------------------------------------------------------------------------------


def foreign_strings(language: str) -> Iterator[tuple[str, str, tuple[str, str]]]:
    """(package, domain, (context, message)) for each string that the package itself leaves untranslated."""
    for package, place in FOREIGN:
        spec = find_spec(package)
        folder = Path(spec.origin).parent / place
        for domain in ("django", "djangojs"):
            own = translated(folder, language, domain)
            for wanted in known(folder, domain):
                if wanted not in own:
                    yield f"{package}/{place}".removesuffix("/locale"), domain, wanted


def known(folder: Path, domain: str) -> list[tuple[str, str]]:
    """Every message of a package: of its English catalogue, or of all its languages together."""
    english = folder / "en" / "LC_MESSAGES" / domain
    paths = [path for path in (english.with_suffix(".po"), english.with_suffix(".mo")) if path.exists()][:1]
    found = {}
    for path in paths or sorted(folder.glob(f"*/LC_MESSAGES/{domain}.mo")):
        found.update(dict.fromkeys(message_keys(path)))
    return list(found)


def translated(folder: Path, language: str, domain: str) -> set[tuple[str, str]]:
    path = folder / language / "LC_MESSAGES" / f"{domain}.mo"
    return set(message_keys(path)) if path.exists() else set()


def message_keys(path: Path) -> Iterator[tuple[str, str]]:
    """(context, message) of every entry; a .mo holds only those that are translated."""
    with path.open("rb") as file:
        if path.suffix == ".mo":
            # Babel stops at the dates that some packages write into their headers; gettext does not.
            identifiers = GNUTranslations(file)._catalog
            names = [name[0] if isinstance(name, tuple) else name for name in identifiers]
            keys = [tuple(name.split("\x04")) if "\x04" in name else ("", name) for name in names]
        else:
            messages = [message for message in read_po(file) if message.id]
            keys = [
                (message.context or "", message.id[0] if message.pluralizable else message.id)
                for message in messages
            ]
    yield from (found for found in keys if found[1])
