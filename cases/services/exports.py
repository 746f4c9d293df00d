"""A case taken out of the house: always under a password, never to the one complained of, always written down."""

import io
import re
import secrets
from typing import Any

import pyzipper
from django.utils.translation import gettext_lazy as _

from accounts.access import require
from cases import paper
from cases.codes import ALPHABET
from cases.models import Case, CaseExport
from common import clock, files
from common.errors import Invalid, Refused
from common.journal import services as journal
from common.journal.models import Verb
from common.service import service

from .guards import complained_of

ACTION = "cases.case.export"
MOST_BYTES = 200 * 1024**2
KEPT_DAYS = 7


@service
def make(*, by: Any, case: Case, recipient: str, purpose: str) -> tuple[CaseExport, str]:
    """The export and its password, which is kept nowhere: whoever loses it makes another export."""
    require(by, ACTION, case)
    if complained_of(case, [recipient]):
        raise Refused("respondent_leak", _("The recipient is, or employs, the one complained of."))
    parts = _parts(case, by)
    password = "-".join("".join(secrets.choice(ALPHABET) for _ in range(5)) for _ in range(5))
    stored = files.store(
        _sealed(parts, password),
        name=f"{case.number}.zip",
        media_type="application/zip",
        by=by,
        key=case.key,
        tell_hash=False,
    )
    made = CaseExport.everything.create(
        case=case, recipient=recipient.strip(), purpose=purpose.strip(), file=stored, made_by=by
    )
    journal.record(by=by, verb=Verb.EXPORTED, obj=made, action=ACTION)
    return made, password


def _parts(case: Case, by: Any) -> dict[str, bytes]:
    """The story as a PDF, and every document under its name, but for letters whose consent was withdrawn."""
    kept = case.documents.filter(consent__withdrawal__isnull=True)
    rows = list(kept.select_related("file__key", "case__key").order_by("added_at"))
    if sum(one.file.size for one in rows) > MOST_BYTES:
        raise Invalid(
            "export_large",
            _("The documents of this case have more than %(most)s MB together."),
            way_out=_("Download them one by one."),
            most=MOST_BYTES // 1024**2,
        )
    parts = {f"{case.number}.pdf": paper.case_paper(case, clock.now(), by)}
    for number, one in enumerate(rows, 1):
        title = re.sub(r"[^\w .()-]+", "_", one.title or "")[:80].strip(" .") or "document"
        parts[f"{number:02d} {title}.{one.file.name.rpartition('.')[2]}"] = files.read(one.file)
    return parts


def _sealed(parts: dict[str, bytes], password: str) -> bytes:
    """AES-256 (WinZip AE-2): the password has 125 random bits, so that its weak stretching does not matter."""
    target = io.BytesIO()
    with pyzipper.AESZipFile(
        target, "w", compression=pyzipper.ZIP_DEFLATED, encryption=pyzipper.WZ_AES
    ) as archive:
        archive.setpassword(password.encode())
        for name, content in parts.items():
            archive.writestr(name, content)
    return target.getvalue()
