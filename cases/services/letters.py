"""Letters and claims: filled from the case, as PDF and as DOCX, kept with its documents."""

import io
from typing import Any

from django.utils import translation
from django.utils.translation import gettext_lazy as _
from docx import Document

from cases import letters
from cases.models import Case, CaseDocument
from cases.paper import printable
from common import archives, clock, documents, formatting
from common.errors import Invalid, Refused
from common.service import service

from . import documents as case_documents
from .guards import complained_of
from .work import begin

TEMPLATE = "cases/typst/letter.typ"


@service
def write(
    *, by: Any, case: Case, code: str, language: str, recipient: str, facts: str = ""
) -> list[CaseDocument]:
    """The letter as PDF and DOCX. Never to the one complained of, but for a letter that is meant for him."""
    begin(by, case)
    letter = letters.letters().get(code)
    if letter is None or language not in letters.LANGUAGES:
        raise Invalid("no_such_letter", _("There is no such letter."), field="code")
    is_respondent = complained_of(case, [recipient])
    if is_respondent and not letter.to_respondent:
        raise Refused("respondent_leak", _("The recipient is, or employs, the one complained of."))
    if letter.to_respondent and not is_respondent:
        raise Invalid(
            "not_a_respondent",
            _("This letter goes to the one complained of."),
            way_out=_("Write the name as it stands in the case, or name the respondent first."),
            field="recipient",
        )
    with translation.override(language):
        data = _content(case, letter, language, recipient, facts)
        pdf = documents.render(TEMPLATE, printable(data), made_at=clock.now())
    title = f"{data['title']}: {recipient}"
    made = [(pdf, "letter.pdf"), (_docx(data), "letter.docx")]
    return [
        case_documents.add(by=by, case=case, file=io.BytesIO(content), name=name, title=title)
        for content, name in made
    ]


def _content(case: Case, letter: letters.Letter, language: str, recipient: str, facts: str) -> dict[str, Any]:
    claim = case.assessments.filter(claimed__isnull=False).order_by("-made_at").first()
    values = {
        "client": case.client.name or case.client.pseudonym,
        "claimed": formatting.money(claim.claimed, claim.currency) if claim else "",
        "respondents": ", ".join(one.name or "" for one in case.respondents.select_related("key")),
        "country": formatting.country_name(case.country),
        "facts": facts.strip(),
    }
    return {
        "lang": language,
        "from": str(case.organisation),
        "to": recipient,
        "day": formatting.date_long(clock.today()),
        "title": letter.title[language],
        "paragraphs": letter.paragraphs(language, values),
        "number": case.number,
    }


def _docx(data: dict[str, Any]) -> bytes:
    document = Document()
    document.core_properties.author = document.core_properties.comments = ""
    document.core_properties.title = data["title"]
    document.add_paragraph(data["from"])
    document.add_paragraph(data["to"])
    document.add_paragraph(f"{data['day']}, {data['number']}")
    document.add_heading(data["title"], level=1)
    for text in data["paragraphs"]:
        document.add_paragraph(text)
    document.add_paragraph("\n____________________")
    target = io.BytesIO()
    document.save(target)
    return archives.repack(target.getvalue())
