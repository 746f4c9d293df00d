"""How wide the columns of a printed table are, whoever lays it out."""

from .words import Cell

SHORT = 14  # letters of a column that is never broken


def kind(title: str, cells: list[Cell]) -> str:
    """How a column gets its width: by its content, or (text) a share of what is left."""
    kinds = {cell.kind for cell in cells}
    if any(cell.number for cell in cells):
        return "number"
    if "id" in kinds:
        return "id"
    if kinds <= {"date", "period"} or max(len(text) for text in _texts(title, cells)) <= SHORT:
        return "short"
    return "text"


def weight(title: str, cells: list[Cell]) -> int:
    """Share of the width that a column of text deserves: by its longest cell, within bounds."""
    return min(60, max(8, *(len(text) for text in _texts(title, cells))))


def _texts(title: str, cells: list[Cell]) -> list[str]:
    return [title, *(cell.text for cell in cells)]
