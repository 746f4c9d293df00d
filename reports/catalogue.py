"""The open-data catalogue in DCAT 3: indicators and editions as datasets, their files as distributions.

One list of nodes, written as JSON-LD and as Turtle. A node is a mapping from prefixed names to values: `Ref` for an
address, `Word` for a text in a language, `Typed` for a literal with a type, or a plain text.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from common.enums import Language
from monitoring import sdmx_out
from monitoring.models import Figure, Indicator
from reports.enums import Audience, EditionState
from reports.models import Edition
from reports.renderers import KINDS

PREFIXES = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
FREQUENCY = "http://publications.europa.eu/resource/authority/frequency/"
LANGUAGE = "http://publications.europa.eu/resource/authority/language/"
MEDIA = "https://www.iana.org/assignments/media-types/"
FREQUENCIES = {"A": "ANNUAL", "S": "ANNUAL_2", "Q": "QUARTERLY", "M": "MONTHLY"}
LANGUAGES = {"ky": "KIR", "ru": "RUS", "en": "ENG"}
TABLES = {"csv": "text/csv", **{name: media for name, (_write, media) in sdmx_out.WRITERS.items()}}


@dataclass(frozen=True)
class Ref:
    address: str


@dataclass(frozen=True)
class Word:
    text: str
    language: str


@dataclass(frozen=True)
class Typed:
    text: str
    type: str


Node = dict[str, Any]


def nodes(absolute: Callable[[str], str]) -> list[Node]:
    """The catalogue first, then its datasets, each followed by its distributions."""
    datasets = [*_indicators(absolute), *_editions(absolute)]
    house = absolute(reverse("home"))
    catalogue: Node = {
        "@id": absolute(reverse("open_data", args=["ttl"])),
        "@type": "dcat:Catalog",
        "dct:title": [
            Word("Көзөт: ачык маалыматтар", "ky"),
            Word("Көзөт: открытые данные", "ru"),
            Word("Kozot: open data", "en"),
        ],
        "dct:publisher": [Ref(f"{house}#publisher")],
        "dct:language": [Ref(LANGUAGE + code) for code in LANGUAGES.values()],
        "foaf:homepage": [Ref(house)],
        "dcat:dataset": [Ref(one["@id"]) for one in datasets if one["@type"] == "dcat:Dataset"],
    }
    publisher = {"@id": f"{house}#publisher", "@type": "foaf:Organization", "foaf:name": ["Көзөт"]}
    return [catalogue, publisher, *datasets]


def _words(thing: Any, name: str) -> list[Word]:
    said = ((getattr(thing, f"{name}_{language}"), language) for language in Language.values)
    return [Word(text, language) for text, language in said if text]


def _indicators(absolute: Callable[[str], str]) -> list[Node]:
    """Indicators of which something has been released, in two queries."""
    shown = set(Figure.objects.released().values_list("indicator_id", flat=True))
    found: list[Node] = []
    for one in Indicator.objects.filter(pk__in=shown).prefetch_related("versions"):
        version = max(one.versions.all(), key=lambda each: each.number)
        page = absolute(reverse("monitoring:indicator", args=[one.code]))
        files = {
            absolute(reverse("monitoring:indicator_data", args=[one.code, extension])): media
            for extension, media in TABLES.items()
        }
        found.append(
            {
                "@id": f"{page}#dataset",
                "@type": "dcat:Dataset",
                "dct:identifier": [one.code],
                "dct:title": _words(version, "title"),
                "dct:description": _words(version, "definition") or _words(version, "title"),
                "dct:modified": [_moment(version.recorded_at)],
                "dct:accrualPeriodicity": [Ref(FREQUENCY + FREQUENCIES[version.frequency])],
                "dcat:landingPage": [Ref(page)],
                "dcat:distribution": [Ref(address) for address in files],
            }
        )
        found += [_distribution(address, media) for address, media in files.items()]
    return found


def _editions(absolute: Callable[[str], str]) -> list[Node]:
    editions = Edition.objects.filter(state=EditionState.PUBLISHED, definition__audience=Audience.PUBLIC)
    found: list[Node] = []
    for one in editions.defer("snapshot").select_related("definition").prefetch_related("builds"):
        page = absolute(reverse("edition", args=[one.pk]))
        builds = {(build.language, build.format): build for build in one.builds.all()}
        files = {
            absolute(reverse("edition_download", args=[one.pk, *key])): KINDS[build.format].media_type
            for key, build in sorted(builds.items())
        }
        found.append(
            {
                "@id": f"{page}#dataset",
                "@type": "dcat:Dataset",
                "dct:identifier": [str(one.pk)],
                "dct:title": [
                    Word(f"{each.text}, {one.period}", each.language)
                    for each in _words(one.definition, "title")
                ],
                "dct:description": _words(one.definition, "title"),
                "dct:issued": [_moment(one.published_at)],
                "dcat:landingPage": [Ref(page)],
                "dcat:distribution": [Ref(address) for address in files],
            }
        )
        found += [_distribution(address, media) for address, media in files.items()]
    return found


def _distribution(address: str, media_type: str) -> Node:
    media = media_type.split(";", maxsplit=1)[0].strip()
    return {
        "@id": address,
        "@type": "dcat:Distribution",
        "dcat:accessURL": [Ref(address)],
        "dcat:downloadURL": [Ref(address)],
        "dcat:mediaType": [Ref(MEDIA + media)],
    }


def _moment(value: Any) -> Typed:
    return Typed(value.isoformat(timespec="seconds"), "xsd:dateTime")


def json_ld(found: list[Node]) -> bytes:
    graph = [{name: _json(value) for name, value in node.items()} for node in found]
    return json.dumps({"@context": PREFIXES, "@graph": graph}, ensure_ascii=False, indent=1).encode()


def _json(value: Any) -> Any:
    if isinstance(value, list):
        return [_json(one) for one in value]
    if isinstance(value, Ref):
        return {"@id": value.address}
    if isinstance(value, Word):
        return {"@value": value.text, "@language": value.language}
    if isinstance(value, Typed):
        return {"@value": value.text, "@type": value.type}
    return value


def turtle(found: list[Node]) -> bytes:
    lines = [f"@prefix {name}: <{address}> ." for name, address in PREFIXES.items()]
    for node in found:
        parts = [f"a {node['@type']}"]
        for name, values in node.items():
            if not name.startswith("@") and values:
                parts.append(f"{name} " + ", ".join(_turtle(value) for value in values))
        lines.append(f"\n<{node['@id']}> " + " ;\n    ".join(parts) + " .")
    return ("\n".join(lines) + "\n").encode()


def _turtle(value: Any) -> str:
    if isinstance(value, Ref):
        return f"<{value.address}>"
    if isinstance(value, Word):
        return f"{_quoted(value.text)}@{value.language}"
    if isinstance(value, Typed):
        return f"{_quoted(value.text)}^^{value.type}"
    return _quoted(value)


def _quoted(text: str) -> str:
    """A Turtle string; its escapes are those of JSON."""
    return json.dumps(text, ensure_ascii=False)


WRITERS = {
    "jsonld": (json_ld, "application/ld+json"),
    "ttl": (turtle, "text/turtle; charset=utf-8"),
}
