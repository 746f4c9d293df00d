"""Papers, photos and voice messages of a case: looked at, sealed under its key, opened by those on the case."""

from pathlib import PurePath
from typing import Any, BinaryIO

from django.utils.translation import gettext_lazy as _

from cases.models import Case, CaseDocument, Consent
from common import file_kinds, files, virus_scan
from common.errors import Invalid
from common.journal import services as journal
from common.journal.models import Verb
from common.service import service

from .work import ACTION, begin

MOST_BYTES, MOST_FILES = 20 * 1024**2, 100


@service
def add(
    *,
    by: Any,
    case: Case,
    file: BinaryIO,
    name: str,
    title: str = "",
    consent: Consent | None = None,
    shows: list[str] | None = None,
) -> CaseDocument:
    """Keeps a file in the case, under the ending that its content calls for. `title` comes before its own name.

    `consent`, and what of it the file `shows`: for letters that leave the house.
    """
    begin(by, case)
    size = file.seek(0, 2)
    if not 0 < size <= MOST_BYTES:
        raise Invalid(
            "file_size", _("A file may have up to %(most)s MB, and is not empty."), field="file", most=20
        )
    if CaseDocument.everything.filter(case=case).count() >= MOST_FILES:
        raise Invalid("files_many", _("A case keeps up to %(most)s files."), field="file", most=MOST_FILES)
    kind = file_kinds.recognise(file)
    is_scanned = virus_scan.scan(file)
    stored = files.store(
        file, name=f"document.{kind.ending}", media_type=kind.media_type, by=by, key=case.key, tell_hash=False
    )
    made = CaseDocument.everything.create(
        case=case,
        title=title.strip() or PurePath(name).stem[:200],
        file=stored,
        consent=consent,
        shows=shows,
        is_picture=kind.is_picture,
        is_scanned=is_scanned,
        added_by=by,
    )
    journal.record(by=by, verb=Verb.CREATED, obj=made, action=ACTION)
    return made
