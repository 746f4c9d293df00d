"""Words of the workbook, from the one file in three languages."""

from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from .study import SECTIONS, Fault


@cache
def wording() -> dict[str, Any]:
    return yaml.safe_load(Path(__file__).with_name("wording.yaml").read_text(encoding="utf-8"))


def word(section: str, code: str, language: str, **params: Any) -> str:
    """The words of a code; the code itself where a loaded file brought one that has no words here."""
    known = wording()[section].get(code)
    if not known:
        return code.replace("_", " ")
    return known[language].format(**{name: _shown(value, language) for name, value in params.items()})


def _shown(value: Any, language: str) -> Any:
    if not isinstance(value, Decimal):
        return value
    return str(value) if language == "en" else str(value).replace(".", ",")


def title(language: str) -> str:
    return wording()["title"][language]


def fault_text(fault: Fault, language: str) -> str:
    """What is wrong with a row, where, and what to do."""
    facts = {"line": fault.line, "column": fault.column, "text": fault.text, "sections": ", ".join(SECTIONS)}
    return word("faults", fault.code, language, **facts)
