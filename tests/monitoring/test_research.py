"""Studies, interviews whose speakers stay unknown, and laws that are reviewed again."""

import datetime as dt

import pytest
import time_machine
from django.db import connection, transaction
from django.urls import reverse

from accounts.enums import Role
from common import clock
from common.errors import Conflict, Invalid, Missing, Refused
from common.scoping import acting_as
from monitoring.laws import laws_due, laws_now
from monitoring.models import Interview, Measure, Quotation, Study, StudyFile
from monitoring.quoting import shown_country, speaker, tells_who
from monitoring.services import measures, research

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 11, 26)
STUDY_OF_2014 = ["KG"] * 5 + ["RU"] * 8 + ["KZ"] * 2 + ["BY"]


def refused(code, call, *, error=Invalid, **values):
    with pytest.raises(error) as raised, transaction.atomic():
        call(**values)
    assert raised.value.code == code


def test_a_country_is_named_only_where_enough_experts_come_from_it():
    shown = [shown_country(country, STUDY_OF_2014) for country in ("KG", "RU", "KZ", "BY")]
    assert shown == ["KG", "RU", "", ""]
    assert shown_country("KG", ["KG"] * 2 + ["RU"] * 9) == ""


def test_who_is_left_is_not_told_by_subtraction():
    """Nine Russians and one Kazakh: naming the nine would say of every other word that the Kazakh said it."""
    assert shown_country("RU", ["RU"] * 9 + ["KZ"]) == ""
    assert shown_country("RU", ["RU"] * 9 + ["KG"] * 3 + ["KZ"]) == "RU"
    assert shown_country("KG", ["RU"] * 9 + ["KG"] * 3 + ["KZ"]) == ""


@pytest.mark.parametrize(
    ("text", "tells"),
    [
        ("Как сказал Асанов, бланков нет", True),
        ("Асановдун пикири боюнча", True),
        ("Пишите на asan@example.org", True),
        ("Телефон +996 555 12 34 56", True),
        ("Смотрите https://example.org/me", True),
        ("Стаж не засчитывают с 2010 года", False),
        ("АСАНОВ айтты", True),
    ],
)
def test_words_that_tell_who_spoke(text, tells):
    assert bool(tells_who(text, ["Асанов Эркин", "Ли Ан"])) is tells


def test_the_speaker_in_words(settings):
    from django.utils.translation import override

    said = {}
    for language in ("ky", "ru", "en"):
        with override(language):
            said[language] = speaker("RU"), speaker("")
    assert said["en"] == ("from an interview with a Russian expert", "from an interview with an expert")
    assert said["ru"] == ("из интервью с российским экспертом", "из интервью с экспертом")
    assert said["ky"] == ("россиялык эксперт менен болгон маектен", "эксперт менен болгон маектен")


@pytest.fixture
def lead(house):
    return house.user(Role.EXPERT)


@pytest.fixture
def officer(house):
    return house.user(Role.DISCLOSURE_OFFICER)


@pytest.fixture
def study(lead):
    made = research.begin(by=lead, title="Migrants", method="interviews", limits="sixteen", started_on=TODAY)
    research.write_guide(by=lead, study=made, questions=["Стаж?", " ", "Бланк?"], language="ru")
    return made


def talk(study, by, country="RU", name="Асанов Эркин", consent="quoting", **more):
    values = {
        "role": "government",
        "mode": "remote",
        "held_on": TODAY,
        "language": "ru",
        "transcript": "Стаж не засчитывают.\nБланков   нет. Асанов подтвердил.",
        **more,
    }
    return research.hold(by=by, study=study, country=country, name=name, consent=consent, **values)


@pytest.fixture
def passage(study, lead):
    for name in ("Иванова Нина", "Петров Олег"):
        talk(study, lead, name=name)
    interview = talk(study, lead)
    theme = research.name_theme(by=lead, study=study, title_ky="Стаж", title_ru="Стаж", title_en="Seniority")
    return research.code(by=lead, interview=interview, theme=theme, text="Стаж не засчитывают.")


def test_name_and_transcript_are_sealed_in_the_database(passage):
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, transcript FROM monitoring_interview")
        rows = cursor.fetchall()
        cursor.execute("SELECT text FROM monitoring_passage")
        rows += cursor.fetchall()
    assert not [value for row in rows for value in row if "Асанов" in value or "Стаж" in value]
    assert passage.interview.name == "Асанов Эркин"


def test_only_whoever_led_or_held_it_reads_an_interview(house, study, passage):
    other = house.user(Role.EXPERT, "second")
    with acting_as(other):
        assert not Interview.objects.exists()
    with acting_as(study.lead):
        assert Interview.objects.count() == 3
    refused(
        "not_found", research.code, error=Missing, by=other, interview=passage.interview,
        theme=passage.theme, text="Стаж",
    )  # fmt: skip


def test_a_passage_is_word_for_word(study, passage, lead):
    values = {"by": lead, "interview": passage.interview, "theme": passage.theme}
    assert research.code(**values, text="Бланков нет.").text == "Бланков нет."
    refused("not_said", research.code, **values, text="Бланков много")
    refused("not_said", research.code, **values, text=" ")


def test_a_quotation_is_released_by_another_and_without_name(client, study, passage, lead, officer):
    refused("not_read", research.release, by=officer, passage=passage, has_read=False)
    with pytest.raises(Refused):
        research.release(by=lead, passage=passage, has_read=True)
    assert research.release(by=officer, passage=passage, has_read=True).country == "RU"
    refused("released_already", research.release, error=Conflict, by=officer, passage=passage, has_read=True)
    telling = research.code(
        by=lead, interview=passage.interview, theme=passage.theme, text="Бланков нет. Асанов подтвердил."
    )
    refused("tells_who", research.release, by=officer, passage=telling, has_read=True)
    client.cookies["django_language"] = "en"
    page = client.get(reverse("monitoring:study", args=[study.pk])).content.decode()
    assert "Стаж не засчитывают." in page and "from an interview with a Russian expert" in page
    assert "Асанов" not in page and "Seniority" in page


def test_without_consent_or_with_too_few_nothing_is_quoted(study, lead, officer):
    interview = talk(study, lead, consent="analysis")
    theme = research.name_theme(by=lead, study=study, title_ky="а", title_ru="б", title_en="c")
    silent = research.code(by=lead, interview=interview, theme=theme, text="Стаж не засчитывают.")
    refused("no_consent_to_quote", research.release, by=officer, passage=silent, has_read=True)
    other = research.code(by=lead, interview=talk(study, lead), theme=theme, text="Стаж не засчитывают.")
    refused("too_few_experts", research.release, by=officer, passage=other, has_read=True)
    refused("no_consent", talk, study=study, by=lead, consent="")


def test_a_withdrawn_interview_takes_its_words_back(client, study, passage, lead, officer):
    research.release(by=officer, passage=passage, has_read=True)
    research.withdraw(by=lead, interview=passage.interview, reason="letter of today")
    gone = Interview.everything.get(pk=passage.interview_id)
    assert gone.name is None and gone.transcript is None
    page = client.get(reverse("monitoring:study", args=[study.pk])).content.decode()
    assert "Стаж не засчитывают." not in page
    assert Quotation.objects.count() == 1
    refused("withdrawn", research.withdraw, error=Conflict, by=lead, interview=gone, reason="again")


def test_the_guide_has_versions_and_an_interview_keeps_its_own(study, lead):
    first = talk(study, lead)
    refused("reason_missing", research.write_guide, by=lead, study=study, questions=["Жаңы?"], language="ky")
    research.write_guide(by=lead, study=study, questions=["Жаңы?"], language="ky", reason="one missing")
    assert first.guide.questions == ["Стаж?", "Бланк?"]
    assert talk(study, lead).guide.number == 2


def test_a_peer_had_no_part_in_it(house, study, lead):
    peer, helper = house.user(Role.ANALYST), house.user(Role.ANALYST, "second")
    research.add_file(
        by=helper, study=study, title="t", content=b"a,b\n", name="a.csv", media_type="text/csv", is_data=True
    )
    for own in (lead, helper):
        refused(
            "own_study", research.review, error=Refused, by=own, study=study, opinion="fine", is_sound=True
        )
    assert research.review(by=peer, study=study, opinion="fine", is_sound=True)
    assert len(StudyFile.everything.get(study=study).sha256) == 64


def test_a_file_of_a_study_is_given_to_whoever_may_read_it(client, house, study, lead, journal):
    paper, data = (
        research.add_file(by=lead, study=study, title=name, content=name.encode(), name=f"{name}.html",
                          media_type="text/html", is_data=data, disclosure=disclosure)
        for name, data, disclosure in (("paper", False, "public"), ("data", True, "internal"))
    )  # fmt: skip
    address = [reverse("monitoring:study_file", args=[one.pk]) for one in (paper, data)]
    page = client.get(reverse("monitoring:study", args=[study.pk])).content.decode()
    assert address[0] in page and address[1] not in page
    given = client.get(address[0])
    assert (given.status_code, given.content, given["Content-Type"]) == (
        200, b"paper", "application/octet-stream",
    )  # fmt: skip
    assert given["Content-Disposition"].startswith("attachment")
    assert client.get(address[1]).status_code == 404
    for role, status in ((Role.AUDITOR, 200), (Role.WORKER, 404)):
        client.force_login(house.user(role))
        assert client.get(address[1]).status_code == status
    reads = journal(action="monitoring.study_file.view", verb="read")
    assert [one.object_id for one in reads] == [str(data.pk)]


def test_data_are_not_laid_open_as_a_file(study, lead):
    values = {"study": study, "title": "t", "content": b"a", "name": "a.csv", "media_type": "text/csv"}
    refused("data_not_public", research.add_file, by=lead, **values, is_data=True, disclosure="public")


def test_a_study_names_its_limits(lead):
    refused("study_unclear", research.begin, by=lead, title="t", method="m", limits=" ", started_on=TODAY)


def test_laws_come_back_on_their_day(client, house):
    officer, analyst = house.user(Role.LEGAL_OFFICER), house.user(Role.ANALYST)
    measures.load_study(by=analyst)
    measure = Measure.everything.get(code="S01")
    today = clock.today()
    values = {
        "by": officer,
        "measure": measure,
        "law": "Law on external migration, article 5",
        "law_as_of": today,
        "standard": "ILO C97, article 6",
        "text": "equal treatment",
    }
    research.review_law(**values, verdict="partly", next_on=today + dt.timedelta(days=365))
    refused("days_unclear", research.review_law, **values, verdict="partly", next_on=today)
    assert not laws_due().exists()
    with time_machine.travel(clock.now() + dt.timedelta(days=366)):
        assert laws_due().count() == 1
        later = clock.today() + dt.timedelta(days=365)
        research.review_law(**values, verdict="conforms", next_on=later)
        assert not laws_due().exists()
        assert [one.verdict for one in laws_now()] == ["conforms"]
    with pytest.raises(Refused):
        research.review_law(**{**values, "by": analyst}, verdict="partly", next_on=dt.date(2099, 1, 1))
    page = client.get(reverse("monitoring:measure", args=["S01"])).content.decode()
    assert "ILO C97" in page


@pytest.mark.parametrize("language", ["ky", "ru", "en"])
def test_pages_of_studies(client, settings, study, language):
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    assert client.get(reverse("monitoring:studies")).status_code == 200
    page = client.get(reverse("monitoring:study", args=[study.pk]))
    assert page.status_code == 200
    assert client.get(reverse("monitoring:study", args=[Study().pk])).status_code == 404
