"""Public pages: every one in three languages, nothing internal, nothing withheld, a steady number of queries."""

import datetime as dt
import re

import pytest
import time_machine
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.enums import Role
from common import clock, jobs
from monitoring.enums import ConsultationKind, DisclosureClass, Horizon, Moderation, Stage
from monitoring.models import Comment, Figure, Indicator, Measure, MeasureVersion
from monitoring.periods import Frequency, Period
from monitoring.services import chain, consultations, datasets, indicators, measures

from .chain_walk import Walk

pytestmark = pytest.mark.django_db
LANGUAGES = [code for code, _name in settings.LANGUAGES]
INLINE = re.compile(r"<style\b|<[^>]*\sstyle\s*=|<script\b(?![^>]*\bsrc=)|<[^>]*\son[a-z]+\s*=\s*[\"']", re.I)


@pytest.fixture
def walk(house):
    return Walk(house)


@pytest.fixture
def public(walk):
    walk.to(Stage.PUBLIC_DISCUSSION)
    return walk.discussion(ConsultationKind.PUBLIC, offline_channel="0312 00 00 00", title_ky="Талкуу")


@pytest.fixture
def analyst(house):
    user = house.user(Role.ANALYST)
    datasets.load_items(by=user)
    datasets.load_series(by=user)
    indicators.load_shipped(by=user)
    return user


def compute(analyst, period):
    job = jobs.enqueue("monitoring.compute", by=analyst, params={"period": str(period)})
    assert jobs.run(job.pk) == "succeeded"


@pytest.fixture
def figures(analyst):
    compute(analyst, "2026-Q3")
    return analyst


def text(answer) -> str:
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_stands_in_every_language(client, public, figures, language):
    client.cookies["django_language"] = language
    figure = Figure.objects.filter(indicator__code="REMITTANCES_GDP", state="value").first()
    addresses = [
        reverse("monitoring:board"),
        reverse("monitoring:measure", args=["S03"]),
        reverse("monitoring:measure", args=["L01"]),
        reverse("monitoring:consultations"),
        reverse("monitoring:consultation", args=[public.pk]),
        reverse("monitoring:indicators"),
        reverse("monitoring:indicator", args=["REMITTANCES_GDP"]),
        reverse("monitoring:figure", args=[figure.short_id]),
    ]
    for address in addresses:
        page = text(client.get(address))
        assert f'<html lang="{language}">' in page, address
        assert page.count("<h1") == 1, address
        assert not INLINE.search(page), address


def test_the_board_filters_without_scripts(client, walk):
    address = reverse("monitoring:board")
    every = text(client.get(address))
    assert every.count("/measures/S03/") == 1
    assert "/measures/L01/" in every
    short = text(client.get(address, {"horizon": "short"}))
    assert "/measures/S03/" in short
    assert "/measures/L01/" not in short
    intake = text(client.get(address, {"stage": "intake"}))
    assert "/measures/S03/" in intake
    assert "/measures/S01/" not in intake
    assert "/measures/S03/" not in text(client.get(address, {"stage": "not_started"}))
    assert client.get(address, {"stage": "nonsense"}).status_code == 200


def test_the_board_says_what_a_measure_waits_for(client, walk):
    client.cookies["django_language"] = "en"
    page = text(client.get(reverse("monitoring:board"), {"stage": "intake"}))
    assert "statement of the problem" in page
    walk.file("problem_statement", "source", "outcome_indicator")
    assert "can be laid before the gate" in text(client.get(reverse("monitoring:board"), {"stage": "intake"}))
    chain.submit(by=walk.analyst, measure=walk.measure)
    assert "Waits for the decision" in text(client.get(reverse("monitoring:board"), {"stage": "intake"}))


def test_unreviewed_translations_are_marked(client, walk):
    client.cookies["django_language"] = "ky"
    assert Measure.everything.get(code="S01").version.title_ky_state == "unreviewed"
    page = text(client.get(reverse("monitoring:measure", args=["S01"])))
    client.cookies["django_language"] = "ru"
    approved = text(client.get(reverse("monitoring:measure", args=["S01"])))
    assert page.count('class="notice') > approved.count('class="notice')


def test_the_board_costs_the_same_for_one_measure_and_for_all(client, house):
    analyst = house.user(Role.ANALYST)
    measure = Measure.everything.create(code="N01", horizon=Horizon.SHORT, area="rights")
    MeasureVersion.objects.create(
        measure=measure, number=1, title_ky="Чара", horizon="short", start_horizon="short"
    )
    chain.start(by=analyst, measure=measure)
    address = reverse("monitoring:board")
    client.get(address)
    with CaptureQueriesContext(
        connection,
    ) as one:
        text(client.get(address))
    measures.load_study(by=analyst)
    for each in Measure.everything.exclude(code="N01"):
        chain.start(by=analyst, measure=each)
    with CaptureQueriesContext(connection) as many:
        text(client.get(address))
    assert len(many) == len(one)
    assert len(many) < 25


def test_the_public_story_holds_public_evidence_only(client, walk, house):
    walk.file("problem_statement", disclosure=DisclosureClass.INTERNAL)
    for disclosure, words in (
        (DisclosureClass.PUBLIC, "anyone may read"),
        (DisclosureClass.INTERNAL, "hidden words"),
        (DisclosureClass.RESTRICTED, "hidden words"),
    ):
        chain.file_evidence(
            by=walk.analyst,
            measure=walk.measure,
            type="source",
            title=f"title {disclosure}",
            body=words,
            disclosure=disclosure,
        )
    for role in (None, Role.WORKER, Role.EMPLOYER_CLERK, Role.REGISTRY_OFFICIAL, Role.ANALYST):
        answer = signed_in(client, house, role).get(reverse("monitoring:measure", args=["S03"]))
        page = text(answer).split("<main", 1)[1]
        assert "anyone may read" in page
        assert "hidden words" not in page
        assert "title internal" not in page
        assert walk.analyst.full_name not in page


READERS = {
    Role.ANALYST,
    Role.DECISION_MAKER,
    Role.EXPERT,
    Role.LEGAL_OFFICER,
    Role.DISCLOSURE_OFFICER,
    Role.AUDITOR,
    Role.CASE_SUPERVISOR,
}


EVERYBODY = [None, *(role for role in Role if role != Role.PUBLIC)]


def signed_in(client, house, role):
    client.logout()
    if role:
        client.force_login(house.user(role))
    return client


def test_an_internal_file_opens_to_participants_only_and_reads_are_kept(client, walk, house, journal):
    item = chain.file_evidence(
        by=walk.analyst,
        measure=walk.measure,
        type="source",
        title="t",
        content=b"bytes",
        file_name="a.pdf",
        disclosure=DisclosureClass.INTERNAL,
    )
    for role in EVERYBODY:
        answer = signed_in(client, house, role).get(reverse("monitoring:evidence_file", args=[item.pk]))
        if role in READERS:
            assert answer.content == b"bytes"
            assert "attachment" in answer["Content-Disposition"]
        else:
            assert answer.status_code == 404, role
    assert journal(verb="read", object_id=str(item.pk)).count() == len(READERS)


def test_anyone_comments_and_a_moderator_shows(client, public, walk):
    address = reverse("monitoring:consultation", args=[public.pk])
    answer = client.post(address, {"text": "Бул чара керек", "language": "ky"})
    assert answer.status_code == 302
    comment = Comment.objects.get()
    assert "Бул чара керек" not in text(client.get(address)), "a comment waits for its moderator"
    consultations.moderate(by=walk.analyst, comment=comment, shown=True)
    assert "Бул чара керек" in text(client.get(address))
    consultations.answer(by=walk.analyst, comments=[comment], topic="support", texts={"ky": "Рахмат Сизге"})
    assert "Рахмат Сизге" in text(client.get(address))
    consultations.moderate(by=walk.analyst, comment=comment, shown=False, reason="insult")
    assert comment.moderation == Moderation.HIDDEN
    assert "Бул чара керек" not in text(client.get(address))
    assert "Рахмат Сизге" not in text(client.get(address))


def test_the_trap_takes_machines_and_the_limit_takes_floods(client, public):
    address = reverse("monitoring:consultation", args=[public.pk])
    trapped = client.post(address, {"text": "buy", "language": "en", "website": "http://spam"})
    assert trapped.status_code == 302
    assert not Comment.objects.exists()
    codes = [client.post(address, {"text": "x", "language": "ru"}).status_code for _ in range(10)]
    assert codes == [302] * 9 + [429]


def test_comments_are_refused_outside_the_window_and_when_empty(client, public):
    address = reverse("monitoring:consultation", args=[public.pk])
    assert client.post(address, {"text": " ", "language": "ky"}).status_code == 400
    with time_machine.travel(public.closes_on + dt.timedelta(days=1), tick=False):
        assert "<textarea" not in text(client.get(address))
        assert client.post(address, {"text": "late", "language": "ky"}).status_code == 400
    assert not Comment.objects.exists()


def test_an_expert_panel_is_not_a_public_page(client, walk):
    walk.to(Stage.EXPERT_DISCUSSION)
    panel = walk.discussion(ConsultationKind.EXPERT)
    assert client.get(reverse("monitoring:consultation", args=[panel.pk])).status_code == 404


def test_an_indicator_shows_what_was_known_on_a_day(client, analyst):
    with time_machine.travel("2026-10-05 06:00Z", tick=False):
        compute(analyst, "2026-Q3")
    with time_machine.travel("2026-11-05 06:00Z", tick=False):
        datasets.load_series(by=analyst, content=b"item,period,value\nremittances_gdp,2011,29\n")
        compute(analyst, "2026-Q3")
    client.cookies["django_language"] = "en"
    address = reverse("monitoring:indicator", args=["REMITTANCES_GDP"])
    with time_machine.travel("2026-11-20 06:00Z", tick=False):
        assert "29.00" in text(client.get(address))
        before = text(client.get(address, {"as_of": "2026-10-10"}))
        assert "27.57" in before
        assert "29.00" not in before
        assert client.get(address, {"as_of": "nonsense"}).status_code == 200
        assert "27.57" not in text(client.get(address, {"as_of": "2020-01-01"})), "nothing was known then"


def test_an_indicator_leaves_as_a_table(client, figures):
    client.cookies["django_language"] = "en"
    answer = client.get(reverse("monitoring:indicator_data", args=["REMITTANCES_GDP", "csv"]))
    assert "27.57" in answer.content.decode("utf-8-sig")
    assert (
        client.get(reverse("monitoring:indicator_data", args=["REMITTANCES_GDP", "xlsx"])).status_code == 200
    )
    assert (
        client.get(reverse("monitoring:indicator_data", args=["REMITTANCES_GDP", "exe"])).status_code == 404
    )


def test_a_printed_figure_leads_to_its_rows(client, figures):
    one = Figure.objects.get(indicator__code="REMITTANCES_GDP", period="2011")
    page = text(client.get(reverse("monitoring:figure", args=[one.short_id.upper()])))
    submission = one.calculation.version and datasets.Submission.everything.filter(file__isnull=False).get()
    assert submission.sha256 in page
    assert "last(remittances_gdp)" in page
    assert page.count("SHA-256") == 1, "the rows of other periods are not behind this figure"


@pytest.fixture
def withheld(house, analyst):
    """Six cases of which three are resolved: the share is withheld, its true value is 50."""
    from cases.enums import Outcome
    from cases.models import Partner
    from cases.services import intake, work

    worker = house.user(Role.CASE_WORKER)
    ngo = worker.valid_memberships[0].organisation
    Partner.everything.create(organisation=ngo, takes_requests=True)
    for number in range(7):
        case = intake.open_case(by=worker, organisation=ngo, type="unpaid_wages", country="RU", language="ky")
        if number < 6:
            work.close(
                by=worker, case=case, outcome=Outcome.RESOLVED if number < 3 else Outcome.OTHER, reason="p"
            )
    compute(analyst, Period.containing(clock.today(), Frequency.QUARTERLY))
    return Figure.objects.released().get(indicator__code="CASES_RESOLVED_SHARE", state="suppressed")


def test_a_withheld_value_is_shown_to_nobody(client, house, withheld):
    code = withheld.indicator.code
    secret = re.compile(rf"(?<![\d.:-]){round(withheld.restricted)}(\.0+)?(?![\d.:-])")
    addresses = [
        reverse("monitoring:figure", args=[withheld.short_id]),
        reverse("monitoring:indicator", args=[code]),
        reverse("monitoring:indicator_data", args=[code, "csv"]),
        f"/api/v1/figures/?indicator={code}",
        f"/api/v1/figures/{withheld.short_id}/",
    ]
    for role in EVERYBODY:
        signed_in(client, house, role)
        client.cookies["django_language"] = "en"
        for address in addresses:
            answer = client.get(address)
            assert answer.status_code == 200, (role, address)
            body = answer.content.decode().split("<main", 1)[-1].split("</main>")[0]
            assert "restricted" not in body
            assert not secret.search(without_marks(body)), (role, address)
        assert "not shown: it counts persons" in client.get(addresses[0]).content.decode()


MARKS = (
    r"<svg.*?</svg>",
    r"<dd class=.code.>.*?</dd>",
    r"<[^>]*>",
    r"[0-9a-f-]{30,}",
    r"\d{4}-\d\d-\d\dT[\d:.+]+",
    r"\b\d{1,2} \w{3} \d{4},? ?[\d:]*",
)


def without_marks(body: str) -> str:
    """The page without drawings, tags, ids, hashes, formulas and moments: what is left are figures."""
    for pattern in MARKS:
        body = re.sub(pattern, " ", body, flags=re.S)
    return body


def test_lists_cost_the_same_for_one_indicator_and_for_all(client, figures):
    address = reverse("monitoring:indicators")
    Indicator.everything.exclude(code="REMITTANCES_GDP").update(is_active=False)
    client.get(address)
    with CaptureQueriesContext(connection) as one:
        text(client.get(address))
    Indicator.everything.update(is_active=True)
    with CaptureQueriesContext(connection) as many:
        text(client.get(address))
    assert len(many) == len(one) < 12
