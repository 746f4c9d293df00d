"""Message catalogues without system tools: `python tools/catalogues.py compile | check | extract [app …]`.

compile   writes the .mo beside every .po
check     names what is missing, fuzzy or broken in Kyrgyz and Russian and ends with 1; what is obsolete is
          only told. Strings of other packages that the site shows are held to the same rule.
extract   brings the .po files of the apps named (all without a name) up to the strings in the code, keeping
          what is translated; only msgstr is left to fill in

An app's strings live in its own locale/, those of config/ and of other packages in locale/ at the root.
"""

import io
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages import Catalog
from babel.messages.catalog import Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from catalogue_sources import foreign_strings, strings_of
from places import ROOT

APPS = ("common", "accounts", "pensions", "cases", "monitoring", "reports")
ROOT_UNIT = "config"
UNITS = (*APPS, ROOT_UNIT)
LANGUAGES = ("ky", "ru")
PLURALS = {
    "ky": "nplurals=1; plural=0;",
    "ru": (
        "nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : "
        "n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2);"
    ),
}
SHARED_UNITS = ("common", ROOT_UNIT)  # their words serve every app
PLACEHOLDER = re.compile(r"%\(\w+\)[#0\- +]*\d*\.?\d*[sdifr]|(?<!%)%[sd]|\{\w*\}")
DROPPED_LINES = tuple(
    f'"{name}'
    for name in (
        *("Project-Id-Version", "Report-Msgid-Bugs-To", "POT-Creation-Date", "PO-Revision-Date"),
        *("Last-Translator", "Language-Team", "Generated-By"),
    )
)

Key = tuple[str, str]


def folder(unit: str) -> Path:
    return ROOT if unit == ROOT_UNIT else ROOT / unit


def po_file(unit: str, language: str, domain: str = "django") -> Path:
    return folder(unit) / "locale" / language / "LC_MESSAGES" / f"{domain}.po"


def empty(language: str) -> Catalog:
    """Our plural forms, whatever the version of Babel thinks: Kyrgyz has one, Russian three."""
    header = f'msgid ""\nmsgstr ""\n"Plural-Forms: {PLURALS[language]}\\n"\n'
    return read_po(io.StringIO(header), locale=language, domain="django")


def load(path: Path, language: str) -> Catalog:
    if not path.exists():
        return empty(language)
    with path.open("rb") as file:
        return read_po(file, locale=language, domain=path.stem, abort_invalid=True)


def key(message: Message) -> Key:
    """Context and first form: what gettext looks a message up by."""
    singular = message.id[0] if isinstance(message.id, tuple | list) else message.id
    return (message.context or "", singular)


def entries(catalog: Catalog) -> dict[Key, Message]:
    return {key(message): message for message in catalog if message.id}


def is_translated(message: Message | None) -> bool:
    if message is None or message.fuzzy:
        return False
    return all(message.string) if isinstance(message.string, tuple | list) else bool(message.string)


# --- compile ----------------------------------------------------------------------------------------


def compile_all() -> int:
    count = 0
    for path in catalogues():
        catalog = load(path, path.parts[-3])
        with path.with_suffix(".mo").open("wb") as file:
            write_mo(file, catalog)
        count += 1
    print(f"{count} catalogues compiled")
    return 0


def catalogues() -> Iterator[Path]:
    for unit in UNITS:
        yield from sorted((folder(unit) / "locale").glob("*/LC_MESSAGES/*.po"))


# --- check ------------------------------------------------------------------------------------------


def check() -> int:
    complaints, remarks = [], []
    for language in LANGUAGES:
        owned = {unit: entries(load(po_file(unit, language), language)) for unit in UNITS}
        for unit in UNITS:
            found, told = check_unit(unit, language, owned)
            complaints += found
            remarks += told
        complaints += check_foreign(language, owned["common"] | owned[ROOT_UNIT])
        complaints += check_agreement(language, owned)
    for line in (*remarks, *complaints):
        print(line)
    if not complaints:
        print("Every string of ours is translated.")
    return 1 if complaints else 0


def check_unit(unit: str, language: str, owned: dict[str, dict[Key, Message]]) -> tuple[list[str], list[str]]:
    name = f"{unit} {language}"
    source = entries(strings_of(unit))
    places = [owned[place] for place in (unit, *SHARED_UNITS)]
    complaints = []
    for wanted, message in source.items():
        found = [place[wanted] for place in places if wanted in place]
        if not any(map(is_translated, found)):
            state = "fuzzy" if any(item.fuzzy for item in found) else "missing"
            where = message.locations[0][0] if message.locations else unit
            complaints.append(f"{name}: {state} {wanted[1]!r} ({where})")
    complaints += [f"{name}: {fault}" for message in owned[unit].values() for fault in faults(message)]
    obsolete = [] if unit == ROOT_UNIT else [gone for gone in owned[unit] if gone not in source]
    return complaints, [f"{name}: obsolete {gone[1]!r}" for gone in obsolete]


def faults(message: Message) -> Iterator[str]:
    """A translation whose places to fill in differ from the original breaks the page that shows it."""
    if not is_translated(message):
        return
    originals = message.id if isinstance(message.id, tuple | list) else (message.id,)
    wanted = set().union(*map(placeholders, originals))
    for text in message.string if isinstance(message.string, tuple | list) else (message.string,):
        extra = placeholders(text) - wanted
        lost = placeholders(originals[0]) - placeholders(text) if len(originals) == 1 else set()
        if extra or lost:
            yield f"places differ in {originals[0]!r}: {', '.join(sorted(extra | lost))}"


def placeholders(text: str) -> set[str]:
    return {found[0] for found in PLACEHOLDER.finditer(text)}


def check_foreign(language: str, ours: dict[Key, Message]) -> list[str]:
    """Strings of other packages that neither they nor our shared catalogues translate."""
    return [
        f"{package} {language}: missing {wanted[1]!r}"
        for package, domain, wanted in foreign_strings(language)
        if not is_translated(
            (
                ours if domain == "django" else entries(load(po_file(ROOT_UNIT, language, domain), language))
            ).get(wanted)
        )
    ]


def check_agreement(language: str, owned: dict[str, dict[Key, Message]]) -> list[str]:
    """Django merges all catalogues: two translations of one string would depend on the order of apps."""
    complaints, seen = [], {}
    for unit in UNITS:
        for wanted, message in owned[unit].items():
            if not is_translated(message):
                continue
            other, text = seen.setdefault(wanted, (unit, message.string))
            if text != message.string:
                complaints.append(
                    f"{unit} {language}: {wanted[1]!r} is translated otherwise in {other}; use a context"
                )
    return complaints


# --- extract ----------------------------------------------------------------------------------------


def extract(units: list[str]) -> int:
    for unit in units or UNITS:
        source = strings_of(unit)
        for language in LANGUAGES:
            path = po_file(unit, language)
            catalog = load(path, language)
            merged = merge(catalog, source, keep_all=unit == ROOT_UNIT)
            if len(merged) or path.exists():
                save(path, merged)
            left = sum(not is_translated(message) for message in merged if message.id)
            print(f"{unit} {language}: {len(merged)} strings, {left} to translate")
    return 0


def merge(catalog: Catalog, source: Catalog, keep_all: bool = False) -> Catalog:
    """The strings of `source` in its order with the translations of `catalog`; never a guessed one."""
    merged = empty(str(catalog.locale))
    old = entries(catalog)
    for wanted, message in entries(source).items():
        known = old.pop(wanted, None)
        text = known.string if known and known.pluralizable == message.pluralizable else None
        merged.add(
            message.id,
            text if text else ("",) * merged.num_plurals if message.pluralizable else "",
            locations=[(place, None) for place in sorted({place for place, _line in message.locations})],
            flags={"fuzzy"} if known and known.fuzzy else (),
            auto_comments=message.auto_comments,
            user_comments=known.user_comments if known else (),
            context=message.context,
        )
    if keep_all:
        for message in old.values():
            merged[message.id] = message
    return merged


def save(path: Path, catalog: Catalog) -> None:
    """Without dates and names in the header, so that only a changed string changes the file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    catalog.header_comment = ""
    with path.open("wb") as file:
        write_po(file, catalog, width=100, include_lineno=False)
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    kept = [line for line in lines if not line.startswith(DROPPED_LINES)]
    path.write_text("".join(kept).lstrip("#\n"), encoding="utf-8")


def main(words: list[str]) -> int:
    match words:
        case ["compile"]:
            return compile_all()
        case ["check"]:
            return check()
        case ["extract", *units] if set(units) <= set(UNITS):
            return extract(units)
    print(__doc__)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
