"""Letters: in three languages, as PDF and DOCX, and never by mistake to the one complained of."""

import io
import zipfile

import pypdfium2
import pytest
from django.urls import reverse
from docx import Document

from cases import letters, links
from cases.enums import CaseType
from cases.models import CaseDocument
from cases.services import documents, exports, referrals, work
from cases.services import letters as service
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


def write(story, case, to="Инспекция труда", **values):
    asked = {"code": "labour_complaint", "language": "ru", "facts": "Три месяца."}
    consent = values.pop("consent", None) or story.letter_consent(case, to)
    return service.write(by=story.worker, case=case, **{**asked, **values}, consent=consent)


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
    made = write(story, case, to=to, code=code, language=language)
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
            write(story, case, to=same)
    with refused(Invalid, "not_a_respondent"):
        write(story, case, to="Somebody", code="wage_demand")
    assert not CaseDocument.everything.exists()
    text = " ".join(words_of(one) for one in write(story, case, RESPONDENT, code="wage_demand"))
    assert "996555000111" not in text


def test_a_letter_is_written_from_the_case_page(client, story, case):
    client.cookies["django_language"] = "en"
    client.force_login(story.worker)
    door = reverse("admin:cases_case_do", args=[case.pk, "letter"])
    offered = client.get(door).context["form"].fields["code"].choices
    assert "ban_grounds" not in [code for code, _title in offered], "not for this kind of case"
    given = {
        "use": "letter",
        "recipient_name": "Инспекция",
        "purpose": "p",
        "how": "h",
        "fields_shown": ["name", "claimed"],
        "expires_on": "2030-01-01",
    }
    ask = reverse("admin:cases_case_do", args=[case.pk, "consent"])
    nobody = client.post(ask, {**given, "recipient_name": ""})
    assert "Say who may see it" in nobody.content.decode()
    assert client.post(ask, given).status_code == 302
    consent = case.consents.get()
    data = {"code": "labour_complaint", "language": "ky", "consent": consent.pk, "facts": ""}
    answer = client.post(door, data)
    assert answer.status_code == 400
    assert "has not agreed to show this recipient: whom the complaint is about" in answer.content.decode()
    assert client.post(ask, {**given, "fields_shown": ["name", "claimed", "respondent"]}).status_code == 302
    consent = case.consents.exclude(pk=consent.pk).get()
    assert client.post(door, {**data, "consent": consent.pk}).status_code == 302
    assert CaseDocument.everything.filter(case=case, consent=consent).count() == 2


def test_a_letter_shows_only_what_its_consent_names(story, case):
    narrow = story.letter_consent(case, fields=["name", "respondent", "claimed"])
    with refused(Refused, "consent_narrow"):
        write(story, case, consent=narrow)
    made = write(story, case, consent=narrow, facts="")
    assert made[0].shows == ["claimed", "name", "respondent"]


def test_no_other_consent_lets_a_letter_out(story, case):
    for_help = story.consent(case, fields=["situation", "country", "name", "claimed", "respondent"])
    past = story.letter_consent(case)
    referrals.withdraw(by=story.worker, consent=past)
    elsewhere = story.letter_consent(story.case())
    for one in (for_help, past, elsewhere):
        with refused(Refused, "no_consent"):
            write(story, case, consent=one)
    with refused(Refused, "no_consent"):
        story.referral(case, consent=story.letter_consent(case, recipient=story.partner, to=""))
    assert not CaseDocument.everything.exists()


def test_a_letter_to_a_partner_that_employs_the_one_complained_of(story, case):
    work.name_respondent(by=story.worker, case=case, kind="relative", name=story.partner_worker.full_name)
    with refused(Refused, "respondent_leak"):
        write(story, case, consent=story.letter_consent(case, recipient=story.partner, to=""))


def test_a_withdrawn_consent_closes_the_letter_and_lists_it(client, story, case):
    client.cookies["django_language"] = "en"
    consent = story.letter_consent(case)
    made = write(story, case, consent=consent)[0]
    own = documents.add(by=story.worker, case=case, file=io.BytesIO(b"a paper"), name="paper.txt")
    client.force_login(story.worker)
    address = links.link("cases:document", story.worker, made.pk)
    assert client.get(address).status_code == 200
    withdrawn = referrals.withdraw(by=story.worker, consent=consent)
    assert {"document": str(made.pk), "fields": made.shows} in withdrawn.already_shown
    assert client.get(address).status_code == 404
    assert client.get(links.link("cases:document", story.worker, own.pk)).status_code == 200
    page = client.get(reverse("admin:cases_case_change", args=[case.pk])).content.decode()
    assert "Closed, and may have left: Жалоба" in page
    assert "Инспекция труда had seen: what happened" in page
    assert f"/cases/documents/{made.pk}/" not in page
    kept, _password = exports.make(by=story.worker, case=case, recipient="the client", purpose="own copy")
    with zipfile.ZipFile(io.BytesIO(files.read(kept.file))) as archive:
        assert [name for name in archive.namelist() if "Жалоба" in name] == []
        assert [name for name in archive.namelist() if "paper" in name] != []
