"""Letters about new editions, and the calendar that says when they are due."""

import datetime as dt

import pytest
import time_machine
from django.core import mail
from django.urls import reverse

from accounts.enums import Role
from accounts.models import Notice
from accounts.tasks import send_messages
from common import clock
from reports import schedule, tasks
from reports.models import Delivery, Subscription
from reports.services import editions, reminders, subscriptions
from tests.reports.test_review import REASON

pytestmark = pytest.mark.django_db
ADDRESS = "reader@example.org"


@pytest.fixture
def ask(client, small, django_capture_on_commit_callbacks):
    def ask(email=ADDRESS, language="ky", **more):
        values = {"definition": small.definition.pk, "email": email, "language": language, **more}
        with django_capture_on_commit_callbacks(execute=True):
            return client.post(reverse("subscribe"), values)

    return ask


def path(letter: str, name: str) -> str:
    """The path of the link of that name in a letter."""
    return next(
        line.partition("://")[2].partition("/")[2] for line in letter.split() if line.endswith(f"/{name}/")
    )


def shown(page) -> str:
    return page.content.decode().partition("<main")[2].partition("</main>")[0]


def test_a_subscription_counts_once_the_holder_has_confirmed_it(ask, client, small):
    assert ask().status_code == 200
    (letter,) = mail.outbox
    assert letter.to == [ADDRESS]
    assert letter.extra_headers["Content-Language"] == "ky"
    assert "жазылууну ырастаңыз" in letter.subject.lower()
    link = "/" + path(letter.body, "confirm")
    assert client.get(link).status_code == 200
    assert Subscription.objects.get().confirmed_at is None, "opening the link confirms nothing"
    assert client.post(link).status_code == 200
    assert Subscription.objects.get().confirmed_at is not None


def test_asking_again_tells_only_the_holder(ask, client):
    ask()
    client.post("/" + path(mail.outbox[0].body, "confirm"))
    known = ask()
    unknown = ask("other@example.org")
    assert shown(known) == shown(unknown)
    assert "leave/" in mail.outbox[1].body
    assert Subscription.objects.count() == 2


def test_the_trap_and_wrong_addresses_send_nothing(ask):
    assert ask(website="x").status_code == 200
    assert ask("no address").status_code == 400
    assert mail.outbox == []
    assert not Subscription.objects.exists()


@pytest.fixture
def readers(small):
    for language in ("ky", "ru", "en"):
        Subscription.objects.create(
            definition=small.definition,
            email=f"{language}@example.org",
            language=language,
            confirmed_at=clock.now(),
        )
    Subscription.objects.create(definition=small.definition, email="late@example.org", language="ky")


def test_each_reader_gets_a_new_edition_once_in_their_language_with_the_file(readers, small):
    edition = small.published()
    assert subscriptions.send_news() == 3
    assert subscriptions.send_news() == 0
    letters = {letter.to[0]: letter for letter in mail.outbox}
    assert set(letters) == {"ky@example.org", "ru@example.org", "en@example.org"}
    english = letters["en@example.org"]
    assert english.subject.startswith("Monitoring of migration measures")
    assert reverse("edition", args=[edition.pk]) in english.body
    for language in ("ky", "ru", "en"):
        ((name, content, media_type),) = letters[f"{language}@example.org"].attachments
        assert (name, media_type) == (f"quarterly-{edition.period}-{language}.pdf", "application/pdf")
        assert content.startswith(b"%PDF")
    assert english.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_one_click_from_a_mail_program_forgets_the_address(readers, small, client):
    small.published()
    subscriptions.send_news()
    header = mail.outbox[0].extra_headers["List-Unsubscribe"].strip("<>")
    link = "/" + path(header, "leave")
    strict = type(client)(enforce_csrf_checks=True)
    assert strict.get(link).status_code == 200
    assert Subscription.objects.count() == 4, "opening the link ends nothing"
    assert strict.post(link, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert Subscription.objects.count() == 3
    assert Delivery.objects.count() == 2
    assert strict.post(link).status_code == 200


def test_a_letter_that_did_not_go_is_sent_with_the_next_round(readers, small, monkeypatch):
    small.published()
    sent = mail.EmailMessage.send

    def fail(self, *args, **kwargs):
        if self.to == ["ru@example.org"]:
            raise OSError
        return sent(self, *args, **kwargs)

    monkeypatch.setattr(mail.EmailMessage, "send", fail)
    assert subscriptions.send_news() == 2
    monkeypatch.setattr(mail.EmailMessage, "send", sent)
    assert subscriptions.send_news() == 1


def test_an_erratum_says_that_it_is_one(readers, small):
    first = small.published()
    second = editions.correct(by=small.analyst, edition=first, reason=REASON)
    small.build(second)
    from reports.services import publication

    publication.publish(by=small.boss, edition=small.approve(second))
    assert subscriptions.send_news() == 3, "what was replaced is no news any more"
    assert any("corrected edition" in letter.body for letter in mail.outbox)


def test_addresses_that_nobody_confirmed_are_forgotten(readers):
    with time_machine.travel(clock.now() + dt.timedelta(days=8)):
        subscriptions.forget_unconfirmed()
    assert sorted(Subscription.objects.values_list("language", flat=True)) == ["en", "ky", "ru"]


def test_the_calendar_tells_due_late_and_published(small, client):
    with time_machine.travel("2026-11-26 06:00Z", tick=False):
        small.period = small.period.parse("2026-Q3")
        small.published()
        found = {str(row.period): row for row in schedule.calendar([small.definition], clock.today())}
        assert found["2026-Q3"].state == schedule.PUBLISHED
        assert found["2026-Q4"].state == schedule.COMING
        assert found["2026-Q4"].due_on == dt.date(2027, 2, 14)
        assert "2026-Q2" not in found, "nobody asks for what was before the report was set up"
        page = client.get(reverse("report_calendar")).content.decode()
        assert "14.02.2027" in page or "14 Feb 2027" in page
    for day, state in {"2027-01-20": schedule.DUE, "2027-02-15": schedule.LATE}.items():
        rows = schedule.calendar([small.definition], dt.date.fromisoformat(day))
        assert {str(row.period): row.state for row in rows}["2026-Q4"] == state


def test_analysts_are_reminded_once_before_and_once_after_the_day(small, house):
    small.definition.from_on = dt.date(2026, 7, 1)
    small.definition.save()
    with time_machine.travel("2026-11-12 06:00Z", tick=False):
        reminders.remind(dt.date(2026, 11, 12))
        reminders.remind(dt.date(2026, 11, 12))
        mine = Notice.everything.filter(user=small.analyst)
        assert [(one.kind, one.label) for one in mine] == [
            ("reports.due", f"{small.definition.code} 2026-Q3")
        ]
        assert {one.user.email for one in Notice.everything.all()} == {small.analyst.email}
    with time_machine.travel("2026-11-13 06:00Z", tick=False):
        send_messages()
        (letter,) = mail.outbox
        assert letter.subject == "Kozot: 1 report is due soon."
        assert f"{small.definition.code} 2026-Q3" in letter.body
    with time_machine.travel("2026-11-20 06:00Z", tick=False):
        reminders.remind(dt.date(2026, 11, 20))
        send_messages()
        assert mail.outbox[-1].subject.endswith("late.")


def test_who_sent_the_last_figures_is_told_that_they_are_late(house):
    from monitoring.models import DataItem, Observation, Submission

    analyst = house.user(Role.ANALYST)
    item = DataItem.everything.create(
        code="arrivals", title_en="Arrivals", unit="persons", frequency="Q", kind="flow", origin="dataset"
    )
    sent = Submission.everything.create(title="x", sha256="0" * 64, state="approved", submitted_by=analyst)
    Observation.objects.create(item=item, period="2026-Q1", value=1, submission=sent)
    late = reminders.late_items(dt.date(2026, 11, 26))
    assert [(one.item.code, one.newest, one.wanted) for one in late] == [("arrivals", "2026-Q1", "2026-Q2")]
    assert list(reminders.owners(late)) == [analyst]
    with time_machine.travel("2026-11-26 06:00Z", tick=False):
        reminders.remind(dt.date(2026, 11, 26))
    told = Notice.everything.get(kind="reports.late_data")
    assert (told.user, told.label, told.path) == (analyst, "arrivals", reverse("late_data"))
    Observation.objects.create(item=item, period="2026-Q2", value=1, submission=sent)
    assert reminders.late_items(dt.date(2026, 11, 26)) == []


def test_the_figures_of_a_quarter_are_computed_once_when_it_is_over(db, run_jobs):
    with time_machine.travel("2027-01-01 01:00Z", tick=False):
        assert tasks.compute_ended() == tasks.compute_ended() == "2026-Q4"
        assert run_jobs() == ["succeeded"]
