"""Nightly questions of the registry whose answers are kept as findings.

A question is SQL that both databases speak. Most are asked of some thousand people at a time, so that after an
import only the people it touched are asked about; a few look at the whole registry every night.
"""

# ruff: noqa: I001  (each registers its questions, in the order in which they are offered)
from . import months, wages, periods, whole  # noqa: F401
from .question import Question, Row, questions, title, titles
from .sql import asked, known_of

__all__ = ["Question", "Row", "asked", "known_of", "questions", "title", "titles"]
