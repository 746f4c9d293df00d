"""Letters: in three languages, as PDF and DOCX, and never by mistake to the one complained of."""

import io

import pypdfium2
import pytest
from django.urls import reverse
from docx import Document

from cases import letters
from cases.enums import CaseType
from cases.models import CaseDocument
from cases.services import letters as service
from cases.services import work
from common import files
from common.errors import Invalid, Refused

from .conftest import refused

pytestmark = pytest.mark.django_db
RESPONDENT = "ООО Сидоров"


@pytest.fixture
def case(story):
    case = story.case()
    story.assess(case)
    work.name_respondent(by=story.worker, case=case, kind="employer", name=RESPONDENT)
    return case


def write(story, case, **values):
    asked = {
        "code": "labour_complaint",
        "language": "ru",
        "recipient": "Инспекция труда",
        "facts": "Три месяца.",
    }
    return service.write(by=story.worker, case=case, **{**asked, **values})


def words_of(document) -> str:
    content = files.read(document.file)
    if document.file.name.endswith("docx"):
        return "\n".join(one.text for one in Document(io.BytesIO(content)).paragraphs)
    pdf = pypdfium2.PdfDocument(content)
    return "\n".join(page.get_textpage().get_text_bounded() for page in pdf)


@pytest.mark.parametrize("code", letters.letters())
@pytest.mark.parametrize("language", letters.LANGUAGES)
def test_every_letter_is_filled_in_every_language(story, case, code, language):
    letter = letters.letters()[code]
    assert set(letter.case_types) <= set(CaseType.values)
    to = RESPONDENT if letter.to_respondent else "Инспекция труда"
    made = write(story, case, code=code, language=language, recipient=to)
    assert [one.file.name for one in made] == ["document.pdf", "document.docx"]
    for one in made:
        text = words_of(one)
        assert letter.title[language] in text.replace("\r\n", " ")
        assert "Жылдыз Асанова" in text
        assert "{" not in text


def test_a_line_without_its_value_is_left_out():
    letter = letters.letters()["wage_demand"]
    values = {"client": "X", "claimed": "", "respondents": "", "country": "", "facts": ""}
    assert not [line for line in letter.paragraphs("en", values) if "claimed" in line]


def test_the_one_complained_of_gets_only_what_is_meant_for_him(story, case):
    for same in (RESPONDENT, "ооо  СИДОРОВ"):
        with refused(Refused, "respondent_leak"):
            write(story, case, recipient=same)
    with refused(Invalid, "not_a_respondent"):
        write(story, case, code="wage_demand", recipient="Somebody")
    assert not CaseDocument.everything.exists()
    text = " ".join(words_of(one) for one in write(story, case, code="wage_demand", recipient=RESPONDENT))
    assert "996555000111" not in text


def test_a_letter_is_written_from_the_case_page(client, story, case):
    client.cookies["django_language"] = "en"
    client.force_login(story.worker)
    door = reverse("admin:cases_case_do", args=[case.pk, "letter"])
    offered = client.get(door).context["form"].fields["code"].choices
    assert "ban_grounds" not in [code for code, _title in offered], "not for this kind of case"
    data = {"code": "labour_complaint", "language": "ky", "recipient": "Инспекция", "facts": ""}
    assert client.post(door, data).status_code == 302
    assert CaseDocument.everything.filter(case=case).count() == 2
    answer = client.post(door, {**data, "recipient": RESPONDENT})
    assert answer.status_code == 400
    assert "complained of" in answer.content.decode()
