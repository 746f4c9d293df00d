"""Buttons of a case's documents and exports."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.object_actions import ObjectAction, Page
from cases import links
from cases.enums import CaseStatus
from cases.forms.documents import DocumentForm, ExportForm, LetterForm
from cases.kept import keeping
from cases.letters import letters as known_letters
from cases.services import documents, exports, letters


def export(by, obj, **values) -> Page:
    made, password = exports.make(by=by, case=obj, **values)
    link = links.link("cases:export", by, made.pk)
    return Page("cases/export_made.html", {"password": password, "link": link, "case": obj})


ADD_DOCUMENT = ObjectAction(
    "document",
    _("Add a document"),
    documents.ACTION,
    form=DocumentForm,
    when=lambda case: case.status == CaseStatus.OPEN,
    run=lambda by, obj, file, title: documents.add(by=by, case=obj, file=file, name=file.name, title=title),
    explain=_("It is sealed under the key of the case. Whoever is on the case can open it."),
    group=_("Write down"),
)
LETTER = ObjectAction(
    "letter",
    _("Write a letter"),
    documents.ACTION,
    form=LetterForm,
    form_kwargs=lambda request, case: {"case": case},
    when=lambda case: (
        case.status == CaseStatus.OPEN
        and any(case.type in one.case_types for one in known_letters().values())
    ),
    **keeping("letter", lambda by, obj, **values: letters.write(by=by, case=obj, **values) and None),
    explain=_(
        "Filled from the case, as PDF and as DOCX, and kept with its documents: read it before you send it."
    ),
    group=_("Write down"),
)
EXPORT = ObjectAction(
    "export",
    _("Take the case out as a file"),
    exports.ACTION,
    export,
    ExportForm,
    explain=_(
        "A ZIP with a password: the story as PDF, and all documents. It is written down who took it out."
    ),
    group=pgettext_lazy("group of buttons", "Case"),
)
