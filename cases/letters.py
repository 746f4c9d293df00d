"""Letters as data: `cases/data/letters/*.yaml`, each in three languages with {places} that a case fills. Pure.

A letter with `to_respondent` goes to the one complained of and holds nothing by which the client could be found.
"""

import string
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

FOLDER = Path(__file__).parent / "data" / "letters"
# Each place, and what of a consent has to name it.
PLACES = {
    "client": "name",
    "claimed": "claimed",
    "respondents": "respondent",
    "country": "country",
    "facts": "situation",
}
LANGUAGES = ("ky", "ru", "en")


@dataclass(frozen=True)
class Letter:
    code: str
    title: Mapping[str, str]
    body: Mapping[str, str]
    case_types: tuple[str, ...]
    to_respondent: bool = False

    def paragraphs(self, language: str, values: Mapping[str, str]) -> list[str]:
        """The lines, filled; one whose place has nothing to say is left out."""
        filled = [line.format_map(values) for line, _places in self._lines(language, values)]
        return [part for line in filled for part in line.splitlines()]

    def shows(self, language: str, values: Mapping[str, str]) -> list[str]:
        """What the filled letter tells, in the words of a consent."""
        return sorted({PLACES[one] for _line, places in self._lines(language, values) for one in places})

    def _lines(self, language: str, values: Mapping[str, str]) -> Iterator[tuple[str, list[str]]]:
        for line in self.body[language].strip().splitlines():
            places = [name for _text, name, _spec, _conv in string.Formatter().parse(line) if name]
            if all(values[name] for name in places):
                yield line, places


@cache
def letters() -> dict[str, Letter]:
    """{code: letter}; ValueError names a file that lacks a language or has a place that nothing fills."""
    return {path.stem: _read(path) for path in sorted(FOLDER.glob("*.yaml"))}


def _read(path: Path) -> Letter:
    data: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf8"))
    for words in (data["title"], data["body"]):
        if set(words) != set(LANGUAGES):
            raise ValueError(f"{path.name}: every letter has {', '.join(LANGUAGES)}")
    for text in data["body"].values():
        unknown = {name for _text, name, _spec, _conv in string.Formatter().parse(text) if name} - set(PLACES)
        if unknown:
            raise ValueError(f"{path.name}: nothing fills {', '.join(sorted(unknown))}")
    return Letter(
        path.stem,
        data["title"],
        data["body"],
        tuple(data["case_types"]),
        to_respondent=data.get("to_respondent", False),
    )
