"""Nightly questions of the registry whose answers are kept as findings.

A question is SQL that both databases speak. Most are asked of some thousand people at a time, so that after an
import only the people it touched are asked about; a few look at the whole registry every night.
"""

from . import records, whole  # noqa: F401  (each registers its questions)
from .question import Question, Row, questions, title, titles

__all__ = ["Question", "Row", "questions", "title", "titles"]
