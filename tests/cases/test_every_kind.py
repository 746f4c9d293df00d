"""Each kind of case from the call to its closure, and again after reopening, as a case worker walks it: by pages."""

import datetime as dt
import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from cases import letters
from cases.case_types import parse
from cases.enums import CaseType, QuestionKind
from cases.models import Case, HelpRequest
from cases.services import templates
from common import clock

pytestmark = pytest.mark.django_db
ANSWERS = {QuestionKind.YES_NO: "no", QuestionKind.DATE: "2026-11-02", QuestionKind.NUMBER: "3"}
# Where a kind of case has its own thing to write down.
OWN = {
    CaseType.ENTRY_BAN: {"ban": {"country": "RU", "authority": "МВД", "ground": "два нарушения"}},
    CaseType.FAMILY: {"incident": {"physical_assault": "on", "account": "урушкан"}},
    CaseType.HOSTILITY: {"incident": {"physical_assault": "on", "account": "кол салуу"}},
    CaseType.UNPAID_WAGES: {"clock": {"claim": "wages", "country": "RU", "started_on": "2026-10-01"}},
}


class Walk:
    """Presses the buttons of one case; whatever a page refuses fails the test with its errors."""

    def __init__(self, client, case):
        self.client, self.case = client, case

    def press(self, name: str, data: dict | None = None) -> None:
        answer = self.client.post(reverse("admin:cases_case_do", args=[self.case.pk, name]), data or {})
        assert answer.status_code == 302, (
            name,
            answer.status_code,
            answer.context and answer.context["form"].errors,
        )

    def page(self) -> str:
        return self.client.get(reverse("admin:cases_case_change", args=[self.case.pk])).content.decode()

    def day(self) -> str:
        return self.client.get(reverse("cases:my_day")).content.decode()


def take_down_and_in(client, kind: str) -> Case:
    words = {"type": kind, "country": "RU", "language": "ky", "text": "Бир сөз", "channel": "none"}
    token = str(uuid.uuid4())
    client.post(reverse("cases:keep_draft"), {**words, "text": "Бир", "token": token})
    address = client.post(reverse("cases:call"), {**words, "token": token}).url
    request = HelpRequest.everything.get()
    assert address == reverse("admin:cases_helprequest_change", args=[request.pk])
    client.post(reverse("admin:cases_helprequest_do", args=[request.pk, "take"]))
    return Case.everything.get(request=request)


def assessment(case) -> dict:
    asked = parse(templates.of_case(case).content).questions
    answers = {
        f"answer_{one.code}": one.choices[0].code if one.choices else ANSWERS.get(one.kind, "жооп")
        for one in asked
    }
    return {**answers, "risk_level": "critical"}


def write_letter(walk: Walk, code: str) -> None:
    to = "Иш берүүчү" if letters.letters()[code].to_respondent else "Мекеме"
    given = {"use": "letter", "recipient_name": to, "purpose": code, "how": "телефон аркылуу"}
    given |= {"fields_shown": ["situation", "country", "name", "claimed", "respondent"]}
    given |= {"expires_on": (clock.today() + dt.timedelta(days=30)).isoformat()}
    walk.press("consent", given)
    consent = walk.case.consents.get()
    walk.press("letter", {"code": code, "language": "ky", "consent": consent.pk, "facts": "Болду"})


@pytest.mark.parametrize("kind", CaseType.values)
def test_from_the_call_to_the_closure_and_again(client, story, kind):
    client.force_login(story.worker)
    case = take_down_and_in(client, kind)
    walk = Walk(client, case)
    assert case.number in walk.day(), "the first contact is due"
    walk.press("contact")
    assert case.number not in walk.day(), "and is not called for any more"
    walk.press("assess", assessment(case))
    suggested = parse(templates.of_case(case).content).suggestions
    walk.press("suggested", {"codes": [one.code for one in suggested], "owner": story.worker.pk})
    soon = case.services.filter(due_on__lte=clock.today() + dt.timedelta(days=7)).exists()
    assert (case.number in walk.day()) == soon
    walk.press("respondent", {"kind": "employer", "name": "Иш берүүчү"})
    walk.press("note", {"text": "Чогуу сүйлөштүк"})
    walk.press("document", {"file": SimpleUploadedFile("paper.txt", b"paper"), "title": "Кагаз"})
    for name, data in OWN.get(kind, {}).items():
        walk.press(name, data)
    for code in [c for c, one in letters.letters().items() if kind in one.case_types][:1]:
        write_letter(walk, code)
    end = reverse("admin:cases_case_do", args=[case.pk, "close"])
    early = client.post(end, {"outcome": "resolved", "reason": "Бүттү"})
    assert early.status_code == 400, "services are open"
    for planned in case.services.all():
        walk.press("complete", {"planned": planned.pk, "result": "Болду", "state": "implemented"})
    walk.press("move", {"step": "follow_up", "reason": "бир айдан кийин чалабыз"})
    walk.press(
        "close", {"outcome": "resolved", "reason": "Айлык алынды", "recovered": "10", "currency": "RUB"}
    )
    assert case.number not in walk.day()
    assert client.get(reverse("admin:cases_case_do", args=[case.pk, "note"])).status_code == 403
    client.force_login(story.supervisor)
    walk.press("reopen", {"reason": "кайра чалды"})
    walk.press("close", {"outcome": "partly_resolved", "reason": "Аягы"})
    told = walk.page()
    places = [told.index(one) for one in ("Аягы", "кайра чалды", "Айлык алынды", "Чогуу сүйлөштүк")]
    assert places == sorted(places), "the newest first"
    assert case.closures.count() == 2
