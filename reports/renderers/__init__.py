"""One snapshot, many documents: each renderer gives the bytes of one language and one format."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module

from reports.enums import Format

from .words import Document


@dataclass(frozen=True)
class Kind:
    media_type: str
    extension: str
    module: str
    languages: tuple[str, ...] = ("ky", "ru", "en")

    def render(self, document: Document) -> bytes:
        render: Callable[[Document], bytes] = import_module(f"{__name__}.{self.module}").render
        return render(document)


KINDS = {
    Format.HTML: Kind("text/html; charset=utf-8", "html", "html"),
    Format.PDF: Kind("application/pdf", "pdf", "pdf"),
    Format.XLSX: Kind("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx", "xlsx"),
    Format.DOCX: Kind(
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "docx", "word"
    ),
    Format.CSV: Kind("application/zip", "csv.zip", "csv_tables"),
    # one for all: its names are in three languages
    Format.SDMX: Kind("application/zip", "sdmx.zip", "sdmx_data", ("en",)),
}
