"""What can go wrong, told apart: a bad design, data that do not fit it, and data that are too few."""

from functools import cache
from pathlib import Path
from typing import Any

import yaml

LANGUAGES = ("ky", "ru", "en")


@cache
def wording() -> dict[str, dict[str, dict[str, str]]]:
    """Whole-sentence templates by section, code and language; the file is reviewed as a text of its own."""
    return yaml.safe_load(Path(__file__).with_name("wording.yaml").read_text(encoding="utf-8"))


class EvaluationProblem(Exception):
    """Base of all problems: a stable code, and the facts its sentence needs."""

    section = "problems"

    def __init__(self, code: str, **params: Any) -> None:
        self.code = code
        self.params = params
        super().__init__(self.text("en"))

    def text(self, language: str) -> str:
        return wording()[self.section][self.code][language].format(**self.params)


class DesignProblem(EvaluationProblem):
    """The design file cannot be used; `field` names the line to mend."""

    def __init__(self, code: str, field: str, **params: Any) -> None:
        self.field = field
        super().__init__(code, field=field, **params)


class DataProblem(EvaluationProblem):
    """The table does not hold what the design asks for."""


class NotEnoughData(EvaluationProblem):
    """The data cannot answer the question. This is a result and is published as one.

    `estimate` is kept where a point estimate exists but nothing can be said about its uncertainty, `details`
    where there is something to show the reader all the same.
    """

    section = "reasons"

    def __init__(self, code: str, estimate: float | None = None, **params: Any) -> None:
        self.estimate = estimate
        self.details: dict[str, Any] = {}
        super().__init__(code, **params)
