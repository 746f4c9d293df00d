"""Words of the data files in the languages of the site: texts by their English, parameters by their id."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import yaml

from pensions.legislation.sentences import Text, text_of

WORDS = Path(__file__).parent / "words"


@cache
def _texts() -> dict[str, dict[str, str]]:
    return yaml.safe_load((WORDS / "texts.yaml").read_text(encoding="utf-8"))


@cache
def _titles() -> dict[str, dict[str, str]]:
    return yaml.safe_load((WORDS / "parameters.yaml").read_text(encoding="utf-8"))


def data_text(english: str) -> Text:
    """A text of a data file with its translations, as far as there are any."""
    return text_of({"en": english, **_texts().get(english, {})})


def parameter_title(id_: str) -> Text:
    """What the parameter "STATE.name" is called; its name where nobody wrote words."""
    name = id_.partition(".")[2] or id_
    return text_of(_titles().get(name, {"en": name.replace("_", " ")}))
