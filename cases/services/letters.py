"""Letters and claims: filled from the case, as PDF and as DOCX, kept with its documents."""

import io
from typing import Any

from django.utils import translation
from django.utils.translation import gettext_lazy as _
from docx import Document

from cases import letters
from cases.models import Case, CaseDocument, Consent
from cases.paper import printable
from common import archives, clock, documents, formatting
from common.errors import Invalid
from common.service import service

from . import documents as case_documents
from .guards import require_letter
from .work import begin

TEMPLATE = "cases/typst/letter.typ"


@service
def write(
    *, by: Any, case: Case, code: str, language: str, consent: Consent, facts: str = ""
) -> list[CaseDocument]:
    """The letter as PDF and DOCX, to the recipient of the consent and with no more than it names."""
    begin(by, case)
    letter = letters.letters().get(code)
    if letter is None or language not in letters.LANGUAGES:
        raise Invalid("no_such_letter", _("There is no such letter."), field="code")
    with translation.override(language):
        values = _values(case, facts)
        data = _content(case, letter, language, consent.who, values)
    shows = letter.shows(language, values)
    require_letter(case, consent, shows, to_respondent=letter.to_respondent)
    pdf = documents.render(TEMPLATE, printable(data), made_at=clock.now())
    made = [(pdf, "letter.pdf"), (_docx(data), "letter.docx")]
    given = {"title": f"{data['title']}: {data['to']}", "consent": consent, "shows": shows}
    return [
        case_documents.add(by=by, case=case, file=io.BytesIO(content), name=name, **given)
        for content, name in made
    ]


def _values(case: Case, facts: str) -> dict[str, str]:
    claim = case.assessments.filter(claimed__isnull=False).order_by("-made_at").first()
    return {
        "client": case.client.name or case.client.pseudonym,
        "claimed": formatting.money(claim.claimed, claim.currency) if claim else "",
        "respondents": ", ".join(one.name or "" for one in case.respondents.select_related("key")),
        "country": formatting.country_name(case.country),
        "facts": facts.strip(),
    }


def _content(case: Case, letter: letters.Letter, language: str, to: str, values: dict) -> dict[str, Any]:
    return {
        "lang": language,
        "from": str(case.organisation),
        "to": to,
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
