"""What a workbook says of itself: which part of the archive holds which sheet, and from when its days count."""

import zipfile
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException, ElementTree

LARGEST = 4 * 1024**2
_BOOK, _LINKS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"


@dataclass(frozen=True)
class Workbook:
    """`sheets`: the part's name in lower case → the sheet's name."""

    sheets: dict[str, str] = field(default_factory=dict)
    from_1904: bool = False


def of(archive: zipfile.ZipFile) -> Workbook:
    """Nothing where it cannot be read: the reader of the cells says so then."""
    book, links = _read(archive, _BOOK), _read(archive, _LINKS)
    if book is None or links is None:
        return Workbook()
    parts = {link.get("Id"): link.get("Target", "") for link in links}
    sheets, from_1904 = {}, False
    for one in book.iter():
        name = one.tag.rpartition("}")[2]
        if name == "workbookPr":
            from_1904 = one.get("date1904", "0") in {"1", "true", "on"}
        elif name == "sheet":
            link = next((value for key, value in one.items() if key.endswith("}id")), None)
            sheets[_part(parts.get(link, ""))] = one.get("name", "")
    return Workbook(sheets, from_1904)


def _part(target: str) -> str:
    return (target.removeprefix("/") if target.startswith("/") else f"xl/{target}").lower()


def _read(archive: zipfile.ZipFile, wanted: str) -> Element | None:
    entry = next((one for one in archive.infolist() if one.filename.lower() == wanted), None)
    if entry is None or entry.file_size > LARGEST:
        return None
    try:
        return ElementTree.fromstring(archive.read(entry))
    except (ParseError, DefusedXmlException, ValueError):
        return None
